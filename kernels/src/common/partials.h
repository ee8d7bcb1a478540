/*
 * Sums of many f32 in one order: value i goes to partial sum i % 16, and those are added as below. Sixteen partial sums
 * are four vectors of NEON: enough to hide the latency of FMLA and FADD on Neoverse N1 to V3.
 */
#ifndef GK_COMMON_PARTIALS_H
#define GK_COMMON_PARTIALS_H

#include <stddef.h>

enum { GK_PARTIALS = 16 };

static inline float gk_sum_partials(const float *partial) {
  float lane[4];
  for (size_t j = 0; j < 4; j++) {
    lane[j] = (partial[j] + partial[4 + j]) + (partial[8 + j] + partial[12 + j]);
  }
  return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

#endif
