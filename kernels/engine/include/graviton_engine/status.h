/* What the functions of the engine return, and how they say why. */
#ifndef GRAVITON_ENGINE_STATUS_H
#define GRAVITON_ENGINE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GE_EXPORT __attribute__((visibility("default")))
#else
#define GE_EXPORT
#endif

/* What a call returns. Anything but GE_OK leaves the outputs as they were, unless the function says otherwise. */
typedef enum ge_status {
  GE_OK = 0,
  GE_ERROR_ARGUMENT = 1,    /* a pointer is NULL, or a number lies outside its range */
  GE_ERROR_FILE = 2,        /* the file cannot be opened, read or mapped */
  GE_ERROR_FORMAT = 3,      /* the bytes are no GGUF of a known version, or contradict each other */
  GE_ERROR_UNSUPPORTED = 4, /* a valid file of an architecture, type or scaling that this engine does not run */
  GE_ERROR_MEMORY = 5,      /* the system gives no more memory */
  GE_ERROR_BUSY = 6,        /* no slot, or no room in the KV cache, is free now; try again when one is */
  GE_ERROR_STATE = 7,       /* the call does not fit what the slot is doing */
  GE_ERROR_THREADS = 8,     /* a thread cannot be started, or not be pinned to its core */
  GE_ERROR_KERNELS = 9,     /* the kernels cannot be loaded, or refused a call */
  GE_ERROR_CAPACITY = 10    /* the caller's buffer is too small; the function says what is needed */
} ge_status;

/* Bytes of a message with its final zero; longer ones are cut. */
#define GE_ERROR_TEXT_BYTES 512

/* Where a function writes what was wrong: one line for people, in UTF-8. Functions take NULL when nobody will read. */
typedef struct ge_error {
  char text[GE_ERROR_TEXT_BYTES];
} ge_error;

/* For example "GE_ERROR_FORMAT"; never NULL. */
GE_EXPORT const char *ge_status_name(ge_status status);

#ifdef __cplusplus
}
#endif

#endif
