#include "tokenizer/from_gguf.h"

#include <stdlib.h>

#include "errors/fail.h"

/* What is read on the way to a vocabulary. A failure is remembered, and the reads after it do nothing. */
typedef struct reading {
  const ge_gguf *file;
  ge_error *error;
  ge_status status;
} reading;

static void fail(reading *state, const char *key, const char *wanted) {
  state->status = ge_fail(state->error, GE_ERROR_FORMAT, "%s is not %s", key, wanted);
}

static ge_text read_text(reading *state, const char *key) {
  ge_text text = {"", 0};
  if (state->status == GE_OK && ge_gguf_get_text(state->file, key, &text) == GE_GGUF_MISTYPED) {
    fail(state, key, "a string");
  }
  return text;
}

static int32_t read_token(reading *state, const char *key, int32_t default_token) {
  uint32_t value = 0;
  const ge_gguf_found found = ge_gguf_get_u32(state->file, key, &value);
  if (state->status == GE_OK && (found == GE_GGUF_MISTYPED || value > INT32_MAX)) {
    fail(state, key, "the number of a token");
  }
  return found == GE_GGUF_FOUND ? (int32_t)value : default_token;
}

static gtok_choice read_choice(reading *state, const char *key) {
  bool value = false;
  const ge_gguf_found found = ge_gguf_get_bool(state->file, key, &value);
  if (state->status == GE_OK && found == GE_GGUF_MISTYPED) {
    fail(state, key, "true or false");
  }
  return found != GE_GGUF_FOUND ? GTOK_UNSET : value ? GTOK_YES : GTOK_NO;
}

/* The texts of an array, which the caller frees; NULL when the file has none. */
static ge_text *read_texts(reading *state, const char *key, size_t *count) {
  ge_gguf_values values;
  const ge_gguf_found found = ge_gguf_get_array(state->file, key, &values);
  if (state->status != GE_OK || found == GE_GGUF_ABSENT) {
    return NULL;
  }
  if (found == GE_GGUF_MISTYPED || (values.type != GE_GGUF_STRING && values.count > 0)) {
    fail(state, key, "an array of strings");
    return NULL;
  }
  ge_text *texts = malloc((values.count + 1) * sizeof *texts);
  if (texts == NULL) {
    state->status = ge_fail(state->error, GE_ERROR_MEMORY, "no memory for %s", key);
    return NULL;
  }
  size_t position = 0;
  while (*count < values.count && ge_gguf_next_text(&values, &position, &texts[*count])) {
    ++*count;
  }
  return texts;
}

/* An array with one number for each token, found and of the right length; 0 when the file has none. */
static int find_numbers(reading *state, const char *key, size_t token_count, ge_gguf_values *values) {
  const ge_gguf_found found = ge_gguf_get_array(state->file, key, values);
  if (state->status != GE_OK || found == GE_GGUF_ABSENT) {
    return 0;
  }
  if (found == GE_GGUF_MISTYPED || values->count != token_count) {
    fail(state, key, "an array with one number for each token");
    return 0;
  }
  return 1;
}

/* Room for a number of each token. Without it loading fails: a vocabulary that lost its types would still encode. */
static void *make_numbers(reading *state, const char *key, size_t token_count, size_t size) {
  void *made = malloc((token_count + 1) * size);
  if (made == NULL) {
    state->status = ge_fail(state->error, GE_ERROR_MEMORY, "no memory for %s", key);
  }
  return made;
}

static float *read_scores(reading *state, size_t token_count) {
  static const char key[] = "tokenizer.ggml.scores";
  ge_gguf_values values;
  if (!find_numbers(state, key, token_count, &values)) {
    return NULL;
  }
  float *scores = make_numbers(state, key, token_count, sizeof *scores);
  for (size_t i = 0; scores != NULL && i < token_count; i++) {
    if (!ge_gguf_values_f32(&values, i, &scores[i])) {
      fail(state, key, "an array of f32");
      break;
    }
  }
  return scores;
}

