/*
 * llama.cpp as the npm packages @node-llama-cpp/linux-arm64 and linux-x64 ship it: its own choice of a variant for this
 * CPU, and its own defaults (repacked weights, flash attention, an f16 cache), but for one thread.
 *
 * Declarations after llama.h of the release that the packages name, 0.5.0. The structures of parameters stay opaque:
 * they are longer than two registers, so the calling conventions of x86-64 and AArch64 hand them over in memory, where
 * a longer one than the callee's does no harm. The three members that are set are known by the defaults around them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "support.h"

enum { PARAMETER_WORDS = 256, N_CTX = 0, N_BATCH = 1, N_UBATCH = 2, N_THREADS = 7, N_THREADS_BATCH = 8 };

typedef struct parameters {
  _Alignas(8) uint32_t words[PARAMETER_WORDS];
} parameters;

/* llama_batch */
typedef struct batch {
  int32_t n_tokens;
  int32_t *token;
  float *embd;
  int32_t *pos;
  int32_t *n_seq_id;
  int32_t **seq_id;
  int8_t *logits;
} batch;

static struct {
  void (*log_set)(void (*)(int level, const char *text, void *), void *);
  const char *(*version)(void);
  parameters (*model_default_params)(void);
  parameters (*context_default_params)(void);
  void *(*model_load_from_file)(const char *path, parameters);
  void *(*init_from_model)(void *model, parameters);
  const void *(*model_get_vocab)(const void *model);
  int32_t (*vocab_n_tokens)(const void *vocabulary);
  batch (*batch_get_one)(int32_t *tokens, int32_t count);
  int32_t (*decode)(void *context, batch);
  float *(*get_logits_ith)(void *context, int32_t index);
  void *(*get_memory)(const void *context);
  void (*memory_clear)(void *memory, bool data);
} l;

static void *context;
static char loaded[256];

/* Which of its shared objects it chose stands only in its log. */
static void on_log(int level, const char *text, void *data) {
  (void)level;
  (void)data;
  const char *slash = strrchr(text, '/');
  if (strstr(text, "loaded CPU backend from") != NULL && slash != NULL) {
    (void)snprintf(loaded, sizeof loaded, "%.*s", (int)strcspn(slash + 1, "\n"), slash + 1);
  }
}

static void load_symbols(const char *from) {
  void *base = load_object(from, "libggml-base.so");
  void *registry = load_object(from, "libggml.v0.5.0.so");
  void *library = load_object(from, "libllama.v0.5.0.so");
#define LLAMA(name) *(void **)&l.name = load_symbol(library, "llama_" #name)
  LLAMA(log_set), LLAMA(version), LLAMA(model_default_params), LLAMA(context_default_params);
  LLAMA(model_load_from_file), LLAMA(init_from_model), LLAMA(model_get_vocab), LLAMA(vocab_n_tokens);
  LLAMA(batch_get_one), LLAMA(decode), LLAMA(get_logits_ith), LLAMA(get_memory), LLAMA(memory_clear);
#undef LLAMA
  void (*ggml_log_set)(void (*)(int level, const char *text, void *), void *);
  void (*load_all)(const char *directory);
  *(void **)&ggml_log_set = load_symbol(base, "ggml_log_set");
  *(void **)&load_all = load_symbol(registry, "ggml_backend_load_all_from_path");
  l.log_set(on_log, NULL);
  ggml_log_set(on_log, NULL);
  load_all(from);
}

static parameters context_parameters(uint32_t context_length) {
  parameters chosen = l.context_default_params();
  const uint32_t *words = chosen.words;
  if (words[N_CTX] != 512 || words[N_BATCH] != 2048 || words[N_UBATCH] != 512 || words[N_THREADS] != 4 ||
      words[N_THREADS_BATCH] != 4) {
    fail("llama.cpp %s has other parameters of a context than 0.5.0", l.version());
  }
  chosen.words[N_CTX] = context_length;
  chosen.words[N_THREADS] = 1;
  chosen.words[N_THREADS_BATCH] = 1;
  return chosen;
}

static size_t open_llama_cpp(const engine_options *options) {
  if (options->from == NULL || strcmp(options->weights, "filed") != 0) {
    fail("llama.cpp needs --from DIRECTORY, and takes weights as they are filed");
  }
  load_symbols(options->from);
  void *model = l.model_load_from_file(options->model, l.model_default_params());
  context = model == NULL ? NULL : l.init_from_model(model, context_parameters(options->context_length));
  if (context == NULL) {
    fail("llama.cpp does not open %s", options->model);
  }
  (void)printf("{\"engine\": \"llama.cpp\", \"version\": \"%s\", \"variant\": \"%s\"}\n", l.version(), loaded);
  return (size_t)l.vocab_n_tokens(l.model_get_vocab(model));
}

static void reset_llama_cpp(void) {
  l.memory_clear(l.get_memory(context), true);
}

static const float *feed_llama_cpp(const uint32_t *tokens, size_t count) {
  const int32_t status = l.decode(context, l.batch_get_one((int32_t *)(uintptr_t)tokens, (int32_t)count));
  const float *logits = status == 0 ? l.get_logits_ith(context, -1) : NULL;
  if (logits == NULL) {
    fail("llama.cpp: llama_decode of %zu tokens gave %d", count, (int)status);
  }
  return logits;
}

const engine engine_llama_cpp = {"llama.cpp", open_llama_cpp, reset_llama_cpp, feed_llama_cpp};
