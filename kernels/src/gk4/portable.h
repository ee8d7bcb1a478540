/* Quantisers and tiles in portable C, on panels of 8 in the order [K][8]: what the families gk4 and block8 share. */
#ifndef GK_GK4_PORTABLE_H
#define GK_GK4_PORTABLE_H

#include "gk4/products.h"
#include "gk4/quantise.h"

static uint32_t largest(const gk_gk4_source *source, size_t first, size_t count) {
  uint32_t bits = 0;
  for (size_t i = first; i < first + count; i++) {
    const uint32_t magnitude = gk_gk4_magnitude_bits(gk_gk4_value(source, i));
    bits = magnitude > bits ? magnitude : bits;
  }
  return bits;
}

static void round_plain(const gk_gk4_source *source, size_t first, size_t count, float inverse, int8_t *out) {
  for (size_t i = 0; i < count; i++) {
    out[i] = gk_gk4_round_value(gk_gk4_value(source, first + i) * inverse);
  }
}

static void round_panel(const gk_gk4_source *source, size_t first, size_t count, float inverse, int8_t *out) {
  for (size_t i = 0; i < count; i++) {
    out[i * GK_PANEL] = gk_gk4_round_value(gk_gk4_value(source, first + i) * inverse);
  }
}

static const gk_gk4_quantiser plain = {largest, round_plain, {1, 1}};
static const gk_gk4_quantiser panels = {largest, round_panel, {1, GK_PANEL}};

static void tile(const gk_gk4_shape *shape, size_t rows, const int8_t *lhs, const int8_t *rhs, float *dst,
                 size_t dst_stride) {
  const float *lhs_scale = gk_gk4_panel8_scales(shape, lhs);
  const float *rhs_scale = gk_gk4_panel8_scales(shape, rhs);
  for (size_t i = 0; i < rows; i++) {
    float *out = gk_row(dst, i, dst_stride);
    for (size_t j = 0; j < GK_PANEL; j++) {
      out[j] = 0.0f;
    }
    for (size_t s = 0, k = 0; s < shape->superblocks; s++) {
      int32_t sum[GK_PANEL] = {0};
      for (const size_t end = k + gk_gk4_blocks_of(shape, s) * GK_GK4_BLOCK; k < end; k++) {
        const int32_t left = lhs[k * GK_PANEL + i];
        for (size_t j = 0; j < GK_PANEL; j++) {
          sum[j] += left * rhs[k * GK_PANEL + j];
        }
      }
      for (size_t j = 0; j < GK_PANEL; j++) {
        const float scale = lhs_scale[s * GK_PANEL + i] * rhs_scale[s * GK_PANEL + j];
        out[j] = gk_f32_fma((float)sum[j], scale, out[j]);
      }
    }
  }
}

#endif
