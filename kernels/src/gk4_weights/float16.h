/* binary32 to binary16, rounded to nearest even. */
#ifndef GK_GK4_WEIGHTS_FLOAT16_H
#define GK_GK4_WEIGHTS_FLOAT16_H

#include "common/float32.h"

#define GK_F16_MAX 65504.0f

/* `value` is 0..GK_F16_MAX. */
static inline uint16_t gk_f16_from_f32(float value) {
  const uint32_t bits = gk_f32_bits(value);
  if (value < 0x1p-14f) {
    /* Adding 2^-1 leaves multiples of 2^-24, the step of f16's denormals, in the low bits. */
    return (uint16_t)(gk_f32_bits(value + 0.5f) - 0x3f000000u);
  }
  return (uint16_t)((bits + 0xfffu + (bits >> 13 & 1) - 0x38000000u) >> 13);
}

#endif
