/*
 * SMMLA: 2 rows x 8 k by 8 k x 2 columns. Panels of 8 are in the order [K / 8][8][8], so one 16-byte register holds 8 k
 * of 2 rows or columns. Weights come 4 columns x 4 k to a register; ZIP of two k-quads gives 2 columns x 8 k, before
 * the nibbles are taken apart.
 */
#include "gk4/smmla.h"
#include "gk4/table.h"

GK_GK4_DECLARE(neon_i8mm_bf16)

GK_GK4_DEFINE_QUERIES(neon_i8mm_bf16)

GK_GK4_DEFINE_QUANTISERS(neon_i8mm_bf16, plain, panels, gk_neon_rmsnorm_factor)

/* Packed weights of 8 columns and 8 k + 8 k: two k-quads of two column-quads, zipped to four column pairs. */
GK_INLINE void load_pairs(const int8_t *weights, int8x16_t *pairs) {
  const int32x4_t first[2] = {vreinterpretq_s32_s8(vld1q_s8(weights)), vreinterpretq_s32_s8(vld1q_s8(weights + 16))};
  const int32x4_t second[2] = {vreinterpretq_s32_s8(vld1q_s8(weights + 64)),
                               vreinterpretq_s32_s8(vld1q_s8(weights + 80))};
  for (size_t j = 0; j < 2; j++) {
    pairs[2 * j] = vreinterpretq_s8_s32(vzip1q_s32(first[j], second[j]));
    pairs[2 * j + 1] = vreinterpretq_s8_s32(vzip2q_s32(first[j], second[j]));
  }
}

/* The sub-scales of 4 column pairs, each 8 times: what an expanded register is multiplied with. */
GK_INLINE void spread_subscales(const int8_t *subscales, int8x16_t *spread) {
  const int8x16_t all = vcombine_s8(vld1_s8(subscales), vdup_n_s8(0));
  const int16x8_t twice = vreinterpretq_s16_s8(vzip1q_s8(all, all));
  const int32x4_t low = vreinterpretq_s32_s16(vzip1q_s16(twice, twice));
  const int32x4_t high = vreinterpretq_s32_s16(vzip2q_s16(twice, twice));
  spread[0] = vreinterpretq_s8_s32(vzip1q_s32(low, low));
  spread[1] = vreinterpretq_s8_s32(vzip2q_s32(low, low));
  spread[2] = vreinterpretq_s8_s32(vzip1q_s32(high, high));
  spread[3] = vreinterpretq_s8_s32(vzip2q_s32(high, high));
}

GK_INLINE int8x16_t expand_low(int8x16_t packed, int8x16_t subscale) {
  return vmulq_s8(vshrq_n_s8(vshlq_n_s8(packed, 4), 4), subscale);
}

GK_INLINE int8x16_t expand_high(int8x16_t packed, int8x16_t subscale) {
  return vmulq_s8(vshrq_n_s8(packed, 4), subscale);
}

GK_INLINE void expand_half(const gk_gk4_shape *shape, const uint8_t *panel, size_t half, int8_t *dst) {
  float *scales = (float *)(void *)(dst + gk_gk4_panel8_values(shape));
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    const gk_gk4_superblock part = gk_gk4_superblock_at(panel, blocks, &panel);
    const int8_t *weights = (const int8_t *)part.weights + half * 32;
    for (size_t b = 0; b < blocks; b++, weights += GK_GK4_BLOCK_BYTES, dst += STEPS * STEP_BYTES) {
      int8x16_t subscales[PAIRS];
      spread_subscales(part.subscales + b * GK_GK4_PANEL + half * GK_PANEL, subscales);
      for (size_t step = 0; step < STEPS / 2; step++) {
        int8x16_t pairs[PAIRS];
        int8x16x4_t low, high;
        load_pairs(weights + step * 128, pairs);
        for (size_t j = 0; j < PAIRS; j++) {
          low.val[j] = expand_low(pairs[j], subscales[j]);
          high.val[j] = expand_high(pairs[j], subscales[j]);
        }
        vst1q_s8_x4(dst + step * STEP_BYTES, low);
        vst1q_s8_x4(dst + (step + STEPS / 2) * STEP_BYTES, high);
      }
    }
    vst1q_f32(scales + s * GK_PANEL, gk_neon_scales(part.scales + half * 16));
    vst1q_f32(scales + s * GK_PANEL + 4, gk_neon_scales(part.scales + half * 16 + 8));
  }
}

