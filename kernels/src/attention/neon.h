/*
 * The steps of attention that both NEON variants share. Whoever includes this gives, beforehand, the depth of a panel
 * as GK_ATTENTION_DEPTH and
 *   static inline void gk_store_weights(uint16_t *weights, float32x4_t e)
 * which rounds 4 weights to bf16 and writes them to one row of a panel, from the place of the first.
 */
#ifndef GK_ATTENTION_NEON_H
#define GK_ATTENTION_NEON_H

#include "attention/walk.h"
#include "common/partials_neon.h"
#include "elementwise/exp_neon.h"
#include "elementwise/max_neon.h"

static inline void gk_neon_weigh_block(const float *scores, gk_slope slope, gk_exp_shift shift, float32x4_t *sum,
                                       uint16_t *weights) {
  const float32x4_t lowest = vdupq_n_f32(shift.lowest);
  const float32x4x4_t v = vld1q_f32_x4(scores);
  for (size_t j = 0; j < 4; j++) {
    const float32x4_t x = vmaxq_f32(v.val[j], lowest);
    const float32x4_t e = gk_neon_exp3(x, vdupq_n_f32(slope.slope), vdupq_n_f32(shift.magic));
    sum[j] = vaddq_f32(sum[j], e);
    gk_store_weights(weights + 4 * j * GK_PANEL, e);
  }
}

/* Inlined into the loop over rows, so that the constants of exp are loaded once. */
static inline __attribute__((always_inline)) gk_page_sum gk_neon_weigh(size_t row, size_t seen, size_t padded,
                                                                       const float *scores, gk_slope slope,
                                                                       uint16_t *weights) {
  const float max = gk_neon_max(scores, seen);
  if (!gk_is_usable_max(max, slope)) {
    return gk_unusable_row(GK_ATTENTION_DEPTH, row, padded, weights);
  }
  const float power = gk_exp_power_of_max(max, slope.slope);
  const gk_exp_shift shift = gk_exp_shift_of(power, slope.inverse);
  float32x4_t sum[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  float partial[GK_PARTIALS];
  const float *x = scores;
  uint16_t *out = weights + gk_bf16_index(GK_ATTENTION_DEPTH, row, 0);
  size_t left = seen;
  GK_FOR_BLOCKS(left,
                gk_neon_weigh_block(x, slope, shift, sum, out);
                GK_ADVANCE(x, GK_BLOCK);
                GK_ADVANCE(out, GK_BLOCK * GK_PANEL);)
  if (seen % GK_BLOCK == 0 && padded == seen) {
    return (gk_page_sum){power, gk_neon_sum_partials(sum)};
  }
  gk_neon_store_partials(sum, partial);
  gk_weigh_from(GK_ATTENTION_DEPTH, seen - left, row, seen, padded, scores, slope, shift, partial, weights);
  return (gk_page_sum){power, gk_sum_partials(partial)};
}

/* d is a multiple of 8. */
static void gk_neon_join(size_t d, const float *values, gk_join join, float *result) {
  for (size_t turns = d / GK_BLOCK; turns != 0; turns--) {
    const float32x4x4_t v = vld1q_f32_x4(values);
    float32x4x4_t r = vld1q_f32_x4(result);
    for (size_t j = 0; j < 4; j++) {
      r.val[j] = vfmaq_n_f32(vmulq_n_f32(r.val[j], join.before), v.val[j], join.now);
    }
    vst1q_f32_x4(result, r);
    GK_ADVANCE(values, GK_BLOCK);
    GK_ADVANCE(result, GK_BLOCK);
  }
  for (size_t i = 0; i < d % GK_BLOCK; i += 4) {
    const float32x4_t r = vmulq_n_f32(vld1q_f32(result + i), join.before);
    vst1q_f32(result + i, vfmaq_n_f32(r, vld1q_f32(values + i), join.now));
  }
}

static void gk_neon_finish(size_t d, const float *result, float factor, float *dst) {
  for (size_t turns = d / GK_BLOCK; turns != 0; turns--) {
    float32x4x4_t r = vld1q_f32_x4(result);
    for (size_t j = 0; j < 4; j++) {
      r.val[j] = vmulq_n_f32(r.val[j], factor);
    }
    vst1q_f32_x4(dst, r);
    GK_ADVANCE(result, GK_BLOCK);
    GK_ADVANCE(dst, GK_BLOCK);
  }
  for (size_t i = 0; i < d % GK_BLOCK; i += 4) {
    vst1q_f32(dst + i, vmulq_n_f32(vld1q_f32(result + i), factor));
  }
}

#endif
