/*
 * graviton_kernels: matrix kernels for AWS Graviton (Neoverse N1, V1, V2, V3).
 *
 * The contract of every kernel:
 *   - stateless: no allocation, no threads, no I/O, no global state, no errno; safe to call from many threads;
 *   - every misuse that can be seen from the arguments returns a gk_status, before any byte is written;
 *   - no byte outside the documented operands is read or written;
 *   - every variant gives the same result bit for bit, whatever M is and however rows and columns are shared
 *     between threads. Only the payload of a NaN is not promised.
 *
 * Sizes and strides are in bytes, shapes in elements. Operands must not overlap the destination.
 * The grammar of the names stands in kernels/README.md.
 */
#ifndef GRAVITON_KERNELS_H
#define GRAVITON_KERNELS_H

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
#define GK_ABI_VERSION 1u

/* Bytes. Packed operands start at a multiple of this: one cache line of every Neoverse core named above. */
#define GK_ALIGNMENT 64u

/* Rows of the left operand, or columns of the right one, that a packed panel holds. */
#define GK_PANEL 8u

/* K of a packed panel is rounded up to a multiple of this, filled with zeros: the depth of one SMMLA. */
#define GK_K_BLOCK 8u

/*
 * Largest K of an int8 product. Each of the K products is at most (-128) * (-128) = 2^14, so the int32 sum of
 * 131071 of them cannot overflow; rounded down to a multiple of GK_K_BLOCK, so that this holds for any content of
 * the padding as well.
 */
#define GK_I8_K_MAX 131064u

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
  GK_ERROR_OBJECT = 7            /* the shared object of a variant cannot be loaded, or is of another version */
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

/*
 * The kernels of one variant. A packed operand may only be used with the table that packed it: sizes and offsets
 * are the same in each variant, the order of the bytes inside a panel is not.
 */
typedef struct gk_ops {
  uint32_t abi_version; /* GK_ABI_VERSION */
  uint32_t size;        /* sizeof(struct gk_ops), bytes */
  gk_variant variant;
  const char *name; /* for example "neon_dotprod" */

  /* Rows by which a packed operand may be split between threads: GK_PANEL. Cannot fail. */
  size_t (*pack_step_i8p8)(void);

  /*
   * Bytes that pack_i8p8_i8 writes for `rows` x `k` int8 values, to *size: rows and k both rounded up to 8.
   * Errors: NULL_POINTER (size); SHAPE (rows not in 1..GK_DIM_MAX, k not in 1..GK_I8_K_MAX).
   */
  gk_status (*pack_size_i8p8)(size_t rows, size_t k, size_t *size);

  /*
   * Distance in bytes from the start of a packed operand to the panel that begins with `row`, to *offset.
   * `row` is a multiple of pack_step_i8p8().
   * Errors: NULL_POINTER (offset); SHAPE (row above GK_DIM_MAX, k as above); MISALIGNED (row inside a panel).
   */
  gk_status (*pack_offset_i8p8)(size_t row, size_t k, size_t *offset);

  /*
   * Packs int8 values into panels of 8. For the left operand of a product, row i of `src` is row i of the matrix;
   * for the right operand it is column i, with its k values side by side: the [out_features][in_features] order in
   * which model files store weights.
   *   src         rows x k int8, row i at src + i * src_stride; no alignment
   *   src_stride  bytes, k..GK_STRIDE_MAX
   *   dst         aligned to GK_ALIGNMENT
   *   dst_size    bytes available at dst; at least pack_size_i8p8(rows, k)
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED (dst), BUFFER_TOO_SMALL.
   */
  gk_status (*pack_i8p8_i8)(size_t rows, size_t k, const int8_t *src, size_t src_stride, void *dst, size_t dst_size);

  /*
   * dst[i][j] = ((float)sum over k of lhs[i][k] * rhs[k][j]) * lhs_scale[i] * rhs_scale[j], multiplied from left to
   * right. The sum is exact in int32; its conversion and each product round to nearest even, without fusing.
   *   lhs         m x k packed by pack_i8p8_i8; aligned to GK_ALIGNMENT
   *   lhs_scale   m f32, aligned to 4
   *   rhs         n x k packed by pack_i8p8_i8; aligned to GK_ALIGNMENT
   *   rhs_scale   n f32, aligned to 4
   *   dst         m x n f32, row i at (char *)dst + i * dst_stride, aligned to 4; bytes between rows are kept
   *   dst_stride  bytes, a multiple of 4, 4 * n..GK_STRIDE_MAX
   * m and n are 1..GK_DIM_MAX, k is 1..GK_I8_K_MAX. To share the work between threads, start lhs or rhs at
   * pack_offset_i8p8 and move the scales and dst alike.
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED.
   */
  gk_status (*gemm_f32_qi8rp8_qi8cp8)(size_t m, size_t n, size_t k, const void *lhs, const float *lhs_scale,
                                      const void *rhs, const float *rhs_scale, float *dst, size_t dst_stride);

  /*
   * One row of the product above, from an unpacked left operand:
   * dst[j] = ((float)sum over k of lhs[k] * rhs[k][j]) * lhs_scale * rhs_scale[j].
   *   lhs         k int8; no alignment
   *   lhs_scale   the scale of the row
   *   rhs, rhs_scale as above
   *   dst         n f32, aligned to 4
   * Bit for bit the row that gemm_f32_qi8rp8_qi8cp8 gives. Errors: NULL_POINTER, SHAPE, MISALIGNED.
   */
  gk_status (*gemv_f32_qi8r_qi8cp8)(size_t n, size_t k, const int8_t *lhs, float lhs_scale, const void *rhs,
                                    const float *rhs_scale, float *dst);
} gk_ops;

