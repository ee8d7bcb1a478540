#include "graviton_kernels/gk4_weights.h"

#include "gk4/arguments.h"

gk_status gk_gk4_weights_size(size_t n, size_t k, size_t superblock, size_t *size) {
  return gk_gk4_size(gk_gk4_panel_bytes, GK_GK4_PANEL, n, gk_gk4_shape_of(k, superblock), size);
}

/* Superblock s of one column; `out` is the column's row of k f32. */
static void dequantise_column(const gk_gk4_superblock *part, const gk_gk4_shape *shape, size_t s, size_t column,
                              float *out) {
  const float scale = gk_f16_to_f32(gk_load_u16(part->scales + column * sizeof(uint16_t)));
  const size_t first = s * shape->superblock;
  const size_t end = gk_min(first + shape->superblock, shape->k);
  for (size_t k = first; k < end; k++) {
    const size_t b = (k - first) / GK_GK4_BLOCK;
    const size_t at = k % GK_GK4_BLOCK;
    const uint8_t byte = part->weights[b * GK_GK4_BLOCK_BYTES + gk_gk4_byte_of(column, at % 16)];
    const int q = ((at < 16 ? byte & 15 : byte >> 4) ^ 8) - 8;
    out[k] = scale * (float)(q * part->subscales[b * GK_GK4_PANEL + column]);
  }
}

static gk_status check(size_t n, const gk_gk4_shape *shape, const void *src, size_t src_size) {
  if (src == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (shape->k == 0 || !gk_in_range(n, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  return src_size < gk_gk4_weights_bytes(shape, n) ? GK_ERROR_BUFFER_TOO_SMALL : GK_OK;
}

gk_status gk_gk4_dequantise_f32(size_t n, size_t k, size_t superblock, const void *src, size_t src_size, float *dst,
                                size_t dst_stride) {
  const gk_gk4_shape shape = gk_gk4_shape_of(k, superblock);
  const gk_status status = check(n, &shape, src, src_size);
  if (dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (status != GK_OK) {
    return status;
  }
  if (dst_stride < k * sizeof(float) || dst_stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (!gk_is_aligned(src, GK_ALIGNMENT) || !gk_is_aligned(dst, sizeof(float)) || dst_stride % sizeof(float) != 0) {
    return GK_ERROR_MISALIGNED;
  }
  for (size_t first = 0; first < n; first += GK_GK4_PANEL) {
    const uint8_t *at = (const uint8_t *)src + first / GK_GK4_PANEL * gk_gk4_panel_bytes(&shape);
    for (size_t s = 0; s < shape.superblocks; s++) {
      const gk_gk4_superblock part = gk_gk4_superblock_at(at, gk_gk4_blocks_of(&shape, s), &at);
      for (size_t column = 0; column < gk_min(GK_GK4_PANEL, n - first); column++) {
        dequantise_column(&part, &shape, s, column, gk_row(dst, first + column, dst_stride));
      }
    }
  }
  return GK_OK;
}

static int is_valid(const gk_gk4_superblock *part, size_t blocks) {
  for (size_t i = 0; i < blocks * GK_GK4_PANEL; i++) {
    if (part->subscales[i] > GK_GK4_SUBSCALE_MAX || part->subscales[i] < -GK_GK4_SUBSCALE_MAX) {
      return 0;
    }
  }
  for (size_t column = 0; column < GK_GK4_PANEL; column++) {
    if (gk_load_u16(part->scales + column * sizeof(uint16_t)) >= 0x7c00) {
      return 0;
    }
  }
  return 1;
}

gk_status gk_gk4_check_weights(size_t n, size_t k, size_t superblock, const void *src, size_t src_size) {
  const gk_gk4_shape shape = gk_gk4_shape_of(k, superblock);
  const gk_status status = check(n, &shape, src, src_size);
  if (status != GK_OK) {
    return status;
  }
  for (size_t first = 0; first < n; first += GK_GK4_PANEL) {
    const uint8_t *at = (const uint8_t *)src + first / GK_GK4_PANEL * gk_gk4_panel_bytes(&shape);
    for (size_t s = 0; s < shape.superblocks; s++) {
      const size_t blocks = gk_gk4_blocks_of(&shape, s);
      const gk_gk4_superblock part = gk_gk4_superblock_at(at, blocks, &at);
      if (!is_valid(&part, blocks)) {
        return GK_ERROR_VALUE;
      }
    }
  }
  return GK_OK;
}
