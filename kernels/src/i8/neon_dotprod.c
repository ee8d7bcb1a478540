/*
 * SDOT: each 32-bit lane sums 4 products. Panels are [K / 4][8][4], so one 16-byte register holds 4 k of 4 rows or
 * columns. An 8 x 8 tile keeps 16 accumulators, 2 registers of each operand, and nothing spills.
 */
#include "i8/neon.h"
#include "i8/table.h"

GK_I8_DECLARE(neon_dotprod)

enum { DEPTH = 4 };

/* Rows of a tile are constants in each caller below, so that the accumulators live in registers. */
static inline __attribute__((always_inline)) void tile_rows(size_t rows, size_t stored, size_t k_padded,
                                                            const int8_t *a, const int8_t *b, const float *lhs_scale,
                                                            const float *rhs_scale, float *dst, size_t dst_stride) {
  int32x4_t sum[GK_PANEL][2];
  for (size_t i = 0; i < rows; i++) {
    sum[i][0] = vdupq_n_s32(0);
    sum[i][1] = vdupq_n_s32(0);
  }
  GK_UNROLL_2
  for (size_t k = 0; k < k_padded; k += DEPTH, a += 32, b += 32) {
    const int8x16_t b0 = vld1q_s8(b);
    const int8x16_t b1 = vld1q_s8(b + 16);
    const int8x16_t a0 = vld1q_s8(a);
#define GK_ROW(i, left, lane)                                     \
  if ((i) < rows) {                                               \
    sum[i][0] = vdotq_laneq_s32(sum[i][0], b0, left, lane);       \
    sum[i][1] = vdotq_laneq_s32(sum[i][1], b1, left, lane);       \
  }
    GK_ROW(0, a0, 0)
    GK_ROW(1, a0, 1)
    GK_ROW(2, a0, 2)
    GK_ROW(3, a0, 3)
    if (rows > 4) {
      const int8x16_t a1 = vld1q_s8(a + 16);
      GK_ROW(4, a1, 0)
      GK_ROW(5, a1, 1)
      GK_ROW(6, a1, 2)
      GK_ROW(7, a1, 3)
    }
#undef GK_ROW
  }
  const float32x4_t scale0 = vld1q_f32(rhs_scale);
  const float32x4_t scale1 = vld1q_f32(rhs_scale + 4);
  for (size_t i = 0; i < rows; i++) {
    if (i < stored) {
      float *out = gk_row(dst, i, dst_stride);
      gk_store_scaled(sum[i][0], lhs_scale[i], scale0, out);
      gk_store_scaled(sum[i][1], lhs_scale[i], scale1, out + 4);
    }
  }
}

static void tile(size_t rows, size_t k_padded, const int8_t *a, const int8_t *b, const float *lhs_scale,
                 const float *rhs_scale, float *dst, size_t dst_stride) {
  if (rows == 8) {
    tile_rows(8, 8, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
  } else if (rows > 4) {
    tile_rows(8, rows, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
  } else if (rows > 2) {
    tile_rows(4, rows, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
  } else {
    tile_rows(2, rows, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
  }
}

/* Even and odd quads have their own sums: SDOT has a latency of 3 cycles or more, and integer sums commute. */
typedef struct column_sums {
  int32x4_t even[2];
  int32x4_t odd[2];
} column_sums;

static inline void dot_block(column_sums *sum, int8x8_t left, const int8_t *b) {
  sum->even[0] = vdotq_lane_s32(sum->even[0], vld1q_s8(b), left, 0);
  sum->even[1] = vdotq_lane_s32(sum->even[1], vld1q_s8(b + 16), left, 0);
  sum->odd[0] = vdotq_lane_s32(sum->odd[0], vld1q_s8(b + 32), left, 1);
  sum->odd[1] = vdotq_lane_s32(sum->odd[1], vld1q_s8(b + 48), left, 1);
}

static void column(size_t k, const int8_t *a, float lhs_scale, const int8_t *b, const float *rhs_scale, float *dst) {
  const int32x4_t zero = vdupq_n_s32(0);
  column_sums sum = {{zero, zero}, {zero, zero}};
  for (; k >= 16; k -= 16, a += 16, b += 128) {
    const int8x16_t left = vld1q_s8(a);
    dot_block(&sum, vget_low_s8(left), b);
    dot_block(&sum, vget_high_s8(left), b + 64);
  }
  if (k >= 8) {
    dot_block(&sum, vld1_s8(a), b);
    k -= 8, a += 8, b += 64;
  }
  if (k > 0) {
    dot_block(&sum, gk_load_tail(a, k), b);
  }
  gk_store_scaled(vaddq_s32(sum.even[0], sum.odd[0]), lhs_scale, vld1q_f32(rhs_scale), dst);
  gk_store_scaled(vaddq_s32(sum.even[1], sum.odd[1]), lhs_scale, vld1q_f32(rhs_scale + 4), dst + 4);
}

GK_I8_DEFINE_QUERIES(neon_dotprod)

gk_status gk_pack_i8p8_i8_neon_dotprod(size_t rows, size_t k, const int8_t *src, size_t src_stride, void *dst,
                                              size_t dst_size) {
  return gk_i8_pack(DEPTH, rows, k, src, src_stride, dst, dst_size);
}

gk_status gk_gemm_f32_qi8rp8_qi8cp8_neon_dotprod(size_t m, size_t n, size_t k, const void *lhs,
                                                        const float *lhs_scale, const void *rhs, const float *rhs_scale,
                                                        float *dst, size_t dst_stride) {
  return gk_i8_gemm(tile, m, n, k, lhs, lhs_scale, rhs, rhs_scale, dst, dst_stride);
}

gk_status gk_gemv_f32_qi8r_qi8cp8_neon_dotprod(size_t n, size_t k, const int8_t *lhs, float lhs_scale,
                                                      const void *rhs, const float *rhs_scale, float *dst) {
  return gk_i8_gemv(column, n, k, lhs, lhs_scale, rhs, rhs_scale, dst);
}
