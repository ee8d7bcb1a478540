#include <stdlib.h>
#include <string.h>

#include "errors/fail.h"
#include "tokenizer/model.h"
#include "tokenizer/models/byte_alphabet.h"

/* Finds the two tokens of a line of tokenizer.ggml.merges. One space divides them, which is not the first character. */
static int parse_merge(const gtok_tokenizer *tokenizer, ge_text line, char *scratch, gtok_merge *merge) {
  const char *space = line.length < 3 ? NULL : memchr(line.bytes + 1, ' ', line.length - 1);
  if (space == NULL) {
    return 0;
  }
  const size_t left_size = (size_t)(space - line.bytes);
  const ge_text left = {scratch, gtok_from_byte_alphabet((ge_text){line.bytes, left_size}, scratch)};
  const ge_text right = {scratch + left.length,
                           gtok_from_byte_alphabet((ge_text){space + 1, line.length - left_size - 1},
                                                   scratch + left.length)};
  const ge_text both = {scratch, left.length + right.length};
  merge->left = gtok_token_map_find(&tokenizer->map, tokenizer->texts, left);
  merge->right = gtok_token_map_find(&tokenizer->map, tokenizer->texts, right);
  merge->result = gtok_token_map_find(&tokenizer->map, tokenizer->texts, both);
  return 1;
}

static ge_status load_merges(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary, ge_error *error,
                             char *scratch) {
  for (size_t i = 0; i < vocabulary->merge_count; i++) {
    gtok_merge merge = {GTOK_NONE, GTOK_NONE, GTOK_NONE, (uint32_t)i};
    if (!parse_merge(tokenizer, vocabulary->merges[i], scratch, &merge)) {
      return ge_fail(error, GE_ERROR_FORMAT,
                     "tokenizer.ggml.merges[%zu] is not two tokens with a space between them", i);
    }
    /* Vocabularies that were cut down keep merges of tokens that they no longer have. */
    if (merge.left != GTOK_NONE && merge.right != GTOK_NONE && merge.result != GTOK_NONE) {
      gtok_merges_add(&tokenizer->merges, merge);
    }
  }
  return GE_OK;
}

static size_t longest(const ge_text *texts, size_t count) {
  size_t size = 0;
  for (size_t i = 0; i < count; i++) {
    size = texts[i].length > size ? texts[i].length : size;
  }
  return size;
}

ge_status gtok_load_bpe(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary, ge_error *error) {
  for (int byte = 0; byte < 256; byte++) {
    const char text = (char)(unsigned char)byte;
    tokenizer->byte_tokens[byte] = gtok_token_map_find(&tokenizer->map, tokenizer->texts, (ge_text){&text, 1});
  }
  ge_status status = gtok_merges_create(&tokenizer->merges, vocabulary->merge_count);
  char *scratch = malloc(longest(vocabulary->merges, vocabulary->merge_count) + 1);
  if (scratch == NULL) {
    status = GE_ERROR_MEMORY;
  }
  if (status == GE_OK) {
    status = load_merges(tokenizer, vocabulary, error, scratch);
  }
  free(scratch);
  return status;
}

/* What encode_piece needs beside the piece. */
typedef struct encoding {
  const gtok_tokenizer *tokenizer;
  gtok_symbols *symbols;
  gtok_output *output;
} encoding;

static int find_merge(const void *context, gtok_symbol left, gtok_symbol right, gtok_candidate *candidate) {
  const gtok_tokenizer *tokenizer = context;
  const gtok_merge *merge = gtok_merges_find(&tokenizer->merges, left.token, right.token);
  if (merge == NULL) {
    return 0;
  }
  candidate->rank = merge->rank;
  candidate->token = merge->result;
  return 1;
}

static ge_status encode_piece(void *context, ge_text piece) {
  const encoding *state = context;
  const gtok_tokenizer *tokenizer = state->tokenizer;
  if (tokenizer->pre->ignores_merges) {
    const int32_t whole = gtok_token_map_find(&tokenizer->map, tokenizer->texts, piece);
    if (whole != GTOK_NONE) {
      gtok_put(state->output, whole);
      return GE_OK;
    }
  }
  gtok_symbols_clear(state->symbols);
  ge_status status = GE_OK;
  for (size_t i = 0; i < piece.length && status == GE_OK; i++) {
    const int32_t token = tokenizer->byte_tokens[(unsigned char)piece.bytes[i]];
    /* A byte without a token becomes the unknown token, or is left out where there is none. */
    const int32_t known = token != GTOK_NONE ? token : tokenizer->unknown;
    if (known != GTOK_NONE) {
      status = gtok_symbols_add(state->symbols, (uint32_t)i, 1, known);
    }
  }
  if (status == GE_OK) {
    status = gtok_symbols_merge(state->symbols, find_merge, tokenizer);
  }
  const size_t count = status == GE_OK ? state->symbols->count : 0;
  for (uint32_t i = 0; i < count; i = state->symbols->row[i].next) {
    gtok_put(state->output, state->symbols->row[i].token);
  }
  return status;
}

ge_status gtok_encode_bpe(const gtok_tokenizer *tokenizer, ge_text text, gtok_symbols *symbols,
                          gtok_output *output) {
  encoding state = {tokenizer, symbols, output};
  return gtok_cut_into_pieces(tokenizer->pre, text, encode_piece, &state);
}
