/*
 * What both NEON variants of the gk4 family share: quantisation, the unpacking of weights, and the GEMV.
 *
 * Weights are unpacked to 16 * q: one shift for the low nibble, one AND for the high one. Sums are therefore 16 times
 * too large: multiples of 16 below 2^28, which SCVTF divides by 16 as it converts them, still exactly.
 */
#ifndef GK_GK4_NEON_H
#define GK_GK4_NEON_H

#include <arm_neon.h>

#include "common/neon_loads.h"
#include "elementwise/rmsnorm_neon.h"
#include "gk4/products.h"
#include "gk4/quantise.h"

/* Keeps the compiler from moving loads and stores across, where that would spill registers. */
GK_INLINE void gk_keep_order(void) {
  __asm__ volatile("" ::: "memory");
}

/* Keeps the compiler from moving the computation of these sums across one another's. */
GK_INLINE void gk_keep_sums(int32x4_t *a, int32x4_t *b, int32x4_t *c, int32x4_t *d) {
  __asm__ volatile("" : "+w"(*a), "+w"(*b), "+w"(*c), "+w"(*d));
}

GK_INLINE float32x4_t gk_neon_value(const gk_gk4_source *source, int normalised, size_t i) {
  const float32x4_t x = vld1q_f32(source->x + i);
  return normalised ? vmulq_f32(vmulq_n_f32(x, source->factor), vld1q_f32(source->weight + i)) : x;
}

GK_INLINE uint32_t gk_neon_largest_of(gk_gk4_source row, int normalised, size_t first, size_t count) {
  const gk_gk4_source *source = &row;
  uint32x4_t max[4] = {vdupq_n_u32(0), vdupq_n_u32(0), vdupq_n_u32(0), vdupq_n_u32(0)};
  const size_t end = first + count;
  size_t i = first;
  for (; end - i >= 32; i += 32) {
    for (size_t j = 0; j < 4; j++) {
      const float32x4_t magnitude = vabsq_f32(gk_neon_value(source, normalised, i + 4 * j));
      max[j] = vmaxq_u32(max[j], vreinterpretq_u32_f32(magnitude));
    }
    for (size_t j = 0; j < 4; j++) {
      const float32x4_t magnitude = vabsq_f32(gk_neon_value(source, normalised, i + 16 + 4 * j));
      max[j] = vmaxq_u32(max[j], vreinterpretq_u32_f32(magnitude));
    }
  }
  uint32_t bits = vmaxvq_u32(vmaxq_u32(vmaxq_u32(max[0], max[1]), vmaxq_u32(max[2], max[3])));
  for (; i < end; i++) {
    const uint32_t magnitude = gk_gk4_magnitude_bits(gk_gk4_value(source, i));
    bits = magnitude > bits ? magnitude : bits;
  }
  return bits;
}

GK_INLINE uint32_t gk_neon_largest(const gk_gk4_source *source, size_t first, size_t count) {
  return source->weight == NULL ? gk_neon_largest_of(*source, 0, first, count)
                                : gk_neon_largest_of(*source, 1, first, count);
}

/*
 * 8 rounded values. Adding 1.5 * 2^23 rounds to nearest even and leaves the integer in the low bits, on all four vector
 * pipes of Neoverse V2, where FCVTNS runs on two. The low byte is the value, for it fits int8.
 */
GK_INLINE int8x8_t gk_neon_round_8(const gk_gk4_source *source, int normalised, size_t i, float inverse) {
  const float32x4_t magic = vdupq_n_f32(0x1.8p+23f);
  const float32x4_t low = vaddq_f32(vmulq_n_f32(gk_neon_value(source, normalised, i), inverse), magic);
  const float32x4_t high = vaddq_f32(vmulq_n_f32(gk_neon_value(source, normalised, i + 4), inverse), magic);
  return vmovn_s16(vuzp1q_s16(vreinterpretq_s16_f32(low), vreinterpretq_s16_f32(high)));
}

GK_INLINE void gk_neon_store_8(int8x8_t values, size_t depth, size_t stride, int8_t *at) {
  if (depth >= 8) {
    vst1_s8(at, values);
  } else {
    vst1_lane_s32((int32_t *)(void *)at, vreinterpret_s32_s8(values), 0);
    vst1_lane_s32((int32_t *)(void *)(at + stride), vreinterpret_s32_s8(values), 1);
  }
}

/* The row comes by value: through a pointer it would be read again after each store of bytes. */
GK_INLINE void gk_neon_round_of(gk_gk4_source row, int normalised, size_t depth, size_t stride, size_t first,
                                size_t count, float inverse, int8_t *out) {
  const gk_gk4_source *source = &row;
  const gk_gk4_order order = {depth, stride};
  const size_t step = 8 / depth * stride;
  size_t i = 0;
  for (int8_t *at = out; count - i >= 32; i += 32, at += 4 * step) {
    gk_neon_store_8(gk_neon_round_8(source, normalised, first + i, inverse), depth, stride, at);
    gk_neon_store_8(gk_neon_round_8(source, normalised, first + i + 8, inverse), depth, stride, at + step);
    gk_neon_store_8(gk_neon_round_8(source, normalised, first + i + 16, inverse), depth, stride, at + 2 * step);
    gk_neon_store_8(gk_neon_round_8(source, normalised, first + i + 24, inverse), depth, stride, at + 3 * step);
  }
  for (; i < count; i++) {
    out[gk_gk4_place(order, i)] = gk_gk4_round_value(gk_gk4_value(source, first + i) * inverse);
  }
}

