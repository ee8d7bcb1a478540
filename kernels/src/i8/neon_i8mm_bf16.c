/*
 * SMMLA: multiplies 2 rows x 8 k by 8 k x 2 columns into a 2 x 2 block of sums. Panels are [K / 8][8][8], so one
 * 16-byte register holds 8 k of 2 rows or 2 columns. An 8 x 8 tile keeps 16 accumulators and 4 registers of each
 * operand: 16 SMMLA for 8 loads.
 */
#include "i8/neon.h"
#include "i8/table.h"

GK_I8_DECLARE(neon_i8mm_bf16)

enum { DEPTH = 8, PAIRS = GK_PANEL / 2 };

/* Sums of one row pair: block j holds {r0 c2j, r0 c2j+1, r1 c2j, r1 c2j+1}. */
static inline void store_pair(size_t rows, const int32x4_t *block, const float *lhs_scale, const float *rhs_scale,
                              float *dst, size_t dst_stride) {
  const float32x4_t scale0 = vld1q_f32(rhs_scale);
  const float32x4_t scale1 = vld1q_f32(rhs_scale + 4);
  gk_store_scaled(vcombine_s32(vget_low_s32(block[0]), vget_low_s32(block[1])), lhs_scale[0], scale0, dst);
  gk_store_scaled(vcombine_s32(vget_low_s32(block[2]), vget_low_s32(block[3])), lhs_scale[0], scale1, dst + 4);
  if (rows > 1) {
    float *out = gk_row(dst, 1, dst_stride);
    gk_store_scaled(vcombine_s32(vget_high_s32(block[0]), vget_high_s32(block[1])), lhs_scale[1], scale0, out);
    gk_store_scaled(vcombine_s32(vget_high_s32(block[2]), vget_high_s32(block[3])), lhs_scale[1], scale1, out + 4);
  }
}

/* `pairs` is a constant in each caller below, so that the accumulators live in registers. */
static inline __attribute__((always_inline)) void tile_pairs(size_t pairs, size_t rows, size_t k_padded,
                                                             const int8_t *a, const int8_t *b, const float *lhs_scale,
                                                             const float *rhs_scale, float *dst, size_t dst_stride) {
  int32x4_t sum[PAIRS][PAIRS];
  for (size_t i = 0; i < pairs; i++) {
    for (size_t j = 0; j < PAIRS; j++) {
      sum[i][j] = vdupq_n_s32(0);
    }
  }
  GK_UNROLL_2
  for (size_t k = 0; k < k_padded; k += DEPTH) {
    const int8x16x4_t right = gk_neon_take_64(&b);
    const int8x16x4_t left = gk_neon_take_64(&a);
    for (size_t i = 0; i < pairs; i++) {
      for (size_t j = 0; j < PAIRS; j++) {
        sum[i][j] = vmmlaq_s32(sum[i][j], left.val[i], right.val[j]);
      }
    }
  }
  for (size_t i = 0; i < pairs; i++) {
    store_pair(rows - 2 * i, sum[i], lhs_scale + 2 * i, rhs_scale, gk_row(dst, 2 * i, dst_stride), dst_stride);
  }
}

static void tile(size_t rows, size_t k_padded, const int8_t *a, const int8_t *b, const float *lhs_scale,
                 const float *rhs_scale, float *dst, size_t dst_stride) {
  switch ((rows + 1) / 2) {
  case 1:
    tile_pairs(1, rows, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
    break;
  case 2:
    tile_pairs(2, rows, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
    break;
  case 3:
    tile_pairs(3, rows, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
    break;
  default:
    tile_pairs(4, rows, k_padded, a, b, lhs_scale, rhs_scale, dst, dst_stride);
    break;
  }
}

static inline void dot_block(int32x4_t *sum, int8x8_t half, const int8_t *b) {
  const int8x16_t left = vcombine_s8(half, half);
  for (size_t j = 0; j < PAIRS; j++) {
    sum[j] = vdotq_s32(sum[j], vld1q_s8(b + 16 * j), left);
  }
}

/*
 * One row would leave half of each SMMLA idle, so this is SDOT on the same panels: lanes hold {c0 k0-3, c0 k4-7,
 * c1 k0-3, c1 k4-7} and are added in pairs at the end.
 */
static void column(size_t k, const int8_t *a, float lhs_scale, const int8_t *b, const float *rhs_scale, float *dst) {
  int32x4_t even[PAIRS];
  int32x4_t odd[PAIRS];
  for (size_t j = 0; j < PAIRS; j++) {
    even[j] = vdupq_n_s32(0);
    odd[j] = vdupq_n_s32(0);
  }
  for (; k >= 16; k -= 16, a += 16, b += 128) {
    const int8x16_t left = vld1q_s8(a);
    dot_block(even, vget_low_s8(left), b);
    dot_block(odd, vget_high_s8(left), b + 64);
  }
  if (k >= 8) {
    dot_block(even, vld1_s8(a), b);
    k -= 8, a += 8, b += 64;
  }
  if (k > 0) {
    dot_block(odd, gk_load_tail(a, k), b);
  }
  for (size_t j = 0; j < PAIRS; j++) {
    even[j] = vaddq_s32(even[j], odd[j]);
  }
  gk_store_scaled(vpaddq_s32(even[0], even[1]), lhs_scale, vld1q_f32(rhs_scale), dst);
  gk_store_scaled(vpaddq_s32(even[2], even[3]), lhs_scale, vld1q_f32(rhs_scale + 4), dst + 4);
}

GK_I8_DEFINE_QUERIES(neon_i8mm_bf16)

gk_status gk_pack_i8p8_i8_neon_i8mm_bf16(size_t rows, size_t k, const int8_t *src, size_t src_stride, void *dst,
                                                size_t dst_size) {
  return gk_i8_pack(DEPTH, rows, k, src, src_stride, dst, dst_size);
}

gk_status gk_gemm_f32_qi8rp8_qi8cp8_neon_i8mm_bf16(size_t m, size_t n, size_t k, const void *lhs,
                                                          const float *lhs_scale, const void *rhs,
                                                          const float *rhs_scale, float *dst, size_t dst_stride) {
  return gk_i8_gemm(tile, m, n, k, lhs, lhs_scale, rhs, rhs_scale, dst, dst_stride);
}

gk_status gk_gemv_f32_qi8r_qi8cp8_neon_i8mm_bf16(size_t n, size_t k, const int8_t *lhs, float lhs_scale,
                                                        const void *rhs, const float *rhs_scale, float *dst) {
  return gk_i8_gemv(column, n, k, lhs, lhs_scale, rhs, rhs_scale, dst);
}
