/*
 * Reader of GGUF files, versions 2 and 3, little-endian. Any bytes are safe: everything is checked when the file is
 * opened, so that what the queries give lies inside of it. Nothing is copied: texts, arrays and tensors point into the
 * mapped file and live until ge_gguf_close.
 *
 * Source of the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (read 2026-11-23).
 */
#ifndef GRAVITON_ENGINE_GGUF_H
#define GRAVITON_ENGINE_GGUF_H

#include "gguf/text.h"

/* Most metadata keys and most tensors of a file, and most bytes of a key or name: far above any published model. */
#define GE_GGUF_ENTRIES_MAX 65536u
#define GE_GGUF_NAME_MAX 1024u
#define GE_GGUF_DIMENSIONS_MAX 4u

/* Types of metadata, by their numbers in the file. */
typedef enum ge_gguf_type {
  GE_GGUF_UINT8 = 0,
  GE_GGUF_INT8 = 1,
  GE_GGUF_UINT16 = 2,
  GE_GGUF_INT16 = 3,
  GE_GGUF_UINT32 = 4,
  GE_GGUF_INT32 = 5,
  GE_GGUF_FLOAT32 = 6,
  GE_GGUF_BOOL = 7,
  GE_GGUF_STRING = 8,
  GE_GGUF_ARRAY = 9,
  GE_GGUF_UINT64 = 10,
  GE_GGUF_INT64 = 11,
  GE_GGUF_FLOAT64 = 12
} ge_gguf_type;

/* Types of tensors that the engine reads, by their numbers in the file (enum ggml_type of ggml). */
typedef enum ge_tensor_type {
  GE_TENSOR_F32 = 0,
  GE_TENSOR_F16 = 1,
  GE_TENSOR_Q4_0 = 2,
  GE_TENSOR_Q8_0 = 8,
  GE_TENSOR_Q6_K = 14,
  GE_TENSOR_I8 = 24,
  GE_TENSOR_BF16 = 30
} ge_tensor_type;

/* An array of the metadata, or one value (then count is 1). */
typedef struct ge_gguf_values {
  ge_gguf_type type; /* of each element; never GE_GGUF_ARRAY: arrays of arrays are skipped */
  size_t count;
  const uint8_t *bytes; /* little-endian, unaligned; texts one after the other, each with its length before it */
  size_t size;          /* bytes */
} ge_gguf_values;

typedef struct ge_gguf_tensor {
  ge_text name;
  uint32_t type;       /* a ge_tensor_type, or another number: the type is then unknown, `bytes` NULL and `size` 0 */
  uint32_t dimensions; /* 1..GE_GGUF_DIMENSIONS_MAX */
  uint64_t shape[GE_GGUF_DIMENSIONS_MAX]; /* shape[0] is the length of a row; 1 past `dimensions` */
  const uint8_t *bytes;
  size_t size; /* bytes */
} ge_gguf_tensor;

typedef struct ge_gguf ge_gguf;

/*
 * Maps a file and reads its header, to *file. The file must not be cut short while it is open: the system ends a
 * process by SIGBUS that reads past the new end.
 * Errors: ARGUMENT, FILE, FORMAT, MEMORY.
 */
GE_EXPORT ge_status ge_gguf_open(const char *path, ge_gguf **file, ge_error *error);

/* The same for bytes in memory, which stay the caller's and must outlive *file. Errors: ARGUMENT, FORMAT, MEMORY. */
ge_status ge_gguf_parse(const void *bytes, size_t size, ge_gguf **file, ge_error *error);

/* NULL is ignored. */
GE_EXPORT void ge_gguf_close(ge_gguf *file);

/* What a look-up by key found. */
typedef enum ge_gguf_found {
  GE_GGUF_FOUND = 0,
  GE_GGUF_ABSENT = 1,  /* the file has no such key: *value stays as it was */
  GE_GGUF_MISTYPED = 2 /* the key has a value of another type, or one that does not fit: *value stays as it was */
} ge_gguf_found;

/*
 * One value by key. Integers of any width and sign are taken where the number fits, f64 where f32 is asked for; a bool
 * is a bool only.
 */
GE_EXPORT ge_gguf_found ge_gguf_get_u32(const ge_gguf *file, const char *key, uint32_t *value);
GE_EXPORT ge_gguf_found ge_gguf_get_f32(const ge_gguf *file, const char *key, float *value);
GE_EXPORT ge_gguf_found ge_gguf_get_bool(const ge_gguf *file, const char *key, bool *value);
GE_EXPORT ge_gguf_found ge_gguf_get_text(const ge_gguf *file, const char *key, ge_text *value);

/* An array by key; MISTYPED when it is a single value, or an array of arrays. */
GE_EXPORT ge_gguf_found ge_gguf_get_array(const ge_gguf *file, const char *key, ge_gguf_values *values);

/* Element i, for i < values->count: numbers by the rules above. False when the type does not fit. */
GE_EXPORT bool ge_gguf_values_u32(const ge_gguf_values *values, size_t i, uint32_t *value);
GE_EXPORT bool ge_gguf_values_i32(const ge_gguf_values *values, size_t i, int32_t *value);
GE_EXPORT bool ge_gguf_values_f32(const ge_gguf_values *values, size_t i, float *value);

/*
 * Walks an array of texts, which can only be read in order: `position` is 0 before the first call, and moves on. False
 * after the last, and when the array holds no texts.
 *
 *   for (size_t position = 0; ge_gguf_next_text(&values, &position, &text);) { ... }
 */
GE_EXPORT bool ge_gguf_next_text(const ge_gguf_values *values, size_t *position, ge_text *text);

/* Tensors in the order of the file, i < ge_gguf_tensor_count; NULL past the last. */
GE_EXPORT size_t ge_gguf_tensor_count(const ge_gguf *file);
const ge_gguf_tensor *ge_gguf_tensor_at(const ge_gguf *file, size_t i);

/* The tensor of this name, or NULL. */
const ge_gguf_tensor *ge_gguf_find_tensor(const ge_gguf *file, const char *name);

/* Asks the system to read a tensor's bytes ahead; and lets their memory go, from which they can still be read again. */
void ge_gguf_will_need(const ge_gguf *file, const ge_gguf_tensor *tensor);
void ge_gguf_let_go(const ge_gguf *file, const ge_gguf_tensor *tensor);

#endif
