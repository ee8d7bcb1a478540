/*
 * RMSNorm's one order of float operations, for every kernel that normalises, fused or not.
 *
 *   partial[i % 16] = fma(x[i], x[i], partial[i % 16])           for i = 0 .. n - 1, from 0
 *   lane[j]         = (partial[j] + partial[4 + j]) + (partial[8 + j] + partial[12 + j])      for j = 0 .. 3
 *   sum             = (lane[0] + lane[1]) + (lane[2] + lane[3])
 *   factor          = 1 / sqrt(sum / n + epsilon)
 *   y[i]            = (x[i] * factor) * weight[i]
 *
 * Source: B. Zhang, R. Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019 (arXiv 1910.07467).
 */
#ifndef GK_ELEMENTWISE_RMSNORM_CORE_H
#define GK_ELEMENTWISE_RMSNORM_CORE_H

#include <stddef.h>

#include "common/float32.h"
#include "common/partials.h"

/* Adds the squares of x[0..n) to the partial sums; what came before was a multiple of 16 values. */
static inline void gk_rmsnorm_add_squares(float *partial, const float *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    float *sum = &partial[i % GK_PARTIALS];
    *sum = gk_f32_fma(x[i], x[i], *sum);
  }
}

/* n is 1..GK_DIM_MAX, which f32 holds exactly. */
static inline float gk_rmsnorm_factor_of(float sum, size_t n, float epsilon) {
  return 1.0f / gk_f32_sqrt(sum / (float)n + epsilon);
}

/* What one row is multiplied with. */
static inline float gk_rmsnorm_factor(const float *x, size_t n, float epsilon) {
  float partial[GK_PARTIALS] = {0};
  gk_rmsnorm_add_squares(partial, x, n);
  return gk_rmsnorm_factor_of(gk_sum_partials(partial), n, epsilon);
}

static inline float gk_rmsnorm_value(float x, float factor, float weight) {
  return x * factor * weight;
}

#endif
