/* SDOT: each 32-bit lane sums 4 products. Panels of 8 are in the order [K / 4][8][4]: 4 k of 4 rows or columns. */
#include "gk4/sdot.h"
#include "gk4/table.h"

GK_GK4_DECLARE(neon_dotprod)

GK_GK4_DEFINE_QUERIES(neon_dotprod)

GK_GK4_DEFINE_QUANTISERS(neon_dotprod, plain, panels, gk_neon_rmsnorm_factor)

/* The sub-scales of 2 column quads, each 4 times. */
GK_INLINE void spread_subscales(const int8_t *subscales, int8x16_t *spread) {
  const int8x8_t all = vld1_s8(subscales);
  const int8x8_t twice_low = vzip1_s8(all, all);
  const int8x8_t twice_high = vzip2_s8(all, all);
  spread[0] = vcombine_s8(vzip1_s8(twice_low, twice_low), vzip2_s8(twice_low, twice_low));
  spread[1] = vcombine_s8(vzip1_s8(twice_high, twice_high), vzip2_s8(twice_high, twice_high));
}

GK_INLINE void expand_half(const gk_gk4_shape *shape, const uint8_t *panel, size_t half, int8_t *dst) {
  float *scales = (float *)(void *)(dst + gk_gk4_panel8_values(shape));
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    const gk_gk4_superblock part = gk_gk4_superblock_at(panel, blocks, &panel);
    const int8_t *weights = (const int8_t *)part.weights + half * 32;
    for (size_t b = 0; b < blocks; b++, weights += GK_GK4_BLOCK_BYTES, dst += QUADS * QUAD_BYTES) {
      int8x16_t subscales[2];
      spread_subscales(part.subscales + b * GK_GK4_PANEL + half * GK_PANEL, subscales);
      for (size_t quad = 0; quad < QUADS / 2; quad++) {
        for (size_t j = 0; j < 2; j++) {
          const int8x16_t packed = vld1q_s8(weights + quad * 64 + 16 * j);
          const int8x16_t low = vmulq_s8(vshrq_n_s8(vshlq_n_s8(packed, 4), 4), subscales[j]);
          const int8x16_t high = vmulq_s8(vshrq_n_s8(packed, 4), subscales[j]);
          vst1q_s8(dst + quad * QUAD_BYTES + 16 * j, low);
          vst1q_s8(dst + (quad + QUADS / 2) * QUAD_BYTES + 16 * j, high);
        }
      }
    }
    vst1q_f32(scales + s * GK_PANEL, gk_neon_scales(part.scales + half * 16));
    vst1q_f32(scales + s * GK_PANEL + 4, gk_neon_scales(part.scales + half * 16 + 8));
  }
}

/* `padded` is a constant in each caller below, so that the sums live in registers. */
GK_INLINE void tile_rows(size_t padded, const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs,
                         float *dst, size_t dst_stride) {
  float result[GK_PANEL * GK_PANEL];
  const float *lhs_scale = gk_gk4_panel8_scales(shape, lhs);
  const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
  clear_result(padded, result);
  for (size_t s = 0; s < shape->superblocks; s++) {
    int32x4_t sum[GK_PANEL][2];
    clear_sums(padded, sum);
    for (size_t pairs = gk_gk4_blocks_of(shape, s) * QUADS / 2; pairs > 0; pairs -= 2) {
      multiply_quads(padded, sum, &lhs, &rhs);
      multiply_quads(padded, sum, &lhs, &rhs);
    }
    const float32x4_t column_scale[2] = {vld1q_f32(rhs_scale + 8 * s), vld1q_f32(rhs_scale + 8 * s + 4)};
    add_superblock(0, padded, sum, lhs_scale + 8 * s, column_scale, result);
  }
  gk_copy_tile(rows, GK_PANEL, GK_PANEL, result, dst, dst_stride);
}

GK_INLINE void tile(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs, float *dst,
                 size_t dst_stride) {
  if (rows > 4) {
    tile_rows(8, shape, rows, lhs, rhs, dst, dst_stride);
  } else {
    tile_rows(4, shape, rows, lhs, rhs, dst, dst_stride);
  }
}

