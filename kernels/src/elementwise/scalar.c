#include "elementwise/rows.h"

GK_ELEMENTWISE_DECLARE(scalar)

gk_status gk_rmsnorm_f32_f32_scalar(size_t rows, size_t n, const float *src, size_t src_stride, const float *weight,
                                    float epsilon, float *dst, size_t dst_stride) {
  const gk_status status = gk_check_rmsnorm(rows, n, src, src_stride, weight, epsilon, dst, dst_stride);
  for (size_t row = 0; status == GK_OK && row < rows; row++) {
    const float *x = gk_const_row(src, row, src_stride);
    gk_rmsnorm_scale(x, weight, gk_rmsnorm_factor(x, n, epsilon), n, gk_row(dst, row, dst_stride));
  }
  return status;
}

static void softmax_row(const float *x, size_t n, float *y) {
  float max = gk_softmax_max(x, n, x[0]);
  float partial[GK_PARTIALS] = {0};
  if (!gk_f32_is_finite(max)) {
    gk_softmax_fill_nan(n, y);
    return;
  }
  if (gk_softmax_needs_subtraction(max)) {
    gk_subtract(x, max, n, y);
    x = y;
    max = 0.0f;
  }
  gk_softmax_exp(x, gk_softmax_shift(max), n, partial, y);
  gk_scale_in_place(y, 1.0f / gk_sum_partials(partial), n);
}

gk_status gk_softmax_f32_f32_scalar(size_t rows, size_t n, const float *src, size_t src_stride, float *dst,
                                    size_t dst_stride) {
  const gk_status status = gk_check_rows(rows, n, src, src_stride, dst, dst_stride);
  for (size_t row = 0; status == GK_OK && row < rows; row++) {
    softmax_row(gk_const_row(src, row, src_stride), n, gk_row(dst, row, dst_stride));
  }
  return status;
}

gk_status gk_swiglu_f32_f32_f32_scalar(size_t n, const float *gate, const float *up, float *dst) {
  const gk_status status = gk_check_floats(gk_check_rows(1, n, gate, GK_STRIDE_MAX, dst, GK_STRIDE_MAX), up);
  if (status == GK_OK) {
    gk_swiglu_row(gate, up, n, dst);
  }
  return status;
}

gk_status gk_ropehalves_f32_f32_scalar(size_t rows, size_t d, const float *src, size_t src_stride, const float *cosine,
                                       const float *sine, float *dst, size_t dst_stride) {
  const gk_status status = gk_check_rope(rows, d, src, src_stride, cosine, sine, dst, dst_stride);
  for (size_t row = 0; status == GK_OK && row < rows; row++) {
    const float *x = gk_const_row(src, row, src_stride);
    float *y = gk_row(dst, row, dst_stride);
    gk_rope_halves_row(x, x + d / 2, cosine, sine, d / 2, y, y + d / 2);
  }
  return status;
}

gk_status gk_ropepairs_f32_f32_scalar(size_t rows, size_t d, const float *src, size_t src_stride, const float *cosine,
                                      const float *sine, float *dst, size_t dst_stride) {
  const gk_status status = gk_check_rope(rows, d, src, src_stride, cosine, sine, dst, dst_stride);
  for (size_t row = 0; status == GK_OK && row < rows; row++) {
    gk_rope_pairs_row(gk_const_row(src, row, src_stride), cosine, sine, d / 2, gk_row(dst, row, dst_stride));
  }
  return status;
}
