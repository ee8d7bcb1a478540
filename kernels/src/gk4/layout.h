/*
 * Where things lie in the operands of the gk4 family, and f16 to f32. docs/gk4.md is the specification of the weights.
 * Used by the variants and by the quantiser, so that the two cannot disagree.
 */
#ifndef GK_GK4_LAYOUT_H
#define GK_GK4_LAYOUT_H

#include "common/checks.h"
#include "common/float32.h"
#include "graviton_kernels/gk4.h"

enum {
  GK_GK4_BLOCK_BYTES = GK_GK4_PANEL * GK_GK4_BLOCK / 2,        /* packed weights of one block */
  GK_GK4_SCALES_BYTES = GK_GK4_PANEL * sizeof(uint16_t)        /* f16 scales of one superblock */
};

/* What is laid out, as a family says; k is 0 where it refuses that, and the rest then says nothing. */
typedef struct gk_gk4_shape {
  size_t k, superblock;
  size_t blocks;      /* of 32 k, the last one filled up with zeros */
  size_t superblocks; /* the last one may have fewer blocks */
} gk_gk4_shape;

static inline gk_gk4_shape gk_gk4_shape_of(size_t k, size_t superblock) {
  if (!gk_in_range(k, GK_GK4_K_MAX) || (superblock != 256 && superblock != 512)) {
    return (gk_gk4_shape){0};
  }
  return (gk_gk4_shape){k, superblock, (k + GK_GK4_BLOCK - 1) / GK_GK4_BLOCK, (k + superblock - 1) / superblock};
}

static inline size_t gk_gk4_round_up(size_t value, size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/* Blocks of superblock s. */
static inline size_t gk_gk4_blocks_of(const gk_gk4_shape *shape, size_t s) {
  const size_t most = shape->superblock / GK_GK4_BLOCK;
  return gk_min(most, shape->blocks - s * most);
}

/* A panel of 16 columns: for each superblock the blocks' weights, their sub-scales, the scales. */
static inline size_t gk_gk4_panel_bytes(const gk_gk4_shape *shape) {
  return gk_gk4_round_up(
      shape->blocks * (GK_GK4_BLOCK_BYTES + GK_GK4_PANEL) + shape->superblocks * GK_GK4_SCALES_BYTES, GK_ALIGNMENT);
}

static inline size_t gk_gk4_weights_bytes(const gk_gk4_shape *shape, size_t n) {
  return gk_gk4_round_up(n, GK_GK4_PANEL) / GK_GK4_PANEL * gk_gk4_panel_bytes(shape);
}

/* The parts of one superblock of a panel. */
typedef struct gk_gk4_superblock {
  const uint8_t *weights;  /* blocks x 256 */
  const int8_t *subscales; /* blocks x 16 */
  const uint8_t *scales;   /* 16 little-endian f16 */
} gk_gk4_superblock;

/* The superblock that starts at `at` and has `blocks` blocks; *next is the address after it. */
static inline gk_gk4_superblock gk_gk4_superblock_at(const uint8_t *at, size_t blocks, const uint8_t **next) {
  gk_gk4_superblock s;
  s.weights = at;
  s.subscales = (const int8_t *)(at + blocks * GK_GK4_BLOCK_BYTES);
  s.scales = at + blocks * (GK_GK4_BLOCK_BYTES + GK_GK4_PANEL);
  *next = s.scales + GK_GK4_SCALES_BYTES;
  return s;
}

/* Index, within a block of a panel, of the byte that holds k (low nibble) and k + 16 (high nibble) of a column. */
static inline size_t gk_gk4_byte_of(size_t column, size_t k) {
  return k / 4 * 64 + column / 4 * 16 + column % 4 * 4 + k % 4;
}

/* Activations of one row: values, then a scale for each superblock. */
static inline size_t gk_gk4_row_values(const gk_gk4_shape *shape) {
  return shape->blocks * GK_GK4_BLOCK;
}

static inline size_t gk_gk4_row_bytes(const gk_gk4_shape *shape) {
  return gk_gk4_round_up(gk_gk4_row_values(shape) + shape->superblocks * sizeof(float), GK_ALIGNMENT);
}

/* A panel of 8 rows: the values of all superblocks, then 8 scales for each. */
static inline size_t gk_gk4_panel8_values(const gk_gk4_shape *shape) {
  return GK_PANEL * gk_gk4_row_values(shape);
}

static inline size_t gk_gk4_panel8_bytes(const gk_gk4_shape *shape) {
  return gk_gk4_round_up(gk_gk4_panel8_values(shape) + shape->superblocks * GK_PANEL * sizeof(float), GK_ALIGNMENT);
}

static inline const float *gk_gk4_panel8_scales(const gk_gk4_shape *shape, const void *panel) {
  return (const float *)(const void *)((const char *)panel + gk_gk4_panel8_values(shape));
}

/* IEEE 754 binary16 to binary32, exact. A NaN stays one. */
static inline float gk_f16_to_f32(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  const uint32_t rest = (uint32_t)(half & 0x7fff) << 13;
  if ((half & 0x7c00) == 0x7c00) {
    return gk_f32_from_bits(sign | 0x7f800000u | rest);
  }
  /* 2^112 moves the exponent's bias from 15 to 127, and makes a normal number of a denormal. */
  return gk_f32_from_bits(gk_f32_bits(gk_f32_from_bits(rest) * 0x1p112f) | sign);
}

static inline uint16_t gk_load_u16(const uint8_t *at) {
  return (uint16_t)(at[0] | at[1] << 8);
}

#endif
