/* RMSNorm's factor by NEON: the order of rmsnorm_core.h, and so the same bits. */
#ifndef GK_ELEMENTWISE_RMSNORM_NEON_H
#define GK_ELEMENTWISE_RMSNORM_NEON_H

#include <arm_neon.h>

#include "common/partials_neon.h"
#include "elementwise/blocks.h"
#include "elementwise/rmsnorm_core.h"

static inline void gk_neon_add_squares(float32x4_t *partial, const float *x) {
  const float32x4x4_t v = vld1q_f32_x4(x);
  for (size_t j = 0; j < 4; j++) {
    partial[j] = vfmaq_f32(partial[j], v.val[j], v.val[j]);
  }
}

/* What one row is multiplied with: bit for bit gk_rmsnorm_factor. */
static inline float gk_neon_rmsnorm_factor(const float *x, size_t n, float epsilon) {
  float32x4_t partial[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  float lanes[GK_PARTIALS];
  size_t left = n;
  GK_FOR_BLOCKS(left,
                gk_neon_add_squares(partial, x);
                GK_ADVANCE(x, GK_BLOCK);)
  gk_neon_store_partials(partial, lanes);
  gk_rmsnorm_add_squares(lanes, x, left);
  return gk_rmsnorm_factor_of(gk_sum_partials(lanes), n, epsilon);
}

#endif
