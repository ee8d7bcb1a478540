/* The walk over panels of the gk4 products. A variant brings the inner loops. */
#ifndef GK_GK4_PRODUCTS_H
#define GK_GK4_PRODUCTS_H

#include "gk4/arguments.h"

/* Expands columns half * 8..half * 8 + 8 of a panel of 16 weights to an int8 panel of 8. */
typedef void gk_gk4_expand_fn(const gk_gk4_shape *shape, const uint8_t *panel, size_t half, int8_t *dst);

/* Writes `rows` (1..8) rows of 8 results, from two panels of 8. */
typedef void gk_gk4_tile_fn(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs, float *dst,
                            size_t dst_stride);

/* The same from columns half * 8..half * 8 + 8 of a panel of 16 weights. */
typedef void gk_gk4_skinny_fn(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const uint8_t *panel,
                              size_t half, float *dst, size_t dst_stride);

/* Writes 16 results of one row. */
typedef void gk_gk4_column_fn(const gk_gk4_shape *shape, const int8_t *lhs, const uint8_t *panel, float *dst);

static inline const uint8_t *gk_gk4_weights_of(const gk_gk4_shape *shape, const void *rhs, size_t column) {
  return (const uint8_t *)rhs + column / GK_GK4_PANEL * gk_gk4_panel_bytes(shape);
}

/* All rows by the 8 columns (`columns` of them in use) of one int8 panel: the panel stays in L1. */
GK_INLINE void gk_gk4_panel_rows(gk_gk4_tile_fn *tile, const gk_gk4_shape *shape, size_t m, size_t columns,
                                 const void *lhs, const int8_t *panel, float *dst, size_t dst_stride) {
  float edge[GK_PANEL * GK_PANEL];
  const size_t panel_bytes = gk_gk4_panel8_bytes(shape);
  for (size_t i = 0; i < m; i += GK_PANEL) {
    const size_t rows = gk_min(GK_PANEL, m - i);
    const int8_t *left = (const int8_t *)lhs + i / GK_PANEL * panel_bytes;
    float *out = gk_row(dst, i, dst_stride);
    const int whole = columns == GK_PANEL;
    tile(shape, rows, left, panel, whole ? out : edge, whole ? dst_stride : GK_PANEL * sizeof(float));
    if (!whole) {
      gk_copy_tile(rows, columns, GK_PANEL, edge, out, dst_stride);
    }
  }
}

GK_INLINE gk_status gk_gk4_expand(gk_gk4_expand_fn *expand, size_t n, gk_gk4_shape shape, const void *rhs,
                                  size_t column, size_t columns, void *dst, size_t dst_size) {
  const gk_status status = gk_gk4_check_expand(n, shape, rhs, column, columns, dst, dst_size);
  if (status != GK_OK) {
    return status;
  }
  for (size_t j = 0; j < columns; j += GK_PANEL) {
    expand(&shape, gk_gk4_weights_of(&shape, rhs, column + j), (column + j) / GK_PANEL % 2,
           (int8_t *)dst + j / GK_PANEL * gk_gk4_panel8_bytes(&shape));
  }
  return GK_OK;
}

GK_INLINE gk_status gk_gk4_gemm_panels(gk_gk4_tile_fn *tile, size_t m, size_t n, gk_gk4_shape shape,
                                       const void *lhs, const void *rhs, float *dst, size_t dst_stride) {
  const gk_status status = gk_gk4_check_product(m, n, shape, lhs, rhs, dst, dst_stride);
  if (status != GK_OK) {
    return status;
  }
  for (size_t j = 0; j < n; j += GK_PANEL) {
    const int8_t *panel = (const int8_t *)rhs + j / GK_PANEL * gk_gk4_panel8_bytes(&shape);
    gk_gk4_panel_rows(tile, &shape, m, gk_min(GK_PANEL, n - j), lhs, panel, dst + j, dst_stride);
  }
  return GK_OK;
}

GK_INLINE void gk_gk4_skinny_rows(gk_gk4_skinny_fn *skinny, const gk_gk4_shape *shape, size_t m, size_t n,
                                  const void *lhs, const void *rhs, float *dst, size_t dst_stride) {
  float edge[GK_PANEL * GK_PANEL];
  for (size_t j = 0; j < n; j += GK_PANEL) {
    const uint8_t *panel = gk_gk4_weights_of(shape, rhs, j);
    const size_t columns = gk_min(GK_PANEL, n - j);
    for (size_t i = 0; i < m; i += GK_PANEL) {
      const size_t rows = gk_min(GK_PANEL, m - i);
      const int8_t *left = (const int8_t *)lhs + i / GK_PANEL * gk_gk4_panel8_bytes(shape);
      float *out = gk_row(dst, i, dst_stride) + j;
      const int whole = columns == GK_PANEL;
      skinny(shape, rows, left, panel, j / GK_PANEL % 2, whole ? out : edge,
             whole ? dst_stride : GK_PANEL * sizeof(float));
      if (!whole) {
        gk_copy_tile(rows, columns, GK_PANEL, edge, out, dst_stride);
      }
    }
  }
}

