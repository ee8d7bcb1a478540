/* Portable C. Panels of 8 are in the order [K][8]. */
#include "gk4/portable.h"
#include "gk4/table.h"

GK_GK4_DECLARE(scalar)

GK_GK4_DEFINE_QUERIES(scalar)

GK_GK4_DEFINE_QUANTISERS(scalar, plain, panels, gk_rmsnorm_factor)

/* The weight of a nibble, two's complement. */
static int32_t low_weight(uint8_t byte) {
  return (int32_t)((byte & 15) ^ 8) - 8;
}

static int32_t high_weight(uint8_t byte) {
  return (int32_t)((byte >> 4) ^ 8) - 8;
}

/* A sub-scale out of range, which only damaged data holds, wraps as it does in the other variants. */
static int8_t wrap_to_i8(int32_t value) {
  return (int8_t)((int32_t)(((uint32_t)value + 128u) & 255u) - 128);
}

static float scale_of(const gk_gk4_superblock *part, size_t column) {
  return gk_f16_to_f32(gk_load_u16(part->scales + column * sizeof(uint16_t)));
}

static void expand_block(const uint8_t *weights, const int8_t *subscales, size_t first, int8_t *dst) {
  for (size_t k = 0; k < GK_GK4_BLOCK / 2; k++) {
    for (size_t j = 0; j < GK_PANEL; j++) {
      const uint8_t byte = weights[gk_gk4_byte_of(first + j, k)];
      const int32_t subscale = subscales[first + j];
      dst[k * GK_PANEL + j] = wrap_to_i8(low_weight(byte) * subscale);
      dst[(k + GK_GK4_BLOCK / 2) * GK_PANEL + j] = wrap_to_i8(high_weight(byte) * subscale);
    }
  }
}

static void expand_half(const gk_gk4_shape *shape, const uint8_t *panel, size_t half, int8_t *dst) {
  float *scales = (float *)(void *)(dst + gk_gk4_panel8_values(shape));
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    const gk_gk4_superblock part = gk_gk4_superblock_at(panel, blocks, &panel);
    for (size_t b = 0; b < blocks; b++, dst += GK_GK4_BLOCK * GK_PANEL) {
      expand_block(part.weights + b * GK_GK4_BLOCK_BYTES, part.subscales + b * GK_GK4_PANEL, half * GK_PANEL, dst);
    }
    for (size_t j = 0; j < GK_PANEL; j++) {
      scales[s * GK_PANEL + j] = scale_of(&part, half * GK_PANEL + j);
    }
  }
}

/* One row by `columns` columns from `first`; value k of the row lies at lhs[k * step]. */
static void row_by_weights(const gk_gk4_shape *shape, const int8_t *lhs, size_t step, const float *lhs_scale,
                           size_t scale_step, const uint8_t *panel, size_t first, size_t columns, float *dst) {
  for (size_t j = 0; j < columns; j++) {
    dst[j] = 0.0f;
  }
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    const gk_gk4_superblock part = gk_gk4_superblock_at(panel, blocks, &panel);
    const int8_t *left = lhs + s * shape->superblock * step;
    for (size_t j = 0; j < columns; j++) {
      int32_t sum = 0;
      for (size_t b = 0; b < blocks; b++) {
        const uint8_t *weights = part.weights + b * GK_GK4_BLOCK_BYTES;
        const int32_t subscale = part.subscales[b * GK_GK4_PANEL + first + j];
        for (size_t k = 0; k < GK_GK4_BLOCK / 2; k++) {
          const uint8_t byte = weights[gk_gk4_byte_of(first + j, k)];
          const int8_t *at = left + (b * GK_GK4_BLOCK + k) * step;
          sum += at[0] * wrap_to_i8(low_weight(byte) * subscale);
          sum += at[GK_GK4_BLOCK / 2 * step] * wrap_to_i8(high_weight(byte) * subscale);
        }
      }
      dst[j] = gk_f32_fma((float)sum, lhs_scale[s * scale_step] * scale_of(&part, first + j), dst[j]);
    }
  }
}

static void skinny_half(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const uint8_t *panel, size_t half,
                        float *dst, size_t dst_stride) {
  const float *scales = gk_gk4_panel8_scales(shape, lhs);
  for (size_t i = 0; i < rows; i++) {
    row_by_weights(shape, lhs + i, GK_PANEL, scales + i, GK_PANEL, panel, half * GK_PANEL, GK_PANEL,
                   gk_row(dst, i, dst_stride));
  }
}

static void column(const gk_gk4_shape *shape, const int8_t *lhs, const uint8_t *panel, float *dst) {
  const float *scales = (const float *)(const void *)(lhs + gk_gk4_row_values(shape));
  row_by_weights(shape, lhs, 1, scales, 1, panel, 0, GK_GK4_PANEL, dst);
}

GK_GK4_DEFINE_PRODUCTS(scalar)
