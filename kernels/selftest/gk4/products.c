#include "gk4/parts.h"

#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/guarded_buffer.h"
#include "support/random.h"

enum { MAX_M = 17, MAX_N = 33, MAX_K = 1300, MAX_SUPERBLOCKS = 6, STRIDE_GAP = 12 };

typedef struct shape {
  size_t m, n, k, superblock;
} shape;

typedef struct buffers {
  guarded_buffer x, weights, row, lhs, rhs, dst;
} buffers;

typedef struct product {
  shape s;
  const float *x;      /* m x k */
  const void *weights; /* n x k, GK4 */
  size_t weights_size;
  float dequantised[MAX_N * MAX_K];
  double reference[MAX_M * MAX_N];
  double bound[MAX_M * MAX_N];
  float first_result[MAX_M * MAX_N]; /* of the lowest variant */
} product;

static double absolute(double value) {
  return value < 0 ? -value : value;
}

/* Nearest integer, ties to even, |value| below 2^22. */
static double nearest(float value) {
  const float moved = value + 12582912.0f;
  return (double)(moved - 12582912.0f);
}

static float largest_of(const float *x, size_t count) {
  float largest = 0.0f;
  for (size_t i = 0; i < count; i++) {
    largest = (float)absolute((double)x[i]) > largest ? (float)absolute((double)x[i]) : largest;
  }
  return largest;
}

/*
 * The exact value of what the kernels compute, from the activations that their definition gives. A superblock's sum is
 * exact, the product of the two scales is rounded once, and each of the fused additions once.
 */
static void add_superblock(product *p, size_t i, size_t first) {
  const shape s = p->s;
  const size_t count = s.k - first < s.superblock ? s.k - first : s.superblock;
  const float *x = p->x + i * s.k + first;
  const float largest = largest_of(x, count);
  const float inverse = largest > 0.0f ? 127.0f / largest : 0.0f;
  for (size_t j = 0; j < s.n; j++) {
    double sum = 0.0;
    for (size_t k = 0; k < count; k++) {
      sum += nearest(x[k] * inverse) * (double)p->dequantised[j * s.k + first + k];
    }
    p->reference[i * s.n + j] += sum * (double)(largest / 127.0f);
    p->bound[i * s.n + j] += absolute(sum) * (double)(largest / 127.0f);
  }
}

static void compute_reference(product *p, double perturbation) {
  const shape s = p->s;
  memset(p->reference, 0, sizeof p->reference);
  memset(p->bound, 0, sizeof p->bound);
  for (size_t i = 0; i < s.m; i++) {
    for (size_t first = 0; first < s.k; first += s.superblock) {
      add_superblock(p, i, first);
    }
  }
  for (size_t i = 0; i < s.m * s.n; i++) {
    const double roundings = (double)((s.k + s.superblock - 1) / s.superblock + 1);
    p->bound[i] *= 1.001 * roundings / 16777216.0;
  }
  p->reference[0] += perturbation;
}

static const float *row_of(const float *dst, size_t row, size_t stride) {
  return (const float *)(const void *)((const char *)dst + row * stride);
}

static void check_first(product *p, const float *dst, size_t stride, tally *t) {
  const shape s = p->s;
  int near = 1;
  for (size_t i = 0; i < s.m; i++) {
    const float *row = row_of(dst, i, stride);
    memcpy(p->first_result + i * s.n, row, s.n * sizeof(float));
    for (size_t j = 0; j < s.n; j++) {
      const double error = absolute((double)row[j] - p->reference[i * s.n + j]);
      near = tally_error(t, error, p->bound[i * s.n + j]) && near;
    }
  }
  (void)tally_check(t, near, "gk4 gemm %zux%zux%zu by %zu leaves the bound of the f64 reference", s.m, s.n, s.k,
                    s.superblock);
}

static void check_same(const product *p, const float *dst, size_t stride, const char *what, gk_status status, tally *t) {
  const shape s = p->s;
  int same = status == GK_OK;
  for (size_t i = 0; i < s.m; i++) {
    const unsigned char *row = (const unsigned char *)row_of(dst, i, stride);
    same = memcmp(row, p->first_result + i * s.n, s.n * sizeof(float)) == 0 && same;
    same = (i + 1 == s.m || is_canary(row + s.n * sizeof(float), STRIDE_GAP)) && same;
  }
  (void)tally_check(t, same, "gk4 %s %zux%zux%zu by %zu (%s) differs in bits, or wrote between rows", what, s.m, s.n,
                    s.k, s.superblock, gk_status_name(status));
}