/* `pairs` is a constant in each caller below, so that the sums live in registers. */
GK_INLINE void tile_pairs(size_t pairs, const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs,
                          float *dst, size_t dst_stride) {
  float blocks[16 * PAIRS];
  const float *lhs_scale = gk_gk4_panel8_scales(shape, lhs);
  const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
  clear_blocks(pairs, blocks);
  for (size_t s = 0; s < shape->superblocks; s++) {
    int32x4_t sum[PAIRS][PAIRS];
    float32x4_t column_scale[PAIRS];
    clear_sums(pairs, sum);
    for (size_t b = gk_gk4_blocks_of(shape, s); b > 0; b--) {
      multiply_step(pairs, sum, &lhs, &rhs);
      multiply_step(pairs, sum, &lhs, &rhs);
      multiply_step(pairs, sum, &lhs, &rhs);
      multiply_step(pairs, sum, &lhs, &rhs);
    }
    spread_column_scales(vld1q_f32(rhs_scale + 8 * s), vld1q_f32(rhs_scale + 8 * s + 4), column_scale);
    add_superblock(0, pairs, sum, lhs_scale + 8 * s, column_scale, blocks);
  }
  store_rows(rows, blocks, dst, dst_stride);
}

GK_INLINE void tile(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs, float *dst,
                 size_t dst_stride) {
  if (rows > 4) {
    tile_pairs(4, shape, rows, lhs, rhs, dst, dst_stride);
  } else {
    tile_pairs(2, shape, rows, lhs, rhs, dst, dst_stride);
  }
}

/* {m0, m1, m0, m1} of each of 4 column pairs. */
GK_INLINE void widen_pairs(int8x8_t subscales, int32x4_t *wide) {
  const int32x4_t narrow = vreinterpretq_s32_s16(vmovl_s8(subscales));
  const int16x8_t low = vreinterpretq_s16_s32(vzip1q_s32(narrow, narrow));
  const int16x8_t high = vreinterpretq_s16_s32(vzip2q_s32(narrow, narrow));
  wide[0] = vmovl_s16(vget_low_s16(low));
  wide[1] = vmovl_high_s16(low);
  wide[2] = vmovl_s16(vget_low_s16(high));
  wide[3] = vmovl_high_s16(high);
}

/* sum += 16 * (8 columns x 16 k). */
GK_INLINE void multiply_half_block_16(size_t pairs, int32x4_t sum[PAIRS][PAIRS], const int8_t *weights,
                                      const int8_t *lhs) {
  int8x16_t packed[PAIRS];
  load_pairs(weights, packed);
  for (size_t j = 0; j < PAIRS; j++) {
    const int8x16_t low = gk_neon_low_16(packed[j]);
    const int8x16_t high = gk_neon_high_16(packed[j]);
    for (size_t i = 0; i < pairs; i++) {
      sum[i][j] = vmmlaq_s32(sum[i][j], vld1q_s8(lhs + 16 * i), low);
    }
    for (size_t i = 0; i < pairs; i++) {
      sum[i][j] = vmmlaq_s32(sum[i][j], vld1q_s8(lhs + 2 * STEP_BYTES + 16 * i), high);
    }
  }
}

/* Up to 4 rows: running sums, as gk_neon_column_superblock explains; 8 registers of each kind at most. */
GK_INLINE void few_rows_superblock(size_t pairs, const gk_gk4_superblock *part, size_t half, size_t blocks,
                                   const int8_t *lhs, int32x4_t total[PAIRS][PAIRS]) {
  int32x4_t sum[PAIRS][PAIRS];
  int32x4_t wide[PAIRS];
  int8x8_t previous = vdup_n_s8(0);
  const int8_t *weights = (const int8_t *)part->weights + half * 32;
  const int8_t *subscales = part->subscales + half * GK_PANEL;
  clear_sums(pairs, sum);
  clear_sums(pairs, total);
  for (size_t b = 0; b < blocks; b++, weights += GK_GK4_BLOCK_BYTES, subscales += GK_GK4_PANEL, lhs += 4 * STEP_BYTES) {
    const int8x8_t current = vld1_s8(subscales);
    widen_pairs(vsub_s8(current, previous), wide);
    previous = current;
    for (size_t i = 0; i < pairs; i++) {
      for (size_t j = 0; j < PAIRS; j++) {
        total[i][j] = vmlsq_s32(total[i][j], sum[i][j], wide[j]);
      }
    }
    multiply_half_block_16(pairs, sum, weights, lhs);
    multiply_half_block_16(pairs, sum, weights + 128, lhs + STEP_BYTES);
  }
  widen_pairs(previous, wide);
  for (size_t i = 0; i < pairs; i++) {
    for (size_t j = 0; j < PAIRS; j++) {
      total[i][j] = vmlaq_s32(total[i][j], sum[i][j], wide[j]);
    }
  }
}