/* The table that each variant's shared object exports, as gk_ops_<variant>. */
GK_EXPORT extern const gk_ops gk_ops_scalar;
GK_EXPORT extern const gk_ops gk_ops_neon_dotprod;
GK_EXPORT extern const gk_ops gk_ops_neon_i8mm_bf16;

/* Name of the environment variable that gk_load obeys: the highest variant allowed, by name. */
#define GK_MAX_VARIANT_ENV "GRAVITON_KERNELS_MAX_VARIANT"

/* What the kernel tells about this CPU; both 0 on a machine that is not Arm64 Linux. */
typedef struct gk_cpu {
  uint64_t hwcap;  /* getauxval(AT_HWCAP) */
  uint64_t hwcap2; /* getauxval(AT_HWCAP2) */
} gk_cpu;

/*
 * The highest variant that a CPU with these capability words runs: a pure function. Unknown bits are ignored.
 * Bits: Linux arch/arm64/include/uapi/asm/hwcap.h.
 */
GK_EXPORT gk_variant gk_detect(uint64_t hwcap, uint64_t hwcap2);

/*
 * The lower of `detected` and the variant named `max_name`, to *limited: a pure function that never raises.
 * NULL or "" as `max_name` sets no limit.
 * Errors: NULL_POINTER (limited); UNKNOWN_VARIANT (`detected` or `max_name`).
 */
GK_EXPORT gk_status gk_limit_variant(gk_variant detected, const char *max_name, gk_variant *limited);

/* The capability bits that a variant needs, to *needed. Errors: NULL_POINTER, UNKNOWN_VARIANT. */
GK_EXPORT gk_status gk_variant_needs(gk_variant variant, gk_cpu *needed);

/* For example "neon_dotprod"; NULL for a number that is no variant. */
GK_EXPORT const char *gk_variant_name(gk_variant variant);

/* The variant of this name, to *variant. Errors: NULL_POINTER, UNKNOWN_VARIANT. */
GK_EXPORT gk_status gk_variant_from_name(const char *name, gk_variant *variant);

/* For example "GK_ERROR_SHAPE"; never NULL. */
GK_EXPORT const char *gk_status_name(gk_status status);

/* Reads the capability words of this CPU. */
GK_EXPORT gk_cpu gk_read_cpu(void);

/*
 * Loads the best variant for this CPU, lowered by GRAVITON_KERNELS_MAX_VARIANT, from the directory of
 * libgraviton_kernels.so, and gives its table to *ops. The object stays loaded until the process ends.
 * Errors: NULL_POINTER; UNKNOWN_VARIANT (the environment variable names none: nothing is guessed); OBJECT.
 */
GK_EXPORT gk_status gk_load(const gk_ops **ops);

/*
 * Loads one variant whether or not this CPU can run it: for tests and benchmarks. Calling its kernels on a CPU
 * that lacks its features ends the process by SIGILL.
 * Errors: NULL_POINTER, UNKNOWN_VARIANT, OBJECT.
 */
GK_EXPORT gk_status gk_load_variant(gk_variant variant, const gk_ops **ops);

#ifdef __cplusplus
}
#endif

#endif