/* 8 rows and 16 columns at a time, as threads would. */
static gk_status gemm_by_parts(const product *p, const gk_gk4_ops *ops, const char *lhs, void *scratch,
                               size_t scratch_size, float *dst, size_t stride) {
  const shape s = p->s;
  gk_status status = GK_OK;
  for (size_t i = 0; i < s.m && status == GK_OK; i += 8) {
    for (size_t j = 0; j < s.n && status == GK_OK; j += 16) {
      size_t left = 0, right = 0;
      (void)ops->quant_offset_qi8sp8(i, s.k, s.superblock, &left);
      (void)ops->pack_offset_gk4p16(j, s.k, s.superblock, &right);
      float *out = (float *)(void *)((char *)dst + i * stride) + j;
      status = ops->gemm_f32_qi8sp8_gk4p16(s.m - i < 8 ? s.m - i : 8, s.n - j < 16 ? s.n - j : 16, s.k, s.superblock,
                                           lhs + left, (const char *)p->weights + right, scratch, scratch_size, out,
                                           stride);
    }
  }
  return status;
}

static void check_rows(const product *p, const gk_gk4_ops *ops, const buffers *b, tally *t) {
  const shape s = p->s;
  size_t size = 0, offset = 0;
  (void)ops->quant_size_qi8s(s.m, s.k, s.superblock, &size);
  char *rows = guarded_buffer_tail(&b->row, size);
  gk_status status = ops->quant_qi8s_f32(s.m, s.k, s.superblock, p->x, s.k * sizeof(float), rows, size);
  float *dst = guarded_buffer_tail(&b->dst, s.n * sizeof(float));
  for (size_t i = 0; i < s.m; i++) {
    (void)ops->quant_offset_qi8s(i, s.k, s.superblock, &offset);
    status = status == GK_OK ? ops->gemv_f32_qi8s_gk4p16(s.n, s.k, s.superblock, rows + offset, p->weights, dst) : status;
    (void)tally_check(t, status == GK_OK && memcmp(dst, p->first_result + i * s.n, s.n * sizeof(float)) == 0,
                      "gk4 gemv %zux%zu by %zu differs in bits from row %zu of the gemm (%s)", s.n, s.k, s.superblock, i,
                      gk_status_name(status));
  }
}

static void check_variant(product *p, const gk_gk4_ops *ops, const buffers *b, int is_first, tally *t) {
  const shape s = p->s;
  const size_t stride = s.n * sizeof(float) + STRIDE_GAP;
  const size_t dst_size = (s.m - 1) * stride + s.n * sizeof(float);
  size_t lhs_size = 0, panel_size = 0, rhs_size = 0;
  (void)ops->quant_size_qi8sp8(s.m, s.k, s.superblock, &lhs_size);
  (void)ops->quant_size_qi8sp8(1, s.k, s.superblock, &panel_size);
  (void)ops->quant_size_qi8sp8(s.n, s.k, s.superblock, &rhs_size);
  void *lhs = guarded_buffer_tail(&b->lhs, lhs_size);
  void *scratch = guarded_buffer_tail(&b->rhs, panel_size);
  float *dst = guarded_buffer_tail(&b->dst, dst_size);
  set_canary(dst, dst_size);
  gk_status status = ops->quant_qi8sp8_f32(s.m, s.k, s.superblock, p->x, s.k * sizeof(float), lhs, lhs_size);
  (void)tally_check(t, status == GK_OK, "gk4 quant gives %s", gk_status_name(status));
  status = ops->gemm_f32_qi8sp8_gk4p16(s.m, s.n, s.k, s.superblock, lhs, p->weights, scratch, panel_size, dst, stride);
  if (is_first) {
    check_first(p, dst, stride, t);
  }
  check_same(p, dst, stride, "gemm", status, t);
  set_canary(dst, dst_size);
  status = gemm_by_parts(p, ops, lhs, scratch, panel_size, dst, stride);
  check_same(p, dst, stride, "gemm by parts", status, t);
  if (s.m <= GK_GK4_SKINNY_MAX) {
    set_canary(dst, dst_size);
    status = ops->skinny_f32_qi8sp8_gk4p16(s.m, s.n, s.k, s.superblock, lhs, p->weights, dst, stride);
    check_same(p, dst, stride, "skinny", status, t);
  }
  void *rhs = guarded_buffer_tail(&b->rhs, rhs_size);
  set_canary(dst, dst_size);
  status = ops->expand_qi8sp8_gk4p16(s.n, s.k, s.superblock, p->weights, 0, s.n, rhs, rhs_size);
  status = status == GK_OK ? ops->gemm_f32_qi8sp8_qi8sp8(s.m, s.n, s.k, s.superblock, lhs, rhs, dst, stride) : status;
  check_same(p, dst, stride, "gemm of panels", status, t);
  check_rows(p, ops, b, t);
}

