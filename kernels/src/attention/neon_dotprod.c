#include "bf16/emulated_neon.h"

enum { GK_ATTENTION_DEPTH = 1 };

/* Rounds to nearest even by integers; a weight is no NaN. */
static inline void gk_store_weights(uint16_t *weights, float32x4_t e) {
  const uint32x4_t bits = vreinterpretq_u32_f32(e);
  const uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
  const uint16x4_t rounded = vshrn_n_u32(vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), odd), 16);
  vst1_lane_u16(weights, rounded, 0);
  vst1_lane_u16(weights + 8, rounded, 1);
  vst1_lane_u16(weights + 16, rounded, 2);
  vst1_lane_u16(weights + 24, rounded, 3);
}

#include "attention/neon.h"

GK_ATTENTION_DECLARE(neon_dotprod)

static void multiply(size_t rows, size_t columns, size_t k_padded, const uint16_t *a, const uint16_t *b,
                     size_t distance, float *dst, size_t dst_columns) {
  for (size_t j = 0; j < columns; j += GK_PANEL) {
    gk_neon_emulated_tile(rows, k_padded, a, b + j / GK_PANEL * distance, dst + j, dst_columns * sizeof(float));
  }
}

static const gk_attention_steps steps = {gk_bf16_emulated_row_f32, GK_ATTENTION_DEPTH, multiply, gk_neon_weigh,
                                         gk_neon_join,             gk_neon_finish};

GK_ATTENTION_DEFINE(neon_dotprod, steps)
