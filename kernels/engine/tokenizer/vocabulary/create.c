#include <stdlib.h>
#include <string.h>

#include "errors/fail.h"
#include "tokenizer/model.h"
#include "tokenizer/models/byte_alphabet.h"

gtok_vocabulary gtok_vocabulary_defaults(void) {
  return (gtok_vocabulary){.model = {"", 0},
                           .pre = {"", 0},
                           .bos = GTOK_NONE,
                           .eos = GTOK_NONE,
                           .eot = GTOK_NONE,
                           .eom = GTOK_NONE,
                           .unknown = GTOK_NONE};
}

static ge_status check_numbers(const gtok_vocabulary *vocabulary, ge_error *error) {
  const struct {
    const char *key;
    int32_t token;
  } named[] = {{"bos", vocabulary->bos},
               {"eos", vocabulary->eos},
               {"eot", vocabulary->eot},
               {"eom", vocabulary->eom},
               {"unknown", vocabulary->unknown}};
  for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
    if (named[i].token < GTOK_NONE || (named[i].token >= 0 && (size_t)named[i].token >= vocabulary->token_count)) {
      return ge_fail(error, GE_ERROR_FORMAT, "tokenizer.ggml.%s_token_id is %d, the vocabulary has %zu tokens",
                     named[i].key, named[i].token, vocabulary->token_count);
    }
  }
  for (size_t i = 0; vocabulary->types != NULL && i < vocabulary->token_count; i++) {
    if (vocabulary->types[i] < GTOK_TYPE_NORMAL || vocabulary->types[i] > GTOK_TYPE_BYTE) {
      return ge_fail(error, GE_ERROR_FORMAT, "tokenizer.ggml.token_type[%zu] is %d, allowed are 1 to 6", i,
                     vocabulary->types[i]);
    }
  }
  return GE_OK;
}

static ge_status check(const gtok_vocabulary *vocabulary, ge_error *error) {
  if (vocabulary->token_count == 0 || vocabulary->token_count > GTOK_TOKENS_MAX || vocabulary->tokens == NULL) {
    return ge_fail(error, GE_ERROR_FORMAT, "tokenizer.ggml.tokens has %zu tokens, allowed are 1 to %zu",
                   vocabulary->token_count, GTOK_TOKENS_MAX);
  }
  if (vocabulary->merge_count > (size_t)1 << 30 || (vocabulary->merge_count > 0 && vocabulary->merges == NULL)) {
    return ge_fail(error, GE_ERROR_FORMAT, "tokenizer.ggml.merges has %zu lines, allowed are 0 to %d",
                   vocabulary->merge_count, 1 << 30);
  }
  return check_numbers(vocabulary, error);
}

static ge_status choose_model(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary, ge_error *error) {
  tokenizer->is_sentencepiece = ge_text_is(vocabulary->model, "llama");
  if (!tokenizer->is_sentencepiece && !ge_text_is(vocabulary->model, "gpt2")) {
    return ge_fail(error, GE_ERROR_UNSUPPORTED, "tokenizer.ggml.model is '%.*s', supported are gpt2 and llama",
                   GE_SHOWN(vocabulary->model));
  }
  if (tokenizer->is_sentencepiece) {
    return GE_OK;
  }
  tokenizer->pre = gtok_find_pre_tokenizer(vocabulary->pre);
  if (tokenizer->pre == NULL) {
    char names[400];
    gtok_list_pre_tokenizers(names, sizeof names);
    return ge_fail(error, GE_ERROR_UNSUPPORTED, "tokenizer.ggml.pre is '%.*s', supported are %s",
                   GE_SHOWN(vocabulary->pre), names);
  }
  return GE_OK;
}

static void apply_defaults(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary) {
  const int adds_bos = tokenizer->is_sentencepiece || tokenizer->pre->adds_bos;
  tokenizer->bos = vocabulary->bos;
  tokenizer->eos = vocabulary->eos;
  tokenizer->eot = vocabulary->eot;
  tokenizer->eom = vocabulary->eom;
  tokenizer->unknown = vocabulary->unknown;
  tokenizer->adds_bos = vocabulary->add_bos == GTOK_UNSET ? adds_bos : vocabulary->add_bos == GTOK_YES;
  tokenizer->adds_eos = vocabulary->add_eos == GTOK_YES;
  tokenizer->adds_space_prefix = tokenizer->is_sentencepiece && vocabulary->add_space_prefix != GTOK_NO;
}

