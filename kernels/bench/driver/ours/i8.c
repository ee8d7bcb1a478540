/*
 * i8: int8 activations and int8 weights to f32. The weights are packed beforehand, the activations in each run; one row
 * goes through the GEMV, which takes it as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "ours.h"

typedef struct i8_case {
  size_t m, n, k, packed_size;
  int8_t *activations;
  void *packed_activations, *weights;
  float *activation_scales, *weight_scales, *output;
} i8_case;

static void run_gemv(void *context) {
  const i8_case *c = context;
  REQUIRE(ours_ops->i8.gemv_f32_qi8r_qi8cp8(c->n, c->k, c->activations, c->activation_scales[0], c->weights,
                                            c->weight_scales, c->output));
}

static void run_gemm(void *context) {
  const i8_case *c = context;
  REQUIRE(ours_ops->i8.pack_i8p8_i8(c->m, c->k, c->activations, c->k, c->packed_activations, c->packed_size));
  REQUIRE(ours_ops->i8.gemm_f32_qi8rp8_qi8cp8(c->m, c->n, c->k, c->packed_activations, c->activation_scales, c->weights,
                                              c->weight_scales, c->output, c->n * sizeof(float)));
}

static void release(void *context) {
  i8_case *c = context;
  free(c->activations);
  free(c->packed_activations);
  free(c->weights);
  free(c->activation_scales);
  free(c->weight_scales);
  free(c->output);
  free(c);
}

static void *pack_weights(size_t n, size_t k) {
  size_t size;
  REQUIRE(ours_ops->i8.pack_size_i8p8(n, k, &size));
  int8_t *weights = allocate(n * k);
  void *packed = allocate(size);
  random_bytes(weights, n * k);
  REQUIRE(ours_ops->i8.pack_i8p8_i8(n, k, weights, k, packed, size));
  free(weights);
  return packed;
}

int ours_make_i8(const case_spec *spec, bench_case *subject) {
  if (strcmp(spec->kernel, "i8") != 0) {
    return 0;
  }
  i8_case *c = allocate(sizeof *c);
  c->m = spec->shape[0];
  c->n = spec->shape[1];
  c->k = spec->shape[2];
  REQUIRE(ours_ops->i8.pack_size_i8p8(c->m, c->k, &c->packed_size));
  c->activations = allocate(c->m * c->k);
  random_bytes(c->activations, c->m * c->k);
  c->packed_activations = allocate(c->packed_size);
  c->weights = pack_weights(c->n, c->k);
  c->activation_scales = random_floats(c->m);
  c->weight_scales = random_floats(c->n);
  c->output = allocate(c->m * c->n * sizeof *c->output);
  *subject = (bench_case){
      .operations = 1, .run = c->m == 1 ? run_gemv : run_gemm, .release = release, .context = c};
  return 1;
}
