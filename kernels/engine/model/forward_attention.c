/* Attention of a layer: queries, keys and values, their positions, the cache, and what is read from it. */
#include <string.h>

#include "model/forward_state.h"

/* Rows of queries that are one task. */
#define QUERY_ROWS 8u

static void add_bias(float *values, const float *bias, size_t n) {
  for (size_t i = 0; bias != NULL && i < n; i++) {
    values[i] += bias[i];
  }
}

/* Bias, norm and position of `heads` heads of one row, in place. */
static gk_status place_heads(const ge_forward *forward, size_t row, size_t heads, const float *bias, const float *norm,
                             float *values) {
  const ge_parameters *p = &forward->model->parameters;
  const gk_elementwise_ops *ops = &forward->kernels->elementwise;
  const size_t d = p->head_width, stride = d * sizeof *values, pairs = p->rotated / 2;
  const float *cosine = forward->cosine + row * pairs, *sine = forward->sine + row * pairs;
  gk_status status = GK_OK;
  add_bias(values, bias, heads * d);
  if (norm != NULL) {
    status = ops->rmsnorm_f32_f32(heads, d, values, stride, norm, p->epsilon, values, stride);
  }
  if (status != GK_OK) {
    return status;
  }
  return (p->architecture->rotates_halves ? ops->ropehalves_f32_f32 : ops->ropepairs_f32_f32)(
      heads, p->rotated, values, stride, cosine, sine, values, stride);
}

/* Keys and values of one head of a span, into the cache. */
static ge_status store_head(const ge_forward *forward, const ge_span *span, uint32_t head) {
  const ge_parameters *p = &forward->model->parameters;
  const ge_layer *layer = forward->layer;
  const size_t d = p->head_width, width = d * p->kv_heads, at = head * d;
  float *k = forward->k + span->first_row * width + at, *v = forward->v + span->first_row * width + at;
  for (size_t i = 0; i < span->rows; i++) {
    const gk_status status = place_heads(forward, span->first_row + i, 1,
                                         layer->k_bias == NULL ? NULL : layer->k_bias + at, layer->k_norm,
                                         k + i * width);
    if (status != GK_OK) {
      return GE_ERROR_KERNELS;
    }
    add_bias(v + i * width, layer->v_bias == NULL ? NULL : layer->v_bias + at, d);
  }
  void *cache = ge_kv_cache_head(forward->cache, span->slot, forward->layer_index, head);
  return ge_of_kernels(forward->kernels->attention.kvappend_bf16p8_f32_f32(
      span->position, span->rows, d, k, width * sizeof *k, v, width * sizeof *v, cache, forward->cache->head_size));
}

/* The first tasks are heads of keys and values, the others rows of queries. */
static ge_status place_task(void *context, size_t task, uint32_t thread) {
  const ge_forward *forward = context;
  const ge_parameters *p = &forward->model->parameters;
  const size_t stores = forward->span_count * p->kv_heads, width = (size_t)p->heads * p->head_width;
  (void)thread;
  if (task < stores) {
    return store_head(forward, &forward->spans[task / p->kv_heads], (uint32_t)(task % p->kv_heads));
  }
  const size_t first = (task - stores) * QUERY_ROWS;
  for (size_t row = first; row < ge_least(first + QUERY_ROWS, forward->rows); row++) {
    const gk_status status = place_heads(forward, row, p->heads, forward->layer->q_bias, forward->layer->q_norm,
                                         forward->q + row * width);
    if (status != GK_OK) {
      return GE_ERROR_KERNELS;
    }
  }
  return GE_OK;
}

/* Copies the heads of a group between the rows of all heads and rows of the group alone. */
static void gather(const float *rows, size_t tokens, size_t width, size_t group_width, float *group) {
  for (size_t i = 0; i < tokens; i++) {
    memcpy(group + i * group_width, rows + i * width, group_width * sizeof *group);
  }
}

static void scatter(const float *group, size_t tokens, size_t width, size_t group_width, float *rows) {
  for (size_t i = 0; i < tokens; i++) {
    memcpy(rows + i * width, group + i * group_width, group_width * sizeof *rows);
  }
}

/* Some tokens of a span, for the queries that share a head of keys and values. */
static ge_status attend_task(void *context, size_t task, uint32_t thread) {
  const ge_forward *forward = context;
  const ge_parameters *p = &forward->model->parameters;
  const ge_attention_block *block = &forward->blocks[task / p->kv_heads];
  const uint32_t head = (uint32_t)(task % p->kv_heads);
  const size_t d = p->head_width, group = p->heads / p->kv_heads, width = p->heads * d;
  const size_t at = (block->span->first_row + block->first) * width + head * group * d;
  const size_t visible = (size_t)block->span->position + block->first + 1, keys = visible + block->tokens - 1;
  const void *cache = ge_kv_cache_head(forward->cache, block->span->slot, forward->layer_index, head);
  const bool is_single = block->tokens == 1;
  float *q = (float *)(void *)(forward->scratch + thread * forward->scratch_size + forward->product_scratch_size);
  float *result = q + GE_ATTENTION_TOKENS * group * d;
  if (!is_single) {
    gather(forward->q + at, block->tokens, width, group * d, q);
  }
  const gk_status status = forward->kernels->attention.attend_f32_f32_bf16p8(
      block->tokens * group, d, group, visible, keys, forward->attention_scale, is_single ? forward->q + at : q,
      d * sizeof *q, cache, is_single ? forward->attended + at : result, d * sizeof *q);
  if (!is_single && status == GK_OK) {
    scatter(result, block->tokens, width, group * d, forward->attended + at);
  }
  return ge_of_kernels(status);
}

