/*
 * BFMMLA's arithmetic by NEON without BF16, on panels of depth 1. An addition rounded to odd is an addition rounded to
 * nearest and its exact error (D. E. Knuth's TwoSum): where the error is not 0, the sum is moved to the neighbour
 * nearer to 0 if the rounding went away from 0, and its last bit is set.
 *
 * This leaves out flushing and overflow, so it serves panels whose exponents rule both out; others take emulated.h.
 */
#ifndef GK_BF16_EMULATED_NEON_H
#define GK_BF16_EMULATED_NEON_H

#include <arm_neon.h>

#include "bf16/emulated.h"

static inline float32x4_t gk_neon_add_odd(float32x4_t a, float32x4_t b) {
  const float32x4_t sum = vaddq_f32(a, b);
  const float32x4_t virtual_b = vsubq_f32(sum, a);
  const float32x4_t error = vaddq_f32(vsubq_f32(a, vsubq_f32(sum, virtual_b)), vsubq_f32(b, virtual_b));
  const int32x4_t bits = vreinterpretq_s32_f32(sum);
  const int32x4_t exact = vreinterpretq_s32_u32(vceqzq_f32(error));
  /* -1 where sum and error differ in sign: there the exact value is nearer to 0 than the sum. */
  const int32x4_t away = vshrq_n_s32(veorq_s32(bits, vreinterpretq_s32_f32(error)), 31);
  const int32x4_t moved = vaddq_s32(bits, vbicq_s32(away, exact));
  return vreinterpretq_f32_s32(vorrq_s32(moved, vbicq_s32(vdupq_n_s32(1), exact)));
}

/* 4 columns of one row: sum + (a0 * b0 + a1 * b1). */
static inline float32x4_t gk_neon_dot_add_odd(float32x4_t sum, float a0, float32x4_t b0, float a1, float32x4_t b1) {
  return gk_neon_add_odd(sum, gk_neon_add_odd(vmulq_n_f32(b0, a0), vmulq_n_f32(b1, a1)));
}

static inline float32x4_t gk_neon_widen_low(uint16x8_t values) {
  return vreinterpretq_f32_u32(vshll_n_u16(vget_low_u16(values), 16));
}

static inline float32x4_t gk_neon_widen_high(uint16x8_t values) {
  return vreinterpretq_f32_u32(vshll_n_u16(vget_high_u16(values), 16));
}

/* Two values, as the first two lanes: four would reach past the end of a panel. */
static inline float32x4_t gk_neon_widen_two(const uint16_t *values) {
  uint32_t both;
  __builtin_memcpy(&both, values, sizeof both);
  return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u32(vdup_n_u32(both)), 16));
}

/* Rows are a constant, 1 or 2, in each caller, so that the sums live in registers; with more they would not. */
static inline __attribute__((always_inline)) void gk_neon_emulated_rows(size_t rows, size_t stored, size_t k_padded,
                                                                        const uint16_t *a, const uint16_t *b,
                                                                        float *dst, size_t dst_stride) {
  float32x4_t sum[2][2];
  for (size_t i = 0; i < rows; i++) {
    sum[i][0] = vdupq_n_f32(0.0f);
    sum[i][1] = vdupq_n_f32(0.0f);
  }
  for (size_t k = 0; k < k_padded; k += 2, a += 2 * GK_PANEL, b += 2 * GK_PANEL) {
    const uint16x8_t right0 = vld1q_u16(b);
    const uint16x8_t right1 = vld1q_u16(b + GK_PANEL);
    const float32x4_t left0 = gk_neon_widen_two(a);
    const float32x4_t left1 = gk_neon_widen_two(a + GK_PANEL);
    for (size_t i = 0; i < rows; i++) {
      const float a0 = left0[i];
      const float a1 = left1[i];
      sum[i][0] = gk_neon_dot_add_odd(sum[i][0], a0, gk_neon_widen_low(right0), a1, gk_neon_widen_low(right1));
      sum[i][1] = gk_neon_dot_add_odd(sum[i][1], a0, gk_neon_widen_high(right0), a1, gk_neon_widen_high(right1));
    }
  }
  for (size_t i = 0; i < rows; i++) {
    if (i < stored) {
      float *out = gk_row(dst, i, dst_stride);
      vst1q_f32(out, sum[i][0]);
      vst1q_f32(out + 4, sum[i][1]);
    }
  }
}

/* Exponent fields of a panel's values. */
typedef struct gk_exponents {
  uint32_t lowest; /* of the values that are not 0; 511 when all are */
  uint32_t highest;
} gk_exponents;

static inline gk_exponents gk_neon_exponents(const uint16_t *panel, size_t count) {
  uint16x8_t lowest = vdupq_n_u16(0xffff);
  uint16x8_t highest = vdupq_n_u16(0);
  for (size_t i = 0; i < count; i += 8) {
    const uint16x8_t magnitude = vandq_u16(vld1q_u16(panel + i), vdupq_n_u16(0x7fff));
    /* 0 wraps to the largest number, and so does not count. */
    lowest = vminq_u16(lowest, vsubq_u16(magnitude, vdupq_n_u16(1)));
    highest = vmaxq_u16(highest, magnitude);
  }
  return (gk_exponents){((uint32_t)vminvq_u16(lowest) + 1) >> 7, (uint32_t)vmaxvq_u16(highest) >> 7};
}

/*
 * Whether no step can flush or overflow. With the lowest exponents ea and eb, every product, sum and error is a
 * multiple of 2^(ea - 134) * 2^(eb - 134), so none but 0 is below 2^-126 when ea + eb >= 142. With the
 * highest, the sum of 2^20 products stays below 2^20 * 2^(ea - 126) * 2^(eb - 126), and below 2^127 when ea + eb <= 359.
 */
static inline int gk_neon_is_regular(gk_exponents a, gk_exponents b) {
  return a.lowest > 0 && b.lowest > 0 && a.highest < 255 && b.highest < 255 && a.lowest + b.lowest >= 142 &&
         a.highest + b.highest <= 359;
}

static inline void gk_neon_emulated_tile(size_t rows, size_t k_padded, const uint16_t *a, const uint16_t *b, float *dst,
                                         size_t dst_stride) {
  const size_t count = k_padded * GK_PANEL;
  if (!gk_neon_is_regular(gk_neon_exponents(a, count), gk_neon_exponents(b, count))) {
    gk_bf16_emulated_tile(rows, k_padded, a, b, dst, dst_stride);
    return;
  }
  for (size_t i = 0; i < rows; i += 2) {
    const size_t stored = gk_min(rows - i, 2);
    float *out = gk_row(dst, i, dst_stride);
    if (stored == 1) {
      gk_neon_emulated_rows(1, 1, k_padded, a + i, b, out, dst_stride);
    } else {
      gk_neon_emulated_rows(2, stored, k_padded, a + i, b, out, dst_stride);
    }
  }
}

#endif
