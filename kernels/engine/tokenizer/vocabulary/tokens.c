#include "tokenizer/model.h"

gtok_normal_form gtok_expected_normal_form(const gtok_tokenizer *tokenizer) {
  return tokenizer->pre == NULL ? GTOK_NORMAL_FORM_NONE : (gtok_normal_form)tokenizer->pre->normal_form;
}

size_t gtok_token_count(const gtok_tokenizer *tokenizer) {
  return tokenizer->token_count;
}

int32_t gtok_bos(const gtok_tokenizer *tokenizer) {
  return tokenizer->bos;
}

int32_t gtok_eos(const gtok_tokenizer *tokenizer) {
  return tokenizer->eos;
}

/*
 * The ends of a turn of the families that the engine runs: files often name only one of several. Those in the last line
 * end a file where a model fills gaps in code. Source: src/llama-vocab.cpp of llama.cpp (read 2026-11-23).
 */
static const char *const turn_ends[] = {
    "<|eot_id|>",  "<|eom_id|>",    "<|end_of_text|>", "<|im_end|>",    "<|endoftext|>", "<|end|>",
    "</s>",        "<end_of_turn>", "<EOT>",           "[EOT]",         "[EOS]",         "<end_of_utterance>",
    "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
};

/* Converters write the ends that were added to a vocabulary as either; a normal token is a piece of text. */
static int may_end_turns(uint8_t type) {
  return type == GTOK_TYPE_CONTROL || type == GTOK_TYPE_USER_DEFINED;
}

int gtok_ends_generation(const gtok_tokenizer *tokenizer, int32_t token) {
  if (!gtok_has_token(tokenizer, token)) {
    return 0;
  }
  if (token == tokenizer->eos || token == tokenizer->eot || token == tokenizer->eom) {
    return 1;
  }
  for (size_t i = 0; may_end_turns(tokenizer->types[token]) && i < sizeof turn_ends / sizeof turn_ends[0]; i++) {
    if (ge_text_is(tokenizer->texts[token], turn_ends[i])) {
      return 1;
    }
  }
  return 0;
}

ge_status gtok_token_bytes(const gtok_tokenizer *tokenizer, int32_t token, ge_text *bytes) {
  if (!gtok_has_token(tokenizer, token)) {
    return GE_ERROR_ARGUMENT;
  }
  *bytes = tokenizer->texts[token];
  return GE_OK;
}

ge_status gtok_token_type(const gtok_tokenizer *tokenizer, int32_t token, gtok_type *type) {
  if (!gtok_has_token(tokenizer, token)) {
    return GE_ERROR_ARGUMENT;
  }
  *type = (gtok_type)tokenizer->types[token];
  return GE_OK;
}
