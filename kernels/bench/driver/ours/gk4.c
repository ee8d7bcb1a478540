/*
 * gk4: the whole operation from f32 activations to f32, with weights of 4 bits in superblocks of 512. One row is
 * quantised as it is and goes through the GEMV; one panel of rows goes through the skinny product; more rows pay for
 * expanding the weights.
 */
#include <stdlib.h>
#include <string.h>

#include "ours.h"

enum { SUPERBLOCK = 512 };

typedef struct gk4_case {
  size_t m, n, k, lhs_size, scratch_size;
  float *activations, *output;
  void *lhs, *weights, *scratch;
} gk4_case;

static void run_gemv(void *context) {
  const gk4_case *c = context;
  const gk_gk4_ops *gk4 = &ours_ops->gk4;
  REQUIRE(gk4->quant_qi8s_f32(1, c->k, SUPERBLOCK, c->activations, c->k * sizeof(float), c->lhs, c->lhs_size));
  REQUIRE(gk4->gemv_f32_qi8s_gk4p16(c->n, c->k, SUPERBLOCK, c->lhs, c->weights, c->output));
}

static void run_skinny(void *context) {
  const gk4_case *c = context;
  const gk_gk4_ops *gk4 = &ours_ops->gk4;
  REQUIRE(gk4->quant_qi8sp8_f32(c->m, c->k, SUPERBLOCK, c->activations, c->k * sizeof(float), c->lhs, c->lhs_size));
  REQUIRE(gk4->skinny_f32_qi8sp8_gk4p16(c->m, c->n, c->k, SUPERBLOCK, c->lhs, c->weights, c->output,
                                        c->n * sizeof(float)));
}

static void run_gemm(void *context) {
  const gk4_case *c = context;
  const gk_gk4_ops *gk4 = &ours_ops->gk4;
  REQUIRE(gk4->quant_qi8sp8_f32(c->m, c->k, SUPERBLOCK, c->activations, c->k * sizeof(float), c->lhs, c->lhs_size));
  REQUIRE(gk4->gemm_f32_qi8sp8_gk4p16(c->m, c->n, c->k, SUPERBLOCK, c->lhs, c->weights, c->scratch, c->scratch_size,
                                      c->output, c->n * sizeof(float)));
}

static void release(void *context) {
  gk4_case *c = context;
  free(c->activations);
  free(c->output);
  free(c->lhs);
  free(c->weights);
  free(c->scratch);
  free(c);
}

/*
 * Every byte is 0x0b: 4-bit values, sub-scales of 11 and f16 scales of about 2.1e-4, all valid. No kernel takes another
 * path for other weights, so that they need not come from a model.
 */
static void *make_weights(size_t n, size_t k) {
  size_t size;
  REQUIRE(ours_ops->gk4.pack_size_gk4p16(n, k, SUPERBLOCK, &size));
  void *weights = allocate(size);
  memset(weights, 0x0b, size);
  return weights;
}

int ours_make_gk4(const case_spec *spec, bench_case *subject) {
  if (strcmp(spec->kernel, "gk4") != 0) {
    return 0;
  }
  const gk_gk4_ops *gk4 = &ours_ops->gk4;
  gk4_case *c = allocate(sizeof *c);
  c->m = spec->shape[0];
  c->n = spec->shape[1];
  c->k = spec->shape[2];
  gk_status (*const lhs_size)(size_t, size_t, size_t, size_t *) =
      c->m == 1 ? gk4->quant_size_qi8s : gk4->quant_size_qi8sp8;
  REQUIRE(lhs_size(c->m, c->k, SUPERBLOCK, &c->lhs_size));
  REQUIRE(gk4->quant_size_qi8sp8(GK_PANEL, c->k, SUPERBLOCK, &c->scratch_size));
  c->activations = random_floats(c->m * c->k);
  c->output = allocate(c->m * c->n * sizeof *c->output);
  c->lhs = allocate(c->lhs_size);
  c->scratch = allocate(c->scratch_size);
  c->weights = make_weights(c->n, c->k);
  *subject = (bench_case){.operations = 1, .run = run_gemm, .release = release, .context = c};
  if (c->m <= GK_PANEL) {
    subject->run = c->m == 1 ? run_gemv : run_skinny;
  }
  return 1;
}
