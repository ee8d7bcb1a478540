/*
 * What the int8 panel kernels of every variant share: the checks of arguments, the size queries, and the walk over
 * panels. A variant brings only the two inner loops and the order of bytes inside a panel.
 *
 * Everything is static: each variant's object is compiled for its own ISA and must not share code with another.
 */
#ifndef GK_I8_PANEL_H
#define GK_I8_PANEL_H

#include "common/checks.h"
#include "graviton_kernels/i8.h"

_Static_assert(GK_I8_K_MAX % GK_K_BLOCK == 0, "padding K must not pass the limit that keeps int32 sums exact");
_Static_assert((int64_t)GK_I8_K_MAX * 128 * 128 <= INT32_MAX, "the largest sum must fit int32");

/*
 * Writes `rows` (1..GK_PANEL) rows of 8 results to dst. `a` and `b` are packed panels, k_padded a multiple of
 * GK_K_BLOCK, rhs_scale has 8 entries, lhs_scale has `rows`.
 */
typedef void gk_i8_tile_fn(size_t rows, size_t k_padded, const int8_t *a, const int8_t *b, const float *lhs_scale,
                           const float *rhs_scale, float *dst, size_t dst_stride);

/* Writes 8 results to dst, from k unpacked values at `a` and the packed panel `b`; rhs_scale has 8 entries. */
typedef void gk_i8_column_fn(size_t k, const int8_t *a, float lhs_scale, const int8_t *b, const float *rhs_scale,
                             float *dst);

static inline gk_status gk_i8_pack_size(size_t rows, size_t k, size_t *size) {
  if (size == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(rows, GK_DIM_MAX) || !gk_in_range(k, GK_I8_K_MAX)) {
    return GK_ERROR_SHAPE;
  }
  *size = gk_round_up_8(rows) * gk_round_up_8(k);
  return GK_OK;
}

