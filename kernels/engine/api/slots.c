/* Slots and their requests. */
#include <math.h>
#include <string.h>

#include "api/engine.h"
#include "errors/fail.h"
#include "sample/token_bits.h"

/* The open slot of this number, to *found. */
static ge_status find_slot(const ge_engine *engine, uint32_t index, ge_slot **found, ge_error *error) {
  if (engine == NULL || index >= engine->slot_count) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no engine, or it has no slot %u", index);
  }
  if (!engine->slots[index].is_open) {
    return ge_fail(error, GE_ERROR_STATE, "slot %u is not open", index);
  }
  *found = &engine->slots[index];
  return GE_OK;
}

static ge_status find_idle_slot(const ge_engine *engine, uint32_t index, ge_slot **found, ge_error *error) {
  const ge_status status = find_slot(engine, index, found, error);
  if (status == GE_OK && (*found)->is_working) {
    return ge_fail(error, GE_ERROR_STATE, "slot %u is at work", index);
  }
  return status;
}

/* Sets aside as many pages as `tokens` tokens take; false when there are not enough. */
static bool set_pages_aside(ge_engine *engine, ge_slot *slot, uint32_t tokens) {
  const size_t pages = ge_kv_cache_pages(tokens);
  if (pages > slot->pages && pages - slot->pages > engine->cache.pages_left) {
    return false;
  }
  engine->cache.pages_left = engine->cache.pages_left + slot->pages - pages;
  slot->pages = pages;
  return true;
}

ge_status ge_slot_open(ge_engine *engine, uint32_t *slot, ge_error *error) {
  if (engine == NULL || slot == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no engine, or nowhere to put the slot");
  }
  for (uint32_t i = 0; i < engine->slot_count; i++) {
    ge_slot *free_slot = &engine->slots[i];
    if (!free_slot->is_open) {
      free_slot->is_open = true;
      free_slot->finish = GE_FINISH_NONE;
      *slot = i;
      return GE_OK;
    }
  }
  return ge_fail(error, GE_ERROR_BUSY, "all %u slots are open", engine->slot_count);
}

/* As after ge_slot_new, but for what the next request overwrites. */
static void forget(ge_engine *engine, ge_slot *slot, uint32_t index) {
  slot->is_working = slot->has_logits = slot->has_embedding = slot->is_spoiled = false;
  slot->filled = slot->cached = slot->answer_start = slot->taken = 0;
  (void)set_pages_aside(engine, slot, 0);
  ge_kv_cache_cut(&engine->cache, index, 0);
}

ge_status ge_slot_close(ge_engine *engine, uint32_t slot, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_slot(engine, slot, &found, error);
  if (status == GE_OK) {
    forget(engine, found, slot);
    found->is_open = false;
  }
  return status;
}

ge_status ge_slot_rewind(ge_engine *engine, uint32_t slot, uint32_t length, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_idle_slot(engine, slot, &found, error);
  if (status != GE_OK) {
    return status;
  }
  if (length > found->filled) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "slot %u holds %u tokens and cannot be rewound to %u", slot,
                   found->filled, length);
  }
  if (found->is_spoiled) {
    /* What is no number may have reached the tokens before it in its batch: the next request computes all again. */
    found->cached = 0;
    found->is_spoiled = false;
  }
  found->filled = length;
  found->cached = found->cached < length ? found->cached : length;
  ge_kv_cache_cut(&engine->cache, slot, found->cached);
  (void)set_pages_aside(engine, found, length);
  found->answer_start = found->taken = length;
  found->has_logits = found->has_embedding = false;
  return GE_OK;
}

ge_status ge_slot_length(const ge_engine *engine, uint32_t slot, uint32_t *length, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_slot(engine, slot, &found, error);
  if (status == GE_OK && length == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "nowhere to put the length");
  }
  if (status == GE_OK) {
    *length = found->filled;
  }
  return status;
}

void ge_request_default(ge_request *request) {
  if (request != NULL) {
    *request = (ge_request){.max_tokens = 16, .sampling = {.top_p = 1.0f, .repetition_penalty = 1.0f}};
  }
}

static bool are_tokens(const uint32_t *tokens, size_t count, uint32_t vocabulary) {
  for (size_t i = 0; i < count; i++) {
    if (tokens[i] >= vocabulary) {
      return false;
    }
  }
  return true;
}

static ge_status check_request(const ge_engine *engine, const ge_slot *slot, const ge_request *request,
                               ge_error *error) {
  const ge_slot_shape *shape = &engine->shape;
  if (request == NULL || request->tokens == NULL || request->token_count == 0 ||
      (request->stop_tokens == NULL && request->stop_token_count != 0)) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no request, or one without tokens");
  }
  if (request->token_count > shape->context - slot->filled) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "%zu tokens follow %u in a context of %u", request->token_count,
                   slot->filled, shape->context);
  }
  if (request->stop_token_count > shape->vocabulary ||
      !are_tokens(request->tokens, request->token_count, shape->vocabulary) ||
      !are_tokens(request->stop_tokens, request->stop_token_count, shape->vocabulary)) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "a token is not in 0..%u", shape->vocabulary - 1);
  }
  if (request->likeliest > GE_LIKELIEST_MAX) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "%u likeliest tokens; up to %u are given", request->likeliest,
                   GE_LIKELIEST_MAX);
  }
  if ((unsigned)request->pooling > GE_POOLING_LAST) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "pooling %d; 0..2 are known", (int)request->pooling);
  }
  const char *problem = ge_sampling_problem(&request->sampling, shape->vocabulary);
  return problem == NULL ? GE_OK : ge_fail(error, GE_ERROR_ARGUMENT, "%s", problem);
}

