/*
 * The checks and walks of the block8 family, the same in every variant. Its operands are those of gk4's activations with
 * a superblock of 32, so layout, quantisers and tiles are gk4's.
 */
#ifndef GK_BLOCK8_PRODUCTS_H
#define GK_BLOCK8_PRODUCTS_H

#include "gk4/products.h"
#include "gk4/quantise.h"
#include "graviton_kernels/block8.h"

_Static_assert(GK_BLOCK8_BLOCK == GK_GK4_BLOCK, "a superblock of one block");
_Static_assert(GK_BLOCK8_K_MAX == GK_GK4_K_MAX, "sizes fit as gk4's do");

/* Columns that a GEMV takes at once: two panels share the loads of the row. */
enum { GK_BLOCK8_COLUMNS = 2 * GK_PANEL };

/* Writes results of one row by `panels` (1 or 2, a constant) panels that are `panel_bytes` apart. */
typedef void gk_block8_columns_fn(size_t panels, const gk_gk4_shape *shape, const int8_t *lhs, const int8_t *rhs,
                                  size_t panel_bytes, float *dst);

static inline gk_status gk_block8_shape_of(size_t k, gk_gk4_shape *shape) {
  if (!gk_in_range(k, GK_BLOCK8_K_MAX) || k % GK_BLOCK8_BLOCK != 0) {
    return GK_ERROR_SHAPE;
  }
  *shape = (gk_gk4_shape){k, GK_BLOCK8_BLOCK, k / GK_BLOCK8_BLOCK, k / GK_BLOCK8_BLOCK};
  return GK_OK;
}

