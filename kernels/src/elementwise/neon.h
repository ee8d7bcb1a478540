/*
 * The elementwise kernels by NEON. Both NEON variants are this code: nothing here needs more than Armv8.0, and each is
 * compiled for its own ISA level.
 */
#ifndef GK_ELEMENTWISE_NEON_H
#define GK_ELEMENTWISE_NEON_H

#include "common/partials_neon.h"
#include "elementwise/blocks.h"
#include "elementwise/exp_neon.h"
#include "elementwise/max_neon.h"
#include "elementwise/rmsnorm_neon.h"
#include "elementwise/rows.h"

static inline void gk_neon_rmsnorm_block(const float *x, const float *weight, float factor, float *y) {
  const float32x4x4_t v = vld1q_f32_x4(x);
  const float32x4x4_t w = vld1q_f32_x4(weight);
  float32x4x4_t out;
  for (size_t j = 0; j < 4; j++) {
    out.val[j] = vmulq_f32(vmulq_n_f32(v.val[j], factor), w.val[j]);
  }
  vst1q_f32_x4(y, out);
}

static inline void gk_neon_rmsnorm_row(const float *x, size_t n, const float *weight, float epsilon, float *y) {
  const float factor = gk_neon_rmsnorm_factor(x, n, epsilon);
  GK_FOR_BLOCKS(n,
                gk_neon_rmsnorm_block(x, weight, factor, y);
                GK_ADVANCE(x, GK_BLOCK);
                GK_ADVANCE(weight, GK_BLOCK);
                GK_ADVANCE(y, GK_BLOCK);)
  gk_rmsnorm_scale(x, weight, factor, n, y);
}

static inline void gk_neon_softmax_block(const float *x, gk_exp_shift shift, float32x4_t *sum, float *y) {
  const float32x4_t lowest = vdupq_n_f32(shift.lowest);
  float32x4x4_t v = vld1q_f32_x4(x);
  for (size_t j = 0; j < 4; j++) {
    GK_AFTER(v.val[j], sum[(j + 3) % 4]);
    v.val[j] = gk_neon_exp5(vmaxq_f32(v.val[j], lowest), vdupq_n_f32(GK_EXP_LOG2E), vdupq_n_f32(shift.magic));
    sum[j] = vaddq_f32(sum[j], v.val[j]);
  }
  vst1q_f32_x4(y, v);
}