/*
 * Single tokens of few slots are too few tasks for many threads: then the pages of their keys are shared, and joined
 * afterwards. The kernels give the same bits either way.
 */
static bool shares_pages(const ge_forward *forward, size_t *pages) {
  const uint32_t kv_heads = forward->model->parameters.kv_heads;
  const size_t threads = ge_pool_threads(forward->pool);
  *pages = 0;
  if (threads == 1 || forward->block_count * kv_heads > threads * GE_PAGE_PARTS_PER_THREAD) {
    return false;
  }
  for (size_t i = 0; i < forward->block_count; i++) {
    const size_t needed = ge_kv_cache_pages(forward->blocks[i].span->position + 1);
    *pages = needed > *pages ? needed : *pages;
    if (forward->blocks[i].tokens != 1 || forward->blocks[i].span->rows != 1) {
      return false;
    }
  }
  return *pages > 1;
}

/* Pages of the block with the most keys, for all. */
typedef struct page_sharing {
  const ge_forward *forward;
  size_t pages;
} page_sharing;

static float *page_parts_of(const ge_forward *forward, size_t block_and_head) {
  return (float *)(void *)((uint8_t *)forward->page_parts + block_and_head * forward->page_parts_size);
}

static ge_status attend_page_task(void *context, size_t task, uint32_t thread) {
  const page_sharing *work = context;
  const ge_forward *forward = work->forward;
  const ge_parameters *p = &forward->model->parameters;
  const gk_attention_ops *ops = &forward->kernels->attention;
  const size_t block_and_head = task / work->pages, page = task % work->pages;
  const ge_span *span = forward->blocks[block_and_head / p->kv_heads].span;
  const uint32_t head = (uint32_t)(block_and_head % p->kv_heads);
  const size_t d = p->head_width, group = p->heads / p->kv_heads, keys = (size_t)span->position + 1;
  size_t size, before = 0;
  (void)thread;
  if (page >= ge_kv_cache_pages((uint32_t)keys)) {
    return GE_OK;
  }
  gk_status status = ops->attendpart_size_f32(group, d, 1, &size);
  if (status == GK_OK && page > 0) {
    status = ops->attendpart_size_f32(group, d, page, &before);
  }
  return status == GK_OK
             ? ge_of_kernels(ops->attendpart_f32_f32_bf16p8(
                   group, d, group, keys, keys, forward->attention_scale,
                   forward->q + (span->first_row * p->heads + head * group) * d, d * sizeof(float),
                   ge_kv_cache_head(forward->cache, span->slot, forward->layer_index, head), page, 1,
                   page_parts_of(forward, block_and_head) + before / sizeof(float), size))
             : GE_ERROR_KERNELS;
}

static ge_status join_pages_task(void *context, size_t task, uint32_t thread) {
  const page_sharing *work = context;
  const ge_forward *forward = work->forward;
  const ge_parameters *p = &forward->model->parameters;
  const ge_span *span = forward->blocks[task / p->kv_heads].span;
  const size_t d = p->head_width, group = p->heads / p->kv_heads;
  (void)thread;
  return ge_of_kernels(forward->kernels->attention.attendmerge_f32_f32(
      group, d, ge_kv_cache_pages(span->position + 1), page_parts_of(forward, task),
      forward->attended + (span->first_row * p->heads + task % p->kv_heads * group) * d, d * sizeof(float)));
}

static ge_status attend(ge_forward *forward) {
  page_sharing work = {.forward = forward};
  const size_t tasks = forward->block_count * forward->model->parameters.kv_heads;
  if (!shares_pages(forward, &work.pages)) {
    return ge_pool_loop(forward->pool, tasks, attend_task, forward);
  }
  const ge_status status = ge_pool_loop(forward->pool, tasks * work.pages, attend_page_task, &work);
  return status == GE_OK ? ge_pool_loop(forward->pool, tasks, join_pages_task, &work) : status;
}

ge_status ge_forward_attention(ge_forward *forward) {
  const ge_layer *layer = forward->layer;
  const ge_parameters *p = &forward->model->parameters;
  const ge_matrix *const matrices[] = {&layer->q, &layer->k, &layer->v};
  float *const results[] = {forward->q, forward->k, forward->v};
  ge_status status = ge_forward_prepare(forward, forward->normalised, forward->rows, p->width, matrices, 3);
  if (status == GE_OK) {
    status = ge_forward_products(forward, matrices, results, 3);
  }
  if (status == GE_OK) {
    status = ge_pool_loop(forward->pool, forward->span_count * p->kv_heads + ge_parts(forward->rows, QUERY_ROWS),
                          place_task, forward);
  }
  return status == GE_OK ? attend(forward) : status;
}
