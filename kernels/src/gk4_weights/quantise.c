#include "graviton_kernels/gk4_weights.h"

#include <string.h>

#include "gk4/arguments.h"
#include "gk4_weights/float16.h"

enum { SUPERBLOCK_MAX = 512, BLOCKS_MAX = SUPERBLOCK_MAX / GK_GK4_BLOCK, LARGEST_Q = 8 };

/* Writes values k..k + count of a row as f32. */
typedef void load_fn(const uint8_t *row, size_t k, size_t count, float *out);

typedef struct source {
  load_fn *load;
  const uint8_t *rows;
  size_t stride;
} source;

static float magnitude(float value) {
  return gk_f32_from_bits(gk_f32_bits(value) & 0x7fffffffu);
}

/* |value| is below 2^22. */
static int nearest(float value) {
  const float moved = value + 0x1.8p+23f;
  return (int)(moved - 0x1.8p+23f);
}

static int clamp(int value, int low, int high) {
  return value < low ? low : value > high ? high : value;
}

/* The step that puts the value of largest magnitude on -8, the one code without a counterpart. */
static float ideal_step(const float *x) {
  float extreme = 0.0f;
  for (size_t i = 0; i < GK_GK4_BLOCK; i++) {
    extreme = magnitude(x[i]) > magnitude(extreme) ? x[i] : extreme;
  }
  return extreme / -(float)LARGEST_Q;
}

/* Codes x by multiples of step, and gives the sum of the squared errors. A step of 0 codes zeros. */
static double code_block(const float *x, float step, int8_t *q) {
  double error = 0.0;
  const float inverse = magnitude(step) > 0.0f ? 1.0f / step : 0.0f;
  for (size_t i = 0; i < GK_GK4_BLOCK; i++) {
    float scaled = x[i] * inverse;
    scaled = scaled < -(float)LARGEST_Q ? -(float)LARGEST_Q : scaled > (float)LARGEST_Q ? (float)LARGEST_Q : scaled;
    q[i] = (int8_t)clamp(nearest(scaled), -LARGEST_Q, LARGEST_Q - 1);
    const double difference = (double)x[i] - (double)q[i] * (double)step;
    error += difference * difference;
  }
  return error;
}

/* The best of the sub-scale next to the ideal one and its two neighbours. */
static int8_t choose_subscale(const float *x, float ideal, float scale, int8_t *q) {
  const int nearest_subscale = scale > 0.0f ? nearest(ideal / scale) : 0;
  int best = 0;
  double best_error = code_block(x, 0.0f, q);
  for (int offset = -1; offset <= 1; offset++) {
    int8_t candidate[GK_GK4_BLOCK];
    const int subscale = clamp(nearest_subscale + offset, -GK_GK4_SUBSCALE_MAX, GK_GK4_SUBSCALE_MAX);
    const double error = code_block(x, (float)subscale * scale, candidate);
    if (error < best_error) {
      best = subscale;
      best_error = error;
      memcpy(q, candidate, sizeof candidate);
    }
  }
  return (int8_t)best;
}

static void store_codes(const int8_t *q, size_t column, uint8_t *block) {
  for (size_t k = 0; k < GK_GK4_BLOCK / 2; k++) {
    const unsigned low = (unsigned)q[k] & 15u;
    const unsigned high = (unsigned)q[k + GK_GK4_BLOCK / 2] & 15u;
    block[gk_gk4_byte_of(column, k)] = (uint8_t)(low | high << 4);
  }
}

static float scale_for(const float *ideal, size_t blocks) {
  float largest = 0.0f;
  for (size_t b = 0; b < blocks; b++) {
    largest = magnitude(ideal[b]) > largest ? magnitude(ideal[b]) : largest;
  }
  return largest / (float)GK_GK4_SUBSCALE_MAX;
}

/* Superblock s of one column, into the superblock's bytes at `to`. */
static void quantise_column(const float *x, size_t blocks, size_t column, uint8_t *to) {
  float ideal[BLOCKS_MAX];
  uint8_t *subscales = to + blocks * GK_GK4_BLOCK_BYTES;
  uint8_t *scales = subscales + blocks * GK_GK4_PANEL;
  for (size_t b = 0; b < blocks; b++) {
    ideal[b] = ideal_step(x + b * GK_GK4_BLOCK);
  }
  const uint16_t half = gk_f16_from_f32(scale_for(ideal, blocks));
  const float scale = gk_f16_to_f32(half);
  for (size_t b = 0; b < blocks; b++) {
    int8_t q[GK_GK4_BLOCK];
    subscales[b * GK_GK4_PANEL + column] = (uint8_t)choose_subscale(x + b * GK_GK4_BLOCK, ideal[b], scale, q);
    store_codes(q, column, to + b * GK_GK4_BLOCK_BYTES);
  }
  scales[2 * column] = (uint8_t)(half & 0xff);
  scales[2 * column + 1] = (uint8_t)(half >> 8);
}

/* Superblock s of row `row`, filled up with zeros; a row past n is all zeros. */
static void load_superblock(const source *from, const gk_gk4_shape *shape, size_t n, size_t row, size_t s, float *x) {
  const size_t first = s * shape->superblock;
  const size_t count = row < n ? gk_min(shape->superblock, shape->k - first) : 0;
  for (size_t i = count; i < SUPERBLOCK_MAX; i++) {
    x[i] = 0.0f;
  }
  if (count > 0) {
    from->load(from->rows + row * from->stride, first, count, x);
  }
}

