/*
 * libFuzzer harness of what reads model files. Nothing may crash, whatever the bytes are; a model that loads must
 * answer. The bytes lie in blocks of their own size, so that a sanitizer sees each access past the end.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/engine_fuzz.h"
#include "graviton_engine.h"
#include "model/model.h"

static void require(bool holds) {
  if (!holds) {
    abort();
  }
}

/* Looks at every tensor's bytes, and at the metadata that tokenizers read. */
static void look_at(const ge_gguf *file) {
  static const char *const arrays[] = {"tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges"};
  volatile uint8_t sink = 0;
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
    ge_gguf_values values;
    ge_text text;
    int32_t number;
    if (ge_gguf_get_array(file, arrays[i], &values) != GE_GGUF_FOUND) {
      continue;
    }
    for (size_t position = 0; ge_gguf_next_text(&values, &position, &text);) {
      sink ^= text.length == 0 ? 0 : (uint8_t)text.bytes[text.length - 1];
    }
    require(!ge_gguf_values_i32(&values, values.count, &number));
    sink ^= values.count != 0 && ge_gguf_values_i32(&values, values.count - 1, &number) ? 1 : 0;
  }
  for (size_t i = 0; i < ge_gguf_tensor_count(file); i++) {
    const ge_gguf_tensor *tensor = ge_gguf_tensor_at(file, i);
    sink ^= tensor->size == 0 ? 0 : tensor->bytes[tensor->size - 1];
  }
  require(ge_gguf_tensor_at(file, ge_gguf_tensor_count(file)) == NULL);
}

typedef struct loading {
  const gk_ops *kernels;
  ge_pool *pool;
  ge_gguf *file;
  bool wants_gk4;
  bool is_loaded;
} loading;

static void load(void *context) {
  loading *work = context;
  ge_model model;
  ge_error error = {""};
  work->is_loaded = ge_model_load(work->kernels, work->pool, work->file, work->wants_gk4, &model, &error) == GE_OK;
  require(work->is_loaded || error.text[0] != '\0');
  ge_model_free(&model);
}

/* Opens the bytes as a file and asks for an answer of three tokens. */
static void answer(const uint8_t *data, size_t size) {
  char path[64];
  const uint32_t tokens[] = {0, 0, 0};
  ge_options options;
  ge_request request;
  ge_engine *engine;
  ge_step_result result = {.working_slots = 1};
  uint32_t slot;
  const int descriptor = memfd_create("model", MFD_CLOEXEC);
  require(descriptor >= 0 && write(descriptor, data, size) == (ssize_t)size);
  (void)snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  ge_options_default(&options);
  options.cache_tokens = 64;
  if (ge_open(path, &options, &engine, NULL) == GE_OK) {
    ge_request_default(&request);
    request.tokens = tokens;
    request.token_count = 3;
    request.max_tokens = 3;
    require(ge_slot_open(engine, &slot, NULL) == GE_OK);
    const bool is_working = ge_submit(engine, slot, &request, NULL) == GE_OK;
    while (is_working && result.working_slots != 0 && ge_step(engine, &result, NULL) == GE_OK) {
    }
    ge_close(engine);
  }
  require(close(descriptor) == 0);
}

bool ge_fuzz_one(const uint8_t *data, size_t size, bool wants_gk4) {
  loading work = {.wants_gk4 = wants_gk4};
  ge_error error = {""};
  uint8_t *copy = malloc(size == 0 ? 1 : size);
  require(copy != NULL && gk_load(&work.kernels) == GK_OK && ge_pool_new(1, NULL, &work.pool, NULL) == GE_OK);
  memcpy(copy, data, size);
  if (ge_gguf_parse(copy, size, &work.file, &error) == GE_OK) {
    look_at(work.file);
    ge_pool_lead(work.pool, load, &work);
  } else {
    require(error.text[0] != '\0');
  }
  free(copy);
  ge_pool_free(work.pool);
  if (work.is_loaded) {
    answer(data, size);
  }
  return work.is_loaded;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  (void)ge_fuzz_one(data, size, size % 2 == 1);
  return 0;
}
