/* Row-wise float kernels: RMSNorm, RoPE, softmax, SwiGLU. */
#ifndef GRAVITON_KERNELS_ELEMENTWISE_H
#define GRAVITON_KERNELS_ELEMENTWISE_H

#include "graviton_kernels/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Matrices are rows of f32: row i at (char *)base + i * stride, aligned to 4, strides in bytes, a multiple of 4 and
 * 4 * n..GK_STRIDE_MAX. rows and n are 1..GK_DIM_MAX. dst may be src (then with the same stride): each kernel reads
 * what it overwrites first. Any other overlap is undefined. Rows may be shared between threads in any way.
 * Bounds of errors are against the exact result for the given f32 inputs, with u = 2^-24, and hold while no
 * intermediate named in the formula leaves the normal range of f32.
 * Every entry gives NULL_POINTER, SHAPE, STRIDE and MISALIGNED; more where it says so.
 */
typedef struct gk_elementwise_ops {
  uint32_t size; /* sizeof(struct gk_elementwise_ops), bytes */

  /*
   * dst[i][j] = src[i][j] / sqrt(sum over k of src[i][k]^2 / n + epsilon) * weight[j].
   *   weight   n f32, aligned to 4
   *   epsilon  0 or more and finite; the value of the model, often 1e-5 or 1e-6
   * Relative error at most (n / 32 + 12) u. A row of zeros with epsilon 0 gives NaN. A NaN or Inf in a row reaches the
   * whole row. Source: B. Zhang, R. Sennrich, "Root Mean Square Layer Normalization" (arXiv 1910.07467).
   * Errors also: VALUE (epsilon).
   */
  gk_status (*rmsnorm_f32_f32)(size_t rows, size_t n, const float *src, size_t src_stride, const float *weight,
                               float epsilon, float *dst, size_t dst_stride);

  /*
   * dst[i][j] = exp(src[i][j] - max of row i) / sum over k of exp(src[i][k] - max of row i).
   * Terms more than 87 below the maximum are 0. Relative error of the others at most (n / 16 + 12 + d / 4) u with d the
   * distance from the maximum. A row that holds a NaN or +Inf, or nothing but -Inf, becomes NaN throughout.
   * Source: the method of exp is W. J. Cody and W. Waite's, see src/elementwise/exp_core.h.
   */
  gk_status (*softmax_f32_f32)(size_t rows, size_t n, const float *src, size_t src_stride, float *dst,
                               size_t dst_stride);

  /*
   * dst[i] = gate[i] / (1 + exp(-gate[i])) * up[i], for n values side by side. dst may be gate or up.
   * Error at most (10 + |gate| / 4) u times the magnitude of the result, plus 2^-119 |up|: a gate below -88 counts
   * as -88.
   * Source: N. Shazeer, "GLU Variants Improve Transformer" (arXiv 2002.05202).
   */
  gk_status (*swiglu_f32_f32_f32)(size_t n, const float *gate, const float *up, float *dst);

  /*
   * Rotary position embedding of `rows` heads at one position. Pair p of a head turns by the angle whose cosine and
   * sine stand at index p of the tables: a' = a cos - b sin, b' = a sin + b cos. The halves form pairs element p with
   * element d / 2 + p, as models in the Hugging Face layout do; the pairs form takes 2p and 2p + 1, as GGUF does for
   * Llama. The tables come from the caller, who knows the model's base and scaling.
   *   d             elements of a head, even
   *   cosine, sine  d / 2 f32 each, aligned to 4
   * Error of an element at most 2.01 u (|a| + |b|) for tables within -1..1.
   * Source: J. Su et al., "RoFormer" (arXiv 2104.09864).
   */
  gk_status (*ropehalves_f32_f32)(size_t rows, size_t d, const float *src, size_t src_stride, const float *cosine,
                                  const float *sine, float *dst, size_t dst_stride);
  gk_status (*ropepairs_f32_f32)(size_t rows, size_t d, const float *src, size_t src_stride, const float *cosine,
                                 const float *sine, float *dst, size_t dst_stride);
} gk_elementwise_ops;

#ifdef __cplusplus
}
#endif

#endif
