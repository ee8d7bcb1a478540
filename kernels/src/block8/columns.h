/* One row by one or two panels, for the variants with vector instructions. */
#ifndef GK_BLOCK8_COLUMNS_H
#define GK_BLOCK8_COLUMNS_H

#include "block8/products.h"
#include "gk4/neon.h"

/* Registers that 32 k of a row take at most. */
enum { GK_BLOCK8_HELD = 4 };

/* Loads 32 k of a row as a variant's instructions want them. */
typedef void gk_block8_hold_fn(const int8_t *lhs, int8x16_t *held);

/* The sums of 32 k by 8 columns, of which two registers are made; *rhs moves on. */
typedef void gk_block8_dot_fn(const int8x16_t *held, const int8_t **rhs, int32x4_t *sum);

/* 32 k by 8 columns, times the scales. */
GK_INLINE void gk_block8_add_block(gk_block8_dot_fn *dot, const int8x16_t *held, float lhs_scale, const int8_t **rhs,
                                   const float *rhs_scale, float32x4_t *out) {
  int32x4_t sum[2];
  dot(held, rhs, sum);
  for (size_t j = 0; j < 2; j++) {
    const float32x4_t scale = vmulq_n_f32(vld1q_f32(rhs_scale + 4 * j), lhs_scale);
    out[j] = vfmaq_f32(out[j], vcvtq_f32_s32(sum[j]), scale);
  }
}

GK_INLINE void gk_block8_columns(gk_block8_hold_fn *hold, gk_block8_dot_fn *dot, size_t panels,
                                 const gk_gk4_shape *shape, const int8_t *lhs, const int8_t *rhs, size_t panel_bytes,
                                 float *dst) {
  const float *lhs_scale = (const float *)(const void *)(lhs + gk_gk4_row_values(shape));
  const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
  const float *other_scale = (const float *)(const void *)((const char *)rhs_scale + panel_bytes);
  const int8_t *other = rhs + panel_bytes;
  float32x4_t out[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  for (size_t b = 0; b < shape->blocks; b++, lhs += GK_BLOCK8_BLOCK) {
    int8x16_t held[GK_BLOCK8_HELD];
    hold(lhs, held);
    gk_block8_add_block(dot, held, lhs_scale[b], &rhs, rhs_scale + b * GK_PANEL, out);
    if (panels > 1) {
      gk_block8_add_block(dot, held, lhs_scale[b], &other, other_scale + b * GK_PANEL, out + 2);
    }
  }
  for (size_t j = 0; j < 2 * panels; j++) {
    vst1q_f32(dst + 4 * j, out[j]);
  }
}

#endif
