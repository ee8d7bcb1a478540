/* The memory of a pass: one block, cut into the buffers of the largest batch. */
#include <math.h>
#include <stdlib.h>

#include "errors/fail.h"
#include "memory/pages.h"
#include "model/forward_state.h"

/* What is cut from a block; with `bytes` NULL it only counts. */
typedef struct cutter {
  uint8_t *bytes;
  size_t at;
  bool fits;
} cutter;

/* `a` x `b` elements, aligned for the kernels. */
static void *cut(cutter *from, size_t a, size_t b, size_t element) {
  size_t size;
  if (!ge_size_multiply(a, b, &size) || !ge_size_multiply(size, element, &size) ||
      size > PTRDIFF_MAX / 2 - from->at) {
    from->fits = false;
    return NULL;
  }
  void *part = from->bytes == NULL ? NULL : from->bytes + from->at;
  from->at += (size + GK_ALIGNMENT - 1) & ~(size_t)(GK_ALIGNMENT - 1);
  return part;
}

/* The largest operand of a format in this model, for 1..rows rows of any of the model's widths. */
static ge_status operand_size(const ge_forward *forward, ge_format_id id, size_t rows, size_t *size) {
  const ge_parameters *p = &forward->model->parameters;
  const size_t widths[] = {p->width, p->hidden, (size_t)p->heads * p->head_width};
  *size = 0;
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
    for (size_t count = 1; count <= rows; count += rows == 1 ? 1 : rows - 1) {
      size_t needed;
      if (ge_format_of(id)->operand_size(forward->kernels, count, widths[i], &needed) != GK_OK) {
        return GE_ERROR_KERNELS;
      }
      *size = needed > *size ? needed : *size;
    }
  }
  return GE_OK;
}

static ge_status product_scratch_size(const ge_forward *forward, size_t *size) {
  const ge_parameters *p = &forward->model->parameters;
  const size_t widths[] = {p->width, p->hidden, (size_t)p->heads * p->head_width};
  *size = 0;
  for (size_t i = 0; i < sizeof widths / sizeof *widths * GE_FORMATS; i++) {
    const ge_format *format = ge_format_of((ge_format_id)(i % GE_FORMATS));
    size_t needed = 0;
    if (format->scratch_size != NULL &&
        format->scratch_size(forward->kernels, widths[i / GE_FORMATS], &needed) != GK_OK) {
      return GE_ERROR_KERNELS;
    }
    *size = needed > *size ? needed : *size;
  }
  *size = (*size + GK_ALIGNMENT - 1) & ~(size_t)(GK_ALIGNMENT - 1);
  return GE_OK;
}

static void cut_all(ge_forward *f, const size_t *operands, size_t rows, size_t slots, cutter *from) {
  const ge_parameters *p = &f->model->parameters;
  const size_t queries = (size_t)p->heads * p->head_width, keys = (size_t)p->kv_heads * p->head_width;
  const size_t group = p->heads / p->kv_heads * p->head_width;
  const size_t attention = 2 * GE_ATTENTION_TOKENS * group * sizeof(float);
  f->state = cut(from, rows, p->width, sizeof(float));
  f->normalised = cut(from, rows, p->width, sizeof(float));
  f->q = cut(from, rows, queries, sizeof(float));
  f->k = cut(from, rows, keys, sizeof(float));
  f->v = cut(from, rows, keys, sizeof(float));
  f->attended = cut(from, rows, queries, sizeof(float));
  f->gate = cut(from, rows, p->hidden, sizeof(float));
  f->up = cut(from, rows, p->hidden, sizeof(float));
  f->cosine = cut(from, rows, p->rotated / 2, sizeof(float));
  f->sine = cut(from, rows, p->rotated / 2, sizeof(float));
  f->last = cut(from, slots, p->width, sizeof(float));
  f->logits = cut(from, slots, p->vocabulary, sizeof(float));
  for (size_t i = 0; i < GE_FORMATS; i++) {
    f->operands.bytes[i] = cut(from, 1, operands[i], 1);
  }
  f->scratch_size = f->product_scratch_size + ((attention + GK_ALIGNMENT - 1) & ~(size_t)(GK_ALIGNMENT - 1));
  f->scratch = cut(from, ge_pool_threads(f->pool), f->scratch_size, 1);
  f->page_parts = cut(from, ge_pool_threads(f->pool) * GE_PAGE_PARTS_PER_THREAD, f->page_parts_size, 1);
  f->span_of_row = cut(from, rows, 1, sizeof *f->span_of_row);
  f->blocks = cut(from, rows, 1, sizeof *f->blocks);
}

static ge_status page_parts_size(const ge_forward *forward, uint32_t context, size_t *size) {
  const ge_parameters *p = &forward->model->parameters;
  return ge_of_kernels(forward->kernels->attention.attendpart_size_f32(p->heads / p->kv_heads, p->head_width,
                                                                       ge_kv_cache_pages(context), size));
}

static ge_status cut_memory(ge_forward *forward, const ge_forward_limits *limits, ge_error *error) {
  size_t operands[GE_FORMATS];
  ge_status status = product_scratch_size(forward, &forward->product_scratch_size);
  for (size_t i = 0; status == GE_OK && i < GE_FORMATS; i++) {
    status = operand_size(forward, (ge_format_id)i, limits->rows, &operands[i]);
  }
  if (status == GE_OK) {
    status = page_parts_size(forward, limits->context, &forward->page_parts_size);
  }
  if (status != GE_OK) {
    return ge_fail(error, status, "the kernels take no activations of the model's width");
  }
  cutter counted = {.fits = true};
  cut_all(forward, operands, limits->rows, limits->slots, &counted);
  forward->size = counted.at;
  forward->memory = counted.fits ? ge_pages_new(counted.at, GE_PAGES_DENSE) : NULL;
  if (forward->memory == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for batches of %u tokens (%zu bytes)", limits->rows,
                   counted.at);
  }
  cutter from = {.bytes = forward->memory, .fits = true};
  cut_all(forward, operands, limits->rows, limits->slots, &from);
  return GE_OK;
}

ge_status ge_forward_new(const gk_ops *kernels, ge_pool *pool, const ge_model *model, const ge_kv_cache *cache,
                         const ge_forward_limits *limits, ge_forward **forward, ge_error *error) {
  ge_forward *made = calloc(1, sizeof *made);
  if (made == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for batches of %u tokens", limits->rows);
  }
  made->kernels = kernels;
  made->pool = pool;
  made->model = model;
  made->cache = cache;
  made->attention_scale = 1.0f / sqrtf((float)model->parameters.head_width);
  const ge_status status = cut_memory(made, limits, error);
  if (status != GE_OK) {
    ge_forward_free(made);
    return status;
  }
  *forward = made;
  return GE_OK;
}

void ge_forward_free(ge_forward *forward) {
  if (forward != NULL) {
    ge_pages_free(forward->memory, forward->size);
    free(forward);
  }
}
