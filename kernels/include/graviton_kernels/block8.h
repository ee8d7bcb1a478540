/*
 * int8 products with an f32 scale for each 32 k of a row and of a column: the arithmetic of ggml's Q8_0 and Q4_0, whose
 * integers and scales these operands hold unchanged (Q4_0 as int8 in -8..7).
 *
 * Two kinds of operand:
 *   qi8b    rows as they are: k int8, then k / 32 f32 scales; the bytes are the same in every variant
 *   qi8bp8  panels of 8 rows or columns: the values of all blocks in the order of the variant's instructions, then 8
 *           scales for each block; only for the table that packed it
 *
 * k is a multiple of 32, 32..GK_BLOCK8_K_MAX. m, n and rows are 1..GK_DIM_MAX. Any other value gives SHAPE.
 */
#ifndef GRAVITON_KERNELS_BLOCK8_H
#define GRAVITON_KERNELS_BLOCK8_H

#include "graviton_kernels/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Values that share a scale. */
#define GK_BLOCK8_BLOCK 32u

/* Largest K. */
#define GK_BLOCK8_K_MAX 131072u

typedef struct gk_block8_ops {
  uint32_t size; /* sizeof(struct gk_block8_ops), bytes */

  /*
   * Rows by which an operand may be split between threads (1, and GK_PANEL), its bytes, and the distance in bytes from
   * its start to `row`, a multiple of the step. An operand is a multiple of GK_ALIGNMENT long, and so is each offset.
   * Errors of size: NULL_POINTER, SHAPE. Of offset: also MISALIGNED (row inside a panel).
   */
  size_t (*quant_step_qi8b)(void);
  gk_status (*quant_size_qi8b)(size_t rows, size_t k, size_t *size);
  gk_status (*quant_offset_qi8b)(size_t row, size_t k, size_t *offset);
  size_t (*quant_step_qi8bp8)(void);
  gk_status (*quant_size_qi8bp8)(size_t rows, size_t k, size_t *size);
  gk_status (*quant_offset_qi8bp8)(size_t row, size_t k, size_t *offset);

  /*
   * Quantises f32 activations: for each 32 values x with the largest magnitude a, the scale a / 127 and the integers
   * x * (127 / a), rounded to nearest even. A block below 2^-119 becomes 0; one that holds an Inf or NaN becomes zeros
   * with a NaN as scale, so that every result of its row is NaN. Rows of the last panel past m are zeros.
   *   src         m rows of k f32, row i at (const char *)src + i * src_stride, aligned to 4
   *   src_stride  bytes, a multiple of 4, 4 * k..GK_STRIDE_MAX
   *   dst         aligned to GK_ALIGNMENT; dst_size bytes, at least what the size query says
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED, BUFFER_TOO_SMALL.
   */
  gk_status (*quant_qi8b_f32)(size_t m, size_t k, const float *src, size_t src_stride, void *dst, size_t dst_size);
  gk_status (*quant_qi8bp8_f32)(size_t m, size_t k, const float *src, size_t src_stride, void *dst, size_t dst_size);

  /*
   * Packs rows (of the left operand) or columns (of the right one) into panels.
   *   src   qi8b, `rows` of them; aligned to 4
   *   dst   as above
   * Errors: NULL_POINTER, SHAPE, MISALIGNED, BUFFER_TOO_SMALL.
   */
  gk_status (*pack_qi8bp8_qi8b)(size_t rows, size_t k, const void *src, void *dst, size_t dst_size);

  /*
   * dst[i][j] = sum over the blocks b of k, in rising order from 0 and each addition fused with its product, of
   *   (float)(sum over k of b of lhs[i][k] * rhs[k][j]) * (lhs_scale[i][b] * rhs_scale[b][j])
   * The integer sum is exact, the product of the scales and each fused addition round to nearest even.
   *   lhs         m rows, rhs  n columns, both qi8bp8; aligned to GK_ALIGNMENT
   *   dst         m x n f32, row i at (char *)dst + i * dst_stride, aligned to 4; bytes between rows are kept
   *   dst_stride  bytes, a multiple of 4, 4 * n..GK_STRIDE_MAX
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED.
   */
  gk_status (*gemm_f32_qi8bp8_qi8bp8)(size_t m, size_t n, size_t k, const void *lhs, const void *rhs, float *dst,
                                      size_t dst_stride);

  /*
   * One row of the product above, from a qi8b row aligned to GK_ALIGNMENT: bit for bit the row that the product gives.
   *   dst   n f32, aligned to 4
   * Errors: NULL_POINTER, SHAPE, MISALIGNED.
   */
  gk_status (*gemv_f32_qi8b_qi8bp8)(size_t n, size_t k, const void *lhs, const void *rhs, float *dst);
} gk_block8_ops;

#ifdef __cplusplus
}
#endif

#endif
