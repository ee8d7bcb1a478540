/*
 * GK4 products: 4-bit weights with integer sub-scales (docs/gk4.md), int8 activations with one f32 scale for each
 * superblock of a row.
 *
 * Operands
 *   gk4p16  GK4 weights, n columns in panels of 16: made by graviton_kernels/gk4_weights.h, the same in every variant
 *   qi8s    rows of int8 activations with a scale for each superblock, one row after the other
 *   qi8sp8  the same in panels of 8 rows; also 8 columns of GK4 weights expanded to int8. The order of the bytes inside
 *           depends on the variant: use a qi8s or qi8sp8 operand only with the table that wrote it
 *
 * With kb = ceil(k / 32) blocks and ks = ceil(k / superblock) superblocks, the result of every product is
 *   dst[i][j] = sum over superblocks s, in rising order from 0 by fused multiply-adds, of
 *               (float)(sum over k of s of lhs[i][k] * q[k][j] * m[k / 32][j]) * (lhs_scale[i][s] * rhs_scale[j][s])
 * whichever kernel computes it: gemv, skinny, gemm and the int8 panels agree bit for bit, over rows, splits and
 * variants. The integer sum is exact and below 2^24, so its conversion is exact too.
 *
 * superblock is 256 or 512. m and n are 1..GK_DIM_MAX, k is 1..GK_GK4_K_MAX. Any other value gives SHAPE.
 */
#ifndef GRAVITON_KERNELS_GK4_H
#define GRAVITON_KERNELS_GK4_H

#include "graviton_kernels/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* K that share one sub-scale. */
#define GK_GK4_BLOCK 32u

/* Columns of a panel of weights. */
#define GK_GK4_PANEL 16u

/* Largest K of a GK4 product: 2^17, eight times the widest layer of models published up to 2026. */
#define GK_GK4_K_MAX 131072u

/* Largest magnitude of a sub-scale: 8 * 15 = 120 still fits int8 when a weight is expanded. */
#define GK_GK4_SUBSCALE_MAX 15

/* Most rows that skinny_f32_qi8sp8_gk4p16 takes. */
#define GK_GK4_SKINNY_MAX 16u

/* Largest of the activations' quantised values; -128 does not occur. */
#define GK_GK4_ACTIVATION_MAX 127

/*
 * A superblock of a row whose largest magnitude is below this becomes zeros with scale 0: the reciprocal of its scale
 * would leave the range of f32.
 */
#define GK_GK4_ACTIVATION_MIN 0x1p-119f