static void check_shape(variant_set *set, product *p, const buffers *b, shape s, double perturbation) {
  uint32_t state = (uint32_t)(s.m * 1000003 + s.n * 10007 + s.k * 101 + s.superblock);
  float *x = guarded_buffer_tail(&b->x, s.m * s.k * sizeof(float));
  for (size_t i = 0; i < s.n * s.k; i++) {
    p->dequantised[i] = random_float(&state) * (i % 97 == 0 ? 4.0f : 1.0f);
  }
  for (size_t i = 0; i < s.m * s.k; i++) {
    x[i] = random_float(&state) * (i % 89 == 0 ? 10.0f : 1.0f);
  }
  p->s = s;
  p->x = x;
  gk_status status = gk_gk4_weights_size(s.n, s.k, s.superblock, &p->weights_size);
  void *weights = guarded_buffer_tail(&b->weights, p->weights_size);
  p->weights = weights;
  status = status == GK_OK ? gk_gk4_quantise_f32(s.n, s.k, s.superblock, p->dequantised, s.k * sizeof(float), weights,
                                                 p->weights_size)
                           : status;
  status = status == GK_OK ? gk_gk4_dequantise_f32(s.n, s.k, s.superblock, weights, p->weights_size, p->dequantised,
                                                   s.k * sizeof(float))
                           : status;
  (void)tally_check(&set->tallies[0], status == GK_OK, "gk4 weights %zux%zu give %s", s.n, s.k, gk_status_name(status));
  compute_reference(p, perturbation);
  for (size_t i = 0; i < set->count; i++) {
    check_variant(p, &set->ops[i]->gk4, b, i == 0, &set->tallies[i]);
  }
}

void check_gk4_products(variant_set *set, double perturbation) {
  static const size_t columns[] = {1, 7, 8, 9, 15, 16, 17, 33};
  static const size_t depths[] = {1, 15, 17, 31, 32, 33, 255, 256, 257, 500, 512, 513, 1025};
  const buffers b = {
      guarded_buffer_new(MAX_M * MAX_K * sizeof(float)), guarded_buffer_new(3 * 16 * MAX_K),
      guarded_buffer_new(MAX_M * 2 * MAX_K),             guarded_buffer_new(24 * 2 * MAX_K),
      guarded_buffer_new(40 * 2 * MAX_K),                guarded_buffer_new(MAX_M * (MAX_N * sizeof(float) + STRIDE_GAP)),
  };
  product *p = malloc(sizeof *p);
  if (p == NULL) {
    abort();
  }
  size_t m = 0;
  for (size_t j = 0; j < sizeof columns / sizeof columns[0]; j++) {
    for (size_t k = 0; k < sizeof depths / sizeof depths[0]; k++, m = (m + 5) % MAX_M) {
      check_shape(set, p, &b, (shape){m + 1, columns[j], depths[k], m % 2 ? 256 : 512}, perturbation);
    }
  }
  for (m = 1; m <= MAX_M; m++) {
    check_shape(set, p, &b, (shape){m, 17, 545, 512}, perturbation);
    check_shape(set, p, &b, (shape){m, 24, 289, 256}, perturbation);
  }
  free(p);
}