static int32_t *read_types(reading *state, size_t token_count) {
  static const char key[] = "tokenizer.ggml.token_type";
  ge_gguf_values values;
  if (!find_numbers(state, key, token_count, &values)) {
    return NULL;
  }
  int32_t *types = make_numbers(state, key, token_count, sizeof *types);
  for (size_t i = 0; types != NULL && i < token_count; i++) {
    if (!ge_gguf_values_i32(&values, i, &types[i])) {
      fail(state, key, "an array of i32");
      break;
    }
  }
  return types;
}

static void read_rules(reading *state, gtok_vocabulary *vocabulary) {
  vocabulary->model = read_text(state, "tokenizer.ggml.model");
  vocabulary->pre = read_text(state, "tokenizer.ggml.pre");
  /* SentencePiece's own numbers, which old files leave out. */
  const int sentencepiece = ge_text_is(vocabulary->model, "llama");
  vocabulary->bos = read_token(state, "tokenizer.ggml.bos_token_id", sentencepiece ? 1 : GTOK_NONE);
  vocabulary->eos = read_token(state, "tokenizer.ggml.eos_token_id", sentencepiece ? 2 : GTOK_NONE);
  vocabulary->eot = read_token(state, "tokenizer.ggml.eot_token_id", GTOK_NONE);
  vocabulary->eom = read_token(state, "tokenizer.ggml.eom_token_id", GTOK_NONE);
  vocabulary->unknown = read_token(state, "tokenizer.ggml.unknown_token_id", sentencepiece ? 0 : GTOK_NONE);
  vocabulary->add_bos = read_choice(state, "tokenizer.ggml.add_bos_token");
  vocabulary->add_eos = read_choice(state, "tokenizer.ggml.add_eos_token");
  vocabulary->add_space_prefix = read_choice(state, "tokenizer.ggml.add_space_prefix");
  if (sentencepiece && read_choice(state, "tokenizer.ggml.remove_extra_whitespaces") == GTOK_YES &&
      state->status == GE_OK) {
    state->status = ge_fail(state->error, GE_ERROR_UNSUPPORTED,
                            "tokenizer.ggml.remove_extra_whitespaces is true, which the model llama does not do");
  }
}

ge_status gtok_create_from_gguf(const ge_gguf *file, gtok_tokenizer **tokenizer, ge_error *error) {
  *tokenizer = NULL;
  reading state = {file, error, GE_OK};
  gtok_vocabulary vocabulary = gtok_vocabulary_defaults();
  read_rules(&state, &vocabulary);
  ge_text *tokens = read_texts(&state, "tokenizer.ggml.tokens", &vocabulary.token_count);
  ge_text *merges = read_texts(&state, "tokenizer.ggml.merges", &vocabulary.merge_count);
  if (state.status == GE_OK && merges == NULL && ge_text_is(vocabulary.model, "gpt2")) {
    fail(&state, "tokenizer.ggml.merges", "there; the model gpt2 merges by it");
  }
  float *scores = read_scores(&state, vocabulary.token_count);
  int32_t *types = read_types(&state, vocabulary.token_count);
  vocabulary.tokens = tokens;
  vocabulary.merges = merges;
  vocabulary.scores = scores;
  vocabulary.types = types;
  if (state.status == GE_OK) {
    state.status = gtok_create(&vocabulary, tokenizer, error);
  }
  free(tokens);
  free(merges);
  free(scores);
  free(types);
  return state.status;
}

ge_status gtok_create_from_file(const char *path, gtok_tokenizer **tokenizer, ge_error *error) {
  ge_gguf *file;
  *tokenizer = NULL;
  ge_status status = ge_gguf_open(path, &file, error);
  if (status == GE_OK) {
    status = gtok_create_from_gguf(file, tokenizer, error);
    ge_gguf_close(file);
  }
  return status;
}
