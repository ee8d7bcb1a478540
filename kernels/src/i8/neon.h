/* What both NEON variants share: loads without over-reading, and the one order of float operations. */
#ifndef GK_I8_NEON_H
#define GK_I8_NEON_H

#include <arm_neon.h>

#include "common/neon_loads.h"
#include "common/unroll.h"
#include "i8/panel.h"

/* The 8 values at `a`, of which `count` (1..8) exist; the rest are 0 and are not read. */
static inline int8x8_t gk_load_tail(const int8_t *a, size_t count) {
  int8_t values[8] = {0};
  for (size_t i = 0; i < count; i++) {
    values[i] = a[i];
  }
  return vld1_s8(values);
}

/* (float)sum * lhs_scale * rhs_scale, from left to right: what scalar.c does, so that the bits agree. */
static inline void gk_store_scaled(int32x4_t sum, float lhs_scale, float32x4_t rhs_scale, float *dst) {
  vst1q_f32(dst, vmulq_f32(vmulq_n_f32(vcvtq_f32_s32(sum), lhs_scale), rhs_scale));
}

#endif