/* Writes the exponentials to y and gives their sum, in the order of RMSNorm's sum. */
static inline float gk_neon_softmax_exp(const float *x, gk_exp_shift shift, size_t n, float *y) {
  float32x4_t sum[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  float partial[GK_PARTIALS];
  GK_FOR_BLOCKS(n,
                gk_neon_softmax_block(x, shift, sum, y);
                GK_ADVANCE(x, GK_BLOCK);
                GK_ADVANCE(y, GK_BLOCK);)
  gk_neon_store_partials(sum, partial);
  gk_softmax_exp(x, shift, n, partial, y);
  return gk_sum_partials(partial);
}

static inline void gk_neon_scale_block(float *y, float factor) {
  float32x4x4_t v = vld1q_f32_x4(y);
  for (size_t j = 0; j < 4; j++) {
    v.val[j] = vmulq_n_f32(v.val[j], factor);
  }
  vst1q_f32_x4(y, v);
}

static inline void gk_neon_softmax_row(const float *x, size_t n, float *y) {
  float max = gk_neon_max(x, n);
  if (!gk_f32_is_finite(max)) {
    gk_softmax_fill_nan(n, y);
    return;
  }
  if (gk_softmax_needs_subtraction(max)) {
    gk_subtract(x, max, n, y);
    x = y;
    max = 0.0f;
  }
  const float factor = 1.0f / gk_neon_softmax_exp(x, gk_softmax_shift(max), n, y);
  GK_FOR_BLOCKS(n,
                gk_neon_scale_block(y, factor);
                GK_ADVANCE(y, GK_BLOCK);)
  gk_scale_in_place(y, factor, n);
}

static inline void gk_neon_swiglu_block(const float *gate, const float *up, float *y) {
  const float32x4x4_t g = vld1q_f32_x4(gate);
  const float32x4x4_t u = vld1q_f32_x4(up);
  float32x4x4_t out;
  for (size_t j = 0; j < 4; j++) {
    out.val[j] = gk_neon_swiglu(g.val[j], u.val[j]);
  }
  vst1q_f32_x4(y, out);
}

static inline void gk_neon_swiglu_row(const float *gate, const float *up, size_t n, float *y) {
  GK_FOR_BLOCKS(n,
                gk_neon_swiglu_block(gate, up, y);
                GK_ADVANCE(gate, GK_BLOCK);
                GK_ADVANCE(up, GK_BLOCK);
                GK_ADVANCE(y, GK_BLOCK);)
  gk_swiglu_row(gate, up, n, y);
}

static inline void gk_neon_rotate(float32x4_t *a, float32x4_t *b, float32x4_t cosine, float32x4_t sine) {
  const float32x4_t left = vfmsq_f32(vmulq_f32(*a, cosine), *b, sine);
  *b = vfmaq_f32(vmulq_f32(*a, sine), *b, cosine);
  *a = left;
}

static inline void gk_neon_rope_halves_block(const float *low, const float *high, const float *cosine,
                                             const float *sine, float *low_out, float *high_out) {
  float32x4x4_t a = vld1q_f32_x4(low);
  float32x4x4_t b = vld1q_f32_x4(high);
  const float32x4x4_t c = vld1q_f32_x4(cosine);
  const float32x4x4_t s = vld1q_f32_x4(sine);
  for (size_t j = 0; j < 4; j++) {
    gk_neon_rotate(&a.val[j], &b.val[j], c.val[j], s.val[j]);
  }
  vst1q_f32_x4(low_out, a);
  vst1q_f32_x4(high_out, b);
}

static inline void gk_neon_rope_halves_row(const float *x, const float *cosine, const float *sine, size_t half,
                                           float *y) {
  const float *high = x + half;
  float *high_out = y + half;
  size_t left = half;
  GK_FOR_BLOCKS(left,
                gk_neon_rope_halves_block(x, high, cosine, sine, y, high_out);
                GK_ADVANCE(x, GK_BLOCK);
                GK_ADVANCE(high, GK_BLOCK);
                GK_ADVANCE(cosine, GK_BLOCK);
                GK_ADVANCE(sine, GK_BLOCK);
                GK_ADVANCE(y, GK_BLOCK);
                GK_ADVANCE(high_out, GK_BLOCK);)
  gk_rope_halves_row(x, high, cosine, sine, left, y, high_out);
}

/* LD2 and ST2 know no offset, so this block moves the pointers of its values itself. */
static inline void gk_neon_rope_pairs_block(const float **x, const float *cosine, const float *sine, float **y) {
  const float32x4x4_t c = vld1q_f32_x4(cosine);
  const float32x4x4_t s = vld1q_f32_x4(sine);
  for (size_t j = 0; j < 4; j++) {
    float32x4x2_t v = vld2q_f32(*x);
    gk_neon_rotate(&v.val[0], &v.val[1], c.val[j], s.val[j]);
    vst2q_f32(*y, v);
    GK_ADVANCE(*x, 8);
    GK_ADVANCE(*y, 8);
  }
}

static inline void gk_neon_rope_pairs_row(const float *x, const float *cosine, const float *sine, size_t half,
                                          float *y) {
  GK_FOR_BLOCKS(half,
                gk_neon_rope_pairs_block(&x, cosine, sine, &y);
                GK_ADVANCE(cosine, GK_BLOCK);
                GK_ADVANCE(sine, GK_BLOCK);)
  gk_rope_pairs_row(x, cosine, sine, half, y);
}

/* The entries of a NEON variant. */
#define GK_ELEMENTWISE_DEFINE_NEON(suffix)                                                                            \
  gk_status gk_rmsnorm_f32_f32_##suffix(size_t rows, size_t n, const float *src, size_t src_stride,                   \
                                        const float *weight, float epsilon, float *dst, size_t dst_stride) {          \
    const gk_status status = gk_check_rmsnorm(rows, n, src, src_stride, weight, epsilon, dst, dst_stride);            \
    for (size_t row = 0; status == GK_OK && row < rows; row++) {                                                      \
      gk_neon_rmsnorm_row(gk_const_row(src, row, src_stride), n, weight, epsilon, gk_row(dst, row, dst_stride));      \
    }                                                                                                                 \
    return status;                                                                                                    \
  }                                                                                                                   \
  gk_status gk_softmax_f32_f32_##suffix(size_t rows, size_t n, const float *src, size_t src_stride, float *dst,       \
                                        size_t dst_stride) {                                                          \
    const gk_status status = gk_check_rows(rows, n, src, src_stride, dst, dst_stride);                                \
    for (size_t row = 0; status == GK_OK && row < rows; row++) {                                                      \
      gk_neon_softmax_row(gk_const_row(src, row, src_stride), n, gk_row(dst, row, dst_stride));                       \
    }                                                                                                                 \
    return status;                                                                                                    \
  }                                                                                                                   \
  gk_status gk_swiglu_f32_f32_f32_##suffix(size_t n, const float *gate, const float *up, float *dst) {                \
    const gk_status status = gk_check_floats(gk_check_rows(1, n, gate, GK_STRIDE_MAX, dst, GK_STRIDE_MAX), up);       \
    if (status == GK_OK) {                                                                                            \
      gk_neon_swiglu_row(gate, up, n, dst);                                                                           \
    }                                                                                                                 \
    return status;                                                                                                    \
  }                                                                                                                   \
  gk_status gk_ropehalves_f32_f32_##suffix(size_t rows, size_t d, const float *src, size_t src_stride,                \
                                           const float *cosine, const float *sine, float *dst, size_t dst_stride) {   \
    const gk_status status = gk_check_rope(rows, d, src, src_stride, cosine, sine, dst, dst_stride);                  \
    for (size_t row = 0; status == GK_OK && row < rows; row++) {                                                      \
      gk_neon_rope_halves_row(gk_const_row(src, row, src_stride), cosine, sine, d / 2, gk_row(dst, row, dst_stride)); \
    }                                                                                                                 \
    return status;                                                                                                    \
  }                                                                                                                   \
  gk_status gk_ropepairs_f32_f32_##suffix(size_t rows, size_t d, const float *src, size_t src_stride,                 \
                                          const float *cosine, const float *sine, float *dst, size_t dst_stride) {    \
    const gk_status status = gk_check_rope(rows, d, src, src_stride, cosine, sine, dst, dst_stride);                  \
    for (size_t row = 0; status == GK_OK && row < rows; row++) {                                                      \
      gk_neon_rope_pairs_row(gk_const_row(src, row, src_stride), cosine, sine, d / 2, gk_row(dst, row, dst_stride));  \
    }                                                                                                                 \
    return status;                                                                                                    \
  }

#endif
