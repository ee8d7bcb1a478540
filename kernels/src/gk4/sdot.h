/*
 * Tiles of sums by SDOT, from panels of 8 in the order [K / 4][8][4], and the quantisers that write such panels: what the
 * families gk4 and block8 share.
 */
#ifndef GK_GK4_SDOT_H
#define GK_GK4_SDOT_H

#include "common/unroll.h"
#include "gk4/neon.h"

enum { DEPTH = 4, QUAD_BYTES = 32, QUADS = GK_GK4_BLOCK / DEPTH };

GK_NEON_DEFINE_ROUND(round_panel, DEPTH, QUAD_BYTES)

static const gk_gk4_quantiser plain = {gk_neon_largest, gk_neon_round_plain, {8, 8}};
static const gk_gk4_quantiser panels = {gk_neon_largest, round_panel, {DEPTH, QUAD_BYTES}};

/*
 * out += (float)sum * (row scale * column scale), for rows of 8 that lie one after the other. Unrolled by order: clang 19
 * makes a loop of more than 4 rows, and writes all sums to memory for it, which costs a tile of block8 half of its
 * instructions again.
 */
GK_INLINE void add_superblock(int sixteenfold, size_t rows, int32x4_t sum[][2], const float *row_scale,
                              const float32x4_t *column_scale, float *out) {
  GK_UNROLL_8
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < 2; j++) {
      const float32x4_t scale = vmulq_n_f32(column_scale[j], row_scale[i]);
      float *at = out + GK_PANEL * i + 4 * j;
      vst1q_f32(at, vfmaq_f32(vld1q_f32(at), gk_neon_to_f32(sum[i][j], sixteenfold), scale));
    }
    gk_keep_order();
  }
}

GK_INLINE void clear_sums(size_t rows, int32x4_t sum[][2]) {
  for (size_t i = 0; i < rows; i++) {
    sum[i][0] = vdupq_n_s32(0);
    sum[i][1] = vdupq_n_s32(0);
  }
}

GK_INLINE void clear_result(size_t rows, float *result) {
  for (size_t i = 0; i < 2 * rows; i++) {
    vst1q_f32(result + 4 * i, vdupq_n_f32(0));
  }
}

/* sum += 4 k of up to 4 rows, the lanes of `left`, by 8 columns. */
#define MULTIPLY_ROW(rows, sum, i, right, left, lane)             \
  if ((i) < (rows)) {                                             \
    sum[i][0] = vdotq_laneq_s32(sum[i][0], right[0], left, lane); \
    sum[i][1] = vdotq_laneq_s32(sum[i][1], right[1], left, lane); \
  }

#define MULTIPLY_QUAD(rows, sum, first, right, left) \
  MULTIPLY_ROW(rows, sum, (first), right, left, 0)   \
  MULTIPLY_ROW(rows, sum, (first) + 1, right, left, 1) \
  MULTIPLY_ROW(rows, sum, (first) + 2, right, left, 2) \
  MULTIPLY_ROW(rows, sum, (first) + 3, right, left, 3)

/* Two k-quads of a tile. */
GK_INLINE void multiply_quads(size_t padded, int32x4_t sum[][2], const int8_t **lhs, const int8_t **rhs) {
  const int8x16x4_t right = gk_neon_take_64(rhs);
  const int8x16x4_t left = gk_neon_take_64(lhs);
  for (size_t quad = 0; quad < 2; quad++) {
    const int8x16_t *columns = right.val + 2 * quad;
    MULTIPLY_QUAD(padded, sum, 0, columns, left.val[2 * quad])
    MULTIPLY_QUAD(padded, sum, 4, columns, left.val[2 * quad + 1])
  }
}

#endif
