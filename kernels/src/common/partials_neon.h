/* Partial sums in vectors: vector j holds those of index 4 j .. 4 j + 3. The order, and the bits, of partials.h. */
#ifndef GK_COMMON_PARTIALS_NEON_H
#define GK_COMMON_PARTIALS_NEON_H

#include <arm_neon.h>

#include "common/partials.h"

static inline float gk_neon_sum_partials(const float32x4_t *sum) {
  return vaddvq_f32(vaddq_f32(vaddq_f32(sum[0], sum[1]), vaddq_f32(sum[2], sum[3])));
}

static inline void gk_neon_store_partials(const float32x4_t *sum, float *partial) {
  for (size_t j = 0; j < GK_PARTIALS / 4; j++) {
    vst1q_f32(partial + 4 * j, sum[j]);
  }
}

#endif
