/* What is read of a model once it is loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

static ge_status fail(ge_error *error, ge_status status, const char *text) {
  (void)snprintf(error->text, sizeof error->text, "%s", text);
  return status;
}

static char *copy_text(const ge_gguf *file, const char *key) {
  ge_text text;
  return ge_gguf_get_text(file, key, &text) == GE_GGUF_FOUND ? strndup(text.bytes, text.length) : NULL;
}

/* The tokens that end an answer. */
static ge_status find_stops(host *self, ge_error *error) {
  const size_t count = gtok_token_count(self->tokenizer);
  self->stops = malloc((count + 1) * sizeof *self->stops);
  if (self->stops == NULL) {
    return fail(error, GE_ERROR_MEMORY, "no memory for the tokens that end an answer");
  }
  for (size_t token = 0; token < count; token++) {
    if (gtok_ends_generation(self->tokenizer, (int32_t)token)) {
      self->stops[self->stop_count++] = (uint32_t)token;
    }
  }
  return GE_OK;
}

/* Models fill their vocabulary up with rows that are no tokens: those are never drawn. */
static ge_status make_mask(host *self, ge_error *error) {
  const size_t count = gtok_token_count(self->tokenizer);
  if (count > self->info.vocabulary) {
    return fail(error, GE_ERROR_FORMAT, "the file's tokenizer has more tokens than its model");
  }
  self->mask_words = ((size_t)self->info.vocabulary + 31) / 32;
  self->grammar_mask = calloc(self->mask_words, sizeof *self->grammar_mask);
  if (self->grammar_mask == NULL) {
    return fail(error, GE_ERROR_MEMORY, "no memory for the mask of the vocabulary");
  }
  if (count == self->info.vocabulary) {
    return GE_OK;
  }
  self->mask = calloc(self->mask_words, sizeof *self->mask);
  if (self->mask == NULL) {
    return fail(error, GE_ERROR_MEMORY, "no memory for the mask of the vocabulary");
  }
  for (size_t token = 0; token < count; token++) {
    self->mask[token / 32] |= (uint32_t)1 << (token % 32);
  }
  return GE_OK;
}

/* A vocabulary that cannot follow grammars serves what asks for none. */
static ge_status sort_tokens(host *self, ge_error *error) {
  const ge_status status = ge_token_set_new(self->tokenizer, &self->tokens, error);
  if (status != GE_ERROR_UNSUPPORTED) {
    return status;
  }
  self->grammar_problem = strdup(error->text);
  return self->grammar_problem == NULL ? fail(error, GE_ERROR_MEMORY, "no memory for a message") : GE_OK;
}

static ge_status read_texts(host *self, const ge_gguf *file, ge_error *error) {
  self->architecture = strdup(self->info.architecture);
  self->variant = strdup(self->info.variant);
  self->name = copy_text(file, "general.name");
  self->chat_template = copy_text(file, "tokenizer.chat_template");
  self->work = calloc(self->info.slots, sizeof *self->work);
  return self->architecture == NULL || self->variant == NULL || self->work == NULL
             ? fail(error, GE_ERROR_MEMORY, "no memory for what the file says of its model")
             : GE_OK;
}

/*
 * How the file's model makes one embedding of its hidden states; the mean where it does not say. The numbers are those
 * of llama.cpp (enum llama_pooling_type), whose converter writes them.
 */
static ge_status read_pooling(host *self, const ge_gguf *file, ge_error *error) {
  enum { UNSAID = 0, MEAN = 1, LAST = 3 };
  char key[96];
  uint32_t type = UNSAID;
  (void)snprintf(key, sizeof key, "%s.pooling_type", self->info.architecture);
  if (ge_gguf_get_u32(file, key, &type) == GE_GGUF_MISTYPED) {
    return fail(error, GE_ERROR_FORMAT, "the file's pooling_type is no whole number");
  }
  if (type != UNSAID && type != MEAN && type != LAST) {
    return fail(error, GE_ERROR_UNSUPPORTED, "the file's pooling_type is not known; 1 (mean) and 3 (last token) are");
  }
  self->pooling = type == LAST ? GE_POOLING_LAST : GE_POOLING_MEAN;
  return GE_OK;
}

ge_status host_read_model(host *self, ge_error *error) {
  const ge_gguf *file = ge_engine_file(self->engine);
  (void)ge_engine_info(self->engine, &self->info);
  ge_status status = read_texts(self, file, error);
  if (status == GE_OK) {
    status = read_pooling(self, file, error);
  }
  if (status == GE_OK) {
    status = gtok_create_from_gguf(file, &self->tokenizer, error);
  }
  if (status == GE_OK) {
    status = make_mask(self, error);
  }
  if (status == GE_OK) {
    status = find_stops(self, error);
  }
  return status == GE_OK ? sort_tokens(self, error) : status;
}