typedef struct gk_gk4_ops {
  uint32_t size; /* sizeof(struct gk_gk4_ops), bytes */

  /* Columns by which weights may be split between threads: GK_GK4_PANEL. Cannot fail. */
  size_t (*pack_step_gk4p16)(void);

  /* Bytes of n x k weights, to *size. Errors: NULL_POINTER, SHAPE. */
  gk_status (*pack_size_gk4p16)(size_t n, size_t k, size_t superblock, size_t *size);

  /* Bytes from the start of weights to the panel of `column`, to *offset. Errors: NULL_POINTER, SHAPE, MISALIGNED. */
  gk_status (*pack_offset_gk4p16)(size_t column, size_t k, size_t superblock, size_t *offset);

  /* Rows by which a qi8s operand may be split: 1. Cannot fail. */
  size_t (*quant_step_qi8s)(void);
  /* As for gk4p16, for m rows of k activations. */
  gk_status (*quant_size_qi8s)(size_t m, size_t k, size_t superblock, size_t *size);
  gk_status (*quant_offset_qi8s)(size_t row, size_t k, size_t superblock, size_t *offset);

  /* Rows by which a qi8sp8 operand may be split: GK_PANEL. Cannot fail. */
  size_t (*quant_step_qi8sp8)(void);
  /* As for gk4p16, for m rows, or columns, of k values. */
  gk_status (*quant_size_qi8sp8)(size_t m, size_t k, size_t superblock, size_t *size);
  gk_status (*quant_offset_qi8sp8)(size_t row, size_t k, size_t superblock, size_t *offset);

  /*
   * Quantises rows: with a = the largest magnitude of a superblock, scale = a / 127 and each value is
   * x * (127 / a), rounded to nearest even. A superblock below GK_GK4_ACTIVATION_MIN becomes 0; one that holds an Inf or
   * a NaN becomes 0 with a NaN as its scale, so that every result of the row is NaN. The absolute error of a value is
   * at most 0.501 * scale.
   *   src         m rows of k f32, row i at (const char *)src + i * src_stride, aligned to 4
   *   src_stride  bytes, a multiple of 4, 4 * k..GK_STRIDE_MAX
   *   dst         aligned to GK_ALIGNMENT; dst_size bytes, at least what the size query says
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED, BUFFER_TOO_SMALL.
   */
  gk_status (*quant_qi8s_f32)(size_t m, size_t k, size_t superblock, const float *src, size_t src_stride, void *dst,
                              size_t dst_size);
  gk_status (*quant_qi8sp8_f32)(size_t m, size_t k, size_t superblock, const float *src, size_t src_stride, void *dst,
                                size_t dst_size);

  /*
   * RMSNorm, then the quantisation above, without a row of f32 in between: bit for bit what rmsnorm_f32_f32 of the
   * elementwise family and then quant_* give.
   *   weight   k f32, aligned to 4
   *   epsilon  0 or more and finite
   * Errors: as above, and VALUE (epsilon).
   */
  gk_status (*rmsnormquant_qi8s_f32)(size_t m, size_t k, size_t superblock, const float *src, size_t src_stride,
                                     const float *weight, float epsilon, void *dst, size_t dst_size);
  gk_status (*rmsnormquant_qi8sp8_f32)(size_t m, size_t k, size_t superblock, const float *src, size_t src_stride,
                                       const float *weight, float epsilon, void *dst, size_t dst_size);

  /*
   * Expands `columns` columns of weights, starting at `column`, to int8 panels of 8: q * m for each weight, and the
   * superblocks' scales as f32. Columns past n become zeros.
   *   rhs      n x k weights, aligned to GK_ALIGNMENT
   *   column   a multiple of 8, below n
   *   columns  1..n - column
   *   dst      aligned to GK_ALIGNMENT; dst_size bytes, at least quant_size_qi8sp8(columns, k, superblock)
   * Errors: NULL_POINTER, SHAPE, MISALIGNED (a pointer, or column), BUFFER_TOO_SMALL.
   */
  gk_status (*expand_qi8sp8_gk4p16)(size_t n, size_t k, size_t superblock, const void *rhs, size_t column,
                                    size_t columns, void *dst, size_t dst_size);

  /*
   * The product of m rows by n expanded columns.
   *   lhs, rhs    aligned to GK_ALIGNMENT
   *   dst         m x n f32, row i at (char *)dst + i * dst_stride, aligned to 4; bytes between rows are kept
   *   dst_stride  bytes, a multiple of 4, 4 * n..GK_STRIDE_MAX
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED.
   */
  gk_status (*gemm_f32_qi8sp8_qi8sp8)(size_t m, size_t n, size_t k, size_t superblock, const void *lhs,
                                      const void *rhs, float *dst, size_t dst_stride);

  /*
   * The product of m rows by n columns of weights, for prefill: expands 8 columns at a time into scratch.
   *   scratch       aligned to GK_ALIGNMENT; at k = 4096 its 32 KB stay in a 64 KB L1 cache
   *   scratch_size  bytes, at least quant_size_qi8sp8(8, k, superblock)
   * Errors: as above, and BUFFER_TOO_SMALL (scratch).
   */
  gk_status (*gemm_f32_qi8sp8_gk4p16)(size_t m, size_t n, size_t k, size_t superblock, const void *lhs,
                                      const void *rhs, void *scratch, size_t scratch_size, float *dst,
                                      size_t dst_stride);

  /* The same for m = 1..GK_GK4_SKINNY_MAX, without scratch: a weight is unpacked in registers for up to 8 rows. */
  gk_status (*skinny_f32_qi8sp8_gk4p16)(size_t m, size_t n, size_t k, size_t superblock, const void *lhs,
                                        const void *rhs, float *dst, size_t dst_stride);

  /*
   * One row by n columns of weights, for decode.
   *   lhs  one row of a qi8s operand, aligned to GK_ALIGNMENT
   *   dst  n f32, aligned to 4
   * Errors: NULL_POINTER, SHAPE, MISALIGNED.
   */
  gk_status (*gemv_f32_qi8s_gk4p16)(size_t n, size_t k, size_t superblock, const void *lhs, const void *rhs,
                                    float *dst);
} gk_gk4_ops;

#ifdef __cplusplus
}
#endif

#endif