static int merging_makes(const gtok_tokenizer *tokenizer, size_t token, int user_defined) {
  return tokenizer->types[token] == (user_defined ? GTOK_TYPE_USER_DEFINED : GTOK_TYPE_NORMAL) &&
         tokenizer->texts[token].length > 0;
}

/* Normal tokens first: where a user-defined one has the same bytes, merging makes the normal one. */
static void fill_map(gtok_tokenizer *tokenizer) {
  for (int user_defined = 0; user_defined < 2; user_defined++) {
    for (size_t token = 0; token < tokenizer->token_count; token++) {
      if (merging_makes(tokenizer, token, user_defined)) {
        gtok_token_map_add(&tokenizer->map, tokenizer->texts, (int32_t)token);
      }
    }
  }
}

static void copy_texts(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary) {
  char *end = tokenizer->text_bytes;
  for (size_t token = 0; token < tokenizer->token_count; token++) {
    const ge_text text = vocabulary->tokens[token];
    const int32_t type = vocabulary->types == NULL ? GTOK_TYPE_NORMAL : vocabulary->types[token];
    size_t size = text.length;
    if (!tokenizer->is_sentencepiece && (type == GTOK_TYPE_NORMAL || type == GTOK_TYPE_UNUSED)) {
      size = gtok_from_byte_alphabet(text, end);
    } else if (size > 0) {
      memcpy(end, text.bytes, size);
    }
    tokenizer->types[token] = (uint8_t)type;
    tokenizer->texts[token] = (ge_text){end, size};
    tokenizer->longest_text = size > tokenizer->longest_text ? size : tokenizer->longest_text;
    end += size;
  }
}

static ge_status copy_tokens(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary) {
  size_t bytes = 1;
  for (size_t token = 0; token < vocabulary->token_count; token++) {
    if (vocabulary->tokens[token].length > SIZE_MAX / 2 - bytes) {
      return GE_ERROR_MEMORY;
    }
    bytes += vocabulary->tokens[token].length;
  }
  tokenizer->token_count = vocabulary->token_count;
  tokenizer->texts = malloc(tokenizer->token_count * sizeof *tokenizer->texts);
  tokenizer->types = malloc(tokenizer->token_count);
  tokenizer->text_bytes = malloc(bytes);
  const ge_status status = gtok_token_map_create(&tokenizer->map, tokenizer->token_count);
  if (status != GE_OK || tokenizer->texts == NULL || tokenizer->types == NULL || tokenizer->text_bytes == NULL) {
    return GE_ERROR_MEMORY;
  }
  copy_texts(tokenizer, vocabulary);
  fill_map(tokenizer);
  return gtok_units_create(tokenizer);
}

static ge_status fill(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary, ge_error *error) {
  for (int byte = 0; byte < 256; byte++) {
    tokenizer->byte_tokens[byte] = GTOK_NONE;
  }
  ge_status status = check(vocabulary, error);
  if (status == GE_OK) {
    status = choose_model(tokenizer, vocabulary, error);
  }
  if (status == GE_OK) {
    apply_defaults(tokenizer, vocabulary);
    status = copy_tokens(tokenizer, vocabulary);
  }
  if (status == GE_OK) {
    status = tokenizer->is_sentencepiece ? gtok_load_sentencepiece(tokenizer, vocabulary, error)
                                         : gtok_load_bpe(tokenizer, vocabulary, error);
  }
  return status;
}

ge_status gtok_create(const gtok_vocabulary *vocabulary, gtok_tokenizer **tokenizer, ge_error *error) {
  *tokenizer = calloc(1, sizeof **tokenizer);
  const ge_status status = *tokenizer == NULL ? GE_ERROR_MEMORY : fill(*tokenizer, vocabulary, error);
  if (status != GE_OK) {
    gtok_destroy(*tokenizer);
    *tokenizer = NULL;
  }
  return status == GE_ERROR_MEMORY ? ge_fail(error, status, "no memory for the vocabulary") : status;
}

void gtok_destroy(gtok_tokenizer *tokenizer) {
  if (tokenizer == NULL) {
    return;
  }
  free(tokenizer->texts);
  free(tokenizer->text_bytes);
  free(tokenizer->types);
  free(tokenizer->units.all);
  free(tokenizer->ranks);
  gtok_token_map_destroy(&tokenizer->map);
  gtok_merges_destroy(&tokenizer->merges);
  free(tokenizer);
}
