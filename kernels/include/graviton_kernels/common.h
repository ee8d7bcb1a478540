/* What all families of kernels share: limits, statuses and the names of the variants. */
#ifndef GRAVITON_KERNELS_COMMON_H
#define GRAVITON_KERNELS_COMMON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GK_EXPORT __attribute__((visibility("default")))
#else
#define GK_EXPORT
#endif

/* Version of this library. The build reads it from here. */
#define GK_VERSION_STRING "0.1.0"

/* Changes whenever struct gk_ops changes; a loader refuses a table of another version. */
#define GK_ABI_VERSION 3u

/* Bytes. Packed operands start at a multiple of this: one cache line of every Neoverse core named above. */
#define GK_ALIGNMENT 64u

/* Rows of the left operand, or columns of the right one, that a packed panel holds. */
#define GK_PANEL 8u

/* K of a packed panel is rounded up to a multiple of this, filled with zeros: the depth of one SMMLA. */
#define GK_K_BLOCK 8u

/* Largest M and N, in elements: keeps each size and offset below far below 2^63 bytes. */
#define GK_DIM_MAX 16777216u

/* Largest distance between two rows, in bytes (2^38). */
#define GK_STRIDE_MAX ((size_t)1 << 38)

/* What a call returns. Anything but GK_OK means that no output was written. */
typedef enum gk_status {
  GK_OK = 0,
  GK_ERROR_NULL_POINTER = 1,     /* a pointer argument is NULL */
  GK_ERROR_MISALIGNED = 2,       /* a pointer, stride or row lacks the alignment that its parameter asks for */
  GK_ERROR_SHAPE = 3,            /* m, n, k or rows is 0 or above its limit */
  GK_ERROR_STRIDE = 4,           /* a stride is shorter than one row, or above GK_STRIDE_MAX */
  GK_ERROR_BUFFER_TOO_SMALL = 5, /* the destination has fewer bytes than the size query asks for */
  GK_ERROR_UNKNOWN_VARIANT = 6,  /* no variant has this number or name */
  GK_ERROR_OBJECT = 7,           /* the shared object of a variant cannot be loaded, or is of another version */
  GK_ERROR_VALUE = 8,            /* a number that is no shape lies outside its range, for example a scale below 0 */
  GK_ERROR_FORMAT = 9,           /* the bytes are no file of this kind and version, or contradict each other */
  GK_ERROR_TRUNCATED = 10,       /* the file has fewer bytes than its header asks for */
  GK_ERROR_DIGEST = 11           /* the bytes of the file are not those that its digest was made of */
} gk_status;

/*
 * The ISA levels, each in its own shared object, in rising order: a CPU that runs one runs all below it.
 * Features are Linux HWCAP names.
 */
typedef enum gk_variant {
  GK_VARIANT_SCALAR = 0,        /* portable C; needs nothing */
  GK_VARIANT_NEON_DOTPROD = 1,  /* SDOT; needs asimddp; Graviton2 */
  GK_VARIANT_NEON_I8MM_BF16 = 2 /* SMMLA; needs asimddp, i8mm, bf16; Graviton3, 3E, 4, 5 */
} gk_variant;

#define GK_VARIANT_COUNT 3

#ifdef __cplusplus
}
#endif

#endif
