/*
 * Tiles of sums by SMMLA, from panels of 8 in the order [K / 8][8][8], and the quantisers that write such panels: what
 * the families gk4 and block8 share. A 2 x 2 block of sums is one register.
 */
#ifndef GK_GK4_SMMLA_H
#define GK_GK4_SMMLA_H

#include "gk4/neon.h"

enum { DEPTH = 8, STEP_BYTES = 64, PAIRS = GK_PANEL / 2, STEPS = GK_GK4_BLOCK / DEPTH };

GK_NEON_DEFINE_ROUND(round_panel, DEPTH, STEP_BYTES)

static const gk_gk4_quantiser plain = {gk_neon_largest, gk_neon_round_plain, {8, 8}};
static const gk_gk4_quantiser panels = {gk_neon_largest, round_panel, {DEPTH, STEP_BYTES}};

/* Scales in the order of a 2 x 2 block of sums: {r0, r0, r1, r1} of row pairs, {c0, c1, c0, c1} of column pairs. */
GK_INLINE void load_row_scales(size_t pairs, const float *scales, float32x4_t *out) {
  for (size_t i = 0; i < pairs; i += 2) {
    const float32x4_t four = vld1q_f32(scales + 2 * i);
    out[i] = vzip1q_f32(four, four);
    out[i + 1] = vzip2q_f32(four, four);
  }
}

GK_INLINE float32x4_t repeat_low(float32x4_t v) {
  return vreinterpretq_f32_f64(vdupq_laneq_f64(vreinterpretq_f64_f32(v), 0));
}

GK_INLINE float32x4_t repeat_high(float32x4_t v) {
  return vreinterpretq_f32_f64(vdupq_laneq_f64(vreinterpretq_f64_f32(v), 1));
}

GK_INLINE void spread_column_scales(float32x4_t low, float32x4_t high, float32x4_t *out) {
  out[0] = repeat_low(low);
  out[1] = repeat_high(low);
  out[2] = repeat_low(high);
  out[3] = repeat_high(high);
}

/* out += (float)sum * (row scale * column scale), for blocks of 2 x 2 that lie one after the other in memory. */
GK_INLINE void add_superblock(int sixteenfold, size_t pairs, int32x4_t sum[PAIRS][PAIRS], const float *row_scales,
                              const float32x4_t *column_scale, float *out) {
  float32x4_t row_scale[PAIRS];
  load_row_scales(pairs, row_scales, row_scale);
  for (size_t i = 0; i < pairs; i++) {
    float32x4x4_t blocks = vld1q_f32_x4(out + 16 * i);
    for (size_t j = 0; j < PAIRS; j++) {
      const float32x4_t scale = vmulq_f32(row_scale[i], column_scale[j]);
      blocks.val[j] = vfmaq_f32(blocks.val[j], gk_neon_to_f32(sum[i][j], sixteenfold), scale);
    }
    vst1q_f32_x4(out + 16 * i, blocks);
    gk_keep_order();
  }
}

GK_INLINE void clear_sums(size_t pairs, int32x4_t sum[PAIRS][PAIRS]) {
  for (size_t i = 0; i < pairs; i++) {
    for (size_t j = 0; j < PAIRS; j++) {
      sum[i][j] = vdupq_n_s32(0);
    }
  }
}

/* From blocks of 2 x 2 to rows. */
GK_INLINE void store_rows(size_t rows, const float *blocks, float *dst, size_t dst_stride) {
  for (size_t i = 0; i < rows; i += 2) {
    const float64x2_t b[PAIRS] = {
        vreinterpretq_f64_f32(vld1q_f32(blocks + 8 * i)), vreinterpretq_f64_f32(vld1q_f32(blocks + 8 * i + 4)),
        vreinterpretq_f64_f32(vld1q_f32(blocks + 8 * i + 8)), vreinterpretq_f64_f32(vld1q_f32(blocks + 8 * i + 12))};
    float *out = gk_row(dst, i, dst_stride);
    vst1q_f32(out, vreinterpretq_f32_f64(vzip1q_f64(b[0], b[1])));
    vst1q_f32(out + 4, vreinterpretq_f32_f64(vzip1q_f64(b[2], b[3])));
    if (i + 1 < rows) {
      out = gk_row(dst, i + 1, dst_stride);
      vst1q_f32(out, vreinterpretq_f32_f64(vzip2q_f64(b[0], b[1])));
      vst1q_f32(out + 4, vreinterpretq_f32_f64(vzip2q_f64(b[2], b[3])));
    }
  }
}

GK_INLINE void clear_blocks(size_t pairs, float *blocks) {
  for (size_t i = 0; i < 4 * pairs; i++) {
    vst1q_f32(blocks + 4 * i, vdupq_n_f32(0));
  }
}

GK_INLINE void multiply_step(size_t pairs, int32x4_t sum[PAIRS][PAIRS], const int8_t **lhs, const int8_t **rhs) {
  const int8x16x4_t right = gk_neon_take_64(rhs);
  const int8x16x4_t left = gk_neon_take_64(lhs);
  for (size_t i = 0; i < pairs; i++) {
    for (size_t j = 0; j < PAIRS; j++) {
      sum[i][j] = vmmlaq_s32(sum[i][j], left.val[i], right.val[j]);
    }
  }
}

#endif