static void quantise_panel(const source *from, const gk_gk4_shape *shape, size_t n, size_t first, uint8_t *to) {
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    for (size_t column = 0; column < GK_GK4_PANEL; column++) {
      float x[SUPERBLOCK_MAX];
      load_superblock(from, shape, n, first + column, s, x);
      quantise_column(x, blocks, column, to);
    }
    to += blocks * (GK_GK4_BLOCK_BYTES + GK_GK4_PANEL) + GK_GK4_SCALES_BYTES;
  }
}

/* Whether every weight is a number whose superblock's scale fits f16. */
static int is_representable(const source *from, const gk_gk4_shape *shape, size_t n) {
  const float limit = GK_F16_MAX * (float)(GK_GK4_SUBSCALE_MAX * LARGEST_Q);
  for (size_t row = 0; row < n; row++) {
    for (size_t s = 0; s < shape->superblocks; s++) {
      float x[SUPERBLOCK_MAX];
      load_superblock(from, shape, n, row, s, x);
      for (size_t i = 0; i < shape->superblock; i++) {
        if (!(magnitude(x[i]) <= limit)) {
          return 0;
        }
      }
    }
  }
  return 1;
}

static gk_status quantise(const source *from, size_t row_bytes, size_t n, size_t k, size_t superblock, void *dst,
                          size_t dst_size) {
  const gk_gk4_shape shape = gk_gk4_shape_of(k, superblock);
  if (from->rows == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (shape.k == 0 || !gk_in_range(n, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  if (from->stride < row_bytes || from->stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (!gk_is_aligned(dst, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  if (dst_size < gk_gk4_weights_bytes(&shape, n)) {
    return GK_ERROR_BUFFER_TOO_SMALL;
  }
  if (!is_representable(from, &shape, n)) {
    return GK_ERROR_VALUE;
  }
  const size_t panel_bytes = gk_gk4_panel_bytes(&shape);
  for (size_t first = 0; first < n; first += GK_GK4_PANEL) {
    uint8_t *panel = (uint8_t *)dst + first / GK_GK4_PANEL * panel_bytes;
    memset(panel + panel_bytes - GK_ALIGNMENT, 0, GK_ALIGNMENT);
    quantise_panel(from, &shape, n, first, panel);
  }
  return GK_OK;
}

static void load_f32(const uint8_t *row, size_t k, size_t count, float *out) {
  memcpy(out, row + k * sizeof(float), count * sizeof(float));
}

static void load_bf16(const uint8_t *row, size_t k, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    uint16_t upper;
    memcpy(&upper, row + (k + i) * sizeof upper, sizeof upper);
    out[i] = gk_f32_from_bits((uint32_t)upper << 16);
  }
}

static void load_q4_0(const uint8_t *row, size_t k, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *block = row + (k + i) / GK_GK4_BLOCK * GK_GGUF_Q4_0_BYTES;
    const size_t at = (k + i) % GK_GK4_BLOCK;
    const uint8_t byte = block[2 + at % 16];
    out[i] = (float)((at < 16 ? byte & 15 : byte >> 4) - 8) * gk_f16_to_f32(gk_load_u16(block));
  }
}

static void load_q8_0(const uint8_t *row, size_t k, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *block = row + (k + i) / GK_GK4_BLOCK * GK_GGUF_Q8_0_BYTES;
    out[i] = (float)(int8_t)block[2 + (k + i) % GK_GK4_BLOCK] * gk_f16_to_f32(gk_load_u16(block));
  }
}

gk_status gk_gk4_quantise_f32(size_t n, size_t k, size_t superblock, const float *src, size_t src_stride, void *dst,
                              size_t dst_size) {
  const source from = {load_f32, (const uint8_t *)src, src_stride};
  if (!gk_is_aligned(src, sizeof(float)) || src_stride % sizeof(float) != 0) {
    return GK_ERROR_MISALIGNED;
  }
  return quantise(&from, gk_min(k, GK_GK4_K_MAX) * sizeof(float), n, k, superblock, dst, dst_size);
}

gk_status gk_gk4_quantise_bf16(size_t n, size_t k, size_t superblock, const uint16_t *src, size_t src_stride, void *dst,
                               size_t dst_size) {
  const source from = {load_bf16, (const uint8_t *)src, src_stride};
  if (!gk_is_aligned(src, sizeof(uint16_t)) || src_stride % sizeof(uint16_t) != 0) {
    return GK_ERROR_MISALIGNED;
  }
  return quantise(&from, gk_min(k, GK_GK4_K_MAX) * sizeof(uint16_t), n, k, superblock, dst, dst_size);
}

static gk_status import_blocks(load_fn *load, size_t block_bytes, size_t n, size_t k, size_t superblock,
                               const void *src, size_t src_stride, void *dst, size_t dst_size) {
  const source from = {load, src, src_stride};
  if (k % GK_GK4_BLOCK != 0) {
    return GK_ERROR_SHAPE;
  }
  return quantise(&from, gk_min(k, GK_GK4_K_MAX) / GK_GK4_BLOCK * block_bytes, n, k, superblock, dst, dst_size);
}

gk_status gk_gk4_import_q4_0(size_t n, size_t k, size_t superblock, const void *src, size_t src_stride, void *dst,
                             size_t dst_size) {
  return import_blocks(load_q4_0, GK_GGUF_Q4_0_BYTES, n, k, superblock, src, src_stride, dst, dst_size);
}

gk_status gk_gk4_import_q8_0(size_t n, size_t k, size_t superblock, const void *src, size_t src_stride, void *dst,
                             size_t dst_size) {
  return import_blocks(load_q8_0, GK_GGUF_Q8_0_BYTES, n, k, superblock, src, src_stride, dst, dst_size);
}
