/* What a tokenizer is made of. */
#ifndef GTOK_MODEL_H
#define GTOK_MODEL_H

#include "tokenizer/merging/output.h"
#include "tokenizer/merging/symbols.h"
#include "tokenizer/models/merges.h"
#include "tokenizer/pieces/pre_tokenizer.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/vocabulary/token_map.h"

/* A token that is a unit of a text: not made by merging, but found by its bytes. */
typedef struct gtok_unit {
  ge_text text;
  int32_t token;
  uint8_t is_control; /* found only where the caller asks for it */
} gtok_unit;

/* Sorted by their bytes. */
typedef struct gtok_units {
  gtok_unit *all;
  size_t count;
} gtok_units;

struct gtok_tokenizer {
  int is_sentencepiece;
  size_t token_count;
  ge_text *texts; /* of BPE, the bytes that a token stands for; of SentencePiece, with U+2581 for a space */
  char *text_bytes; /* what `texts` points into */
  uint8_t *types;
  gtok_token_map map; /* what merging may make: normal and user-defined tokens, never a control token */
  int32_t byte_tokens[256];
  gtok_units units;
  size_t longest_text;

  const gtok_pre_tokenizer *pre; /* of BPE */
  gtok_merges merges;
  uint32_t *ranks; /* of SentencePiece: by falling score */

  int32_t bos;
  int32_t eos;
  int32_t eot;
  int32_t eom;
  int32_t unknown;
  int adds_bos;
  int adds_eos;
  int adds_space_prefix;
};

/* Whether the vocabulary has a token of this number. */
static inline int gtok_has_token(const gtok_tokenizer *tokenizer, int32_t token) {
  return token >= 0 && (size_t)token < tokenizer->token_count;
}

/* Parts of gtok_create, one for each model. */
ge_status gtok_load_bpe(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary, ge_error *error);
ge_status gtok_load_sentencepiece(gtok_tokenizer *tokenizer, const gtok_vocabulary *vocabulary, ge_error *error);

/* Text without units, one function for each model. `at_start`: it follows nothing, or a control token. */
ge_status gtok_encode_bpe(const gtok_tokenizer *tokenizer, ge_text text, gtok_symbols *symbols,
                          gtok_output *output);
ge_status gtok_encode_sentencepiece(const gtok_tokenizer *tokenizer, ge_text text, int at_start,
                                    gtok_symbols *symbols, gtok_output *output);

/* Collects the units. */
ge_status gtok_units_create(gtok_tokenizer *tokenizer);

/*
 * The first place from `at` on where a unit stands, and which: the longest of those that begin there. Control tokens
 * count only with `control`. The size of the text, and *unit NULL, when there is none.
 */
size_t gtok_units_find(const gtok_tokenizer *tokenizer, ge_text text, size_t at, int control,
                       const gtok_unit **unit);

#endif
