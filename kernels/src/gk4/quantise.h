/*
 * Quantisation of activations, fused with RMSNorm or not: the walk over rows and superblocks. A variant brings the two
 * loops over values: the largest magnitude, and the rounding.
 */
#ifndef GK_GK4_QUANTISE_H
#define GK_GK4_QUANTISE_H

#include "elementwise/rmsnorm_core.h"
#include "gk4/arguments.h"

/* A row: x[i], or RMSNorm's x[i] * factor * weight[i] when weight is not NULL. */
typedef struct gk_gk4_source {
  const float *x;
  const float *weight;
  float factor;
} gk_gk4_source;

/* Where value i of a row goes: `depth` values side by side, then the other rows of the panel. */
typedef struct gk_gk4_order {
  size_t depth, stride; /* value i at i / depth * stride + i % depth */
} gk_gk4_order;

/* The bits of the largest |value| of values first..first + count; those of a NaN are above those of Inf. */
typedef uint32_t gk_gk4_largest_fn(const gk_gk4_source *source, size_t first, size_t count);

/* Rounds value * inverse for values first..first + count to out, in a given order. */
typedef void gk_gk4_round_fn(const gk_gk4_source *source, size_t first, size_t count, float inverse, int8_t *out);

/* RMSNorm's factor of a row. */
typedef float gk_gk4_factor_fn(const float *x, size_t n, float epsilon);

typedef struct gk_gk4_quantiser {
  gk_gk4_largest_fn *largest;
  gk_gk4_round_fn *round;
  gk_gk4_order order;
} gk_gk4_quantiser;

static inline float gk_gk4_value(const gk_gk4_source *source, size_t i) {
  const float x = source->x[i];
  return source->weight == NULL ? x : gk_rmsnorm_value(x, source->factor, source->weight[i]);
}

static inline uint32_t gk_gk4_magnitude_bits(float value) {
  return gk_f32_bits(value) & 0x7fffffffu;
}

/* |value| is at most a little above 127, so adding and taking 1.5 * 2^23 rounds it to nearest even. */
static inline int8_t gk_gk4_round_value(float value) {
  const float moved = value + 0x1.8p+23f;
  return (int8_t)(moved - 0x1.8p+23f);
}

/* The scale of a superblock and what its values are multiplied with. */
typedef struct gk_gk4_factors {
  float scale, inverse;
} gk_gk4_factors;

static inline gk_gk4_factors gk_gk4_factors_of(uint32_t largest_bits) {
  const float largest = gk_f32_from_bits(largest_bits);
  if (largest_bits >= 0x7f800000u) {
    return (gk_gk4_factors){gk_f32_default_nan(), 0.0f};
  }
  if (largest < GK_GK4_ACTIVATION_MIN) {
    return (gk_gk4_factors){0.0f, 0.0f};
  }
  return (gk_gk4_factors){largest / 127.0f, 127.0f / largest};
}

static inline size_t gk_gk4_place(gk_gk4_order order, size_t i) {
  return i / order.depth * order.stride + i % order.depth;
}

static inline void gk_gk4_fill_zeros(gk_gk4_order order, size_t first, size_t end, int8_t *out) {
  for (size_t i = first; i < end; i++) {
    out[gk_gk4_place(order, i)] = 0;
  }
}

/* One row of a group: where its values come from and go to. Its scale of superblock s is scales[s * scale_step]. */
typedef struct gk_gk4_row {
  gk_gk4_source source;
  int8_t *out;
  float *scales;
} gk_gk4_row;

/* Values past k become 0, up to the end of the last block. */
GK_INLINE void gk_gk4_quantise_superblock(const gk_gk4_quantiser *with, const gk_gk4_row *row, size_t first,
                                          size_t count, size_t padded, gk_gk4_factors factors) {
  int8_t *values = row->out + first / with->order.depth * with->order.stride;
  if (factors.inverse > 0.0f) {
    with->round(&row->source, first, count, factors.inverse, values);
    gk_gk4_fill_zeros(with->order, count, padded, values);
  } else {
    gk_gk4_fill_zeros(with->order, 0, padded, values);
  }
}

/* The divisions of all rows of a group come before the rounding of any: so their latencies overlap. */
GK_INLINE void gk_gk4_quantise_group(const gk_gk4_quantiser *with, const gk_gk4_shape *shape,
                                     const gk_gk4_row *group, size_t rows, size_t scale_step) {
  for (size_t s = 0; s < shape->superblocks; s++) {
    const size_t first = s * shape->superblock;
    const size_t count = gk_min(shape->superblock, shape->k - first);
    gk_gk4_factors factors[GK_PANEL];
    for (size_t i = 0; i < rows; i++) {
      factors[i] = gk_gk4_factors_of(with->largest(&group[i].source, first, count));
      group[i].scales[s * scale_step] = factors[i].scale;
    }
    for (size_t i = 0; i < rows; i++) {
      gk_gk4_quantise_superblock(with, &group[i], first, count, gk_gk4_blocks_of(shape, s) * GK_GK4_BLOCK, factors[i]);
    }
  }
}

/* Rows of a matrix; `factor` is NULL without RMSNorm. */
typedef struct gk_gk4_rows {
  const float *src;
  size_t stride;
  const float *weight;
  float epsilon;
  gk_gk4_factor_fn *factor;
} gk_gk4_rows;

GK_INLINE gk_gk4_source gk_gk4_row_source(const gk_gk4_rows *rows, size_t row, size_t k) {
  const float *x = (const float *)(const void *)((const char *)rows->src + row * rows->stride);
  return (gk_gk4_source){x, rows->weight, rows->factor == NULL ? 1.0f : rows->factor(x, k, rows->epsilon)};
}