static inline gk_status gk_block8_size(gk_gk4_bytes_fn *bytes, size_t step, size_t rows, size_t k, size_t *size) {
  gk_gk4_shape shape;
  if (size == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (gk_block8_shape_of(k, &shape) != GK_OK || !gk_in_range(rows, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  *size = (rows + step - 1) / step * bytes(&shape);
  return GK_OK;
}

static inline gk_status gk_block8_offset(gk_gk4_bytes_fn *bytes, size_t step, size_t row, size_t k, size_t *offset) {
  gk_gk4_shape shape;
  if (offset == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (gk_block8_shape_of(k, &shape) != GK_OK || row > GK_DIM_MAX) {
    return GK_ERROR_SHAPE;
  }
  if (row % step != 0) {
    return GK_ERROR_MISALIGNED;
  }
  *offset = row / step * bytes(&shape);
  return GK_OK;
}

static inline gk_status gk_block8_check_quant(gk_gk4_bytes_fn *bytes, size_t step, size_t m, size_t k,
                                              const float *src, size_t src_stride, const void *dst, size_t dst_size) {
  size_t needed;
  if (src == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_block8_size(bytes, step, m, k, &needed);
  if (status != GK_OK) {
    return status;
  }
  if (src_stride < k * sizeof(float) || src_stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (src_stride % sizeof(float) != 0 || !gk_is_aligned(src, sizeof(float)) || !gk_is_aligned(dst, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  return dst_size < needed ? GK_ERROR_BUFFER_TOO_SMALL : GK_OK;
}

GK_INLINE gk_status gk_block8_quantise_plain(const gk_gk4_quantiser *with, size_t m, size_t k, const float *src,
                                             size_t src_stride, void *dst, size_t dst_size) {
  const gk_status status = gk_block8_check_quant(gk_gk4_row_bytes, 1, m, k, src, src_stride, dst, dst_size);
  if (status == GK_OK) {
    const gk_gk4_rows rows = {src, src_stride, NULL, 0.0f, NULL};
    gk_gk4_shape shape;
    (void)gk_block8_shape_of(k, &shape);
    gk_gk4_fill_plain(with, &rows, m, &shape, dst);
  }
  return status;
}

GK_INLINE gk_status gk_block8_quantise_panels(const gk_gk4_quantiser *with, size_t m, size_t k, const float *src,
                                              size_t src_stride, void *dst, size_t dst_size) {
  const gk_status status = gk_block8_check_quant(gk_gk4_panel8_bytes, GK_PANEL, m, k, src, src_stride, dst, dst_size);
  if (status == GK_OK) {
    const gk_gk4_rows rows = {src, src_stride, NULL, 0.0f, NULL};
    gk_gk4_shape shape;
    (void)gk_block8_shape_of(k, &shape);
    gk_gk4_fill_panels(with, &rows, m, &shape, dst);
  }
  return status;
}

/* Row `row` of a qi8b operand into its place in a panel: runs of `depth` values, a constant at each call. */
GK_INLINE void gk_block8_pack_row(size_t depth, const gk_gk4_shape *shape, const char *row, char *panel, size_t place) {
  for (size_t k = 0; k < shape->k; k += depth) {
    __builtin_memcpy(panel + k * GK_PANEL + place * depth, row + k, depth);
  }
  float *scales = (float *)(void *)(panel + gk_gk4_panel8_values(shape)) + place;
  const float *from = (const float *)(const void *)(row + gk_gk4_row_values(shape));
  for (size_t b = 0; b < shape->blocks; b++) {
    scales[b * GK_PANEL] = from[b];
  }
}

GK_INLINE gk_status gk_block8_pack(size_t depth, size_t rows, size_t k, const void *src, void *dst, size_t dst_size) {
  gk_gk4_shape shape;
  if (src == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (gk_block8_shape_of(k, &shape) != GK_OK || !gk_in_range(rows, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  if (!gk_is_aligned(src, sizeof(float)) || !gk_is_aligned(dst, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  const size_t panel_bytes = gk_gk4_panel8_bytes(&shape);
  if (dst_size < (rows + GK_PANEL - 1) / GK_PANEL * panel_bytes) {
    return GK_ERROR_BUFFER_TOO_SMALL;
  }
  for (size_t row = 0; row < rows; row++) {
    char *panel = (char *)dst + row / GK_PANEL * panel_bytes;
    if (row % GK_PANEL == 0 && rows - row < GK_PANEL) {
      gk_gk4_clear_panel(panel, panel_bytes);
    }
    gk_block8_pack_row(depth, &shape, (const char *)src + row * gk_gk4_row_bytes(&shape), panel, row % GK_PANEL);
  }
  return GK_OK;
}

static inline gk_status gk_block8_check_product(size_t m, size_t n, size_t k, const void *lhs, const void *rhs,
                                                const float *dst, size_t dst_stride, gk_gk4_shape *shape) {
  if (lhs == NULL || rhs == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (gk_block8_shape_of(k, shape) != GK_OK || !gk_in_range(m, GK_DIM_MAX) || !gk_in_range(n, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  return gk_check_packed_product(n, lhs, rhs, dst, dst_stride);
}

GK_INLINE gk_status gk_block8_gemm(gk_gk4_tile_fn *tile, size_t m, size_t n, size_t k, const void *lhs,
                                   const void *rhs, float *dst, size_t dst_stride) {
  gk_gk4_shape shape;
  const gk_status status = gk_block8_check_product(m, n, k, lhs, rhs, dst, dst_stride, &shape);
  if (status != GK_OK) {
    return status;
  }
  for (size_t j = 0; j < n; j += GK_PANEL) {
    const int8_t *panel = (const int8_t *)rhs + j / GK_PANEL * gk_gk4_panel8_bytes(&shape);
    gk_gk4_panel_rows(tile, &shape, m, gk_min(GK_PANEL, n - j), lhs, panel, dst + j, dst_stride);
  }
  return GK_OK;
}

GK_INLINE gk_status gk_block8_gemv(gk_block8_columns_fn *columns, size_t n, size_t k, const void *lhs,
                                   const void *rhs, float *dst) {
  gk_gk4_shape shape;
  float edge[GK_BLOCK8_COLUMNS];
  const gk_status status = gk_block8_check_product(1, n, k, lhs, rhs, dst, GK_STRIDE_MAX, &shape);
  if (status != GK_OK) {
    return status;
  }
  const size_t panel_bytes = gk_gk4_panel8_bytes(&shape);
  const int8_t *panel = rhs;
  size_t j = 0;
  for (; n - j >= GK_BLOCK8_COLUMNS; j += GK_BLOCK8_COLUMNS, panel += 2 * panel_bytes) {
    columns(2, &shape, lhs, panel, panel_bytes, dst + j);
  }
  for (; j < n; j += GK_PANEL, panel += panel_bytes) {
    columns(1, &shape, lhs, panel, panel_bytes, edge);
    gk_copy_tile(1, gk_min(GK_PANEL, n - j), GK_PANEL, edge, dst + j, 0);
  }
  return GK_OK;
}

/* The entries of a variant, from the depth of its panels, its quantisers and its inner loops tile and columns. */
#define GK_BLOCK8_DEFINE_QUERIES(operand, suffix, step, bytes)                                                       \
  size_t gk_quant_step_##operand##_##suffix(void) {                                                                  \
    return step;                                                                                                     \
  }                                                                                                                  \
  gk_status gk_quant_size_##operand##_##suffix(size_t rows, size_t k, size_t *size) {                                \
    return gk_block8_size(bytes, step, rows, k, size);                                                               \
  }                                                                                                                  \
  gk_status gk_quant_offset_##operand##_##suffix(size_t row, size_t k, size_t *offset) {                             \
    return gk_block8_offset(bytes, step, row, k, offset);                                                            \
  }

#define GK_BLOCK8_DEFINE(suffix, depth, plain, panels, tile, columns)                                                \
  GK_BLOCK8_DEFINE_QUERIES(qi8b, suffix, 1, gk_gk4_row_bytes)                                                        \
  GK_BLOCK8_DEFINE_QUERIES(qi8bp8, suffix, GK_PANEL, gk_gk4_panel8_bytes)                                            \
  gk_status gk_quant_qi8b_f32_##suffix(size_t m, size_t k, const float *src, size_t src_stride, void *dst,           \
                                       size_t dst_size) {                                                            \
    return gk_block8_quantise_plain(&plain, m, k, src, src_stride, dst, dst_size);                                   \
  }                                                                                                                  \
  gk_status gk_quant_qi8bp8_f32_##suffix(size_t m, size_t k, const float *src, size_t src_stride, void *dst,         \
                                         size_t dst_size) {                                                          \
    return gk_block8_quantise_panels(&panels, m, k, src, src_stride, dst, dst_size);                                 \
  }                                                                                                                  \
  gk_status gk_pack_qi8bp8_qi8b_##suffix(size_t rows, size_t k, const void *src, void *dst, size_t dst_size) {       \
    return gk_block8_pack(depth, rows, k, src, dst, dst_size);                                                       \
  }                                                                                                                  \
  gk_status gk_gemm_f32_qi8bp8_qi8bp8_##suffix(size_t m, size_t n, size_t k, const void *lhs, const void *rhs,       \
                                               float *dst, size_t dst_stride) {                                      \
    return gk_block8_gemm(tile, m, n, k, lhs, rhs, dst, dst_stride);                                                 \
  }                                                                                                                  \
  gk_status gk_gemv_f32_qi8b_qi8bp8_##suffix(size_t n, size_t k, const void *lhs, const void *rhs, float *dst) {     \
    return gk_block8_gemv(columns, n, k, lhs, rhs, dst);                                                             \
  }

#endif
