/*
 * The one order of float operations between the two products of attention. For the scores s of a page that a row sees:
 *
 *   max      = the largest s
 *   power    = max * slope rounded to an integer, slope = scale * log2(e)
 *   e        = 2^(s * slope - power), see elementwise/exp_core.h; 0 from 127 below the largest
 *   weight   = e rounded to bf16; 0 for keys that the row does not see
 *   sum      = the e in the order of common/partials.h
 *
 * and for the join of a page (power, sum, values) to what came before (total power, total sum, result):
 *
 *   highest  = the larger power
 *   before   = 2^(total power - highest), now = 2^(power - highest); exact, and 0 below 2^-126
 *   total    = fma(sum, now, total * before); result = fma(values, now, result * before)
 *
 * In the end a result is multiplied by 1 / total.
 */
#ifndef GK_ATTENTION_WEIGHTS_H
#define GK_ATTENTION_WEIGHTS_H

#include "bf16/panel.h"
#include "common/partials.h"
#include "elementwise/exp_core.h"

/* The power of a row that has seen no key. */
#define GK_NO_POWER (-0x1p+22f)

typedef struct gk_slope {
  float slope;
  float inverse;
} gk_slope;

static inline gk_slope gk_slope_of(float scale) {
  const float slope = scale * GK_EXP_LOG2E;
  return (gk_slope){slope, 1.0f / slope};
}

/* What a page adds to a row, but for the values. */
typedef struct gk_page_sum {
  float power;
  float sum;
} gk_page_sum;

/* False for a NaN as well. */
static inline int gk_is_usable_max(float max, gk_slope slope) {
  const float scaled = max * slope.slope;
  return scaled >= -GK_EXP_SHIFT_LIMIT && scaled <= GK_EXP_SHIFT_LIMIT;
}

/*
 * What is left of a row of weights: scores to `seen`, then zeros to `padded`. `first`, the columns done before, is a
 * multiple of GK_PARTIALS. depth is that of the panel.
 */
static inline void gk_weigh_from(size_t depth, size_t first, size_t row, size_t seen, size_t padded,
                                 const float *scores, gk_slope slope, gk_exp_shift shift, float *partial,
                                 uint16_t *weights) {
  for (size_t i = first; i < padded; i++) {
    float e = 0.0f;
    if (i < seen) {
      e = gk_exp3(gk_larger(scores[i], shift.lowest), slope.slope, shift.magic);
      partial[i % GK_PARTIALS] += e;
    }
    weights[gk_bf16_index(depth, row, i)] = gk_bf16_from_f32(e);
  }
}

static inline gk_page_sum gk_unusable_row(size_t depth, size_t row, size_t padded, uint16_t *weights) {
  gk_bf16_pack_row_bf16(depth, row, 0, padded, weights, weights);
  return (gk_page_sum){0.0f, gk_f32_default_nan()};
}

/* 2^distance for an integer distance <= 0; 0 below -126. */
static inline float gk_power_of_2(float distance) {
  return distance < -126.0f ? 0.0f : gk_exp_power(distance + GK_EXP_MAGIC);
}

/* How a page joins what came before it. */
typedef struct gk_join {
  float before, now;
} gk_join;

/* Moves *total on by `page`. */
static inline gk_join gk_join_page(gk_page_sum *total, gk_page_sum page) {
  const float highest = total->power > page.power ? total->power : page.power;
  const gk_join join = {gk_power_of_2(total->power - highest), gk_power_of_2(page.power - highest)};
  total->power = highest;
  total->sum = gk_f32_fma(page.sum, join.now, total->sum * join.before);
  return join;
}

#endif
