/* bf16 products. */
#ifndef GRAVITON_KERNELS_BF16_H
#define GRAVITON_KERNELS_BF16_H

#include "graviton_kernels/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* K of a packed bf16 panel is rounded up to a multiple of this, filled with zeros: the depth of one BFMMLA. */
#define GK_BF16_K_BLOCK 4u

/* Largest K of a bf16 product. */
#define GK_BF16_K_MAX 1048576u

/*
 * bf16 values are uint16_t: the upper half of an f32. A packed operand may only be used with the table that packed it:
 * sizes and offsets are the same in each variant, the order of the bytes inside a panel is not.
 */
typedef struct gk_bf16_ops {
  uint32_t size; /* sizeof(struct gk_bf16_ops), bytes */

  /* Rows by which a packed operand may be split between threads: GK_PANEL. Cannot fail. */
  size_t (*pack_step_bf16p8)(void);

  /*
   * Bytes that the pack kernels write for `rows` x `k` values, to *size: 2 bytes each, rows rounded up to 8, k to 4.
   * Errors: NULL_POINTER (size); SHAPE (rows not in 1..GK_DIM_MAX, k not in 1..GK_BF16_K_MAX).
   */
  gk_status (*pack_size_bf16p8)(size_t rows, size_t k, size_t *size);

  /*
   * Distance in bytes from the start of a packed operand to the panel that begins with `row`, to *offset.
   * `row` is a multiple of pack_step_bf16p8().
   * Errors: NULL_POINTER (offset); SHAPE (row above GK_DIM_MAX, k as above); MISALIGNED (row inside a panel).
   */
  gk_status (*pack_offset_bf16p8)(size_t row, size_t k, size_t *offset);

  /*
   * Packs values into panels of 8. For the left operand of a product, row i of `src` is row i of the matrix; for the
   * right operand it is column i, with its k values side by side: the [out_features][in_features] order of model files.
   *   src         rows x k, row i at (char *)src + i * src_stride, aligned to the size of a value
   *   src_stride  bytes, a multiple of the size of a value, one row..GK_STRIDE_MAX
   *   dst         aligned to GK_ALIGNMENT
   *   dst_size    bytes available at dst; at least pack_size_bf16p8(rows, k)
   * f32 rounds to nearest even; a NaN stays one.
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED, BUFFER_TOO_SMALL.
   */
  gk_status (*pack_bf16p8_bf16)(size_t rows, size_t k, const uint16_t *src, size_t src_stride, void *dst,
                                size_t dst_size);
  gk_status (*pack_bf16p8_f32)(size_t rows, size_t k, const float *src, size_t src_stride, void *dst, size_t dst_size);

  /*
   * dst[i][j] = sum over k of lhs[i][k] * rhs[k][j] in the arithmetic of BFMMLA, in the order of k:
   *   sum = add(sum, add(lhs[k] * rhs[k], lhs[k + 1] * rhs[k + 1]))    for k = 0, 2, 4, ... from +0
   * where add rounds to odd in f32 and what is below the normal numbers counts as 0, operands included. Every variant
   * gives these bits; without BFMMLA that takes 4.2 instructions for each product (NEON) or some hundred (scalar,
   * and values whose products may leave the normal range of f32).
   * Absolute error at most ((1 + 2^-23)^(k / 2 + 2) - 1) * sum of |lhs| |rhs| + k * 2^-125, unless a sum overflows.
   *   lhs         m x k packed by pack_bf16p8_*; aligned to GK_ALIGNMENT
   *   rhs         n x k packed by pack_bf16p8_*; aligned to GK_ALIGNMENT
   *   dst         m x n f32, row i at (char *)dst + i * dst_stride, aligned to 4; bytes between rows are kept
   *   dst_stride  bytes, a multiple of 4, 4 * n..GK_STRIDE_MAX
   * m and n are 1..GK_DIM_MAX, k is 1..GK_BF16_K_MAX. To share the work between threads, start lhs or rhs at
   * pack_offset_bf16p8 and move dst alike.
   * Source of the arithmetic: Arm Architecture Reference Manual (DDI 0487), BFMMLA without FEAT_EBF16.
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED.
   */
  gk_status (*gemm_f32_bf16p8_bf16p8)(size_t m, size_t n, size_t k, const void *lhs, const void *rhs, float *dst,
                                      size_t dst_stride);
} gk_bf16_ops;

#ifdef __cplusplus
}
#endif

#endif
