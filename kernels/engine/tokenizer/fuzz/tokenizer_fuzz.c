/*
 * libFuzzer harness: a vocabulary made of the input's first bytes, and the rest as a text. Beyond finding no fault in
 * memory, it holds what the API promises: text alone makes no control token, the tokens give valid UTF-8, and the buffer
 * sizes that were asked for suffice.
 */
#include <stdlib.h>
#include <string.h>

#include "tokenizer/tokenizer.h"
#include "tokenizer/utf8.h"

enum { TOKENS = 96, MERGES = 64, LENGTH_MAX = 6 };

typedef struct input {
  const uint8_t *data;
  size_t size;
} input;

static uint8_t next(input *in) {
  if (in->size == 0) {
    return 0;
  }
  in->size--;
  return *in->data++;
}

static ge_text next_text(input *in, size_t longest) {
  const size_t wanted = next(in) % (longest + 1);
  const size_t size = wanted < in->size ? wanted : in->size;
  const ge_text text = {(const char *)in->data, size};
  in->data += size;
  in->size -= size;
  return text;
}

static void check_stream(const gtok_tokenizer *tokenizer, const int32_t *tokens, size_t count) {
  const size_t bound = gtok_stream_bound(tokenizer);
  char *text = malloc(bound);
  gtok_stream stream;
  gtok_stream_begin(tokenizer, 1, &stream);
  for (size_t i = 0; i < count; i++) {
    size_t size;
    if (gtok_stream_push(tokenizer, &stream, tokens[i], GTOK_SHOW_SPECIAL, text, bound, &size) != GE_OK) {
      abort();
    }
    for (size_t at = 0; at < size;) {
      const gtok_character read = gtok_utf8_read((unsigned char *)text + at, size - at);
      if (read.kind != GTOK_UTF8_WHOLE) {
        abort();
      }
      at += read.size;
    }
  }
  free(text);
}

static void check_encoding(const gtok_tokenizer *tokenizer, const int32_t *types, ge_text text, unsigned flags) {
  size_t count;
  if (gtok_encode(tokenizer, text, flags, NULL, 0, &count) == GE_ERROR_MEMORY) {
    return;
  }
  int32_t *tokens = malloc((count + 1) * sizeof *tokens);
  size_t again;
  if (tokens == NULL || gtok_encode(tokenizer, text, flags, tokens, count, &again) != GE_OK || again != count) {
    abort();
  }
  for (size_t i = 0; i < count; i++) {
    const int control = types[tokens[i]] == GTOK_TYPE_CONTROL && (flags & (GTOK_PARSE_SPECIAL | GTOK_ADD_SPECIAL)) == 0;
    /* The unknown token may be of any type: the vocabulary says so itself. */
    if (control && tokens[i] != 0) {
      abort();
    }
  }
  check_stream(tokenizer, tokens, count);
  free(tokens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const pres[] = {"default", "gpt-2", "llama-bpe", "qwen2", "tekken", "gpt-4o", "smollm"};
  input in = {data, size};
  ge_text tokens[TOKENS], merges[MERGES];
  float scores[TOKENS];
  int32_t types[TOKENS];
  gtok_vocabulary vocabulary = gtok_vocabulary_defaults();
  const uint8_t choice = next(&in);
  const char *pre = pres[choice / 2 % 7];
  vocabulary.model = choice % 2 ? (ge_text){"llama", 5} : (ge_text){"gpt2", 4};
  vocabulary.pre = (ge_text){pre, strlen(pre)};
  vocabulary.token_count = next(&in) % TOKENS + 1u;
  vocabulary.merge_count = next(&in) % MERGES;
  vocabulary.unknown = 0;
  vocabulary.bos = (int32_t)(next(&in) % vocabulary.token_count);
  for (size_t i = 0; i < vocabulary.token_count; i++) {
    tokens[i] = next_text(&in, LENGTH_MAX);
    types[i] = next(&in) % 6 + 1;
    scores[i] = (float)(int8_t)next(&in);
  }
  for (size_t i = 0; i < vocabulary.merge_count; i++) {
    merges[i] = next_text(&in, 2 * LENGTH_MAX);
  }
  vocabulary.tokens = tokens;
  vocabulary.types = types;
  vocabulary.scores = scores;
  vocabulary.merges = merges;
  gtok_tokenizer *tokenizer;
  if (gtok_create(&vocabulary, &tokenizer, NULL) != GE_OK) {
    return 0;
  }
  const ge_text text = {(const char *)in.data, in.size};
  for (unsigned flags = 0; flags < 4; flags++) {
    check_encoding(tokenizer, types, text, flags);
  }
  gtok_destroy(tokenizer);
  return 0;
}