/*
 * 8 columns x 16 k of a block, expanded in registers. The statements that keep an order are for clang 19, which
 * otherwise starts all loads and expansions at once, runs out of registers, and needs 0.095 instead of 0.070
 * instructions per MAC.
 */
GK_INLINE void multiply_half_block(size_t pairs, int32x4_t total[PAIRS][PAIRS], const int8_t *weights,
                                   const int8_t *lhs, const int8x16_t *spread) {
  int8x16_t packed[PAIRS];
  load_pairs(weights, packed);
  const int8x16x4_t low_rows = vld1q_s8_x4(lhs);
  for (size_t j = 0; j < PAIRS; j++) {
    const int8x16_t low = expand_low(packed[j], spread[j]);
    for (size_t i = 0; i < pairs; i++) {
      total[i][j] = vmmlaq_s32(total[i][j], low_rows.val[i], low);
    }
    gk_keep_sums(&total[0][j], &total[1][j], &total[2][j], &total[3][j]);
  }
  gk_keep_order();
  const int8x16x4_t high_rows = vld1q_s8_x4(lhs + 2 * STEP_BYTES);
  for (size_t j = 0; j < PAIRS; j++) {
    const int8x16_t high = expand_high(packed[j], spread[j]);
    for (size_t i = 0; i < pairs; i++) {
      total[i][j] = vmmlaq_s32(total[i][j], high_rows.val[i], high);
    }
    gk_keep_sums(&total[0][j], &total[1][j], &total[2][j], &total[3][j]);
  }
  gk_keep_order();
}

/* Up to 8 rows: 16 registers of sums leave no room for running ones, so the weights are expanded in registers. */
GK_INLINE void many_rows_superblock(size_t pairs, const gk_gk4_superblock *part, size_t half, size_t blocks,
                                    const int8_t *lhs, int32x4_t total[PAIRS][PAIRS]) {
  const int8_t *weights = (const int8_t *)part->weights + half * 32;
  const int8_t *subscales = part->subscales + half * GK_PANEL;
  clear_sums(pairs, total);
  for (size_t b = 0; b < blocks; b++, weights += GK_GK4_BLOCK_BYTES, subscales += GK_GK4_PANEL, lhs += 4 * STEP_BYTES) {
    int8x16_t spread[PAIRS];
    spread_subscales(subscales, spread);
    multiply_half_block(pairs, total, weights, lhs, spread);
    multiply_half_block(pairs, total, weights + 128, lhs + STEP_BYTES, spread);
  }
}

GK_INLINE void skinny_pairs(size_t pairs, const gk_gk4_shape *shape, size_t rows, const int8_t *lhs,
                            const uint8_t *panel, size_t half, float *dst, size_t dst_stride) {
  float result[16 * PAIRS];
  const float *lhs_scale = gk_gk4_panel8_scales(shape, lhs);
  clear_blocks(pairs, result);
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    const gk_gk4_superblock part = gk_gk4_superblock_at(panel, blocks, &panel);
    int32x4_t total[PAIRS][PAIRS];
    float32x4_t column_scale[PAIRS];
    if (pairs <= 2) {
      few_rows_superblock(pairs, &part, half, blocks, lhs, total);
    } else {
      many_rows_superblock(pairs, &part, half, blocks, lhs, total);
    }
    spread_column_scales(gk_neon_scales(part.scales + 16 * half), gk_neon_scales(part.scales + 16 * half + 8),
                         column_scale);
    add_superblock(pairs <= 2, pairs, total, lhs_scale + 8 * s, column_scale, result);
    lhs += blocks * STEPS * STEP_BYTES;
  }
  store_rows(rows, result, dst, dst_stride);
}

GK_INLINE void skinny_half(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const uint8_t *panel, size_t half,
                        float *dst, size_t dst_stride) {
  if (rows > 4) {
    skinny_pairs(4, shape, rows, lhs, panel, half, dst, dst_stride);
  } else if (rows > 2) {
    skinny_pairs(2, shape, rows, lhs, panel, half, dst, dst_stride);
  } else {
    skinny_pairs(1, shape, rows, lhs, panel, half, dst, dst_stride);
  }
}

GK_INLINE void column(const gk_gk4_shape *shape, const int8_t *lhs, const uint8_t *panel, float *dst) {
  gk_neon_column(shape, lhs, panel, dst);
}

GK_GK4_DEFINE_PRODUCTS(neon_i8mm_bf16)
