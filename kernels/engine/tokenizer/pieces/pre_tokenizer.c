#include "tokenizer/pieces/pre_tokenizer.h"

#include <stdio.h>

#include "tokenizer/pieces/cuts.h"

/*
 * By the values that converters write to tokenizer.ggml.pre; the flags are what the models' tokenizer.json says, which
 * GGUF does not record. Several values stand for one pattern (llama.cpp, src/llama-vocab.cpp, read 2026-11-23).
 */
#define LLAMA3(name) {name, {gtok_cut_llama3}, 1, 1, GTOK_NORMAL_FORM_NONE}
#define GPT2(name) {name, {gtok_cut_gpt2}, 0, 0, GTOK_NORMAL_FORM_NONE}
#define QWEN2(name) {name, {gtok_cut_qwen2}, 0, 0, GTOK_NORMAL_FORM_NFC}
#define DIGIT_WISE(name) {name, {gtok_cut_digit, gtok_cut_gpt2}, 0, 0, GTOK_NORMAL_FORM_NONE}
#define GPT4O(name) {name, {gtok_cut_gpt4o}, 0, 0, GTOK_NORMAL_FORM_NONE}

static const gtok_pre_tokenizer known[] = {
    {"default",
     {gtok_cut_punctuation, gtok_cut_gpt2, gtok_cut_digits, gtok_cut_three_digits},
     0,
     0,
     GTOK_NORMAL_FORM_NONE},
    GPT2("gpt-2"),
    GPT2("phi-2"),
    GPT2("mpt"),
    GPT2("olmo"),
    LLAMA3("llama-bpe"),
    LLAMA3("llama3"),
    LLAMA3("llama-v3"),
    LLAMA3("falcon3"),
    LLAMA3("pixtral"),
    {"dbrx", {gtok_cut_llama3}, 0, 0, GTOK_NORMAL_FORM_NONE},
    {"smaug-bpe", {gtok_cut_llama3}, 0, 0, GTOK_NORMAL_FORM_NONE},
    QWEN2("qwen2"),
    QWEN2("deepseek-r1-qwen"),
    {"stablelm2", {gtok_cut_qwen2}, 0, 0, GTOK_NORMAL_FORM_NONE},
    DIGIT_WISE("smollm"),
    DIGIT_WISE("starcoder"),
    DIGIT_WISE("refact"),
    DIGIT_WISE("command-r"),
    {"tekken", {gtok_cut_tekken}, 1, 1, GTOK_NORMAL_FORM_NONE},
    GPT4O("gpt-4o"),
    GPT4O("llama4"),
};

enum { KNOWN = sizeof known / sizeof known[0] };

const gtok_pre_tokenizer *gtok_find_pre_tokenizer(ge_text name) {
  if (name.length == 0) {
    return &known[0];
  }
  for (size_t i = 0; i < KNOWN; i++) {
    if (ge_text_is(name, known[i].name)) {
      return &known[i];
    }
  }
  return NULL;
}

void gtok_list_pre_tokenizers(char *names, size_t capacity) {
  size_t used = 0;
  for (size_t i = 0; i < KNOWN && used < capacity; i++) {
    const int written = snprintf(names + used, capacity - used, "%s%s", i == 0 ? "" : ", ", known[i].name);
    used += written > 0 ? (size_t)written : 0;
  }
}

static ge_status cut_further(const gtok_pre_tokenizer *pre, size_t pass, ge_text text, gtok_piece_handler *handler,
                             void *context) {
  if (pass == GTOK_CUTS_MAX || pre->cuts[pass] == NULL) {
    return handler(context, text);
  }
  ge_status status = GE_OK;
  for (size_t at = 0; at < text.length && status == GE_OK;) {
    const size_t end = pre->cuts[pass](text, at);
    status = cut_further(pre, pass + 1, (ge_text){text.bytes + at, end - at}, handler, context);
    at = end;
  }
  return status;
}

ge_status gtok_cut_into_pieces(const gtok_pre_tokenizer *pre, ge_text text, gtok_piece_handler *handler,
                               void *context) {
  return cut_further(pre, 0, text, handler, context);
}
