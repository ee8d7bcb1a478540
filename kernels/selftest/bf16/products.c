#include "bf16/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/guarded_buffer.h"
#include "support/values.h"

enum { MAX_M = 17, MAX_N = 17, MAX_K = 1030, GAP = 12 };

typedef struct product {
  size_t m, n, k;
  const float *lhs, *rhs; /* m x k and n x k */
  double reference[MAX_M * MAX_N], bound[MAX_M * MAX_N];
  float first_result[MAX_M * MAX_N]; /* of the lowest variant */
} product;

typedef struct buffers {
  guarded_buffer lhs, rhs, bf16, lhs_packed, rhs_packed, dst;
} buffers;

/* (1 + 2^-23)^(k / 2 + 2) - 1 relative to the sum of magnitudes, and what flushing may lose. */
static void compute_reference(product *p, double perturbation) {
  const double relative = pow(1.0 + ldexp(1.0, -23), (double)(p->k / 2 + 2)) - 1.0;
  for (size_t i = 0; i < p->m; i++) {
    for (size_t j = 0; j < p->n; j++) {
      double sum = i == 0 && j == 0 ? perturbation : 0.0, magnitude = 0.0;
      for (size_t x = 0; x < p->k; x++) {
        const double term = rounded_to_bf16(p->lhs[i * p->k + x]) * rounded_to_bf16(p->rhs[j * p->k + x]);
        sum += term;
        magnitude += fabs(term);
      }
      p->reference[i * p->n + j] = sum;
      p->bound[i * p->n + j] = relative * magnitude + (double)p->k * ldexp(1.0, -125);
    }
  }
}

static void check_result(product *p, const char *dst, size_t stride, int is_first, const char *how, tally *t) {
  int near = 1, equal = 1, kept = 1;
  for (size_t i = 0; i < p->m; i++) {
    float *first = p->first_result + i * p->n;
    const float *row = (const float *)(const void *)(dst + i * stride);
    if (is_first) {
      memcpy(first, row, p->n * sizeof(float));
    }
    equal = memcmp(first, row, p->n * sizeof(float)) == 0 && equal;
    kept = (i + 1 == p->m || is_canary(row + p->n, GAP)) && kept;
    for (size_t j = 0; j < p->n; j++) {
      const size_t at = i * p->n + j;
      near = tally_error(t, fabs((double)row[j] - p->reference[at]), p->bound[at]) && near;
    }
  }
  (void)tally_check(t, near, "bf16 %s %zux%zux%zu leaves the bound of the f64 reference", how, p->m, p->n, p->k);
  (void)tally_check(t, equal, "bf16 %s %zux%zux%zu differs in bits from the lowest variant", how, p->m, p->n, p->k);
  (void)tally_check(t, kept, "bf16 %s %zux%zux%zu wrote between rows", how, p->m, p->n, p->k);
}

/* Packs rows of f32, and the same rows as bf16: the panels must be the same. */
static const char *pack(const gk_bf16_ops *ops, const guarded_buffer *packed, const buffers *b, size_t rows, size_t k,
                        const float *src, tally *t) {
  size_t size = 0;
  gk_status status = ops->pack_size_bf16p8(rows, k, &size);
  char *panels = guarded_buffer_tail(packed, size);
  char *copy = malloc(size);
  uint16_t *rounded = guarded_buffer_tail(&b->bf16, rows * k * sizeof *rounded);
  if (copy == NULL) {
    abort();
  }
  for (size_t i = 0; i < rows * k; i++) {
    uint32_t bits;
    const float value = (float)rounded_to_bf16(src[i]);
    memcpy(&bits, &value, sizeof bits);
    rounded[i] = (uint16_t)(bits >> 16);
  }
  set_canary(panels, size);
  status = status == GK_OK ? ops->pack_bf16p8_bf16(rows, k, rounded, k * sizeof *rounded, panels, size) : status;
  memcpy(copy, panels, size);
  set_canary(panels, size);
  status = status == GK_OK ? ops->pack_bf16p8_f32(rows, k, src, k * sizeof *src, panels, size) : status;
  (void)tally_check(t, status == GK_OK && memcmp(copy, panels, size) == 0,
                    "bf16 pack %zux%zu from f32 and from bf16 differ (%s)", rows, k, gk_status_name(status));
  free(copy);
  return panels;
}

