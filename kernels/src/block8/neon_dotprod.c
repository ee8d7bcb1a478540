/* SDOT: each 32-bit lane sums 4 products. Panels of 8 are in the order [K / 4][8][4]: 4 k of 4 rows or columns. */
#include "block8/columns.h"
#include "block8/table.h"
#include "gk4/sdot.h"

GK_BLOCK8_DECLARE(neon_dotprod)

/* `padded` is a constant in each caller below, so that the sums live in registers. */
GK_INLINE void tile_rows(size_t padded, const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs,
                         float *dst, size_t dst_stride) {
  float result[GK_PANEL * GK_PANEL];
  const float *lhs_scale = gk_gk4_panel8_scales(shape, lhs);
  const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
  clear_result(padded, result);
  for (size_t b = 0; b < shape->blocks; b++, lhs_scale += GK_PANEL, rhs_scale += GK_PANEL) {
    int32x4_t sum[GK_PANEL][2];
    clear_sums(padded, sum);
    multiply_quads(padded, sum, &lhs, &rhs);
    multiply_quads(padded, sum, &lhs, &rhs);
    multiply_quads(padded, sum, &lhs, &rhs);
    multiply_quads(padded, sum, &lhs, &rhs);
    const float32x4_t column_scale[2] = {vld1q_f32(rhs_scale), vld1q_f32(rhs_scale + 4)};
    add_superblock(0, padded, sum, lhs_scale, column_scale, result);
  }
  gk_copy_tile(rows, GK_PANEL, GK_PANEL, result, dst, dst_stride);
}

GK_INLINE void tile(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs, float *dst,
                    size_t dst_stride) {
  if (rows > 4) {
    tile_rows(8, shape, rows, lhs, rhs, dst, dst_stride);
  } else if (rows > 2) {
    tile_rows(4, shape, rows, lhs, rhs, dst, dst_stride);
  } else {
    tile_rows(2, shape, rows, lhs, rhs, dst, dst_stride);
  }
}

/* 8 k of the row, lanes `lane` and `lane` + 1 of `left`, by 8 columns. */
#define DOT_STEP(sum, rhs, left, lane)                                      \
  do {                                                                      \
    const int8x16x4_t right_ = gk_neon_take_64(rhs);                        \
    (sum)[0] = vdotq_laneq_s32((sum)[0], right_.val[0], left, lane);        \
    (sum)[1] = vdotq_laneq_s32((sum)[1], right_.val[1], left, lane);        \
    (sum)[0] = vdotq_laneq_s32((sum)[0], right_.val[2], left, (lane) + 1);  \
    (sum)[1] = vdotq_laneq_s32((sum)[1], right_.val[3], left, (lane) + 1);  \
  } while (0)

GK_INLINE void hold(const int8_t *lhs, int8x16_t *held) {
  held[0] = vld1q_s8(lhs);
  held[1] = vld1q_s8(lhs + 16);
}

GK_INLINE void dot(const int8x16_t *held, const int8_t **rhs, int32x4_t *sum) {
  sum[0] = sum[1] = vdupq_n_s32(0);
  DOT_STEP(sum, rhs, held[0], 0);
  DOT_STEP(sum, rhs, held[0], 2);
  DOT_STEP(sum, rhs, held[1], 0);
  DOT_STEP(sum, rhs, held[1], 2);
}

GK_INLINE void columns(size_t count, const gk_gk4_shape *shape, const int8_t *lhs, const int8_t *rhs,
                       size_t panel_bytes, float *dst) {
  gk_block8_columns(hold, dot, count, shape, lhs, rhs, panel_bytes, dst);
}

GK_BLOCK8_DEFINE(neon_dotprod, DEPTH, plain, panels, tile, columns)
