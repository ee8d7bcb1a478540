/* One pass of a batch of tokens through a model. */
#ifndef GRAVITON_ENGINE_MODEL_FORWARD_H
#define GRAVITON_ENGINE_MODEL_FORWARD_H

#include "cache/kv_cache.h"
#include "model/model.h"

/* Consecutive tokens of one slot. */
typedef struct ge_span {
  uint32_t slot;
  uint32_t position; /* of the first token: how many the slot's cache holds */
  uint32_t rows;     /* at least 1 */
  const uint32_t *tokens;
  bool wants_logits; /* of the last token */
  bool wants_hidden; /* the normalised hidden states of all */

  uint32_t first_row;   /* in the batch; set by ge_forward_run */
  bool is_finite;       /* set by ge_forward_run: false when these tokens, or those before them, gave Inf or NaN */
  const float *logits;  /* set by ge_forward_run, when wanted: `vocabulary` values, until the next run */
  const float *hidden;  /* set by ge_forward_run, when wanted: rows x width */
} ge_span;

typedef struct ge_forward ge_forward;

/* The largest batch: tokens, slots, and tokens of a slot. */
typedef struct ge_forward_limits {
  uint32_t rows, slots, context;
} ge_forward_limits;

/* Errors: MEMORY, KERNELS. */
ge_status ge_forward_new(const gk_ops *kernels, ge_pool *pool, const ge_model *model, const ge_kv_cache *cache,
                         const ge_forward_limits *limits, ge_forward **forward, ge_error *error);

/* NULL is ignored. */
void ge_forward_free(ge_forward *forward);

/* Computes the spans, of different slots; from within ge_pool_lead. Errors: KERNELS. */
ge_status ge_forward_run(ge_forward *forward, ge_span *spans, size_t count);

#endif
