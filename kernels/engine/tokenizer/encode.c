#include "tokenizer/model.h"

typedef struct progress {
  const gtok_tokenizer *tokenizer;
  gtok_symbols symbols;
  gtok_output output;
  int at_start; /* nothing or a control token stands before */
} progress;

/*
 * The text before a unit, or before the end. To SentencePiece a user-defined token is a part of the text, in front of
 * which its space goes even where no other text is.
 */
static ge_status encode_before(progress *state, ge_text text, const gtok_unit *unit) {
  const gtok_tokenizer *tokenizer = state->tokenizer;
  if (text.length == 0 && (unit == NULL || unit->is_control)) {
    return GE_OK;
  }
  return tokenizer->is_sentencepiece
             ? gtok_encode_sentencepiece(tokenizer, text, state->at_start, &state->symbols, &state->output)
             : gtok_encode_bpe(tokenizer, text, &state->symbols, &state->output);
}

static ge_status encode_text(progress *state, ge_text text, int control) {
  ge_status status = GE_OK;
  for (size_t at = 0; at < text.length && status == GE_OK;) {
    const gtok_unit *unit;
    const size_t end = gtok_units_find(state->tokenizer, text, at, control, &unit);
    status = encode_before(state, (ge_text){text.bytes + at, end - at}, unit);
    at = end;
    if (unit != NULL && status == GE_OK) {
      gtok_put(&state->output, unit->token);
      state->at_start = unit->is_control;
      at += unit->text.length;
    }
  }
  return status;
}

ge_status gtok_encode(const gtok_tokenizer *tokenizer, ge_text text, unsigned flags, int32_t *tokens,
                      size_t capacity, size_t *count) {
  *count = 0;
  if (text.length > GTOK_TEXT_MAX) {
    return GE_ERROR_ARGUMENT;
  }
  progress state = {tokenizer, {0}, {tokens, capacity, 0}, 1};
  const int special = (flags & GTOK_ADD_SPECIAL) != 0;
  if (special && tokenizer->adds_bos && tokenizer->bos != GTOK_NONE) {
    gtok_put(&state.output, tokenizer->bos);
  }
  const ge_status status = encode_text(&state, text, (flags & GTOK_PARSE_SPECIAL) != 0);
  if (special && tokenizer->adds_eos && tokenizer->eos != GTOK_NONE) {
    gtok_put(&state.output, tokenizer->eos);
  }
  gtok_symbols_destroy(&state.symbols);
  if (status != GE_OK) {
    return status;
  }
  *count = state.output.count;
  return state.output.count > capacity ? GE_ERROR_CAPACITY : GE_OK;
}