/* A gk_gk4_round_fn for one order. */
#define GK_NEON_DEFINE_ROUND(name, depth, stride)                                                               \
  GK_INLINE void name(const gk_gk4_source *source, size_t first, size_t count, float inverse, int8_t *out) {       \
    if (source->weight == NULL) {                                                                               \
      gk_neon_round_of(*source, 0, depth, stride, first, count, inverse, out);                                   \
    } else {                                                                                                    \
      gk_neon_round_of(*source, 1, depth, stride, first, count, inverse, out);                                   \
    }                                                                                                           \
  }

GK_NEON_DEFINE_ROUND(gk_neon_round_plain, 8, 8)

GK_INLINE int8x16_t gk_neon_low_16(int8x16_t packed) {
  return vshlq_n_s8(packed, 4);
}

GK_INLINE int8x16_t gk_neon_high_16(int8x16_t packed) {
  return vandq_s8(packed, vdupq_n_s8((int8_t)0xF0));
}

/* A sum, or a sixteenth of it, as f32. */
GK_INLINE float32x4_t gk_neon_to_f32(int32x4_t sum, int sixteenfold) {
  return sixteenfold ? vcvtq_n_f32_s32(sum, 4) : vcvtq_f32_s32(sum);
}

GK_INLINE float32x4_t gk_neon_scales(const uint8_t *scales) {
  return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(scales)));
}

/* Four sub-scales in each vector. */
GK_INLINE void gk_neon_widen(int8x16_t subscales, int32x4_t *wide) {
  const int16x8_t low = vmovl_s8(vget_low_s8(subscales));
  const int16x8_t high = vmovl_high_s8(subscales);
  wide[0] = vmovl_s16(vget_low_s16(low));
  wide[1] = vmovl_high_s16(low);
  wide[2] = vmovl_s16(vget_low_s16(high));
  wide[3] = vmovl_high_s16(high);
}

/* sum += 16 * (4 k of 4 columns), for the low and the high nibbles of one k-quad. */
#define GK_NEON_DOT_QUAD(sum, packed, low, high, quad)                              \
  for (size_t j_ = 0; j_ < 4; j_++) {                                               \
    sum[j_] = vdotq_laneq_s32(sum[j_], gk_neon_low_16(packed.val[j_]), low, quad);  \
    sum[j_] = vdotq_laneq_s32(sum[j_], gk_neon_high_16(packed.val[j_]), high, quad); \
  }

GK_INLINE void gk_neon_dot_block(int32x4_t *sum, const int8_t **weights, const int8_t *lhs) {
  const int8x16_t low = vld1q_s8(lhs);
  const int8x16_t high = vld1q_s8(lhs + 16);
  const int8x16x4_t quad0 = gk_neon_take_64(weights);
  GK_NEON_DOT_QUAD(sum, quad0, low, high, 0)
  const int8x16x4_t quad1 = gk_neon_take_64(weights);
  GK_NEON_DOT_QUAD(sum, quad1, low, high, 1)
  const int8x16x4_t quad2 = gk_neon_take_64(weights);
  GK_NEON_DOT_QUAD(sum, quad2, low, high, 2)
  const int8x16x4_t quad3 = gk_neon_take_64(weights);
  GK_NEON_DOT_QUAD(sum, quad3, low, high, 3)
}

/*
 * The sum over blocks of m[b] * S[b], S[b] being the block's sum, is computed from running sums T[b] = S[0] + .. + S[b]:
 *   sum of m[b] * (T[b] - T[b - 1]) = m[last] * T[last] - sum over b > 0 of (m[b] - m[b - 1]) * T[b - 1]
 * (Abel's summation by parts). So no block's sum is set to zero first, which would cost one instruction for each
 * register of sums and block. int32 wraps on the way, and the result is exact.
 */
GK_INLINE void gk_neon_column_superblock(const gk_gk4_superblock *part, size_t blocks, const int8_t *lhs,
                                         int32x4_t *total) {
  int32x4_t sum[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
  int32x4_t wide[4];
  int8x16_t previous = vdupq_n_s8(0);
  const int8_t *weights = (const int8_t *)part->weights;
  const int8_t *subscales = part->subscales;
  for (size_t b = 0; b < blocks; b++, subscales += GK_GK4_PANEL, lhs += GK_GK4_BLOCK) {
    const int8x16_t current = vld1q_s8(subscales);
    gk_neon_widen(vsubq_s8(current, previous), wide);
    previous = current;
    for (size_t j = 0; j < 4; j++) {
      total[j] = vmlsq_s32(total[j], sum[j], wide[j]);
    }
    gk_neon_dot_block(sum, &weights, lhs);
  }
  gk_neon_widen(previous, wide);
  for (size_t j = 0; j < 4; j++) {
    total[j] = vmlaq_s32(total[j], sum[j], wide[j]);
  }
}

GK_INLINE void gk_neon_column(const gk_gk4_shape *shape, const int8_t *lhs, const uint8_t *panel, float *dst) {
  const float *lhs_scale = (const float *)(const void *)(lhs + gk_gk4_row_values(shape));
  float32x4_t out[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t blocks = gk_gk4_blocks_of(shape, s);
    const gk_gk4_superblock part = gk_gk4_superblock_at(panel, blocks, &panel);
    int32x4_t total[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
    gk_neon_column_superblock(&part, blocks, lhs, total);
    for (size_t j = 0; j < 4; j++) {
      const float32x4_t scale = vmulq_n_f32(gk_neon_scales(part.scales + 8 * j), lhs_scale[s]);
      out[j] = vfmaq_f32(out[j], gk_neon_to_f32(total[j], 1), scale);
    }
    lhs += blocks * GK_GK4_BLOCK;
  }
  for (size_t j = 0; j < 4; j++) {
    vst1q_f32(dst + 4 * j, out[j]);
  }
}

#endif
