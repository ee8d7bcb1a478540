/*
 * exp by 2^n * 2^f: the one order of float operations of softmax, SwiGLU and attention.
 *
 *   z = fma(x, slope, magic)              slope is log2(e), or what else makes x a power of 2
 *   f = fma(x, slope, magic - z)          the part after rounding x * slope to an integer, -0.5 .. 0.5
 *   s = the low bits of z as exponent     magic is 1.5 * 2^23 + 127 + an integer shift: s is 2^(n + shift)
 *   e = fma(s * f, q(f), s)               1 + f * q(f) approximates 2^f; q with fused steps
 *
 * n + shift must be -127..127; at -127, s and e are exactly 0. With s apart from the polynomial, three of the moves
 * that FMLA forces (it overwrites its addend) fall away.
 *
 * Sources: the method, W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980, chapter 6; the
 * coefficients are minimax fits of 2^f on -0.5 .. 0.5 with the constant term 1 (Lawson's iteration, 2026-11-23), with a
 * relative error after rounding to f32 of 1.1e-7 (degree 5) and 1.1e-4 (degree 3).
 */
#ifndef GK_ELEMENTWISE_EXP_CORE_H
#define GK_ELEMENTWISE_EXP_CORE_H

#include <stddef.h>

#include "common/float32.h"

#define GK_EXP_LOG2E 0x1.715476p+0f
#define GK_EXP_LN2 0x1.62e430p-1f
#define GK_EXP_MAGIC (0x1.8p+23f + 127.0f)

#define GK_EXP5_C1 0x1.62e42ap-1f
#define GK_EXP5_C2 0x1.ebf9bcp-3f
#define GK_EXP5_C3 0x1.c6b752p-5f
#define GK_EXP5_C4 0x1.3cea88p-7f
#define GK_EXP5_C5 0x1.5bba12p-10f

#define GK_EXP3_C1 0x1.62f5fap-1f
#define GK_EXP3_C2 0x1.f00c4cp-3f
#define GK_EXP3_C3 0x1.c2a216p-5f

/* The power of 2 that the low bits of z hold. */
static inline float gk_exp_power(float z) {
  return gk_f32_from_bits(gk_f32_bits(z) << 23);
}

/* Relative error 2e-7, for results in f32. */
static inline float gk_exp5(float x, float slope, float magic) {
  const float z = gk_f32_fma(x, slope, magic);
  const float f = gk_f32_fma(x, slope, magic - z);
  const float f2 = f * f;
  const float low = gk_f32_fma(f, GK_EXP5_C2, GK_EXP5_C1);
  const float high = gk_f32_fma(f2, GK_EXP5_C5, gk_f32_fma(f, GK_EXP5_C4, GK_EXP5_C3));
  const float s = gk_exp_power(z);
  return gk_f32_fma(s * f, gk_f32_fma(f2, high, low), s);
}

/* Relative error 1.1e-4, for results that are rounded to bf16 (2e-3). */
static inline float gk_exp3(float x, float slope, float magic) {
  const float z = gk_f32_fma(x, slope, magic);
  const float f = gk_f32_fma(x, slope, magic - z);
  const float q = gk_f32_fma(f, gk_f32_fma(f, GK_EXP3_C3, GK_EXP3_C2), GK_EXP3_C1);
  const float s = gk_exp_power(z);
  return gk_f32_fma(s * f, q, s);
}

/* The larger, or a NaN when one of the two is: FMAX, but for the sign of zeros. */
static inline float gk_larger(float a, float b) {
  return gk_f32_is_nan(a) || a >= b ? a : b;
}

/* The largest of `max` and n values; a NaN when one of them is. */
static inline float gk_softmax_max(const float *x, size_t n, float max) {
  for (size_t i = 0; i < n; i++) {
    max = gk_larger(max, x[i]);
  }
  return max;
}

/*
 * How softmax shifts a row: by an integer power of 2 near its maximum instead of by the maximum itself. Every term and
 * the sum carry the same factor, so it cancels; and x needs no subtraction, for the shift is part of the magic number.
 */
typedef struct gk_exp_shift {
  float magic;
  float lowest; /* x from which e is exactly 0; smaller x are raised to this */
} gk_exp_shift;

/* Largest |max * slope| for a shift: `lowest` must be exact to a fraction of one power of 2. */
#define GK_EXP_SHIFT_LIMIT 0x1p+20f

/* max * slope rounded to an integer; at most GK_EXP_SHIFT_LIMIT in magnitude. */
static inline float gk_exp_power_of_max(float max, float slope) {
  return gk_f32_fma(max, slope, 0x1.8p+23f) - 0x1.8p+23f;
}

/* `power` is what gk_exp_power_of_max gives; inverse_slope is 1 / slope. */
static inline gk_exp_shift gk_exp_shift_of(float power, float inverse_slope) {
  return (gk_exp_shift){.magic = GK_EXP_MAGIC - power, .lowest = (power - 127.0f) * inverse_slope};
}

/*
 * SwiGLU's limits for the gate. Below the first, the gate itself is raised to it: the true result, like the one given,
 * is then closer to 0 than 2^-120 |up|. Above the second, 1 + exp(-gate) is already 1.
 */
#define GK_SWIGLU_GATE_MIN (-88.0f)
#define GK_SWIGLU_GATE_MAX 87.0f

/* gate / (1 + exp(-gate)) * up; a NaN gate stays in the numerator, and out of the exponent. */
static inline float gk_swiglu_value(float gate, float up) {
  const float numerator = gk_larger(gate, GK_SWIGLU_GATE_MIN);
  const float x = numerator < GK_SWIGLU_GATE_MAX ? numerator : GK_SWIGLU_GATE_MAX;
  return numerator / (gk_exp5(x, -GK_EXP_LOG2E, GK_EXP_MAGIC) + 1.0f) * up;
}

#endif
