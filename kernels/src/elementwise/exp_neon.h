/* exp by NEON: the order of exp_core.h on four lanes, and so the same bits. */
#ifndef GK_ELEMENTWISE_EXP_NEON_H
#define GK_ELEMENTWISE_EXP_NEON_H

#include <arm_neon.h>

#include "elementwise/exp_core.h"

static inline float32x4_t gk_neon_exp_power(float32x4_t z) {
  return vreinterpretq_f32_s32(vshlq_n_s32(vreinterpretq_s32_f32(z), 23));
}

static inline float32x4_t gk_neon_exp5(float32x4_t x, float32x4_t slope, float32x4_t magic) {
  const float32x4_t z = vfmaq_f32(magic, x, slope);
  const float32x4_t f = vfmaq_f32(vsubq_f32(magic, z), x, slope);
  const float32x4_t f2 = vmulq_f32(f, f);
  const float32x4_t low = vfmaq_f32(vdupq_n_f32(GK_EXP5_C1), f, vdupq_n_f32(GK_EXP5_C2));
  const float32x4_t middle = vfmaq_f32(vdupq_n_f32(GK_EXP5_C3), f, vdupq_n_f32(GK_EXP5_C4));
  const float32x4_t high = vfmaq_f32(middle, f2, vdupq_n_f32(GK_EXP5_C5));
  const float32x4_t s = gk_neon_exp_power(z);
  return vfmaq_f32(s, vmulq_f32(s, f), vfmaq_f32(low, f2, high));
}

static inline float32x4_t gk_neon_exp3(float32x4_t x, float32x4_t slope, float32x4_t magic) {
  const float32x4_t z = vfmaq_f32(magic, x, slope);
  const float32x4_t f = vfmaq_f32(vsubq_f32(magic, z), x, slope);
  const float32x4_t high = vfmaq_f32(vdupq_n_f32(GK_EXP3_C2), f, vdupq_n_f32(GK_EXP3_C3));
  const float32x4_t q = vfmaq_f32(vdupq_n_f32(GK_EXP3_C1), f, high);
  const float32x4_t s = gk_neon_exp_power(z);
  return vfmaq_f32(s, vmulq_f32(s, f), q);
}

static inline float32x4_t gk_neon_swiglu(float32x4_t gate, float32x4_t up) {
  const float32x4_t numerator = vmaxq_f32(gate, vdupq_n_f32(GK_SWIGLU_GATE_MIN));
  const float32x4_t x = vminnmq_f32(numerator, vdupq_n_f32(GK_SWIGLU_GATE_MAX));
  const float32x4_t e = gk_neon_exp5(x, vdupq_n_f32(-GK_EXP_LOG2E), vdupq_n_f32(GK_EXP_MAGIC));
  return vmulq_f32(vdivq_f32(numerator, vaddq_f32(e, vdupq_n_f32(1.0f))), up);
}

#endif
