#include "attention/walk.h"
#include "bf16/emulated.h"

GK_ATTENTION_DECLARE(scalar)

static void multiply(size_t rows, size_t columns, size_t k_padded, const uint16_t *a, const uint16_t *b,
                     size_t distance, float *dst, size_t dst_columns) {
  for (size_t j = 0; j < columns; j += GK_PANEL) {
    gk_bf16_emulated_tile(rows, k_padded, a, b + j / GK_PANEL * distance, dst + j, dst_columns * sizeof(float));
  }
}

static gk_page_sum weigh(size_t row, size_t seen, size_t padded, const float *scores, gk_slope slope,
                         uint16_t *weights) {
  const float max = gk_softmax_max(scores, seen, scores[0]);
  float partial[GK_PARTIALS] = {0};
  if (!gk_is_usable_max(max, slope)) {
    return gk_unusable_row(1, row, padded, weights);
  }
  const float power = gk_exp_power_of_max(max, slope.slope);
  gk_weigh_from(1, 0, row, seen, padded, scores, slope, gk_exp_shift_of(power, slope.inverse), partial, weights);
  return (gk_page_sum){power, gk_sum_partials(partial)};
}

static void join_page(size_t d, const float *values, gk_join join, float *result) {
  for (size_t i = 0; i < d; i++) {
    result[i] = gk_f32_fma(values[i], join.now, result[i] * join.before);
  }
}

static void finish(size_t d, const float *result, float factor, float *dst) {
  for (size_t i = 0; i < d; i++) {
    dst[i] = result[i] * factor;
  }
}

static const gk_attention_steps steps = {gk_bf16_emulated_row_f32, 1, multiply, weigh, join_page, finish};

GK_ATTENTION_DEFINE(scalar, steps)
