/* rms_norm, softmax, swiglu, rope: rows of f32. RoPE turns heads of 128 by tables of one position. */
#include <stdlib.h>
#include <string.h>

#include "ours.h"

enum { HEAD = 128 };

typedef struct elementwise_case {
  size_t rows, width;
  float *x, *y, *cosine, *sine, *output;
} elementwise_case;

static void run_rms_norm(void *context) {
  const elementwise_case *c = context;
  const size_t stride = c->width * sizeof(float);
  REQUIRE(ours_ops->elementwise.rmsnorm_f32_f32(c->rows, c->width, c->x, stride, c->y, 1e-6f, c->output, stride));
}

static void run_softmax(void *context) {
  const elementwise_case *c = context;
  const size_t stride = c->width * sizeof(float);
  REQUIRE(ours_ops->elementwise.softmax_f32_f32(c->rows, c->width, c->x, stride, c->output, stride));
}

static void run_swiglu(void *context) {
  const elementwise_case *c = context;
  REQUIRE(ours_ops->elementwise.swiglu_f32_f32_f32(c->rows * c->width, c->x, c->y, c->output));
}

static void run_rope(void *context) {
  const elementwise_case *c = context;
  const size_t stride = HEAD * sizeof(float);
  REQUIRE(ours_ops->elementwise.ropehalves_f32_f32(c->rows * c->width / HEAD, HEAD, c->x, stride, c->cosine, c->sine,
                                                   c->output, stride));
}

static void release(void *context) {
  elementwise_case *c = context;
  free(c->x);
  free(c->y);
  free(c->cosine);
  free(c->sine);
  free(c->output);
  free(c);
}

int ours_make_elementwise(const case_spec *spec, bench_case *subject) {
  static const struct {
    const char *kernel;
    void (*run)(void *);
  } known[] = {{"rms_norm", run_rms_norm}, {"softmax", run_softmax}, {"swiglu", run_swiglu}, {"rope", run_rope}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(spec->kernel, known[i].kernel) != 0) {
      continue;
    }
    elementwise_case *c = allocate(sizeof *c);
    c->rows = spec->shape[0];
    c->width = spec->shape[1];
    c->x = random_floats(c->rows * c->width);
    c->y = random_floats(c->rows * c->width);
    c->cosine = random_floats(HEAD / 2);
    c->sine = random_floats(HEAD / 2);
    c->output = allocate(c->rows * c->width * sizeof *c->output);
    *subject = (bench_case){.operations = 1, .run = known[i].run, .release = release, .context = c};
    return 1;
  }
  return 0;
}
