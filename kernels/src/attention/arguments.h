/* The layout of the KV cache and of parts, and the checks of arguments of the attention kernels. */
#ifndef GK_ATTENTION_ARGUMENTS_H
#define GK_ATTENTION_ARGUMENTS_H

#include "attention/table.h"
#include "bf16/panel.h"

#define GK_PART_PAGES_MAX 65536u

_Static_assert(GK_DIM_MAX / GK_KV_PAGE == GK_PART_PAGES_MAX, "each page of the largest cache has a number");
_Static_assert(GK_KV_PAGE % GK_PANEL == 0 && GK_PANEL % GK_BF16_K_BLOCK == 0, "pages are whole panels");

/*
 * A page is 256 keys as 32 packed panels of 8 keys with K = d, then its values as d / 8 packed panels of 8 elements
 * with K = 256 keys: the right operands of q . keys and of weights . values.
 */
static inline size_t gk_kv_page_values(size_t d) {
  return 2 * (size_t)GK_KV_PAGE * d;
}

/* Parts: for each page and row the power of 2 of the weights, their sum, and d sums of weighted values. */
static inline size_t gk_part_floats(size_t d) {
  return d + 2;
}

static inline size_t gk_pages_of(size_t keys) {
  return (keys + GK_KV_PAGE - 1) / GK_KV_PAGE;
}

static inline int gk_is_head_dim(size_t d) {
  return gk_in_range(d, GK_HEAD_DIM_MAX) && d % GK_PANEL == 0;
}

static inline gk_status gk_check_matrix(size_t d, const float *values, size_t stride) {
  if (values == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (stride < d * sizeof(float) || stride > GK_STRIDE_MAX) {
    return GK_ERROR_STRIDE;
  }
  return gk_is_aligned(values, sizeof(float)) && stride % sizeof(float) == 0 ? GK_OK : GK_ERROR_MISALIGNED;
}

static inline gk_status gk_first_error(gk_status first, gk_status second) {
  return first != GK_OK ? first : second;
}

static inline gk_status gk_check_cache(const void *cache) {
  if (cache == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  return gk_is_aligned(cache, GK_ALIGNMENT) ? GK_OK : GK_ERROR_MISALIGNED;
}

static inline gk_status gk_kv_size(size_t keys, size_t d, size_t *size) {
  if (size == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(keys, GK_DIM_MAX) || !gk_is_head_dim(d)) {
    return GK_ERROR_SHAPE;
  }
  *size = gk_pages_of(keys) * gk_kv_page_values(d) * sizeof(uint16_t);
  return GK_OK;
}

static inline gk_status gk_part_size(size_t rows, size_t d, size_t pages, size_t *size) {
  if (size == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(rows, GK_DIM_MAX) || !gk_is_head_dim(d) || !gk_in_range(pages, GK_PART_PAGES_MAX)) {
    return GK_ERROR_SHAPE;
  }
  *size = rows * pages * gk_part_floats(d) * sizeof(float);
  return GK_OK;
}

static inline gk_status gk_check_append(size_t first, size_t count, size_t d, const float *k, size_t k_stride,
                                        const float *v, size_t v_stride, const void *cache, size_t cache_size) {
  size_t needed = 0;
  if (k == NULL || v == NULL || cache == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (first > GK_DIM_MAX || !gk_in_range(count, GK_DIM_MAX) || gk_kv_size(first + count, d, &needed) != GK_OK) {
    return GK_ERROR_SHAPE;
  }
  const gk_status status = gk_first_error(gk_check_matrix(d, k, k_stride), gk_check_matrix(d, v, v_stride));
  if (status != GK_OK || gk_check_cache(cache) != GK_OK) {
    return gk_first_error(status, gk_check_cache(cache));
  }
  return cache_size < needed ? GK_ERROR_BUFFER_TOO_SMALL : GK_OK;
}

/* One call's rows and keys. */
typedef struct gk_attention_call {
  size_t rows, d, group, visible, keys;
  float scale;
  const float *q;
  size_t q_stride;
  const uint16_t *cache;
} gk_attention_call;

static inline gk_status gk_check_attention(const gk_attention_call *call, const float *out) {
  if (call->q == NULL || call->cache == NULL || out == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (!gk_in_range(call->rows, GK_DIM_MAX) || !gk_is_head_dim(call->d) || !gk_in_range(call->group, call->rows) ||
      !gk_in_range(call->keys, GK_DIM_MAX) || !gk_in_range(call->visible, call->keys)) {
    return GK_ERROR_SHAPE;
  }
  if (!(call->scale >= 0x1p-60f && call->scale <= 0x1p+60f)) {
    return GK_ERROR_VALUE;
  }
  return gk_first_error(gk_check_matrix(call->d, call->q, call->q_stride), gk_check_cache(call->cache));
}

/* Keys of page `page` that row `row` sees. */
static inline size_t gk_keys_seen(const gk_attention_call *call, size_t row, size_t page) {
  const size_t seen = gk_min(call->keys, call->visible + row / call->group);
  const size_t before = page * GK_KV_PAGE;
  return seen <= before ? 0 : gk_min(seen - before, GK_KV_PAGE);
}

#endif