/* Running sums over up to 4 rows, as gk_neon_column_superblock explains. lhs points at the first of 4 rows of a panel. */
GK_INLINE void skinny_superblock(size_t rows, const gk_gk4_superblock *part, size_t half, size_t blocks,
                                 const int8_t *lhs, int32x4_t total[][2]) {
  int32x4_t sum[4][2];
  int8x8_t previous = vdup_n_s8(0);
  const int8_t *weights = (const int8_t *)part->weights + half * 32;
  const int8_t *subscales = part->subscales + half * GK_PANEL;
  clear_sums(rows, sum);
  clear_sums(rows, total);
  for (size_t b = 0; b < blocks; b++, weights += GK_GK4_BLOCK_BYTES, subscales += GK_GK4_PANEL, lhs += 8 * QUAD_BYTES) {
    const int8x8_t current = vld1_s8(subscales);
    const int16x8_t step = vmovl_s8(vsub_s8(current, previous));
    const int32x4_t wide[2] = {vmovl_s16(vget_low_s16(step)), vmovl_high_s16(step)};
    previous = current;
    for (size_t i = 0; i < rows; i++) {
      total[i][0] = vmlsq_s32(total[i][0], sum[i][0], wide[0]);
      total[i][1] = vmlsq_s32(total[i][1], sum[i][1], wide[1]);
    }
    for (size_t quad = 0; quad < QUADS / 2; quad++) {
      const int8x16_t packed[2] = {vld1q_s8(weights + quad * 64), vld1q_s8(weights + quad * 64 + 16)};
      const int8x16_t low[2] = {gk_neon_low_16(packed[0]), gk_neon_low_16(packed[1])};
      const int8x16_t high[2] = {gk_neon_high_16(packed[0]), gk_neon_high_16(packed[1])};
      const int8x16_t low_rows = vld1q_s8(lhs + quad * QUAD_BYTES);
      const int8x16_t high_rows = vld1q_s8(lhs + (quad + QUADS / 2) * QUAD_BYTES);
      MULTIPLY_QUAD(rows, sum, 0, low, low_rows)
      MULTIPLY_QUAD(rows, sum, 0, high, high_rows)
    }
  }
  const int16x8_t last = vmovl_s8(previous);
  const int32x4_t wide[2] = {vmovl_s16(vget_low_s16(last)), vmovl_high_s16(last)};
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < 2; j++) {
      total[i][j] = vmlaq_s32(total[i][j], sum[i][j], wide[j]);
    }
  }
}

/* Up to 4 rows, the first of them at `lhs` with its scales at `lhs_scale`. */
GK_INLINE void skinny_rows(size_t padded, const gk_gk4_shape *shape, size_t rows, const int8_t *lhs,
                           const float *lhs_scale, const uint8_t *panel, size_t half, float *dst, size_t dst_stride) {
  float result[4 * GK_PANEL];
  clear_result(padded, result);
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    const gk_gk4_superblock part = gk_gk4_superblock_at(panel, blocks, &panel);
    const float32x4_t column_scale[2] = {gk_neon_scales(part.scales + 16 * half),
                                         gk_neon_scales(part.scales + 16 * half + 8)};
    int32x4_t total[4][2];
    skinny_superblock(padded, &part, half, blocks, lhs, total);
    add_superblock(1, padded, total, lhs_scale + 8 * s, column_scale, result);
    lhs += blocks * QUADS * QUAD_BYTES;
  }
  gk_copy_tile(rows, GK_PANEL, GK_PANEL, result, dst, dst_stride);
}

GK_INLINE void skinny_half(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const uint8_t *panel, size_t half,
                        float *dst, size_t dst_stride) {
  const float *lhs_scale = gk_gk4_panel8_scales(shape, lhs);
  for (size_t i = 0; i < rows; i += 4) {
    const size_t left = gk_min(4, rows - i);
    float *out = gk_row(dst, i, dst_stride);
    if (left > 2) {
      skinny_rows(4, shape, left, lhs + 4 * i, lhs_scale + i, panel, half, out, dst_stride);
    } else {
      skinny_rows(2, shape, left, lhs + 4 * i, lhs_scale + i, panel, half, out, dst_stride);
    }
  }
}

GK_INLINE void column(const gk_gk4_shape *shape, const int8_t *lhs, const uint8_t *panel, float *dst) {
  gk_neon_column(shape, lhs, panel, dst);
}

GK_GK4_DEFINE_PRODUCTS(neon_dotprod)
