/*
 * What the bf16 kernels of every variant share: the checks of arguments, the size queries, packing, and the walk over
 * panels. A variant brings the inner loop and the order of values inside a panel.
 */
#ifndef GK_BF16_PANEL_H
#define GK_BF16_PANEL_H

#include "bf16/arithmetic.h"
#include "bf16/table.h"
#include "common/checks.h"

/*
 * Writes `rows` (1..GK_PANEL) rows of 8 sums to dst. `a` and `b` are packed panels, k_padded a multiple of
 * GK_BF16_K_BLOCK.
 */
typedef void gk_bf16_tile_fn(size_t rows, size_t k_padded, const uint16_t *a, const uint16_t *b, float *dst,
                             size_t dst_stride);

static inline size_t gk_bf16_round_up_k(size_t k) {
  return (k + GK_BF16_K_BLOCK - 1) / GK_BF16_K_BLOCK * GK_BF16_K_BLOCK;
}

/*
 * Panels are [K / depth][8 rows][depth]; depth is what one instruction of the variant sums up: 4 for BFMMLA, 1 where a
 * vector holds 8 rows of one k.
 */
static inline size_t gk_bf16_index(size_t depth, size_t row, size_t k) {
  return k / depth * GK_PANEL * depth + row * depth + k % depth;
}

static inline gk_status gk_bf16_pack_size(size_t rows, size_t k, size_t *size) {
  if (size == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(rows, GK_DIM_MAX) || !gk_in_range(k, GK_BF16_K_MAX)) {
    return GK_ERROR_SHAPE;
  }
  *size = gk_round_up_8(rows) * gk_bf16_round_up_k(k) * sizeof(uint16_t);
  return GK_OK;
}

