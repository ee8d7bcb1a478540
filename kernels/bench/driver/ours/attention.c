/*
 * attention_prefill, attention_decode: query rows of one head, in f32, over a cache of bf16 keys and values that was
 * filled beforehand. Every row sees every key, as it does in the peers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ours.h"

typedef struct attention_case {
  size_t rows, keys, d;
  float *queries, *output;
  void *cache;
} attention_case;

static void run(void *context) {
  const attention_case *c = context;
  const size_t stride = c->d * sizeof(float);
  REQUIRE(ours_ops->attention.attend_f32_f32_bf16p8(c->rows, c->d, 1, c->keys, c->keys, 1.0f / sqrtf((float)c->d),
                                                    c->queries, stride, c->cache, c->output, stride));
}

static void release(void *context) {
  attention_case *c = context;
  free(c->queries);
  free(c->output);
  free(c->cache);
  free(c);
}

static void *fill_cache(size_t keys, size_t d) {
  size_t size;
  REQUIRE(ours_ops->attention.kv_size_bf16p8(keys, d, &size));
  void *cache = allocate(size);
  float *values = random_floats(2 * keys * d);
  const size_t stride = d * sizeof(float);
  REQUIRE(ours_ops->attention.kvappend_bf16p8_f32_f32(0, keys, d, values, stride, values + keys * d, stride, cache,
                                                      size));
  free(values);
  return cache;
}

int ours_make_attention(const case_spec *spec, bench_case *subject) {
  if (strcmp(spec->kernel, "attention_prefill") != 0 && strcmp(spec->kernel, "attention_decode") != 0) {
    return 0;
  }
  attention_case *c = allocate(sizeof *c);
  c->rows = spec->shape[0];
  c->keys = spec->shape[1];
  c->d = spec->shape[2];
  c->queries = random_floats(c->rows * c->d);
  c->output = allocate(c->rows * c->d * sizeof *c->output);
  c->cache = fill_cache(c->keys, c->d);
  *subject = (bench_case){.operations = 1, .run = run, .release = release, .context = c};
  return 1;
}
