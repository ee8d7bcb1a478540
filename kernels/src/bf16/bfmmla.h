/*
 * BFMMLA: multiplies 2 rows x 4 k by 4 k x 2 columns into a 2 x 2 block of sums. Panels are [K / 4][8][4], so one
 * 16-byte register holds 4 k of 2 rows or 2 columns, and one LD1 of four registers a step of the panel. An 8 x 8 tile
 * keeps 16 sums and 4 registers of each operand: 16 BFMMLA for 2 loads.
 */
#ifndef GK_BF16_BFMMLA_H
#define GK_BF16_BFMMLA_H

#include <arm_neon.h>

#include "bf16/panel.h"
#include "common/advance.h"

enum { GK_BFMMLA_DEPTH = 4, GK_BFMMLA_PAIRS = GK_PANEL / 2, GK_BFMMLA_STEP = GK_PANEL * GK_BFMMLA_DEPTH };

static inline bfloat16x8_t gk_bfmmla_operand(uint16x8_t values) {
  return vreinterpretq_bf16_u16(values);
}

/* The first two sums of two blocks, and the last two: written so because vcombine takes two instructions. */
static inline float32x4_t gk_bfmmla_first(float32x4_t a, float32x4_t b) {
  return vreinterpretq_f32_f64(vzip1q_f64(vreinterpretq_f64_f32(a), vreinterpretq_f64_f32(b)));
}

static inline float32x4_t gk_bfmmla_last(float32x4_t a, float32x4_t b) {
  return vreinterpretq_f32_f64(vzip2q_f64(vreinterpretq_f64_f32(a), vreinterpretq_f64_f32(b)));
}

/* Sums of one row pair: block j holds {r0 c2j, r0 c2j+1, r1 c2j, r1 c2j+1}. */
static inline void gk_bfmmla_store_pair(size_t rows, const float32x4_t *block, float *dst, size_t dst_stride) {
  vst1q_f32(dst, gk_bfmmla_first(block[0], block[1]));
  vst1q_f32(dst + 4, gk_bfmmla_first(block[2], block[3]));
  if (rows > 1) {
    float *out = gk_row(dst, 1, dst_stride);
    vst1q_f32(out, gk_bfmmla_last(block[0], block[1]));
    vst1q_f32(out + 4, gk_bfmmla_last(block[2], block[3]));
  }
}

static inline __attribute__((always_inline)) void gk_bfmmla_step(size_t pairs, float32x4_t (*sum)[GK_BFMMLA_PAIRS],
                                                                 const uint16_t *a, const uint16_t *b) {
  const uint16x8x4_t right = vld1q_u16_x4(b);
  for (size_t i = 0; i < pairs; i++) {
    const bfloat16x8_t left = gk_bfmmla_operand(vld1q_u16(a + 8 * i));
    for (size_t j = 0; j < GK_BFMMLA_PAIRS; j++) {
      sum[i][j] = vbfmmlaq_f32(sum[i][j], left, gk_bfmmla_operand(right.val[j]));
    }
  }
}

static inline __attribute__((always_inline)) void gk_bfmmla_full_step(float32x4_t (*sum)[GK_BFMMLA_PAIRS],
                                                                      const uint16_t *a, const uint16_t *b) {
  const uint16x8x4_t left = vld1q_u16_x4(a);
  const uint16x8x4_t right = vld1q_u16_x4(b);
  for (size_t i = 0; i < GK_BFMMLA_PAIRS; i++) {
    for (size_t j = 0; j < GK_BFMMLA_PAIRS; j++) {
      sum[i][j] = vbfmmlaq_f32(sum[i][j], gk_bfmmla_operand(left.val[i]), gk_bfmmla_operand(right.val[j]));
    }
  }
}

