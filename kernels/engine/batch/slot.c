#include "batch/slot.h"

#include <stdlib.h>
#include <string.h>

#include "errors/fail.h"
#include "memory/pages.h"
#include "sample/token_bits.h"

/* Pages rather than malloc: what a slot never uses, such as room for draws, then takes no memory. */
ge_status ge_slot_new(ge_slot *slot, const ge_slot_shape *shape, ge_error *error) {
  slot->tokens = ge_pages_new(shape->context * sizeof *slot->tokens, GE_PAGES_SPARSE);
  slot->log_probabilities = ge_pages_new(shape->context * sizeof *slot->log_probabilities, GE_PAGES_SPARSE);
  slot->logits = ge_pages_new(shape->vocabulary * sizeof *slot->logits, GE_PAGES_SPARSE);
  slot->pooled = ge_pages_new(shape->width * sizeof *slot->pooled, GE_PAGES_SPARSE);
  slot->allowed = ge_pages_new(ge_token_words(shape->vocabulary) * sizeof *slot->allowed, GE_PAGES_SPARSE);
  slot->sampler.scores = ge_pages_new(ge_sampler_size(shape->vocabulary), GE_PAGES_SPARSE);
  if (slot->tokens == NULL || slot->log_probabilities == NULL || slot->logits == NULL || slot->pooled == NULL ||
      slot->allowed == NULL || slot->sampler.scores == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for slots of %u tokens", shape->context);
  }
  ge_sampler_place(&slot->sampler, shape->kernels, shape->vocabulary, slot->sampler.scores);
  return GE_OK;
}

static void forget_request(ge_slot *slot) {
  free(slot->biases);
  free(slot->stop_tokens);
  free(slot->likeliest);
  slot->biases = NULL;
  slot->likeliest = NULL;
  slot->stop_tokens = NULL;
}

void ge_slot_free(ge_slot *slot, const ge_slot_shape *shape) {
  forget_request(slot);
  ge_pages_free(slot->tokens, shape->context * sizeof *slot->tokens);
  ge_pages_free(slot->log_probabilities, shape->context * sizeof *slot->log_probabilities);
  ge_pages_free(slot->logits, shape->vocabulary * sizeof *slot->logits);
  ge_pages_free(slot->pooled, shape->width * sizeof *slot->pooled);
  ge_pages_free(slot->allowed, ge_token_words(shape->vocabulary) * sizeof *slot->allowed);
  ge_pages_free(slot->sampler.scores, ge_sampler_size(shape->vocabulary));
}

/* `count` elements of `size` bytes, or NULL when there are none; false when there is no memory. */
static bool copy(const void *source, size_t count, size_t size, void **target) {
  *target = NULL;
  if (count == 0) {
    return true;
  }
  *target = calloc(count, size);
  if (*target != NULL) {
    memcpy(*target, source, count * size);
  }
  return *target != NULL;
}

uint32_t ge_slot_answer_end(const ge_slot *slot, const ge_slot_shape *shape, const ge_request *request) {
  const uint32_t prompt_end = slot->filled + (uint32_t)request->token_count;
  const uint32_t room = shape->context - prompt_end;
  return prompt_end + (request->max_tokens < room ? request->max_tokens : room);
}

ge_status ge_slot_begin(ge_slot *slot, const ge_slot_shape *shape, const ge_request *request, uint64_t order,
                        ge_error *error) {
  void *biases = NULL, *stop_tokens = NULL;
  ge_likely_token *likeliest = NULL;
  const uint32_t prompt_end = slot->filled + (uint32_t)request->token_count;
  const uint32_t answer_end = ge_slot_answer_end(slot, shape, request);
  const uint32_t count = request->likeliest < shape->vocabulary ? request->likeliest : shape->vocabulary;
  if (copy(request->sampling.biases, request->sampling.bias_count, sizeof *slot->biases, &biases) &&
      copy(request->stop_tokens, request->stop_token_count, sizeof *slot->stop_tokens, &stop_tokens)) {
    /* Zeros, which take memory when they are written: an answer may well end before its room does. */
    likeliest = calloc((size_t)(answer_end - prompt_end) * count + 1, sizeof *likeliest);
  }
  if (likeliest == NULL) {
    free(biases);
    free(stop_tokens);
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for the request");
  }
  forget_request(slot);
  slot->likeliest = likeliest;
  slot->likeliest_count = count;
  slot->biases = biases;
  slot->stop_tokens = stop_tokens;
  slot->stop_token_count = request->stop_token_count;
  slot->sampling = request->sampling;
  slot->sampling.biases = slot->biases;
  slot->wants_log_probabilities = request->log_probabilities;
  slot->pooling = request->pooling;
  memset(slot->pooled, 0, shape->width * sizeof *slot->pooled);
  memcpy(slot->tokens + slot->filled, request->tokens, request->token_count * sizeof *slot->tokens);
  slot->prompt_start = slot->filled;
  slot->filled = slot->answer_start = slot->taken = prompt_end;
  slot->answer_end = answer_end;
  slot->order = order;
  slot->is_constrained = slot->has_logits = slot->has_embedding = false;
  slot->finish = GE_FINISH_NONE;
  slot->is_working = true;
  return GE_OK;
}

