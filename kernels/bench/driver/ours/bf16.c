/* bf16: f32 activations, packed in each run, and bf16 weights, packed beforehand, to f32. */
#include <stdlib.h>
#include <string.h>

#include "ours.h"

typedef struct bf16_case {
  size_t m, n, k, packed_size;
  float *activations, *output;
  void *packed_activations, *weights;
} bf16_case;

static void run(void *context) {
  const bf16_case *c = context;
  const gk_bf16_ops *bf16 = &ours_ops->bf16;
  REQUIRE(bf16->pack_bf16p8_f32(c->m, c->k, c->activations, c->k * sizeof(float), c->packed_activations,
                                c->packed_size));
  REQUIRE(bf16->gemm_f32_bf16p8_bf16p8(c->m, c->n, c->k, c->packed_activations, c->weights, c->output,
                                       c->n * sizeof(float)));
}

static void release(void *context) {
  bf16_case *c = context;
  free(c->activations);
  free(c->output);
  free(c->packed_activations);
  free(c->weights);
  free(c);
}

static void *pack_weights(size_t n, size_t k) {
  size_t size;
  REQUIRE(ours_ops->bf16.pack_size_bf16p8(n, k, &size));
  uint16_t *weights = random_bf16(n * k);
  void *packed = allocate(size);
  REQUIRE(ours_ops->bf16.pack_bf16p8_bf16(n, k, weights, k * sizeof *weights, packed, size));
  free(weights);
  return packed;
}

int ours_make_bf16(const case_spec *spec, bench_case *subject) {
  if (strcmp(spec->kernel, "bf16") != 0) {
    return 0;
  }
  bf16_case *c = allocate(sizeof *c);
  c->m = spec->shape[0];
  c->n = spec->shape[1];
  c->k = spec->shape[2];
  REQUIRE(ours_ops->bf16.pack_size_bf16p8(c->m, c->k, &c->packed_size));
  c->activations = random_floats(c->m * c->k);
  c->output = allocate(c->m * c->n * sizeof *c->output);
  c->packed_activations = allocate(c->packed_size);
  c->weights = pack_weights(c->n, c->k);
  *subject = (bench_case){.operations = 1, .run = run, .release = release, .context = c};
  return 1;
}