static inline gk_status gk_bf16_pack_offset(size_t row, size_t k, size_t *offset) {
  if (offset == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (row > GK_DIM_MAX || !gk_in_range(k, GK_BF16_K_MAX)) {
    return GK_ERROR_SHAPE;
  }
  if (row % GK_PANEL != 0) {
    return GK_ERROR_MISALIGNED;
  }
  *offset = row * gk_bf16_round_up_k(k) * sizeof(uint16_t);
  return GK_OK;
}

static inline gk_status gk_bf16_check_pack(size_t value_size, size_t rows, size_t k, const void *src,
                                           size_t src_stride, const void *dst, size_t dst_size) {
  size_t needed;
  if (src == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_bf16_pack_size(rows, k, &needed);
  if (status != GK_OK) {
    return status;
  }
  if (src_stride < k * value_size || src_stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (!gk_is_aligned(dst, GK_ALIGNMENT) || !gk_is_aligned(src, value_size) || src_stride % value_size != 0) {
    return GK_ERROR_MISALIGNED;
  }
  return dst_size < needed ? GK_ERROR_BUFFER_TOO_SMALL : GK_OK;
}

/* Writes k values, and zeros up to the padded k, into one row of a panel. */
typedef void gk_bf16_row_fn(size_t row, size_t k, size_t k_padded, const void *src, uint16_t *panel);

static inline void gk_bf16_pack_row_bf16(size_t depth, size_t row, size_t k, size_t k_padded, const void *src,
                                         uint16_t *panel) {
  const uint16_t *values = src;
  for (size_t i = 0; i < k_padded; i++) {
    panel[gk_bf16_index(depth, row, i)] = i < k ? values[i] : (uint16_t)0;
  }
}

static inline void gk_bf16_pack_row_f32(size_t depth, size_t row, size_t k, size_t k_padded, const void *src,
                                        uint16_t *panel) {
  const float *values = src;
  for (size_t i = 0; i < k_padded; i++) {
    panel[gk_bf16_index(depth, row, i)] = i < k ? gk_bf16_from_f32(values[i]) : (uint16_t)0;
  }
}

/* The same for two rows that lie side by side in a panel, `row` being even. */
typedef void gk_bf16_two_rows_fn(size_t row, size_t k, size_t k_padded, const void *first, const void *second,
                                 uint16_t *panel);

/* `pack_two` may be NULL: then every row is packed by itself. */
static inline gk_status gk_bf16_pack(gk_bf16_row_fn *pack_row, gk_bf16_two_rows_fn *pack_two, size_t value_size,
                                     size_t rows, size_t k, const void *src, size_t src_stride, void *dst,
                                     size_t dst_size) {
  const gk_status status = gk_bf16_check_pack(value_size, rows, k, src, src_stride, dst, dst_size);
  const size_t k_padded = gk_bf16_round_up_k(k);
  size_t row = 0;
  while (status == GK_OK && row < gk_round_up_8(rows)) {
    uint16_t *panel = (uint16_t *)dst + row / GK_PANEL * GK_PANEL * k_padded;
    const int exists = row < rows;
    const char *values = exists ? (const char *)src + row * src_stride : src;
    if (pack_two != NULL && row + 1 < rows) {
      pack_two(row % GK_PANEL, k, k_padded, values, values + src_stride, panel);
      row += 2;
    } else {
      pack_row(row % GK_PANEL, exists ? k : 0, k_padded, values, panel);
      row += 1;
    }
  }
  return status;
}

static inline gk_status gk_bf16_check_gemm(size_t m, size_t n, size_t k, const void *lhs, const void *rhs,
                                           const float *dst, size_t dst_stride) {
  if (lhs == NULL || rhs == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(m, GK_DIM_MAX) || !gk_in_range(n, GK_DIM_MAX) || !gk_in_range(k, GK_BF16_K_MAX)) {
    return GK_ERROR_SHAPE;
  }
  return gk_check_packed_product(n, lhs, rhs, dst, dst_stride);
}

static inline gk_status gk_bf16_gemm(gk_bf16_tile_fn *tile, size_t m, size_t n, size_t k, const void *lhs,
                                     const void *rhs, float *dst, size_t dst_stride) {
  const gk_status status = gk_bf16_check_gemm(m, n, k, lhs, rhs, dst, dst_stride);
  const size_t k_padded = gk_bf16_round_up_k(k);
  float edge[GK_PANEL * GK_PANEL];
  /* Columns outside, rows inside: at K = 4096 the panel of weights is 64 KB, the whole of L1. */
  for (size_t j = 0; status == GK_OK && j < n; j += GK_PANEL) {
    const size_t columns = gk_min(GK_PANEL, n - j);
    const uint16_t *b = (const uint16_t *)rhs + j * k_padded;
    for (size_t i = 0; i < m; i += GK_PANEL) {
      const size_t rows = gk_min(GK_PANEL, m - i);
      const uint16_t *a = (const uint16_t *)lhs + i * k_padded;
      float *out = gk_row(dst, i, dst_stride) + j;
      const int whole = columns == GK_PANEL;
      /* One call for both cases, so that the tile is inlined and its registers are saved once for all tiles. */
      tile(rows, k_padded, a, b, whole ? out : edge, whole ? dst_stride : GK_PANEL * sizeof(float));
      if (!whole) {
        gk_copy_tile(rows, columns, GK_PANEL, edge, out, dst_stride);
      }
    }
  }
  return status;
}

/* The entries that are the same in each variant but for what the variant brings. */
#define GK_BF16_DEFINE(suffix, tile, pack_row, pack_row_f32, pack_two_f32)                                            \
  size_t gk_pack_step_bf16p8_##suffix(void) {                                                                         \
    return GK_PANEL;                                                                                                  \
  }                                                                                                                   \
  gk_status gk_pack_size_bf16p8_##suffix(size_t rows, size_t k, size_t *size) {                                       \
    return gk_bf16_pack_size(rows, k, size);                                                                          \
  }                                                                                                                   \
  gk_status gk_pack_offset_bf16p8_##suffix(size_t row, size_t k, size_t *offset) {                                    \
    return gk_bf16_pack_offset(row, k, offset);                                                                       \
  }                                                                                                                   \
  gk_status gk_pack_bf16p8_bf16_##suffix(size_t rows, size_t k, const uint16_t *src, size_t src_stride, void *dst,    \
                                         size_t dst_size) {                                                           \
    return gk_bf16_pack(pack_row, NULL, 2, rows, k, src, src_stride, dst, dst_size);                                  \
  }                                                                                                                   \
  gk_status gk_pack_bf16p8_f32_##suffix(size_t rows, size_t k, const float *src, size_t src_stride, void *dst,        \
                                        size_t dst_size) {                                                            \
    return gk_bf16_pack(pack_row_f32, pack_two_f32, 4, rows, k, src, src_stride, dst, dst_size);                      \
  }                                                                                                                   \
  gk_status gk_gemm_f32_bf16p8_bf16p8_##suffix(size_t m, size_t n, size_t k, const void *lhs, const void *rhs,        \
                                               float *dst, size_t dst_stride) {                                       \
    return gk_bf16_gemm(tile, m, n, k, lhs, rhs, dst, dst_stride);                                                    \
  }

#endif