static inline gk_status gk_i8_pack_offset(size_t row, size_t k, size_t *offset) {
  if (offset == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (row > GK_DIM_MAX || !gk_in_range(k, GK_I8_K_MAX)) {
    return GK_ERROR_SHAPE;
  }
  if (row % GK_PANEL != 0) {
    return GK_ERROR_MISALIGNED;
  }
  *offset = row * gk_round_up_8(k);
  return GK_OK;
}

static inline gk_status gk_i8_check_pack(size_t rows, size_t k, const int8_t *src, size_t src_stride, const void *dst,
                                         size_t dst_size) {
  size_t needed;
  if (src == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_i8_pack_size(rows, k, &needed);
  if (status != GK_OK) {
    return status;
  }
  if (src_stride < k || src_stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (!gk_is_aligned(dst, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  return dst_size < needed ? GK_ERROR_BUFFER_TOO_SMALL : GK_OK;
}

/* Copies `depth` values, of which `left` exist; the rest become 0. With depth a constant this is one load and store. */
static inline void gk_i8_copy_block(size_t depth, size_t left, const int8_t *src, int8_t *out) {
  if (left >= depth) {
    __builtin_memcpy(out, src, depth);
    return;
  }
  for (size_t i = 0; i < depth; i++) {
    out[i] = i < left ? src[i] : (int8_t)0;
  }
}

/*
 * Packs panels in the order [K / depth][8 rows][depth], with zeros past the last row and past k. depth is a
 * constant at each call, 1, 4 or 8: what one instruction of the variant sums up.
 */
static inline gk_status gk_i8_pack(size_t depth, size_t rows, size_t k, const int8_t *src, size_t src_stride, void *dst,
                                   size_t dst_size) {
  const gk_status status = gk_i8_check_pack(rows, k, src, src_stride, dst, dst_size);
  if (status != GK_OK) {
    return status;
  }
  const size_t k_padded = gk_round_up_8(k);
  int8_t *out = dst;
  for (size_t first = 0; first < rows; first += GK_PANEL) {
    for (size_t k0 = 0; k0 < k_padded; k0 += depth) {
      for (size_t row = first; row < first + GK_PANEL; row++, out += depth) {
        const size_t left = row < rows && k0 < k ? k - k0 : 0;
        gk_i8_copy_block(depth, left, left > 0 ? src + row * src_stride + k0 : src, out);
      }
    }
  }
  return GK_OK;
}

static inline gk_status gk_i8_check_rhs(size_t n, size_t k, const void *rhs, const float *rhs_scale, const float *dst) {
  if (rhs == NULL || rhs_scale == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(n, GK_DIM_MAX) || !gk_in_range(k, GK_I8_K_MAX)) {
    return GK_ERROR_SHAPE;
  }
  if (!gk_is_aligned(rhs, GK_ALIGNMENT) || !gk_is_aligned(rhs_scale, sizeof(float)) ||
      !gk_is_aligned(dst, sizeof(float))) {
    return GK_ERROR_MISALIGNED;
  }
  return GK_OK;
}

static inline gk_status gk_i8_check_gemm(size_t m, size_t n, size_t k, const void *lhs, const float *lhs_scale,
                                         const void *rhs, const float *rhs_scale, const float *dst, size_t dst_stride) {
  if (lhs == NULL || lhs_scale == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_i8_check_rhs(n, k, rhs, rhs_scale, dst);
  if (status != GK_OK) {
    return status;
  }
  if (!gk_in_range(m, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  if (dst_stride < n * sizeof(float) || dst_stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (!gk_is_aligned(lhs, GK_ALIGNMENT) || !gk_is_aligned(lhs_scale, sizeof(float)) ||
      dst_stride % sizeof(float) != 0) {
    return GK_ERROR_MISALIGNED;
  }
  return GK_OK;
}

/* The scales of a panel's 8 columns; those past the last column are 0. `padded` has room for 8. */
static inline const float *gk_i8_panel_scales(size_t columns, const float *rhs_scale, float *padded) {
  if (columns == GK_PANEL) {
    return rhs_scale;
  }
  for (size_t j = 0; j < GK_PANEL; j++) {
    padded[j] = j < columns ? rhs_scale[j] : 0.0f;
  }
  return padded;
}

static inline void gk_i8_copy_tile(size_t rows, size_t columns, const float *tile, float *dst, size_t dst_stride) {
  for (size_t i = 0; i < rows; i++) {
    float *out = gk_row(dst, i, dst_stride);
    for (size_t j = 0; j < columns; j++) {
      out[j] = tile[i * GK_PANEL + j];
    }
  }
}

static inline gk_status gk_i8_gemm(gk_i8_tile_fn *tile, size_t m, size_t n, size_t k, const void *lhs,
                                   const float *lhs_scale, const void *rhs, const float *rhs_scale, float *dst,
                                   size_t dst_stride) {
  const gk_status status = gk_i8_check_gemm(m, n, k, lhs, lhs_scale, rhs, rhs_scale, dst, dst_stride);
  if (status != GK_OK) {
    return status;
  }
  const size_t k_padded = gk_round_up_8(k);
  float padded[GK_PANEL];
  float edge[GK_PANEL * GK_PANEL];
  /* Columns outside, rows inside: at K = 4096 the panel of weights is 32 KB and stays in L1. */
  for (size_t j = 0; j < n; j += GK_PANEL) {
    const size_t columns = gk_min(GK_PANEL, n - j);
    const int8_t *b = (const int8_t *)rhs + j * k_padded;
    const float *scales = gk_i8_panel_scales(columns, rhs_scale + j, padded);
    for (size_t i = 0; i < m; i += GK_PANEL) {
      const size_t rows = gk_min(GK_PANEL, m - i);
      const int8_t *a = (const int8_t *)lhs + i * k_padded;
      float *out = gk_row(dst, i, dst_stride) + j;
      if (columns == GK_PANEL) {
        tile(rows, k_padded, a, b, lhs_scale + i, scales, out, dst_stride);
      } else {
        tile(rows, k_padded, a, b, lhs_scale + i, scales, edge, GK_PANEL * sizeof(float));
        gk_i8_copy_tile(rows, columns, edge, out, dst_stride);
      }
    }
  }
  return GK_OK;
}

static inline gk_status gk_i8_gemv(gk_i8_column_fn *column, size_t n, size_t k, const int8_t *lhs, float lhs_scale,
                                   const void *rhs, const float *rhs_scale, float *dst) {
  if (lhs == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_i8_check_rhs(n, k, rhs, rhs_scale, dst);
  if (status != GK_OK) {
    return status;
  }
  const size_t k_padded = gk_round_up_8(k);
  float padded[GK_PANEL];
  float edge[GK_PANEL];
  for (size_t j = 0; j < n; j += GK_PANEL) {
    const size_t columns = gk_min(GK_PANEL, n - j);
    const int8_t *b = (const int8_t *)rhs + j * k_padded;
    const float *scales = gk_i8_panel_scales(columns, rhs_scale + j, padded);
    if (columns == GK_PANEL) {
      column(k, lhs, lhs_scale, b, scales, dst + j);
    } else {
      column(k, lhs, lhs_scale, b, scales, edge);
      gk_i8_copy_tile(1, columns, edge, dst + j, 0);
    }
  }
  return GK_OK;
}

#define GK_I8_DEFINE_QUERIES(suffix)                                                   \
  size_t gk_pack_step_i8p8_##suffix(void) {                                            \
    return GK_PANEL;                                                                   \
  }                                                                                    \
  gk_status gk_pack_size_i8p8_##suffix(size_t rows, size_t k, size_t *size) {          \
    return gk_i8_pack_size(rows, k, size);                                             \
  }                                                                                    \
  gk_status gk_pack_offset_i8p8_##suffix(size_t row, size_t k, size_t *offset) {       \
    return gk_i8_pack_offset(row, k, offset);                                          \
  }

#endif
