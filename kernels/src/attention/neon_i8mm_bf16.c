#include "bf16/bfmmla.h"

enum { GK_ATTENTION_DEPTH = GK_BFMMLA_DEPTH };

static inline void gk_store_weights(uint16_t *weights, float32x4_t e) {
  vst1_u16(weights, gk_bfmmla_round(e));
}

#include "attention/neon.h"

GK_ATTENTION_DECLARE(neon_i8mm_bf16)

/* One row leaves half of each BFMMLA idle; two panels at a time at least keep its 4 pipes busy. */
static inline void multiply_row(size_t k_padded, const uint16_t *a, const uint16_t *b, size_t distance, float *dst) {
  float32x4_t sum[2][GK_BFMMLA_PAIRS];
  const uint16_t *next = b + distance;
  for (size_t j = 0; j < GK_BFMMLA_PAIRS; j++) {
    sum[0][j] = vdupq_n_f32(0.0f);
    sum[1][j] = vdupq_n_f32(0.0f);
  }
#define GK_STEP                                                                              \
  {                                                                                          \
    const bfloat16x8_t left = gk_bfmmla_operand(vld1q_u16(a));                               \
    const uint16x8x4_t first = vld1q_u16_x4(b);                                              \
    const uint16x8x4_t second = vld1q_u16_x4(next);                                          \
    for (size_t j = 0; j < GK_BFMMLA_PAIRS; j++) {                                           \
      sum[0][j] = vbfmmlaq_f32(sum[0][j], left, gk_bfmmla_operand(first.val[j]));            \
      sum[1][j] = vbfmmlaq_f32(sum[1][j], left, gk_bfmmla_operand(second.val[j]));           \
    }                                                                                        \
    GK_ADVANCE(a, GK_BFMMLA_STEP);                                                           \
    GK_ADVANCE(b, GK_BFMMLA_STEP);                                                           \
    GK_ADVANCE(next, GK_BFMMLA_STEP);                                                        \
  }
  for (size_t turns = k_padded / (4 * GK_BFMMLA_DEPTH); turns != 0; turns--) {
    GK_STEP
    GK_STEP
    GK_STEP
    GK_STEP
  }
  for (size_t turns = k_padded / GK_BFMMLA_DEPTH % 4; turns != 0; turns--) {
    GK_STEP
  }
#undef GK_STEP
  gk_bfmmla_store_pair(1, sum[0], dst, 0);
  gk_bfmmla_store_pair(1, sum[1], dst + GK_PANEL, 0);
}

/* The number of rows is chosen outside the loop, and the tile stands inside it. */
static inline __attribute__((always_inline)) void multiply_tiles(size_t pairs, size_t rows, size_t columns,
                                                                 size_t k_padded, const uint16_t *a, const uint16_t *b,
                                                                 size_t distance, float *dst, size_t dst_columns) {
  for (size_t j = 0; j < columns; j += GK_PANEL, b += distance) {
    gk_bfmmla_pairs(pairs, rows, k_padded, a, b, dst + j, dst_columns * sizeof(float));
  }
}

static void multiply(size_t rows, size_t columns, size_t k_padded, const uint16_t *a, const uint16_t *b,
                     size_t distance, float *dst, size_t dst_columns) {
  if (rows == 8) {
    multiply_tiles(4, 8, columns, k_padded, a, b, distance, dst, dst_columns);
  } else if (rows > 4) {
    multiply_tiles(4, rows, columns, k_padded, a, b, distance, dst, dst_columns);
  } else if (rows > 2) {
    multiply_tiles(2, rows, columns, k_padded, a, b, distance, dst, dst_columns);
  } else if (rows == 2) {
    multiply_tiles(1, 2, columns, k_padded, a, b, distance, dst, dst_columns);
  } else {
    const size_t in_twos = columns / (2 * GK_PANEL) * (2 * GK_PANEL);
    for (size_t j = 0; j < in_twos; j += 2 * GK_PANEL) {
      multiply_row(k_padded, a, b + j / GK_PANEL * distance, distance, dst + j);
    }
    multiply_tiles(1, 1, columns - in_twos, k_padded, a, b + in_twos / GK_PANEL * distance, distance, dst + in_twos,
                   dst_columns);
  }
}

static const gk_attention_steps steps = {gk_bfmmla_row_f32, GK_ATTENTION_DEPTH, multiply, gk_neon_weigh,
                                         gk_neon_join,      gk_neon_finish};

GK_ATTENTION_DEFINE(neon_i8mm_bf16, steps)
