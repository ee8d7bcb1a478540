/* The largest value of a row by NEON. */
#ifndef GK_ELEMENTWISE_MAX_NEON_H
#define GK_ELEMENTWISE_MAX_NEON_H

#include <arm_neon.h>

#include "elementwise/blocks.h"
#include "elementwise/exp_core.h"

static inline void gk_neon_max_block(float32x4_t *max, const float *x) {
  const float32x4x4_t v = vld1q_f32_x4(x);
  for (size_t j = 0; j < 4; j++) {
    max[j] = vmaxq_f32(max[j], v.val[j]);
  }
}

static inline float gk_neon_max(const float *x, size_t n) {
  const float32x4_t first = vdupq_n_f32(x[0]);
  float32x4_t max[4] = {first, first, first, first};
  GK_FOR_BLOCKS(n,
                gk_neon_max_block(max, x);
                GK_ADVANCE(x, GK_BLOCK);)
  const float all = vmaxvq_f32(vmaxq_f32(vmaxq_f32(max[0], max[1]), vmaxq_f32(max[2], max[3])));
  return gk_softmax_max(x, n, all);
}

#endif