ge_status ge_submit(ge_engine *engine, uint32_t slot, const ge_request *request, ge_error *error) {
  ge_slot *found = NULL;
  ge_status status = find_idle_slot(engine, slot, &found, error);
  if (status == GE_OK) {
    status = check_request(engine, found, request, error);
  }
  if (status != GE_OK) {
    return status;
  }
  const uint32_t answer_end = ge_slot_answer_end(found, &engine->shape, request);
  const size_t pages_before = found->pages;
  if (!set_pages_aside(engine, found, answer_end)) {
    return ge_fail(error, GE_ERROR_BUSY, "the KV cache has %zu pages of %u tokens left; the request needs %zu",
                   engine->cache.pages_left + found->pages, GK_KV_PAGE, ge_kv_cache_pages(answer_end));
  }
  status = ge_slot_begin(found, &engine->shape, request, ++engine->requests, error);
  if (status != GE_OK) {
    engine->cache.pages_left += found->pages - pages_before;
    found->pages = pages_before;
  }
  return status;
}

ge_status ge_cancel(ge_engine *engine, uint32_t slot, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_slot(engine, slot, &found, error);
  if (status == GE_OK && found->is_working) {
    if (found->cached < found->answer_start) {
      found->filled = found->answer_start = found->taken = found->cached;
      found->pooling = GE_POOLING_NONE;
    }
    ge_slot_end(found, GE_FINISH_CANCELLED);
    (void)set_pages_aside(engine, found, found->filled);
  }
  return status;
}

ge_status ge_constrain(ge_engine *engine, uint32_t slot, const uint32_t *allowed, size_t words, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_slot(engine, slot, &found, error);
  if (status != GE_OK) {
    return status;
  }
  const size_t needed = ge_token_words(engine->shape.vocabulary);
  if (allowed != NULL && words != needed) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "a mask of %zu words; %u tokens take %zu", words,
                   engine->shape.vocabulary, needed);
  }
  found->is_constrained = allowed != NULL;
  if (allowed != NULL) {
    memcpy(found->allowed, allowed, words * sizeof *allowed);
  }
  return GE_OK;
}

ge_status ge_take(ge_engine *engine, uint32_t slot, ge_token *tokens, size_t capacity, size_t *count,
                  ge_finish *finish, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_slot(engine, slot, &found, error);
  if (status != GE_OK) {
    return status;
  }
  if (count == NULL || finish == NULL || (tokens == NULL && capacity != 0)) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "nowhere to put the tokens, their number or how the request stands");
  }
  if (found->finish == GE_FINISH_NONE && !found->is_working) {
    return ge_fail(error, GE_ERROR_STATE, "slot %u has had no request", slot);
  }
  size_t given = 0;
  for (; given < capacity && found->taken < found->filled; given++) {
    const uint32_t at = found->taken++, each = found->likeliest_count;
    const ge_likely_token *likeliest = found->likeliest + (size_t)(at - found->answer_start) * each;
    tokens[given] = (ge_token){found->tokens[at], found->log_probabilities[at], each == 0 ? NULL : likeliest, each};
  }
  *count = given;
  *finish = found->finish;
  return GE_OK;
}

ge_status ge_logits(const ge_engine *engine, uint32_t slot, float *logits, size_t count, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_slot(engine, slot, &found, error);
  if (status != GE_OK) {
    return status;
  }
  if (logits == NULL || count != engine->shape.vocabulary) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "room for %zu logits; the vocabulary has %u", count,
                   engine->shape.vocabulary);
  }
  if (!found->has_logits) {
    return ge_fail(error, GE_ERROR_STATE, "slot %u has no logits", slot);
  }
  memcpy(logits, found->logits, count * sizeof *logits);
  return GE_OK;
}

ge_status ge_embedding(const ge_engine *engine, uint32_t slot, float *values, size_t count, ge_error *error) {
  ge_slot *found = NULL;
  const ge_status status = find_slot(engine, slot, &found, error);
  if (status != GE_OK) {
    return status;
  }
  if (values == NULL || count != engine->shape.width) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "room for %zu elements of an embedding of %u", count,
                   engine->shape.width);
  }
  if (!found->has_embedding) {
    return ge_fail(error, GE_ERROR_STATE, "slot %u has no embedding: none was asked for, or it is not computed", slot);
  }
  const double divisor =
      found->pooling == GE_POOLING_MEAN ? (double)(found->answer_start - found->prompt_start) : 1.0;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(found->pooled[i])) {
      return ge_fail(error, GE_ERROR_STATE, "the embedding of slot %u is no finite number", slot);
    }
  }
  for (size_t i = 0; i < count; i++) {
    values[i] = (float)(found->pooled[i] / divisor);
  }
  return GE_OK;
}
