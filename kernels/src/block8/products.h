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

static inline gk_gk4_shape gk_block8_shape_of(size_t k) {
  const size_t taken = gk_in_range(k, GK_BLOCK8_K_MAX) && k % GK_BLOCK8_BLOCK == 0 ? k : 0;
  return (gk_gk4_shape){taken, GK_BLOCK8_BLOCK, taken / GK_BLOCK8_BLOCK, taken / GK_BLOCK8_BLOCK};
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

GK_INLINE gk_status gk_block8_pack(size_t depth, size_t rows, gk_gk4_shape shape, const void *src, void *dst,
                                   size_t dst_size) {
  size_t needed;
  if (src == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_gk4_size(gk_gk4_panel8_bytes, GK_PANEL, rows, shape, &needed);
  if (status != GK_OK) {
    return status;
  }
  if (!gk_is_aligned(src, sizeof(float)) || !gk_is_aligned(dst, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  if (dst_size < needed) {
    return GK_ERROR_BUFFER_TOO_SMALL;
  }
  const size_t panel_bytes = gk_gk4_panel8_bytes(&shape);
  for (size_t row = 0; row < rows; row++) {
    char *panel = (char *)dst + row / GK_PANEL * panel_bytes;
    if (row % GK_PANEL == 0 && rows - row < GK_PANEL) {
      gk_gk4_clear_panel(panel, panel_bytes);
    }
    gk_block8_pack_row(depth, &shape, (const char *)src + row * gk_gk4_row_bytes(&shape), panel, row % GK_PANEL);
  }
  return GK_OK;
}

GK_INLINE gk_status gk_block8_gemv(gk_block8_columns_fn *columns, size_t n, gk_gk4_shape shape, const void *lhs,
                                   const void *rhs, float *dst) {
  float edge[GK_PANEL];
  const gk_status status = gk_gk4_check_product(1, n, shape, lhs, rhs, dst, GK_STRIDE_MAX);
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
#define GK_BLOCK8_DEFINE_QUERIES(operand, suffix, step, bytes)                                                   \
  size_t gk_quant_step_##operand##_##suffix(void) {                                                              \
    return step;                                                                                                 \
  }                                                                                                              \
  gk_status gk_quant_size_##operand##_##suffix(size_t rows, size_t k, size_t *size) {                            \
    return gk_gk4_size(bytes, step, rows, gk_block8_shape_of(k), size);                                          \
  }                                                                                                              \
  gk_status gk_quant_offset_##operand##_##suffix(size_t row, size_t k, size_t *offset) {                         \
    return gk_gk4_offset(bytes, step, row, gk_block8_shape_of(k), offset);                                       \
  }

#define GK_BLOCK8_DEFINE(suffix, depth, plain, panels, tile, columns)                                            \
  GK_BLOCK8_DEFINE_QUERIES(qi8b, suffix, 1, gk_gk4_row_bytes)                                                    \
  GK_BLOCK8_DEFINE_QUERIES(qi8bp8, suffix, GK_PANEL, gk_gk4_panel8_bytes)                                        \
  gk_status gk_quant_qi8b_f32_##suffix(size_t m, size_t k, const float *src, size_t src_stride, void *dst,       \
                                       size_t dst_size) {                                                        \
    const gk_gk4_rows rows = {src, src_stride, NULL, 0.0f, NULL};                                                \
    return gk_gk4_quantise_plain(&plain, &rows, m, gk_block8_shape_of(k), dst, dst_size);                        \
  }                                                                                                              \
  gk_status gk_quant_qi8bp8_f32_##suffix(size_t m, size_t k, const float *src, size_t src_stride, void *dst,     \
                                         size_t dst_size) {                                                      \
    const gk_gk4_rows rows = {src, src_stride, NULL, 0.0f, NULL};                                                \
    return gk_gk4_quantise_panels(&panels, &rows, m, gk_block8_shape_of(k), dst, dst_size);                      \
  }                                                                                                              \
  gk_status gk_pack_qi8bp8_qi8b_##suffix(size_t rows, size_t k, const void *src, void *dst, size_t dst_size) {   \
    return gk_block8_pack(depth, rows, gk_block8_shape_of(k), src, dst, dst_size);                               \
  }                                                                                                              \
  gk_status gk_gemm_f32_qi8bp8_qi8bp8_##suffix(size_t m, size_t n, size_t k, const void *lhs, const void *rhs,   \
                                               float *dst, size_t dst_stride) {                                  \
    return gk_gk4_gemm_panels(tile, m, n, gk_block8_shape_of(k), lhs, rhs, dst, dst_stride);                     \
  }                                                                                                              \
  gk_status gk_gemv_f32_qi8b_qi8bp8_##suffix(size_t n, size_t k, const void *lhs, const void *rhs, float *dst) { \
    return gk_block8_gemv(columns, n, gk_block8_shape_of(k), lhs, rhs, dst);                                     \
  }

#endif