GK_INLINE gk_status gk_gk4_skinny(gk_gk4_skinny_fn *skinny, size_t m, size_t n, gk_gk4_shape shape,
                                  const void *lhs, const void *rhs, float *dst, size_t dst_stride) {
  const gk_status status = gk_gk4_check_product(m, n, shape, lhs, rhs, dst, dst_stride);
  if (status != GK_OK) {
    return status;
  }
  if (m > GK_GK4_SKINNY_MAX) {
    return GK_ERROR_SHAPE;
  }
  gk_gk4_skinny_rows(skinny, &shape, m, n, lhs, rhs, dst, dst_stride);
  return GK_OK;
}

/* Up to 8 rows a weight is used at most once, so expanding it to memory would only cost. */
GK_INLINE gk_status gk_gk4_gemm(gk_gk4_expand_fn *expand, gk_gk4_tile_fn *tile, gk_gk4_skinny_fn *skinny, size_t m,
                                size_t n, gk_gk4_shape shape, const void *lhs, const void *rhs, void *scratch,
                                size_t scratch_size, float *dst, size_t dst_stride) {
  if (scratch == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_gk4_check_product(m, n, shape, lhs, rhs, dst, dst_stride);
  if (status != GK_OK) {
    return status;
  }
  if (!gk_is_aligned(scratch, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  if (scratch_size < gk_gk4_panel8_bytes(&shape)) {
    return GK_ERROR_BUFFER_TOO_SMALL;
  }
  if (m <= GK_PANEL) {
    gk_gk4_skinny_rows(skinny, &shape, m, n, lhs, rhs, dst, dst_stride);
    return GK_OK;
  }
  for (size_t j = 0; j < n; j += GK_PANEL) {
    expand(&shape, gk_gk4_weights_of(&shape, rhs, j), j / GK_PANEL % 2, scratch);
    gk_gk4_panel_rows(tile, &shape, m, gk_min(GK_PANEL, n - j), lhs, scratch, dst + j, dst_stride);
  }
  return GK_OK;
}

GK_INLINE gk_status gk_gk4_gemv(gk_gk4_column_fn *column, size_t n, gk_gk4_shape shape, const void *lhs,
                                const void *rhs, float *dst) {
  float edge[GK_GK4_PANEL];
  const gk_status status = gk_gk4_check_product(1, n, shape, lhs, rhs, dst, GK_STRIDE_MAX);
  if (status != GK_OK) {
    return status;
  }
  for (size_t j = 0; j < n; j += GK_GK4_PANEL) {
    const uint8_t *panel = gk_gk4_weights_of(&shape, rhs, j);
    const int whole = n - j >= GK_GK4_PANEL;
    column(&shape, lhs, panel, whole ? dst + j : edge);
    if (!whole) {
      gk_copy_tile(1, n - j, GK_GK4_PANEL, edge, dst + j, 0);
    }
  }
  return GK_OK;
}

/* The five entries of a variant, from its inner loops expand, tile, skinny and column. */
#define GK_GK4_DEFINE_PRODUCTS(suffix)                                                                                \
  gk_status gk_expand_qi8sp8_gk4p16_##suffix(size_t n, size_t k, size_t superblock, const void *rhs, size_t column,   \
                                             size_t columns, void *dst, size_t dst_size) {                            \
    return gk_gk4_expand(expand_half, n, gk_gk4_shape_of(k, superblock), rhs, column, columns, dst, dst_size);        \
  }                                                                                                                   \
  gk_status gk_gemm_f32_qi8sp8_qi8sp8_##suffix(size_t m, size_t n, size_t k, size_t superblock, const void *lhs,      \
                                               const void *rhs, float *dst, size_t dst_stride) {                      \
    return gk_gk4_gemm_panels(tile, m, n, gk_gk4_shape_of(k, superblock), lhs, rhs, dst, dst_stride);                 \
  }                                                                                                                   \
  gk_status gk_gemm_f32_qi8sp8_gk4p16_##suffix(size_t m, size_t n, size_t k, size_t superblock, const void *lhs,      \
                                               const void *rhs, void *scratch, size_t scratch_size, float *dst,       \
                                               size_t dst_stride) {                                                   \
    return gk_gk4_gemm(expand_half, tile, skinny_half, m, n, gk_gk4_shape_of(k, superblock), lhs, rhs, scratch,       \
                       scratch_size, dst, dst_stride);                                                                \
  }                                                                                                                   \
  gk_status gk_skinny_f32_qi8sp8_gk4p16_##suffix(size_t m, size_t n, size_t k, size_t superblock, const void *lhs,    \
                                                 const void *rhs, float *dst, size_t dst_stride) {                    \
    return gk_gk4_skinny(skinny_half, m, n, gk_gk4_shape_of(k, superblock), lhs, rhs, dst, dst_stride);               \
  }                                                                                                                   \
  gk_status gk_gemv_f32_qi8s_gk4p16_##suffix(size_t n, size_t k, size_t superblock, const void *lhs, const void *rhs, \
                                             float *dst) {                                                            \
    return gk_gk4_gemv(column, n, gk_gk4_shape_of(k, superblock), lhs, rhs, dst);                                     \
  }

#endif
