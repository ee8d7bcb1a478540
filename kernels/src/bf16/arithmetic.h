/*
 * The arithmetic of BFMMLA without FEAT_EBF16, or with FPCR.EBF = 0 as Linux leaves it: what Neoverse V1, V2 and V3 do.
 * Each product is exact, or 0 with its sign when it is below the normal numbers of f32. A pair of products is added,
 * then the pair to the sum; both additions round to odd (an inexact result has its last bit set), flush results below
 * the normal numbers to 0 with their sign, overflow to Inf and ignore FPCR. Inputs below the normal numbers count as 0.
 * Source: Arm Architecture Reference Manual (DDI 0487), pseudocode BFDotAdd, BFMulH, FPAdd_BF16 and BFRound.
 */
#ifndef GK_BF16_ARITHMETIC_H
#define GK_BF16_ARITHMETIC_H

#include <stddef.h>

#include "common/float32.h"

#define GK_F32_MIN_NORMAL 0x1p-126f

static inline float gk_bf16_to_f32(uint16_t value) {
  return gk_f32_from_bits((uint32_t)value << 16);
}

/* Rounds to nearest even, as BFCVT does; a NaN stays one. */
static inline uint16_t gk_bf16_from_f32(float value) {
  const uint32_t bits = gk_f32_bits(value);
  if (gk_f32_is_nan(value)) {
    return (uint16_t)(bits >> 16 | 0x40);
  }
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float gk_bf16_flush(float value) {
  return value > -GK_F32_MIN_NORMAL && value < GK_F32_MIN_NORMAL ? gk_f32_from_bits(gk_f32_bits(value) & 0x80000000u)
                                                                 : value;
}

/* a + b rounded to odd in f32, flushed. */
static inline float gk_bf16_add(float a, float b) {
  const double sum = gk_f64_add_odd((double)a, (double)b);
  float rounded = (float)sum;
  if (gk_f32_is_nan(rounded)) {
    return gk_f32_default_nan();
  }
  /* The conversion rounds to nearest; one step back where that was away from 0, then the odd bit. */
  const double back = (double)rounded;
  if (back != sum && sum < 0x1p+128 && sum > -0x1p+128) {
    const uint32_t away = (sum > 0.0) == (back > sum);
    rounded = gk_f32_from_bits((gk_f32_bits(rounded) - away) | 1);
  }
  return gk_bf16_flush(rounded);
}

/* Exact in f32, but for what flushes: both significands have 8 bits. */
static inline float gk_bf16_multiply(uint16_t a, uint16_t b) {
  return gk_bf16_flush(gk_bf16_flush(gk_bf16_to_f32(a)) * gk_bf16_flush(gk_bf16_to_f32(b)));
}

/* One lane of BFDOT, and one half of one lane of BFMMLA: sum + (a0 * b0 + a1 * b1). */
static inline float gk_bf16_dot_add(float sum, uint16_t a0, uint16_t b0, uint16_t a1, uint16_t b1) {
  return gk_bf16_add(sum, gk_bf16_add(gk_bf16_multiply(a0, b0), gk_bf16_multiply(a1, b1)));
}

#endif
