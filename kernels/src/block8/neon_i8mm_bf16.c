/* SMMLA: 2 rows x 8 k by 8 k x 2 columns. Panels of 8 are in the order [K / 8][8][8]: 8 k of 2 rows or columns. */
#include "block8/columns.h"
#include "block8/table.h"
#include "gk4/smmla.h"

GK_BLOCK8_DECLARE(neon_i8mm_bf16)

/*
 * 8 k of a tile. The statements that keep an order are for clang 19, which otherwise computes the sums of a block one
 * after the other, keeps the operands of all of them on the stack, and needs twice the instructions.
 */
GK_INLINE void multiply_in_order(size_t pairs, int32x4_t sum[PAIRS][PAIRS], const int8_t **lhs, const int8_t **rhs) {
  multiply_step(pairs, sum, lhs, rhs);
  for (size_t i = 0; i < pairs; i++) {
    gk_keep_sums(&sum[i][0], &sum[i][1], &sum[i][2], &sum[i][3]);
  }
  gk_keep_order();
}

/* `pairs` is a constant in each caller below, so that the sums live in registers. */
GK_INLINE void tile_pairs(size_t pairs, const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs,
                          float *dst, size_t dst_stride) {
  float blocks[16 * PAIRS];
  const float *lhs_scale = gk_gk4_panel8_scales(shape, lhs);
  const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
  clear_blocks(pairs, blocks);
  for (size_t b = 0; b < shape->blocks; b++, lhs_scale += GK_PANEL, rhs_scale += GK_PANEL) {
    int32x4_t sum[PAIRS][PAIRS];
    float32x4_t column_scale[PAIRS];
    clear_sums(pairs, sum);
    multiply_in_order(pairs, sum, &lhs, &rhs);
    multiply_in_order(pairs, sum, &lhs, &rhs);
    multiply_in_order(pairs, sum, &lhs, &rhs);
    multiply_in_order(pairs, sum, &lhs, &rhs);
    spread_column_scales(vld1q_f32(rhs_scale), vld1q_f32(rhs_scale + 4), column_scale);
    add_superblock(0, pairs, sum, lhs_scale, column_scale, blocks);
  }
  store_rows(rows, blocks, dst, dst_stride);
}

GK_INLINE void tile(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs, float *dst,
                    size_t dst_stride) {
  if (rows > 4) {
    tile_pairs(4, shape, rows, lhs, rhs, dst, dst_stride);
  } else if (rows > 2) {
    tile_pairs(2, shape, rows, lhs, rhs, dst, dst_stride);
  } else {
    tile_pairs(1, shape, rows, lhs, rhs, dst, dst_stride);
  }
}

/* 8 k of the row to a register, twice. */
GK_INLINE void hold(const int8_t *lhs, int8x16_t *held) {
  for (size_t step = 0; step < STEPS; step++) {
    held[step] = vreinterpretq_s8_s64(vld1q_dup_s64((const int64_t *)(const void *)(lhs + step * DEPTH)));
  }
}

/*
 * One row would leave half of each SMMLA idle, so this is SDOT on the same panels: lanes hold {c0 k0-3, c0 k4-7,
 * c1 k0-3, c1 k4-7} and are added in pairs.
 */
GK_INLINE void dot(const int8x16_t *held, const int8_t **rhs, int32x4_t *sum) {
  int32x4_t pair[PAIRS] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
  for (size_t step = 0; step < STEPS; step++) {
    const int8x16x4_t right = gk_neon_take_64(rhs);
    for (size_t j = 0; j < PAIRS; j++) {
      pair[j] = vdotq_s32(pair[j], right.val[j], held[step]);
    }
    gk_keep_sums(&pair[0], &pair[1], &pair[2], &pair[3]);
  }
  sum[0] = vpaddq_s32(pair[0], pair[1]);
  sum[1] = vpaddq_s32(pair[2], pair[3]);
}

GK_INLINE void columns(size_t count, const gk_gk4_shape *shape, const int8_t *lhs, const int8_t *rhs,
                       size_t panel_bytes, float *dst) {
  gk_block8_columns(hold, dot, count, shape, lhs, rhs, panel_bytes, dst);
}

GK_BLOCK8_DEFINE(neon_i8mm_bf16, DEPTH, plain, panels, tile, columns)
