/* One sequence of tokens, and the request that works on it. */
#ifndef GRAVITON_ENGINE_BATCH_SLOT_H
#define GRAVITON_ENGINE_BATCH_SLOT_H

#include "cache/kv_cache.h"
#include "model/forward.h"
#include "sample/sampler.h"

typedef struct ge_slot {
  bool is_open;
  bool is_working;
  bool has_logits;
  bool has_embedding;
  bool is_spoiled; /* keys or values in the cache may be Inf or NaN */
  ge_finish finish;

  uint32_t *tokens; /* all of the sequence; room for the context */
  uint32_t filled;  /* how many there are */
  uint32_t cached;  /* how many have keys and values: the others are to be computed */
  size_t pages;     /* of the KV cache, set aside */

  uint64_t order; /* requests with smaller numbers came first */
  uint32_t answer_start; /* in `tokens` */
  uint32_t answer_end;   /* where it ends at the latest */
  uint32_t taken;        /* in `tokens`: what ge_take has given */
  uint32_t prompt_start; /* in `tokens`: what was submitted last */
  float *log_probabilities; /* as `tokens` */
  ge_sampling sampling;     /* its biases are `biases` */
  ge_logit_bias *biases;
  uint32_t *stop_tokens;
  size_t stop_token_count;
  bool wants_log_probabilities;
  uint32_t likeliest_count;
  ge_likely_token *likeliest; /* so many for each token of the answer, or NULL */
  ge_pooling pooling;
  double *pooled; /* sums, or the last state; `width` elements */
  uint32_t *allowed;
  bool is_constrained;
  float *logits;
  ge_sampler sampler;
} ge_slot;

/* What the slots of an engine have in common. */
typedef struct ge_slot_shape {
  const gk_ops *kernels;
  uint32_t vocabulary, width, context;
} ge_slot_shape;

/* Makes a closed slot. Errors: MEMORY. */
ge_status ge_slot_new(ge_slot *slot, const ge_slot_shape *shape, ge_error *error);

/* Also for a slot that is all zeros. */
void ge_slot_free(ge_slot *slot, const ge_slot_shape *shape);

/* Where the answer to a request that fits the slot ends at the latest: behind so many tokens of the sequence. */
uint32_t ge_slot_answer_end(const ge_slot *slot, const ge_slot_shape *shape, const ge_request *request);

/* Copies what a request asks for; the slot then works. Errors: MEMORY, with the slot as it was. */
ge_status ge_slot_begin(ge_slot *slot, const ge_slot_shape *shape, const ge_request *request, uint64_t order,
                        ge_error *error);

void ge_slot_end(ge_slot *slot, ge_finish finish);

/* Takes in what a span of this slot gave, the next token included. */
void ge_slot_advance(ge_slot *slot, const ge_slot_shape *shape, const ge_span *span);

#endif
