/* The walk over rows and pages that the attention kernels of every variant share. */
#ifndef GK_ATTENTION_WALK_H
#define GK_ATTENTION_WALK_H

#include "attention/arguments.h"
#include "attention/weights.h"

/* Buffers of one panel of rows. */
typedef struct gk_attention_buffers {
  _Alignas(GK_ALIGNMENT) uint16_t q[GK_PANEL * GK_HEAD_DIM_MAX];
  _Alignas(GK_ALIGNMENT) uint16_t weights[GK_PANEL * GK_KV_PAGE];
  _Alignas(GK_ALIGNMENT) float scores[GK_PANEL * GK_KV_PAGE];
  _Alignas(GK_ALIGNMENT) float values[GK_PANEL * GK_HEAD_DIM_MAX];
  _Alignas(GK_ALIGNMENT) float result[GK_PANEL * GK_HEAD_DIM_MAX];
} gk_attention_buffers;

/* What a variant brings. Each works on the rows of one panel; columns are a multiple of 8. */
typedef struct gk_attention_steps {
  gk_bf16_row_fn *pack_row_f32;
  size_t depth; /* of the panels */
  /*
   * rows x columns products of a panel and columns / 8 panels that follow each other at `distance` values,
   * k_padded deep, to dst with rows of dst_columns.
   */
  void (*multiply)(size_t rows, size_t columns, size_t k_padded, const uint16_t *a, const uint16_t *b, size_t distance,
                   float *dst, size_t dst_columns);
  /* The weights of `seen` (1 or more) scores into row `row` of a panel, zeros up to `padded`. */
  gk_page_sum (*weigh)(size_t row, size_t seen, size_t padded, const float *scores, gk_slope slope, uint16_t *weights);
  void (*join)(size_t d, const float *values, gk_join join, float *result);
  void (*finish)(size_t d, const float *result, float factor, float *dst);
} gk_attention_steps;

/* Rows first..first + rows - 1 of a call, at most GK_PANEL, and one page: sums, and values to buffers->values. */
static inline void gk_attend_page(const gk_attention_steps *steps, const gk_attention_call *call, size_t first,
                                  size_t rows, size_t page, gk_attention_buffers *buffers, gk_page_sum *sums) {
  const size_t d = call->d;
  const uint16_t *keys = call->cache + page * gk_kv_page_values(d);
  const uint16_t *values = keys + (size_t)GK_KV_PAGE * d;
  const size_t most = gk_keys_seen(call, first + rows - 1, page);
  const size_t padded = gk_bf16_round_up_k(most);
  const gk_slope slope = gk_slope_of(call->scale);
  steps->multiply(rows, gk_round_up_8(most), d, buffers->q, keys, GK_PANEL * d, buffers->scores, GK_KV_PAGE);
  for (size_t row = 0; row < rows; row++) {
    const size_t seen = gk_keys_seen(call, first + row, page);
    const float *scores = buffers->scores + row * GK_KV_PAGE;
    sums[row] = (gk_page_sum){GK_NO_POWER, 0.0f};
    if (seen > 0) {
      sums[row] = steps->weigh(row, seen, padded, scores, slope, buffers->weights);
    } else {
      gk_bf16_pack_row_bf16(steps->depth, row, 0, padded, buffers->weights, buffers->weights);
    }
  }
  steps->multiply(rows, d, padded, buffers->weights, values, (size_t)GK_PANEL * GK_KV_PAGE, buffers->values, d);
}

/* A loop, for an initialiser would call memset. */
static inline void gk_clear(size_t count, float *result) {
  for (size_t i = 0; i < count; i++) {
    result[i] = 0.0f;
  }
}

/* Products of rows that do not exist are not used, but must not hang on what the stack held. */
static inline void gk_clear_panels(size_t d, gk_attention_buffers *buffers) {
  for (size_t i = 0; i < GK_PANEL * d; i++) {
    buffers->q[i] = 0;
  }
  for (size_t i = 0; i < (size_t)GK_PANEL * GK_KV_PAGE; i++) {
    buffers->weights[i] = 0;
  }
}

static inline void gk_pack_queries(const gk_attention_steps *steps, const gk_attention_call *call, size_t first,
                                   size_t rows, gk_attention_buffers *buffers) {
  if (rows < GK_PANEL) {
    gk_clear_panels(call->d, buffers);
  }
  for (size_t row = 0; row < rows; row++) {
    steps->pack_row_f32(row, call->d, call->d, (const char *)call->q + (first + row) * call->q_stride, buffers->q);
  }
}

