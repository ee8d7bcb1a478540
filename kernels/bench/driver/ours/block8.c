/*
 * block8: the whole operation from f32 activations to f32, with int8 weights in blocks of 32, as Q8_0 and Q4_0 are held.
 * The weights are packed beforehand; one row is quantised as it is and goes through the GEMV.
 */
#include <stdlib.h>
#include <string.h>

#include "ours.h"

typedef struct block8_case {
  size_t m, n, k, lhs_size;
  float *activations, *output;
  void *lhs, *weights;
} block8_case;

static void run_gemv(void *context) {
  const block8_case *c = context;
  const gk_block8_ops *block8 = &ours_ops->block8;
  REQUIRE(block8->quant_qi8b_f32(1, c->k, c->activations, c->k * sizeof(float), c->lhs, c->lhs_size));
  REQUIRE(block8->gemv_f32_qi8b_qi8bp8(c->n, c->k, c->lhs, c->weights, c->output));
}

static void run_gemm(void *context) {
  const block8_case *c = context;
  const gk_block8_ops *block8 = &ours_ops->block8;
  REQUIRE(block8->quant_qi8bp8_f32(c->m, c->k, c->activations, c->k * sizeof(float), c->lhs, c->lhs_size));
  REQUIRE(block8->gemm_f32_qi8bp8_qi8bp8(c->m, c->n, c->k, c->lhs, c->weights, c->output, c->n * sizeof(float)));
}

static void release(void *context) {
  block8_case *c = context;
  free(c->activations);
  free(c->output);
  free(c->lhs);
  free(c->weights);
  free(c);
}

/* Every byte is 0x0b, so that the scales are about 2.7e-32: no kernel takes another path for other numbers. */
static void *make_weights(size_t n, size_t k) {
  size_t size;
  REQUIRE(ours_ops->block8.quant_size_qi8bp8(n, k, &size));
  void *weights = allocate(size);
  memset(weights, 0x0b, size);
  return weights;
}

int ours_make_block8(const case_spec *spec, bench_case *subject) {
  if (strcmp(spec->kernel, "block8") != 0) {
    return 0;
  }
  block8_case *c = allocate(sizeof *c);
  c->m = spec->shape[0];
  c->n = spec->shape[1];
  c->k = spec->shape[2];
  REQUIRE((c->m == 1 ? ours_ops->block8.quant_size_qi8b : ours_ops->block8.quant_size_qi8bp8)(c->m, c->k, &c->lhs_size));
  c->activations = random_floats(c->m * c->k);
  c->output = allocate(c->m * c->n * sizeof *c->output);
  c->lhs = allocate(c->lhs_size);
  c->weights = make_weights(c->n, c->k);
  *subject = (bench_case){.operations = 1, .run = c->m == 1 ? run_gemv : run_gemm, .release = release, .context = c};
  return 1;
}