void ge_slot_end(ge_slot *slot, ge_finish finish) {
  slot->is_working = false;
  slot->finish = finish;
  slot->has_embedding = slot->pooling != GE_POOLING_NONE && slot->cached >= slot->answer_start;
}

/* Takes the hidden states of submitted tokens in, one after the other: the sum does not depend on the chunks. */
static void pool(ge_slot *slot, size_t width, const ge_span *span) {
  for (uint32_t row = 0; row < span->rows && slot->cached + row < slot->answer_start; row++) {
    const float *state = span->hidden + row * width;
    if (slot->cached + row < slot->prompt_start) {
      continue;
    }
    for (size_t i = 0; i < width; i++) {
      slot->pooled[i] = (double)state[i] + (slot->pooling == GE_POOLING_MEAN ? slot->pooled[i] : 0.0);
    }
  }
}

static bool is_stop_token(const ge_slot *slot, uint32_t token) {
  for (size_t i = 0; i < slot->stop_token_count; i++) {
    if (slot->stop_tokens[i] == token) {
      return true;
    }
  }
  return false;
}

/* What the request wants to know of the token that is chosen next. */
static void tell_probabilities(ge_slot *slot, const float *logits, uint32_t token) {
  const uint32_t count = slot->likeliest_count;
  ge_likely_token *likeliest = slot->likeliest + (size_t)(slot->filled - slot->answer_start) * count;
  slot->log_probabilities[slot->filled] = 0.0f;
  if (slot->wants_log_probabilities || count != 0) {
    const double log_sum = ge_log_sum(&slot->sampler, logits);
    ge_likeliest_tokens(logits, log_sum, slot->sampler.vocabulary, likeliest, count);
    if (slot->wants_log_probabilities) {
      slot->log_probabilities[slot->filled] = ge_log_probability(logits, log_sum, token);
    }
  }
}

static void choose(ge_slot *slot, const ge_span *span) {
  const ge_sample_input input = {
      .sampling = &slot->sampling,
      .logits = span->logits,
      .allowed = slot->is_constrained ? slot->allowed : NULL,
      .history = slot->tokens,
      .history_count = slot->filled,
      .answer_count = slot->filled - slot->answer_start,
  };
  uint32_t token;
  const ge_sample_result result = ge_sample(&slot->sampler, &input, &token);
  if (result != GE_SAMPLE_CHOSEN) {
    ge_slot_end(slot, result == GE_SAMPLE_FORBIDDEN ? GE_FINISH_NO_TOKEN : GE_FINISH_NOT_NUMBERS);
    return;
  }
  tell_probabilities(slot, span->logits, token);
  slot->tokens[slot->filled++] = token;
  if (is_stop_token(slot, token)) {
    ge_slot_end(slot, GE_FINISH_STOP);
  } else if (slot->filled == slot->answer_end) {
    ge_slot_end(slot, GE_FINISH_LENGTH);
  }
}

void ge_slot_advance(ge_slot *slot, const ge_slot_shape *shape, const ge_span *span) {
  if (span->hidden != NULL) {
    pool(slot, shape->width, span);
  }
  slot->cached += span->rows;
  slot->is_spoiled = slot->is_spoiled || !span->is_finite;
  if (span->logits != NULL) {
    memcpy(slot->logits, span->logits, shape->vocabulary * sizeof *slot->logits);
    slot->has_logits = true;
  }
  if (slot->cached < slot->filled) {
    return;
  }
  if (slot->filled == slot->answer_end) {
    ge_slot_end(slot, GE_FINISH_LENGTH);
  } else {
    choose(slot, span);
  }
}
