/* SDOT: each 32-bit lane sums 4 products. Panels of 8 are in the order [K / 4][8][4]: 4 k of 4 rows or columns. */
#include "block8/products.h"
#include "block8/table.h"
#include "common/unroll.h"
#include "gk4/sdot.h"

GK_BLOCK8_DECLARE(neon_dotprod)

/*
 * out += (float)sum * (row scale * column scale). Unrolled by order: clang 19 makes a loop of more than 4 rows, and
 * writes all sums to memory for it, which costs half of the tile's instructions again.
 */
GK_INLINE void add_rows(size_t rows, int32x4_t sum[][2], const float *row_scale, const float *column_scale,
                        float *out) {
  const float32x4_t columns[2] = {vld1q_f32(column_scale), vld1q_f32(column_scale + 4)};
  GK_UNROLL_8
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < 2; j++) {
      float *at = out + GK_PANEL * i + 4 * j;
      const float32x4_t scale = vmulq_n_f32(columns[j], row_scale[i]);
      vst1q_f32(at, vfmaq_f32(vld1q_f32(at), vcvtq_f32_s32(sum[i][j]), scale));
    }
    gk_keep_order();
  }
}

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
    add_rows(padded, sum, lhs_scale, rhs_scale, result);
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

/* 32 k by 8 columns, times the scales. */
GK_INLINE void add_block(int8x16_t low, int8x16_t high, float lhs_scale, const int8_t **rhs, const float *rhs_scale,
                         float32x4_t *out) {
  int32x4_t sum[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
  DOT_STEP(sum, rhs, low, 0);
  DOT_STEP(sum, rhs, low, 2);
  DOT_STEP(sum, rhs, high, 0);
  DOT_STEP(sum, rhs, high, 2);
  for (size_t j = 0; j < 2; j++) {
    const float32x4_t scale = vmulq_n_f32(vld1q_f32(rhs_scale + 4 * j), lhs_scale);
    out[j] = vfmaq_f32(out[j], vcvtq_f32_s32(sum[j]), scale);
  }
}

GK_INLINE void columns(size_t count, const gk_gk4_shape *shape, const int8_t *lhs, const int8_t *rhs,
                       size_t panel_bytes, float *dst) {
  const float *lhs_scale = (const float *)(const void *)(lhs + gk_gk4_row_values(shape));
  const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
  const float *other_scale = (const float *)(const void *)((const char *)rhs_scale + panel_bytes);
  const int8_t *other = rhs + panel_bytes;
  float32x4_t out[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  for (size_t b = 0; b < shape->blocks; b++, lhs += GK_BLOCK8_BLOCK) {
    const int8x16_t low = vld1q_s8(lhs);
    const int8x16_t high = vld1q_s8(lhs + 16);
    add_block(low, high, lhs_scale[b], &rhs, rhs_scale + b * GK_PANEL, out);
    if (count > 1) {
      add_block(low, high, lhs_scale[b], &other, other_scale + b * GK_PANEL, out + 2);
    }
  }
  for (size_t j = 0; j < 2 * count; j++) {
    vst1q_f32(dst + 4 * j, out[j]);
  }
}

GK_BLOCK8_DEFINE(neon_dotprod, DEPTH, plain, panels, tile, columns)
