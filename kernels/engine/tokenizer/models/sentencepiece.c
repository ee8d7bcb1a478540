#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors/fail.h"
#include "tokenizer/model.h"
#include "tokenizer/utf8.h"

/* U+2581, which stands for a space in the texts of tokens. */
static const char space_mark[] = "\xe2\x96\x81";
enum { SPACE_MARK_SIZE = 3 };

typedef struct scored {
  float score;
  int32_t token;
} scored;

static int by_falling_score(const void *left, const void *right) {
  const scored *a = left;
  const scored *b = right;
  return (a->score < b->score) - (a->score > b->score);
}

/* Tokens with the same score have the same rank: of those the leftmost is merged first. */
static ge_status rank_tokens(gtok_tokenizer *tokenizer, const float *scores) {
  const size_t count = tokenizer->token_count;
  scored *sorted = malloc(count * sizeof *sorted);
  tokenizer->ranks = malloc(count * sizeof *tokenizer->ranks);
  if (sorted == NULL || tokenizer->ranks == NULL) {
    free(sorted);
    return GE_ERROR_MEMORY;
  }
  for (size_t i = 0; i < count; i++) {
    sorted[i] = (scored){scores[i], (int32_t)i};
  }
  qsort(sorted, count, sizeof *sorted, by_falling_score);
  uint32_t rank = 0;
  for (size_t i = 0; i < count; i++) {
    rank += i > 0 && sorted[i].score < sorted[i - 1].score;
    tokenizer->ranks[sorted[i].token] = rank;
  }
  free(sorted);
  return GE_OK;
}

/* Byte tokens are written <0x00> to <0xFF>. */
static void find_byte_tokens(gtok_tokenizer *tokenizer) {
  for (size_t token = 0; token < tokenizer->token_count; token++) {
    const ge_text text = tokenizer->texts[token];
    char name[8];
    for (int byte = 0; tokenizer->types[token] == GTOK_TYPE_BYTE && byte < 256; byte++) {
      (void)snprintf(name, sizeof name, "<0x%02X>", (unsigned)byte);
      if (ge_text_is(text, name)) {
        tokenizer->byte_tokens[byte] = (int32_t)token;
      }
    }
  }
}

ge_status gtok_load_sentencepiece(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary, ge_error *error) {
  if (vocabulary->scores == NULL) {
    return ge_fail(error, GE_ERROR_FORMAT, "tokenizer.ggml.scores is missing; the model llama merges by them");
  }
  for (size_t i = 0; i < tokenizer->token_count; i++) {
    if (isnan(vocabulary->scores[i])) {
      return ge_fail(error, GE_ERROR_FORMAT, "tokenizer.ggml.scores[%zu] is not a number", i);
    }
  }
  find_byte_tokens(tokenizer);
  return rank_tokens(tokenizer, vocabulary->scores);
}

/* A text in which each space is a mark. */
typedef struct marked {
  const gtok_tokenizer *tokenizer;
  ge_text text;
} marked;

static int find_merge(const void *context, gtok_symbol left, gtok_symbol right, gtok_candidate *candidate) {
  const marked *state = context;
  const gtok_tokenizer *tokenizer = state->tokenizer;
  const ge_text both = {state->text.bytes + left.start, (size_t)left.size + right.size};
  candidate->token = gtok_token_map_find(&tokenizer->map, tokenizer->texts, both);
  candidate->rank = candidate->token == GTOK_NONE ? 0 : tokenizer->ranks[candidate->token];
  return candidate->token != GTOK_NONE;
}

static ge_status split_characters(const marked *state, gtok_symbols *symbols) {
  const gtok_tokenizer *tokenizer = state->tokenizer;
  gtok_symbols_clear(symbols);
  ge_status status = GE_OK;
  for (size_t at = 0; at < state->text.length && status == GE_OK;) {
    const unsigned char *rest = (const unsigned char *)state->text.bytes + at;
    const size_t size = gtok_utf8_read(rest, state->text.length - at).size;
    const ge_text character = {state->text.bytes + at, size};
    const int32_t token = gtok_token_map_find(&tokenizer->map, tokenizer->texts, character);
    status = gtok_symbols_add(symbols, (uint32_t)at, (uint32_t)size, token);
    at += size;
  }
  return status;
}

/* A character without a token falls back to its bytes, and where those have none to the unknown token. */
static void put_bytes(const gtok_tokenizer *tokenizer, ge_text bytes, gtok_output *output) {
  for (size_t i = 0; i < bytes.length; i++) {
    if (tokenizer->byte_tokens[(unsigned char)bytes.bytes[i]] == GTOK_NONE) {
      if (tokenizer->unknown != GTOK_NONE) {
        gtok_put(output, tokenizer->unknown);
      }
      return;
    }
  }
  for (size_t i = 0; i < bytes.length; i++) {
    gtok_put(output, tokenizer->byte_tokens[(unsigned char)bytes.bytes[i]]);
  }
}

static ge_status encode_marked(const marked *state, gtok_symbols *symbols, gtok_output *output) {
  ge_status status = split_characters(state, symbols);
  if (status == GE_OK) {
    status = gtok_symbols_merge(symbols, find_merge, state);
  }
  const size_t count = status == GE_OK ? symbols->count : 0;
  for (uint32_t i = 0; i < count; i = symbols->row[i].next) {
    const gtok_symbol symbol = symbols->row[i];
    if (symbol.token != GTOK_NONE) {
      gtok_put(output, symbol.token);
    } else {
      put_bytes(state->tokenizer, (ge_text){state->text.bytes + symbol.start, symbol.size}, output);
    }
  }
  return status;
}

ge_status gtok_encode_sentencepiece(const gtok_tokenizer *tokenizer, ge_text text, int at_start,
                                    gtok_symbols *symbols, gtok_output *output) {
  char *bytes = malloc((text.length + 1) * SPACE_MARK_SIZE);
  if (bytes == NULL) {
    return GE_ERROR_MEMORY;
  }
  size_t size = 0;
  if (at_start && tokenizer->adds_space_prefix) {
    memcpy(bytes, space_mark, SPACE_MARK_SIZE);
    size = SPACE_MARK_SIZE;
  }
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == ' ') {
      memcpy(bytes + size, space_mark, SPACE_MARK_SIZE);
      size += SPACE_MARK_SIZE;
    } else {
      bytes[size++] = text.bytes[i];
    }
  }
  const marked state = {tokenizer, {bytes, size}};
  const ge_status status = encode_marked(&state, symbols, output);
  free(bytes);
  return status;
}
