#include "elementwise/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/guarded_buffer.h"
#include "support/values.h"

enum { MAX_ROWS = 3, MAX_N = 4112, GAP = 12 };

static const double unit = 1.0 / 16777216.0;
static const float epsilon = 1e-5f;

typedef enum kernel { RMSNORM, SOFTMAX, SWIGLU, ROPE_HALVES, ROPE_PAIRS, KERNELS } kernel;

static const char *const names[KERNELS] = {"rmsnorm", "softmax", "swiglu", "ropehalves", "ropepairs"};

/* Operands of one case: rows x n in `x`, and up to two rows of n in `b` and `c`. */
typedef struct rows_case {
  kernel id;
  size_t rows, n;
  const float *x, *b, *c;
  float first_result[MAX_ROWS * MAX_N]; /* of the lowest variant */
} rows_case;

typedef struct rows_buffers {
  guarded_buffer x, b, c, dst;
} rows_buffers;

static gk_status run(const gk_elementwise_ops *ops, const rows_case *k, size_t rows, const float *x, size_t x_stride,
                     float *dst, size_t dst_stride) {
  gk_status status = GK_OK;
  switch (k->id) {
  case RMSNORM:
    return ops->rmsnorm_f32_f32(rows, k->n, x, x_stride, k->b, epsilon, dst, dst_stride);
  case SOFTMAX:
    return ops->softmax_f32_f32(rows, k->n, x, x_stride, dst, dst_stride);
  case ROPE_HALVES:
    return ops->ropehalves_f32_f32(rows, k->n, x, x_stride, k->b, k->c, dst, dst_stride);
  case ROPE_PAIRS:
    return ops->ropepairs_f32_f32(rows, k->n, x, x_stride, k->b, k->c, dst, dst_stride);
  default:
    for (size_t i = 0; i < rows && status == GK_OK; i++) {
      status = ops->swiglu_f32_f32_f32(k->n, x + i * x_stride / sizeof *x, k->b, dst + i * dst_stride / sizeof *dst);
    }
    return status;
  }
}

typedef struct expected {
  double value, bound;
} expected;

static expected expect_rmsnorm(const rows_case *k, const float *x, size_t j) {
  double squares = 0.0;
  for (size_t i = 0; i < k->n; i++) {
    squares += (double)x[i] * (double)x[i];
  }
  const double value = (double)x[j] / sqrt(squares / (double)k->n + (double)epsilon) * (double)k->b[j];
  return (expected){value, ((double)k->n / 32 + 12) * unit * fabs(value)};
}

static expected expect_softmax(const rows_case *k, const float *x, size_t j) {
  double max = (double)x[0];
  double sum = 0.0;
  for (size_t i = 1; i < k->n; i++) {
    max = fmax(max, (double)x[i]);
  }
  for (size_t i = 0; i < k->n; i++) {
    sum += exp((double)x[i] - max);
  }
  const double distance = max - (double)x[j];
  const double value = exp(-distance) / sum;
  return (expected){value, ((double)k->n / 16 + 12 + distance / 4) * unit * value};
}

static expected expect_swiglu(const rows_case *k, const float *x, size_t j) {
  const double gate = (double)x[j];
  const double value = gate / (1.0 + exp(-gate)) * (double)k->b[j];
  return (expected){value, (10 + fabs(gate) / 4) * unit * fabs(value) + ldexp(fabs((double)k->b[j]), -119)};
}

static expected expect_rope(const rows_case *k, const float *x, size_t j) {
  const size_t half = k->n / 2;
  const int halves = k->id == ROPE_HALVES;
  const size_t pair = halves ? j % half : j / 2;
  const int is_second = halves ? j >= half : j % 2 == 1;
  const double a = (double)(halves ? x[pair] : x[2 * pair]);
  const double b = (double)(halves ? x[half + pair] : x[2 * pair + 1]);
  const double cosine = (double)k->b[pair];
  const double sine = (double)k->c[pair];
  return (expected){is_second ? a * sine + b * cosine : a * cosine - b * sine, 2.01 * unit * (fabs(a) + fabs(b))};
}

static expected expect(const rows_case *k, size_t row, size_t j) {
  const float *x = k->x + row * k->n;
  switch (k->id) {
  case RMSNORM:
    return expect_rmsnorm(k, x, j);
  case SOFTMAX:
    return expect_softmax(k, x, j);
  case SWIGLU:
    return expect_swiglu(k, x, j);
  default:
    return expect_rope(k, x, j);
  }
}