static inline void gk_attend_panel(const gk_attention_steps *steps, const gk_attention_call *call, size_t first,
                                   size_t rows, float *dst, size_t dst_stride) {
  gk_attention_buffers buffers;
  gk_page_sum totals[GK_PANEL];
  gk_page_sum sums[GK_PANEL];
  const size_t d = call->d;
  gk_pack_queries(steps, call, first, rows, &buffers);
  for (size_t row = 0; row < rows; row++) {
    totals[row] = (gk_page_sum){GK_NO_POWER, 0.0f};
  }
  gk_clear(rows * d, buffers.result);
  for (size_t page = 0; gk_keys_seen(call, first + rows - 1, page) > 0; page++) {
    gk_attend_page(steps, call, first, rows, page, &buffers, sums);
    for (size_t row = 0; row < rows; row++) {
      if (sums[row].power > GK_NO_POWER) {
        steps->join(d, buffers.values + row * d, gk_join_page(&totals[row], sums[row]), buffers.result + row * d);
      }
    }
  }
  for (size_t row = 0; row < rows; row++) {
    steps->finish(d, buffers.result + row * d, 1.0f / totals[row].sum, gk_row(dst, first + row, dst_stride));
  }
}

static inline gk_status gk_attend(const gk_attention_steps *steps, const gk_attention_call *call, float *dst,
                                  size_t dst_stride) {
  gk_status status = gk_check_attention(call, dst);
  status = gk_first_error(status, gk_check_matrix(call->d, dst, dst_stride));
  for (size_t first = 0; status == GK_OK && first < call->rows; first += GK_PANEL) {
    gk_attend_panel(steps, call, first, gk_min(GK_PANEL, call->rows - first), dst, dst_stride);
  }
  return status;
}

static inline void gk_attend_panel_parts(const gk_attention_steps *steps, const gk_attention_call *call, size_t first,
                                         size_t rows, size_t first_page, size_t pages, float *parts) {
  gk_attention_buffers buffers;
  gk_page_sum sums[GK_PANEL];
  gk_pack_queries(steps, call, first, rows, &buffers);
  for (size_t page = 0; page < pages; page++) {
    const int is_seen = gk_keys_seen(call, first + rows - 1, first_page + page) > 0;
    if (is_seen) {
      gk_attend_page(steps, call, first, rows, first_page + page, &buffers, sums);
    }
    for (size_t row = 0; row < rows; row++) {
      float *part = parts + (page * call->rows + first + row) * gk_part_floats(call->d);
      const int has_keys = is_seen && sums[row].power > GK_NO_POWER;
      part[0] = has_keys ? sums[row].power : GK_NO_POWER;
      part[1] = has_keys ? sums[row].sum : 0.0f;
      for (size_t i = 0; i < call->d; i++) {
        part[2 + i] = has_keys ? buffers.values[row * call->d + i] : 0.0f;
      }
    }
  }
}

static inline gk_status gk_attend_parts(const gk_attention_steps *steps, const gk_attention_call *call,
                                        size_t first_page, size_t pages, float *parts, size_t parts_size) {
  size_t needed = 0;
  gk_status status = gk_check_attention(call, parts);
  if (status != GK_OK) {
    return status;
  }
  if (gk_part_size(call->rows, call->d, pages, &needed) != GK_OK || first_page >= gk_pages_of(call->keys) ||
      pages > gk_pages_of(call->keys) - first_page) {
    return GK_ERROR_SHAPE;
  }
  if (!gk_is_aligned(parts, sizeof(float))) {
    return GK_ERROR_MISALIGNED;
  }
  if (parts_size < needed) {
    return GK_ERROR_BUFFER_TOO_SMALL;
  }
  for (size_t first = 0; first < call->rows; first += GK_PANEL) {
    gk_attend_panel_parts(steps, call, first, gk_min(GK_PANEL, call->rows - first), first_page, pages, parts);
  }
  return GK_OK;
}

static inline void gk_merge_row(const gk_attention_steps *steps, size_t rows, size_t d, size_t pages,
                                const float *parts, float *dst) {
  float result[GK_HEAD_DIM_MAX];
  gk_page_sum total = {GK_NO_POWER, 0.0f};
  gk_clear(d, result);
  for (size_t page = 0; page < pages; page++) {
    const float *part = parts + page * rows * gk_part_floats(d);
    if (part[0] > GK_NO_POWER) {
      steps->join(d, part + 2, gk_join_page(&total, (gk_page_sum){part[0], part[1]}), result);
    }
  }
  steps->finish(d, result, 1.0f / total.sum, dst);
}

