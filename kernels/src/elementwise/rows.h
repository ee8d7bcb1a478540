/*
 * What every variant of the elementwise kernels shares: the checks of arguments, and the scalar form of each row, which
 * the scalar variant runs throughout and the NEON ones run on what is left past their last whole vector.
 */
#ifndef GK_ELEMENTWISE_ROWS_H
#define GK_ELEMENTWISE_ROWS_H

#include "common/checks.h"
#include "elementwise/exp_core.h"
#include "elementwise/rmsnorm_core.h"
#include "elementwise/table.h"

static inline const float *gk_const_row(const float *base, size_t row, size_t stride) {
  return (const float *)(const void *)((const char *)base + row * stride);
}

static inline int gk_stride_holds(size_t stride, size_t n) {
  return stride >= n * sizeof(float) && stride <= GK_STRIDE_MAX;
}

/* Rows of n floats at `src` and `dst`. */
static inline gk_status gk_check_rows(size_t rows, size_t n, const float *src, size_t src_stride, const float *dst,
                                      size_t dst_stride) {
  if (src == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(rows, GK_DIM_MAX) || !gk_in_range(n, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  if (!gk_stride_holds(src_stride, n) || !gk_stride_holds(dst_stride, n)) {
    return GK_ERROR_STRIDE;
  }
  if (!gk_is_aligned(src, sizeof(float)) || !gk_is_aligned(dst, sizeof(float)) || src_stride % sizeof(float) != 0 ||
      dst_stride % sizeof(float) != 0) {
    return GK_ERROR_MISALIGNED;
  }
  return GK_OK;
}

/* A second operand: aligned floats. */
static inline gk_status gk_check_floats(gk_status status, const float *values) {
  if (values == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  return status != GK_OK || gk_is_aligned(values, sizeof(float)) ? status : GK_ERROR_MISALIGNED;
}

static inline gk_status gk_check_rmsnorm(size_t rows, size_t n, const float *src, size_t src_stride,
                                         const float *weight, float epsilon, const float *dst, size_t dst_stride) {
  const gk_status status = gk_check_floats(gk_check_rows(rows, n, src, src_stride, dst, dst_stride), weight);
  return status != GK_OK || (epsilon >= 0.0f && gk_f32_is_finite(epsilon)) ? status : GK_ERROR_VALUE;
}

static inline gk_status gk_check_rope(size_t rows, size_t d, const float *src, size_t src_stride, const float *cosine,
                                      const float *sine, const float *dst, size_t dst_stride) {
  const gk_status status = gk_check_rows(rows, d, src, src_stride, dst, dst_stride);
  const gk_status tables = gk_check_floats(gk_check_floats(status, cosine), sine);
  return tables == GK_OK && d % 2 != 0 ? GK_ERROR_SHAPE : tables;
}

static inline void gk_rmsnorm_scale(const float *x, const float *weight, float factor, size_t n, float *y) {
  for (size_t i = 0; i < n; i++) {
    y[i] = gk_rmsnorm_value(x[i], factor, weight[i]);
  }
}

/* Softmax has no value for a row with a NaN or +Inf, nor for one of -Inf alone. */
static inline void gk_softmax_fill_nan(size_t n, float *y) {
  for (size_t i = 0; i < n; i++) {
    y[i] = gk_f32_default_nan();
  }
}

/* x far from 0 loses the part after the point when it is multiplied; without its maximum it is near 0. */
static inline int gk_softmax_needs_subtraction(float max) {
  return max > GK_EXP_SHIFT_LIMIT / 2 || max < -GK_EXP_SHIFT_LIMIT / 2;
}

static inline gk_exp_shift gk_softmax_shift(float max) {
  return gk_exp_shift_of(gk_exp_power_of_max(max, GK_EXP_LOG2E), GK_EXP_LN2);
}

static inline void gk_subtract(const float *x, float max, size_t n, float *y) {
  for (size_t i = 0; i < n; i++) {
    y[i] = x[i] - max;
  }
}

static inline void gk_softmax_exp(const float *x, gk_exp_shift shift, size_t n, float *partial,
                                  float *y) {
  for (size_t i = 0; i < n; i++) {
    const float e = gk_exp5(gk_larger(x[i], shift.lowest), GK_EXP_LOG2E, shift.magic);
    partial[i % GK_PARTIALS] += e;
    y[i] = e;
  }
}

static inline void gk_scale_in_place(float *y, float factor, size_t n) {
  for (size_t i = 0; i < n; i++) {
    y[i] *= factor;
  }
}

static inline void gk_swiglu_row(const float *gate, const float *up, size_t n, float *y) {
  for (size_t i = 0; i < n; i++) {
    y[i] = gk_swiglu_value(gate[i], up[i]);
  }
}

/* Turns the pair (*a, *b) by the angle: a' = a cos - b sin, b' = a sin + b cos. */
static inline void gk_rotate(float a, float b, float cosine, float sine, float *out_a, float *out_b) {
  *out_a = gk_f32_fma(-b, sine, a * cosine);
  *out_b = gk_f32_fma(b, cosine, a * sine);
}

static inline void gk_rope_halves_row(const float *low, const float *high, const float *cosine, const float *sine,
                                      size_t half, float *low_out, float *high_out) {
  for (size_t i = 0; i < half; i++) {
    gk_rotate(low[i], high[i], cosine[i], sine[i], &low_out[i], &high_out[i]);
  }
}

static inline void gk_rope_pairs_row(const float *x, const float *cosine, const float *sine, size_t half,
                                     float *y) {
  for (size_t i = 0; i < half; i++) {
    gk_rotate(x[2 * i], x[2 * i + 1], cosine[i], sine[i], &y[2 * i], &y[2 * i + 1]);
  }
}

#endif