/* For long rows some elements only: each reference of RMSNorm and softmax reads the row. */
static int is_near(const rows_case *k, double perturbation, tally *t) {
  const size_t step = k->n > 256 ? 97 : 1;
  int near = 1;
  for (size_t row = 0; row < k->rows; row++) {
    for (size_t j = 0; j < k->n; j += step) {
      expected e = expect(k, row, j);
      e.value += row == 0 && j == 0 ? perturbation : 0.0;
      near = tally_error(t, fabs((double)k->first_result[row * k->n + j] - e.value), e.bound) && near;
    }
  }
  return near;
}

static void check_variant(rows_case *k, const gk_elementwise_ops *ops, const rows_buffers *b, int is_first,
                          double perturbation, tally *t) {
  const size_t row_size = k->n * sizeof(float);
  const size_t stride = row_size + GAP;
  char *dst = guarded_buffer_tail(&b->dst, (k->rows - 1) * stride + row_size);
  set_canary(dst, (k->rows - 1) * stride + row_size);
  gk_status status = run(ops, k, k->rows, k->x, row_size, (float *)(void *)dst, stride);
  int equal = status == GK_OK, kept = 1;
  for (size_t i = 0; i < k->rows; i++) {
    float *first = k->first_result + i * k->n;
    if (is_first) {
      memcpy(first, dst + i * stride, row_size);
    }
    equal = memcmp(first, dst + i * stride, row_size) == 0 && equal;
    kept = (i + 1 == k->rows || is_canary(dst + i * stride + row_size, GAP)) && kept;
  }
  (void)tally_check(t, equal, "%s %zux%zu differs in bits from the lowest variant (%s)", names[k->id], k->rows, k->n,
                    gk_status_name(status));
  (void)tally_check(t, kept, "%s %zux%zu wrote between rows", names[k->id], k->rows, k->n);
  (void)tally_check(t, is_near(k, perturbation, t), "%s %zux%zu leaves the bound of the f64 reference", names[k->id],
                    k->rows, k->n);
  for (size_t i = 0; i < k->rows; i++) {
    float *in_place = guarded_buffer_tail(&b->dst, row_size);
    memcpy(in_place, k->x + i * k->n, row_size);
    status = run(ops, k, 1, in_place, row_size, in_place, row_size);
    (void)tally_check(t, status == GK_OK && memcmp(in_place, k->first_result + i * k->n, row_size) == 0,
                      "%s of row %zu alone, n %zu, in place, differs in bits (%s)", names[k->id], i, k->n,
                      gk_status_name(status));
  }
}

static void check_case(variant_set *set, rows_case *k, const rows_buffers *b, double perturbation) {
  uint32_t state = (uint32_t)(k->id * 7919 + k->rows * 104729 + k->n * 31 + 1);
  const size_t pairs = k->id >= ROPE_HALVES ? k->n / 2 : k->n;
  float *x = guarded_buffer_tail(&b->x, k->rows * k->n * sizeof(float));
  float *other = guarded_buffer_tail(&b->b, pairs * sizeof(float));
  float *third = guarded_buffer_tail(&b->c, pairs * sizeof(float));
  fill_random(x, k->rows * k->n, k->id == SWIGLU || k->id == SOFTMAX ? 30.0f : 4.0f, &state);
  fill_random(other, pairs, 1.0f, &state);
  fill_random(third, pairs, 1.0f, &state);
  k->x = x;
  k->b = other;
  k->c = third;
  for (size_t i = 0; i < set->count; i++) {
    check_variant(k, &set->ops[i]->elementwise, b, i == 0, perturbation, &set->tallies[i]);
  }
}

void check_elementwise_rows(variant_set *set, double perturbation) {
  static const size_t lengths[] = {1,  2,  3,  4,  5,  7,   8,   15,  16,  17,  30,  31,  32,   33,
                                   48, 63, 64, 65, 80, 100, 127, 128, 129, 130, 192, 256, 1000, MAX_N};
  const size_t row_size = MAX_N * sizeof(float);
  const rows_buffers b = {guarded_buffer_new(MAX_ROWS * row_size), guarded_buffer_new(row_size),
                          guarded_buffer_new(row_size), guarded_buffer_new(MAX_ROWS * (row_size + GAP))};
  rows_case *k = malloc(sizeof *k);
  if (k == NULL) {
    abort();
  }
  for (k->id = RMSNORM; k->id < KERNELS; k->id++) {
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
      for (k->rows = 1; k->rows <= MAX_ROWS; k->rows += 2) {
        k->n = lengths[i];
        if (k->id < ROPE_HALVES || k->n % 2 == 0) {
          check_case(set, k, &b, perturbation);
        }
      }
    }
  }
  free(k);
}
