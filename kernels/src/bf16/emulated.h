/* BFMMLA's arithmetic on panels of depth 1, for any values. */
#ifndef GK_BF16_EMULATED_H
#define GK_BF16_EMULATED_H

#include "bf16/panel.h"

static inline void gk_bf16_emulated_tile(size_t rows, size_t k_padded, const uint16_t *a, const uint16_t *b, float *dst,
                                         size_t dst_stride) {
  for (size_t i = 0; i < rows; i++) {
    float *out = gk_row(dst, i, dst_stride);
    for (size_t j = 0; j < GK_PANEL; j++) {
      float sum = 0.0f;
      for (size_t k = 0; k < k_padded; k += 2) {
        const uint16_t *left = a + k * GK_PANEL + i;
        const uint16_t *right = b + k * GK_PANEL + j;
        sum = gk_bf16_dot_add(sum, left[0], right[0], left[GK_PANEL], right[GK_PANEL]);
      }
      out[j] = sum;
    }
  }
}

static inline void gk_bf16_emulated_row(size_t row, size_t k, size_t k_padded, const void *src, uint16_t *panel) {
  gk_bf16_pack_row_bf16(1, row, k, k_padded, src, panel);
}

static inline void gk_bf16_emulated_row_f32(size_t row, size_t k, size_t k_padded, const void *src, uint16_t *panel) {
  gk_bf16_pack_row_f32(1, row, k, k_padded, src, panel);
}

#endif