/* `pairs` is a constant in each caller below, so that the sums live in registers. */
static inline __attribute__((always_inline)) void gk_bfmmla_pairs(size_t pairs, size_t rows, size_t k_padded,
                                                                  const uint16_t *a, const uint16_t *b, float *dst,
                                                                  size_t dst_stride) {
  float32x4_t sum[GK_BFMMLA_PAIRS][GK_BFMMLA_PAIRS];
  size_t steps = k_padded / GK_BFMMLA_DEPTH;
  for (size_t i = 0; i < pairs; i++) {
    for (size_t j = 0; j < GK_BFMMLA_PAIRS; j++) {
      sum[i][j] = vdupq_n_f32(0.0f);
    }
  }
#define GK_STEP                             \
  if (pairs == GK_BFMMLA_PAIRS) {           \
    gk_bfmmla_full_step(sum, a, b);         \
  } else {                                  \
    gk_bfmmla_step(pairs, sum, a, b);       \
  }                                         \
  GK_ADVANCE(a, GK_BFMMLA_STEP);            \
  GK_ADVANCE(b, GK_BFMMLA_STEP);
  for (size_t turns = steps / 4; turns != 0; turns--) {
    GK_STEP
    GK_STEP
    GK_STEP
    GK_STEP
  }
  for (steps %= 4; steps != 0; steps--) {
    GK_STEP
  }
#undef GK_STEP
  for (size_t i = 0; i < pairs; i++) {
    if (2 * i < rows) {
      gk_bfmmla_store_pair(rows - 2 * i, sum[i], gk_row(dst, 2 * i, dst_stride), dst_stride);
    }
  }
}

static inline __attribute__((always_inline)) void gk_bfmmla_tile(size_t rows, size_t k_padded, const uint16_t *a,
                                                                 const uint16_t *b, float *dst, size_t dst_stride) {
  if (rows == 8) {
    gk_bfmmla_pairs(4, 8, k_padded, a, b, dst, dst_stride);
  } else if (rows > 4) {
    gk_bfmmla_pairs(4, rows, k_padded, a, b, dst, dst_stride);
  } else if (rows > 2) {
    gk_bfmmla_pairs(2, rows, k_padded, a, b, dst, dst_stride);
  } else {
    gk_bfmmla_pairs(1, rows, k_padded, a, b, dst, dst_stride);
  }
}

static inline void gk_bfmmla_row(size_t row, size_t k, size_t k_padded, const void *src, uint16_t *panel) {
  gk_bf16_pack_row_bf16(GK_BFMMLA_DEPTH, row, k, k_padded, src, panel);
}

/* 4 values rounded to nearest even. */
static inline uint16x4_t gk_bfmmla_round(float32x4_t values) {
  return vreinterpret_u16_bf16(vcvt_bf16_f32(values));
}

static inline void gk_bfmmla_row_f32(size_t row, size_t k, size_t k_padded, const void *src, uint16_t *panel) {
  const float *values = src;
  uint16_t *out = panel + row * GK_BFMMLA_DEPTH;
  size_t done = 0;
  for (; k - done >= 16; done += 16) {
    const float32x4x4_t v = vld1q_f32_x4(values);
    for (size_t j = 0; j < 4; j++) {
      vst1_u16(out + j * GK_BFMMLA_STEP, gk_bfmmla_round(v.val[j]));
    }
    GK_ADVANCE(values, 16);
    GK_ADVANCE(out, 4 * GK_BFMMLA_STEP);
  }
  for (size_t i = done; i < k_padded; i++) {
    panel[gk_bf16_index(GK_BFMMLA_DEPTH, row, i)] = i < k ? gk_bf16_from_f32(*values++) : (uint16_t)0;
  }
}

/* Two rows at once: BFCVTN and BFCVTN2 fill one register, which one store puts into the panel. */
static inline void gk_bfmmla_two_rows_f32(size_t row, size_t k, size_t k_padded, const void *first, const void *second,
                                          uint16_t *panel) {
  const float *upper = first;
  const float *lower = second;
  uint16_t *out = panel + row * GK_BFMMLA_DEPTH;
  size_t done = 0;
  for (; k - done >= 16; done += 16) {
    const float32x4x4_t u = vld1q_f32_x4(upper);
    const float32x4x4_t l = vld1q_f32_x4(lower);
    for (size_t j = 0; j < 4; j++) {
      const bfloat16x8_t both = vcvtq_high_bf16_f32(vcvtq_low_bf16_f32(u.val[j]), l.val[j]);
      vst1q_u16(out + j * GK_BFMMLA_STEP, vreinterpretq_u16_bf16(both));
    }
    GK_ADVANCE(upper, 16);
    GK_ADVANCE(lower, 16);
    GK_ADVANCE(out, 4 * GK_BFMMLA_STEP);
  }
  for (size_t i = done; i < k_padded; i++) {
    panel[gk_bf16_index(GK_BFMMLA_DEPTH, row, i)] = i < k ? gk_bf16_from_f32(*upper++) : (uint16_t)0;
    panel[gk_bf16_index(GK_BFMMLA_DEPTH, row + 1, i)] = i < k ? gk_bf16_from_f32(*lower++) : (uint16_t)0;
  }
}

#endif