/* Row `row` of `rows` to a qi8s operand. */
GK_INLINE gk_gk4_row gk_gk4_plain_row(const gk_gk4_rows *rows, size_t row, const gk_gk4_shape *shape, void *dst) {
  char *out = (char *)dst + row * gk_gk4_row_bytes(shape);
  float *scales = (float *)(void *)(out + gk_gk4_row_values(shape));
  return (gk_gk4_row){gk_gk4_row_source(rows, row, shape->k), (int8_t *)out, scales};
}

GK_INLINE gk_status gk_gk4_quantise_plain(const gk_gk4_quantiser *with, const gk_gk4_rows *rows, size_t m,
                                          gk_gk4_shape shape, void *dst, size_t dst_size) {
  gk_gk4_row group[GK_PANEL];
  const gk_status status =
      gk_gk4_check_quant(gk_gk4_row_bytes, 1, m, shape, rows->src, rows->stride, dst, dst_size);
  if (status != GK_OK) {
    return status;
  }
  for (size_t first = 0; first < m; first += GK_PANEL) {
    const size_t count = gk_min(GK_PANEL, m - first);
    for (size_t i = 0; i < count; i++) {
      group[i] = gk_gk4_plain_row(rows, first + i, &shape, dst);
    }
    gk_gk4_quantise_group(with, &shape, group, count, 1);
  }
  return GK_OK;
}

/* Rows of a panel past m are zeros, so that a kernel may compute with whole panels. */
static inline void gk_gk4_clear_panel(char *panel, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    panel[i] = 0;
  }
}

GK_INLINE gk_status gk_gk4_quantise_panels(const gk_gk4_quantiser *with, const gk_gk4_rows *rows, size_t m,
                                           gk_gk4_shape shape, void *dst, size_t dst_size) {
  gk_gk4_row group[GK_PANEL];
  const gk_status status =
      gk_gk4_check_quant(gk_gk4_panel8_bytes, GK_PANEL, m, shape, rows->src, rows->stride, dst, dst_size);
  if (status != GK_OK) {
    return status;
  }
  for (size_t first = 0; first < m; first += GK_PANEL) {
    const size_t count = gk_min(GK_PANEL, m - first);
    char *panel = (char *)dst + first / GK_PANEL * gk_gk4_panel8_bytes(&shape);
    float *scales = (float *)(void *)(panel + gk_gk4_panel8_values(&shape));
    if (count < GK_PANEL) {
      gk_gk4_clear_panel(panel, gk_gk4_panel8_bytes(&shape));
    }
    for (size_t i = 0; i < count; i++) {
      int8_t *out = (int8_t *)panel + i * with->order.depth;
      group[i] = (gk_gk4_row){gk_gk4_row_source(rows, first + i, shape.k), out, scales + i};
    }
    gk_gk4_quantise_group(with, &shape, group, count, GK_PANEL);
  }
  return GK_OK;
}

/* The four entries of a variant, from its gk_gk4_quantiser `plain` and `panels`, and its gk_gk4_factor_fn. */
#define GK_GK4_DEFINE_QUANTISERS(suffix, plain, panels, factor)                                                        \
  gk_status gk_quant_qi8s_f32_##suffix(size_t m, size_t k, size_t superblock, const float *src, size_t src_stride,     \
                                       void *dst, size_t dst_size) {                                                   \
    const gk_gk4_rows rows = {src, src_stride, NULL, 0.0f, NULL};                                                      \
    return gk_gk4_quantise_plain(&plain, &rows, m, gk_gk4_shape_of(k, superblock), dst, dst_size);                     \
  }                                                                                                                    \
  gk_status gk_quant_qi8sp8_f32_##suffix(size_t m, size_t k, size_t superblock, const float *src,                      \
                                         size_t src_stride, void *dst, size_t dst_size) {                              \
    const gk_gk4_rows rows = {src, src_stride, NULL, 0.0f, NULL};                                                      \
    return gk_gk4_quantise_panels(&panels, &rows, m, gk_gk4_shape_of(k, superblock), dst, dst_size);                   \
  }                                                                                                                    \
  gk_status gk_rmsnormquant_qi8s_f32_##suffix(size_t m, size_t k, size_t superblock, const float *src,                 \
                                              size_t src_stride, const float *weight, float epsilon, void *dst,        \
                                              size_t dst_size) {                                                       \
    const gk_gk4_rows rows = {src, src_stride, weight, epsilon, factor};                                               \
    const gk_status status = gk_gk4_check_weight(weight, epsilon);                                                     \
    return status != GK_OK ? status                                                                                    \
                           : gk_gk4_quantise_plain(&plain, &rows, m, gk_gk4_shape_of(k, superblock), dst, dst_size);   \
  }                                                                                                                    \
  gk_status gk_rmsnormquant_qi8sp8_f32_##suffix(size_t m, size_t k, size_t superblock, const float *src,               \
                                                size_t src_stride, const float *weight, float epsilon, void *dst,      \
                                                size_t dst_size) {                                                     \
    const gk_gk4_rows rows = {src, src_stride, weight, epsilon, factor};                                               \
    const gk_status status = gk_gk4_check_weight(weight, epsilon);                                                     \
    return status != GK_OK ? status                                                                                    \
                           : gk_gk4_quantise_panels(&panels, &rows, m, gk_gk4_shape_of(k, superblock), dst, dst_size); \
  }

#endif
