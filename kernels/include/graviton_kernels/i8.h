/*
 * int8 products with one f32 scale per row and per column. A packed operand may only be used with the table that
 * packed it: sizes and offsets are the same in each variant, the order of the bytes inside a panel is not.
 */
#ifndef GRAVITON_KERNELS_I8_H
#define GRAVITON_KERNELS_I8_H

#include "graviton_kernels/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Largest K of an int8 product. Each of the K products is at most (-128) * (-128) = 2^14, so the int32 sum of
 * 131071 of them cannot overflow; rounded down to a multiple of GK_K_BLOCK, so that this holds for any content of
 * the padding as well.
 */
#define GK_I8_K_MAX 131064u

typedef struct gk_i8_ops {
  uint32_t size; /* sizeof(struct gk_i8_ops), bytes */

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
} gk_i8_ops;

#ifdef __cplusplus
}
#endif

#endif
