/*
 * Small helpers of every family: tests of arguments, and addresses of rows.
 *
 * Everything is static: each variant's object is compiled for its own ISA and must not share code with another.
 */
#ifndef GK_COMMON_CHECKS_H
#define GK_COMMON_CHECKS_H

#include "graviton_kernels/common.h"

_Static_assert(sizeof(size_t) == 8, "sizes and strides up to 2^62 bytes need a 64-bit size_t");

/* For what takes an inner loop as an argument: inlined, the loop becomes a part of its caller. */
#define GK_INLINE static inline __attribute__((always_inline))

static inline int gk_is_aligned(const void *pointer, size_t alignment) {
  return ((uintptr_t)pointer & (alignment - 1)) == 0;
}

static inline int gk_in_range(size_t value, size_t max) {
  return value >= 1 && value <= max;
}

static inline size_t gk_round_up_8(size_t value) {
  return (value + 7) & ~(size_t)7;
}

static inline size_t gk_min(size_t a, size_t b) {
  return a < b ? a : b;
}

static inline float *gk_row(float *base, size_t row, size_t stride) {
  return (float *)(void *)((char *)base + row * stride);
}

/* Copies rows x columns values of a tile, whose rows are `tile_stride` values apart. */
static inline void gk_copy_tile(size_t rows, size_t columns, size_t tile_stride, const float *tile, float *dst,
                                size_t dst_stride) {
  for (size_t i = 0; i < rows; i++) {
    float *out = gk_row(dst, i, dst_stride);
    for (size_t j = 0; j < columns; j++) {
      out[j] = tile[i * tile_stride + j];
    }
  }
}

/* Strides and alignments of a product of two packed operands into n columns of f32, once the shape is known to be good. */
static inline gk_status gk_check_packed_product(size_t n, const void *lhs, const void *rhs, const float *dst,
                                                size_t dst_stride) {
  if (dst_stride < n * sizeof(float) || dst_stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  if (!gk_is_aligned(lhs, GK_ALIGNMENT) || !gk_is_aligned(rhs, GK_ALIGNMENT) || !gk_is_aligned(dst, sizeof(float)) ||
      dst_stride % sizeof(float) != 0) {
    return GK_ERROR_MISALIGNED;
  }
  return GK_OK;
}

#endif