static inline gk_status gk_merge_parts(const gk_attention_steps *steps, size_t rows, size_t d, size_t pages,
                                       const float *parts, float *dst, size_t dst_stride) {
  size_t size;
  if (parts == NULL || dst == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  gk_status status = gk_part_size(rows, d, pages, &size);
  status = gk_first_error(status, gk_check_matrix(d, dst, dst_stride));
  if (status == GK_OK && !gk_is_aligned(parts, sizeof(float))) {
    status = GK_ERROR_MISALIGNED;
  }
  for (size_t row = 0; status == GK_OK && row < rows; row++) {
    gk_merge_row(steps, rows, d, pages, parts + row * gk_part_floats(d), gk_row(dst, row, dst_stride));
  }
  return status;
}

/* One value into column `key` of a page's panels; the rest of its 4 keys becomes 0, for weights of 0 reach them. */
static inline void gk_append_value(size_t depth, size_t key, size_t d, const float *v, uint16_t *page) {
  for (size_t i = 0; i < d; i++) {
    uint16_t *panel = page + i / GK_PANEL * GK_PANEL * GK_KV_PAGE;
    panel[gk_bf16_index(depth, i % GK_PANEL, key)] = gk_bf16_from_f32(v[i]);
    for (size_t after = key + 1; after % GK_BF16_K_BLOCK != 0; after++) {
      panel[gk_bf16_index(depth, i % GK_PANEL, after)] = 0;
    }
  }
}

static inline gk_status gk_append(const gk_attention_steps *steps, size_t first, size_t count, size_t d, const float *k,
                                  size_t k_stride, const float *v, size_t v_stride, void *cache, size_t cache_size) {
  const gk_status status = gk_check_append(first, count, d, k, k_stride, v, v_stride, cache, cache_size);
  for (size_t i = 0; status == GK_OK && i < count; i++) {
    const size_t in_page = (first + i) % GK_KV_PAGE;
    uint16_t *page = (uint16_t *)cache + (first + i) / GK_KV_PAGE * gk_kv_page_values(d);
    const void *from = (const char *)k + i * k_stride;
    steps->pack_row_f32(in_page % GK_PANEL, d, d, from, page + in_page / GK_PANEL * GK_PANEL * d);
    gk_append_value(steps->depth, in_page, d, (const float *)(const void *)((const char *)v + i * v_stride),
                    page + (size_t)GK_KV_PAGE * d);
  }
  return status;
}

#define GK_ATTENTION_DEFINE(suffix, steps)                                                                             \
  size_t gk_kv_step_bf16p8_##suffix(void) {                                                                            \
    return GK_KV_PAGE;                                                                                                 \
  }                                                                                                                    \
  gk_status gk_kv_size_bf16p8_##suffix(size_t keys, size_t d, size_t *size) {                                          \
    return gk_kv_size(keys, d, size);                                                                                  \
  }                                                                                                                    \
  gk_status gk_kvappend_bf16p8_f32_f32_##suffix(size_t first, size_t count, size_t d, const float *k, size_t k_stride, \
                                                const float *v, size_t v_stride, void *cache, size_t cache_size) {     \
    return gk_append(&(steps), first, count, d, k, k_stride, v, v_stride, cache, cache_size);                          \
  }                                                                                                                    \
  gk_status gk_attend_f32_f32_bf16p8_##suffix(size_t rows, size_t d, size_t group, size_t visible, size_t keys,        \
                                              float scale, const float *q, size_t q_stride, const void *cache,         \
                                              float *dst, size_t dst_stride) {                                         \
    const gk_attention_call call = {rows, d, group, visible, keys, scale, q, q_stride, cache};                         \
    return gk_attend(&(steps), &call, dst, dst_stride);                                                                \
  }                                                                                                                    \
  gk_status gk_attendpart_size_f32_##suffix(size_t rows, size_t d, size_t pages, size_t *size) {                       \
    return gk_part_size(rows, d, pages, size);                                                                         \
  }                                                                                                                    \
  gk_status gk_attendpart_f32_f32_bf16p8_##suffix(                                                                     \
      size_t rows, size_t d, size_t group, size_t visible, size_t keys, float scale, const float *q, size_t q_stride,  \
      const void *cache, size_t first_page, size_t pages, float *parts, size_t parts_size) {                           \
    const gk_attention_call call = {rows, d, group, visible, keys, scale, q, q_stride, cache};                         \
    return gk_attend_parts(&(steps), &call, first_page, pages, parts, parts_size);                                     \
  }                                                                                                                    \
  gk_status gk_attendmerge_f32_f32_##suffix(size_t rows, size_t d, size_t pages, const float *parts, float *dst,       \
                                            size_t dst_stride) {                                                       \
    return gk_merge_parts(&(steps), rows, d, pages, parts, dst, dst_stride);                                           \
  }

#endif
