/* Portable C: the variant for a CPU without SDOT, the yardstick for the others, and the one that fuzzers run. */
#include "i8/panel.h"
#include "i8/table.h"

GK_I8_DECLARE(scalar)

enum { DEPTH = 1 };

static void store_scaled(const int32_t *sum, float lhs_scale, const float *rhs_scale, float *dst) {
  for (size_t j = 0; j < GK_PANEL; j++) {
    dst[j] = (float)sum[j] * lhs_scale * rhs_scale[j];
  }
}

static void tile(size_t rows, size_t k_padded, const int8_t *a, const int8_t *b, const float *lhs_scale,
                 const float *rhs_scale, float *dst, size_t dst_stride) {
  for (size_t i = 0; i < rows; i++) {
    int32_t sum[GK_PANEL] = {0};
    for (size_t k = 0; k < k_padded; k++) {
      const int32_t left = a[k * GK_PANEL + i];
      for (size_t j = 0; j < GK_PANEL; j++) {
        sum[j] += left * b[k * GK_PANEL + j];
      }
    }
    store_scaled(sum, lhs_scale[i], rhs_scale, gk_row(dst, i, dst_stride));
  }
}

static void column(size_t k, const int8_t *a, float lhs_scale, const int8_t *b, const float *rhs_scale, float *dst) {
  int32_t sum[GK_PANEL] = {0};
  for (size_t i = 0; i < k; i++) {
    for (size_t j = 0; j < GK_PANEL; j++) {
      sum[j] += a[i] * b[i * GK_PANEL + j];
    }
  }
  store_scaled(sum, lhs_scale, rhs_scale, dst);
}

GK_I8_DEFINE_QUERIES(scalar)

gk_status gk_pack_i8p8_i8_scalar(size_t rows, size_t k, const int8_t *src, size_t src_stride, void *dst,
                                        size_t dst_size) {
  return gk_i8_pack(DEPTH, rows, k, src, src_stride, dst, dst_size);
}

gk_status gk_gemm_f32_qi8rp8_qi8cp8_scalar(size_t m, size_t n, size_t k, const void *lhs, const float *lhs_scale,
                                                  const void *rhs, const float *rhs_scale, float *dst,
                                                  size_t dst_stride) {
  return gk_i8_gemm(tile, m, n, k, lhs, lhs_scale, rhs, rhs_scale, dst, dst_stride);
}

gk_status gk_gemv_f32_qi8r_qi8cp8_scalar(size_t n, size_t k, const int8_t *lhs, float lhs_scale, const void *rhs,
                                                const float *rhs_scale, float *dst) {
  return gk_i8_gemv(column, n, k, lhs, lhs_scale, rhs, rhs_scale, dst);
}