/* One panel of rows and columns at a time, as threads would. */
static gk_status gemm_by_panels(const product *p, const gk_bf16_ops *ops, const char *lhs, const char *rhs, char *dst,
                                size_t stride) {
  const size_t step = ops->pack_step_bf16p8();
  gk_status status = GK_OK;
  for (size_t i = 0; i < p->m && status == GK_OK; i += step) {
    for (size_t j = 0; j < p->n && status == GK_OK; j += step) {
      size_t left = 0, right = 0;
      (void)ops->pack_offset_bf16p8(i, p->k, &left);
      (void)ops->pack_offset_bf16p8(j, p->k, &right);
      status = ops->gemm_f32_bf16p8_bf16p8(p->m - i < step ? p->m - i : step, p->n - j < step ? p->n - j : step, p->k,
                                           lhs + left, rhs + right,
                                           (float *)(void *)(dst + i * stride + j * sizeof(float)), stride);
    }
  }
  return status;
}

static void check_variant(product *p, const gk_bf16_ops *ops, const buffers *b, int is_first, tally *t) {
  const size_t stride = p->n * sizeof(float) + GAP;
  const size_t dst_size = (p->m - 1) * stride + p->n * sizeof(float);
  const char *lhs = pack(ops, &b->lhs_packed, b, p->m, p->k, p->lhs, t);
  const char *rhs = pack(ops, &b->rhs_packed, b, p->n, p->k, p->rhs, t);
  char *dst = guarded_buffer_tail(&b->dst, dst_size);
  set_canary(dst, dst_size);
  gk_status status = ops->gemm_f32_bf16p8_bf16p8(p->m, p->n, p->k, lhs, rhs, (float *)(void *)dst, stride);
  (void)tally_check(t, status == GK_OK, "bf16 gemm gives %s", gk_status_name(status));
  check_result(p, dst, stride, is_first, "gemm", t);
  if (p->m > GK_PANEL || p->n > GK_PANEL) {
    set_canary(dst, dst_size);
    status = gemm_by_panels(p, ops, lhs, rhs, dst, stride);
    (void)tally_check(t, status == GK_OK, "bf16 gemm by panels gives %s", gk_status_name(status));
    check_result(p, dst, stride, 0, "gemm by panels", t);
  }
}

static void check_shape(variant_set *set, product *p, const buffers *b, double perturbation) {
  uint32_t state = (uint32_t)(p->m * 1000003 + p->n * 10007 + p->k * 101 + 1);
  float *lhs = guarded_buffer_tail(&b->lhs, p->m * p->k * sizeof *lhs);
  float *rhs = guarded_buffer_tail(&b->rhs, p->n * p->k * sizeof *rhs);
  fill_random(lhs, p->m * p->k, 3.0f, &state);
  fill_random(rhs, p->n * p->k, 0.5f, &state);
  p->lhs = lhs;
  p->rhs = rhs;
  compute_reference(p, perturbation);
  for (size_t i = 0; i < set->count; i++) {
    check_variant(p, &set->ops[i]->bf16, b, i == 0, &set->tallies[i]);
  }
}

void check_bf16_products(variant_set *set, double perturbation) {
  static const size_t rows[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17};
  static const size_t columns[] = {1, 3, 8, 9, 17};
  static const size_t depths[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 33};
  const size_t side = MAX_M * MAX_K * sizeof(float);
  const buffers b = {guarded_buffer_new(side),     guarded_buffer_new(side),     guarded_buffer_new(side),
                     guarded_buffer_new(2 * side), guarded_buffer_new(2 * side),
                     guarded_buffer_new(MAX_M * (MAX_N * sizeof(float) + GAP))};
  product *p = malloc(sizeof *p);
  if (p == NULL) {
    abort();
  }
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    for (size_t j = 0; j < sizeof columns / sizeof columns[0]; j++) {
      for (size_t x = 0; x < sizeof depths / sizeof depths[0]; x++) {
        p->m = rows[i];
        p->n = columns[j];
        p->k = depths[x];
        check_shape(set, p, &b, perturbation);
      }
    }
  }
  p->m = 3;
  p->n = 9;
  p->k = MAX_K;
  check_shape(set, p, &b, perturbation);
  free(p);
}
