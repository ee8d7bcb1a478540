/* The checks of arguments and the queries of the families gk4 and block8, the same in every variant. */
#ifndef GK_GK4_ARGUMENTS_H
#define GK_GK4_ARGUMENTS_H

#include "gk4/layout.h"

typedef size_t gk_gk4_bytes_fn(const gk_gk4_shape *shape);

static inline gk_status gk_gk4_size(gk_gk4_bytes_fn *bytes, size_t step, size_t rows, gk_gk4_shape shape,
                                    size_t *size) {
  if (size == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (shape.k == 0 || !gk_in_range(rows, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  *size = (rows + step - 1) / step * bytes(&shape);
  return GK_OK;
}

static inline gk_status gk_gk4_offset(gk_gk4_bytes_fn *bytes, size_t step, size_t row, gk_gk4_shape shape,
                                      size_t *offset) {
  if (offset == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (shape.k == 0 || row > GK_DIM_MAX) {
    return GK_ERROR_SHAPE;
  }
  if (row % step != 0) {
    return GK_ERROR_MISALIGNED;
  }
  *offset = row / step * bytes(&shape);
  return GK_OK;
}

static inline gk_status gk_gk4_check_quant(gk_gk4_bytes_fn *bytes, size_t step, size_t m, gk_gk4_shape shape,
                                           const float *src, size_t src_stride, const void *dst, size_t dst_size) {
  size_t needed;
  if (src == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_gk4_size(bytes, step, m, shape, &needed);
  if (status != GK_OK) {
    return status;
  }
  if (src_stride < shape.k * sizeof(float) || src_stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (src_stride % sizeof(float) != 0 || !gk_is_aligned(src, sizeof(float)) || !gk_is_aligned(dst, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  return dst_size < needed ? GK_ERROR_BUFFER_TOO_SMALL : GK_OK;
}

static inline gk_status gk_gk4_check_weight(const float *weight, float epsilon) {
  if (weight == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_is_aligned(weight, sizeof(float))) {
    return GK_ERROR_MISALIGNED;
  }
  return gk_f32_is_finite(epsilon) && epsilon >= 0.0f ? GK_OK : GK_ERROR_VALUE;
}

static inline gk_status gk_gk4_check_product(size_t m, size_t n, gk_gk4_shape shape, const void *lhs,
                                             const void *rhs, const float *dst, size_t dst_stride) {
  if (lhs == NULL || rhs == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (shape.k == 0 || !gk_in_range(m, GK_DIM_MAX) || !gk_in_range(n, GK_DIM_MAX)) {
    return GK_ERROR_SHAPE;
  }
  return gk_check_packed_product(n, lhs, rhs, dst, dst_stride);
}

static inline gk_status gk_gk4_check_expand(size_t n, gk_gk4_shape shape, const void *rhs, size_t column,
                                            size_t columns, const void *dst, size_t dst_size) {
  if (rhs == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (shape.k == 0 || !gk_in_range(n, GK_DIM_MAX) || column >= n || !gk_in_range(columns, n - column)) {
    return GK_ERROR_SHAPE;
  }
  if (column % GK_PANEL != 0 || !gk_is_aligned(rhs, GK_ALIGNMENT) || !gk_is_aligned(dst, GK_ALIGNMENT)) {
    return GK_ERROR_MISALIGNED;
  }
  const size_t needed = (columns + GK_PANEL - 1) / GK_PANEL * gk_gk4_panel8_bytes(&shape);
  return dst_size < needed ? GK_ERROR_BUFFER_TOO_SMALL : GK_OK;
}

#define GK_GK4_DEFINE_QUERIES_OF(query, operand, suffix, step, bytes)                                       \
  size_t gk_##query##_step_##operand##_##suffix(void) {                                                     \
    return step;                                                                                            \
  }                                                                                                         \
  gk_status gk_##query##_size_##operand##_##suffix(size_t rows, size_t k, size_t superblock, size_t *size) { \
    return gk_gk4_size(bytes, step, rows, gk_gk4_shape_of(k, superblock), size);                            \
  }                                                                                                         \
  gk_status gk_##query##_offset_##operand##_##suffix(size_t row, size_t k, size_t superblock, size_t *offset) { \
    return gk_gk4_offset(bytes, step, row, gk_gk4_shape_of(k, superblock), offset);                         \
  }

#define GK_GK4_DEFINE_QUERIES(suffix)                                                        \
  GK_GK4_DEFINE_QUERIES_OF(pack, gk4p16, suffix, GK_GK4_PANEL, gk_gk4_panel_bytes)           \
  GK_GK4_DEFINE_QUERIES_OF(quant, qi8s, suffix, 1, gk_gk4_row_bytes)                         \
  GK_GK4_DEFINE_QUERIES_OF(quant, qi8sp8, suffix, GK_PANEL, gk_gk4_panel8_bytes)

#endif
