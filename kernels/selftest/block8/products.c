#include "block8/parts.h"

#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/guarded_buffer.h"
#include "support/random.h"

enum { MAX_M = 17, MAX_N = 33, MAX_K = 4128, BLOCK = GK_BLOCK8_BLOCK, STRIDE_GAP = 12 };

typedef struct shape {
  size_t m, n, k;
} shape;

typedef struct buffers {
  guarded_buffer rows, lhs, rhs, dst;
} buffers;

typedef struct product {
  shape s;
  int8_t lhs[MAX_M * MAX_K], rhs[MAX_N * MAX_K];
  float lhs_scale[MAX_M * MAX_K / BLOCK], rhs_scale[MAX_N * MAX_K / BLOCK];
  double reference[MAX_M * MAX_N];
  double bound[MAX_M * MAX_N];
  float first_result[MAX_M * MAX_N]; /* of the lowest variant */
} product;

static double absolute(double value) {
  return value < 0 ? -value : value;
}

static void fill(int8_t *values, float *scales, size_t count, int extreme, uint32_t *state) {
  for (size_t i = 0; i < count; i++) {
    values[i] = (int8_t)(extreme ? -128 : (int)(random_next(state) >> 8 & 0xFF) - 128);
  }
  for (size_t i = 0; i < count / BLOCK; i++) {
    scales[i] = random_float(state) * (i % 7 == 0 ? 100.0f : 1.0f);
  }
}

/* The product of two scales is rounded once, and each of the fused additions once. */
static void compute_reference(product *p, double perturbation) {
  const shape s = p->s;
  const size_t blocks = s.k / BLOCK;
  for (size_t i = 0; i < s.m; i++) {
    for (size_t j = 0; j < s.n; j++) {
      double total = 0.0, sizes = 0.0;
      for (size_t b = 0; b < blocks; b++) {
        double sum = 0.0;
        for (size_t k = b * BLOCK; k < (b + 1) * BLOCK; k++) {
          sum += (double)(p->lhs[i * s.k + k] * p->rhs[j * s.k + k]);
        }
        const double part = sum * (double)p->lhs_scale[i * blocks + b] * (double)p->rhs_scale[j * blocks + b];
        total += part;
        sizes += absolute(part);
      }
      p->reference[i * s.n + j] = total;
      p->bound[i * s.n + j] = 1.001 * (double)(blocks + 1) / 16777216.0 * sizes;
    }
  }
  p->reference[0] += perturbation;
}

static void check_result(product *p, const float *dst, size_t stride, int is_first, const char *what, gk_status status,
                         tally *t) {
  const shape s = p->s;
  int near = status == GK_OK, same = near;
  for (size_t i = 0; i < s.m; i++) {
    const unsigned char *row = (const unsigned char *)dst + i * stride;
    float *first = p->first_result + i * s.n;
    if (is_first) {
      memcpy(first, row, s.n * sizeof(float));
    }
    for (size_t j = 0; is_first && j < s.n; j++) {
      near = tally_error(t, absolute((double)first[j] - p->reference[i * s.n + j]), p->bound[i * s.n + j]) && near;
    }
    same = memcmp(row, first, s.n * sizeof(float)) == 0 && same;
    same = (i + 1 == s.m || is_canary(row + s.n * sizeof(float), STRIDE_GAP)) && same;
  }
  (void)tally_check(t, near, "block8 %s %zux%zux%zu leaves the bound of the f64 reference", what, s.m, s.n, s.k);
  (void)tally_check(t, same, "block8 %s %zux%zux%zu (%s) differs in bits, or wrote between rows", what, s.m, s.n, s.k,
                    gk_status_name(status));
}

/* Rows in the order of qi8b, at the end of a buffer. */
static char *rows_of(const gk_block8_ops *ops, const guarded_buffer *buffer, size_t rows, size_t k,
                     const int8_t *values, const float *scales) {
  size_t size = 0, offset = 0;
  (void)ops->quant_size_qi8b(rows, k, &size);
  char *out = guarded_buffer_tail(buffer, size);
  set_canary(out, size);
  for (size_t i = 0; i < rows; i++) {
    (void)ops->quant_offset_qi8b(i, k, &offset);
    memcpy(out + offset, values + i * k, k);
    memcpy(out + offset + k, scales + i * (k / BLOCK), k / BLOCK * sizeof(float));
  }
  return out;
}

static char *pack(const gk_block8_ops *ops, const guarded_buffer *from, const guarded_buffer *to, size_t rows, size_t k,
                  const int8_t *values, const float *scales, tally *t) {
  size_t size = 0;
  (void)ops->quant_size_qi8bp8(rows, k, &size);
  char *packed = guarded_buffer_tail(to, size);
  set_canary(packed, size);
  const gk_status status = ops->pack_qi8bp8_qi8b(rows, k, rows_of(ops, from, rows, k, values, scales), packed, size);
  (void)tally_check(t, status == GK_OK, "block8 pack %zux%zu gives %s", rows, k, gk_status_name(status));
  return packed;
}

/* 8 rows and 8 columns at a time, as threads would. */
static gk_status gemm_by_panels(const product *p, const gk_block8_ops *ops, const char *lhs, const char *rhs, float *dst,
                                size_t stride) {
  const shape s = p->s;
  gk_status status = GK_OK;
  for (size_t i = 0; i < s.m && status == GK_OK; i += 8) {
    for (size_t j = 0; j < s.n && status == GK_OK; j += 8) {
      size_t left = 0, right = 0;
      (void)ops->quant_offset_qi8bp8(i, s.k, &left);
      (void)ops->quant_offset_qi8bp8(j, s.k, &right);
      float *out = (float *)(void *)((char *)dst + i * stride) + j;
      status = ops->gemm_f32_qi8bp8_qi8bp8(s.m - i < 8 ? s.m - i : 8, s.n - j < 8 ? s.n - j : 8, s.k, lhs + left,
                                           rhs + right, out, stride);
    }
  }
  return status;
}

static void check_gemv(const product *p, const gk_block8_ops *ops, const buffers *b, const char *rhs, tally *t) {
  const shape s = p->s;
  size_t offset = 0;
  const char *rows = rows_of(ops, &b->rows, s.m, s.k, p->lhs, p->lhs_scale);
  float *dst = guarded_buffer_tail(&b->dst, s.n * sizeof(float));
  for (size_t i = 0; i < s.m; i++) {
    (void)ops->quant_offset_qi8b(i, s.k, &offset);
    const gk_status status = ops->gemv_f32_qi8b_qi8bp8(s.n, s.k, rows + offset, rhs, dst);
    (void)tally_check(t, status == GK_OK && memcmp(dst, p->first_result + i * s.n, s.n * sizeof(float)) == 0,
                      "block8 gemv %zux%zu differs in bits from row %zu of the gemm (%s)", s.n, s.k, i,
                      gk_status_name(status));
  }
}

static void check_variant(product *p, const gk_block8_ops *ops, const buffers *b, int is_first, tally *t) {
  const shape s = p->s;
  const size_t stride = s.n * sizeof(float) + STRIDE_GAP;
  const size_t dst_size = (s.m - 1) * stride + s.n * sizeof(float);
  const char *lhs = pack(ops, &b->rows, &b->lhs, s.m, s.k, p->lhs, p->lhs_scale, t);
  const char *rhs = pack(ops, &b->rows, &b->rhs, s.n, s.k, p->rhs, p->rhs_scale, t);
  float *dst = guarded_buffer_tail(&b->dst, dst_size);
  set_canary(dst, dst_size);
  gk_status status = ops->gemm_f32_qi8bp8_qi8bp8(s.m, s.n, s.k, lhs, rhs, dst, stride);
  check_result(p, dst, stride, is_first, "gemm", status, t);
  set_canary(dst, dst_size);
  status = gemm_by_panels(p, ops, lhs, rhs, dst, stride);
  check_result(p, dst, stride, 0, "gemm by panels", status, t);
  check_gemv(p, ops, b, rhs, t);
}

static void check_shape(variant_set *set, product *p, const buffers *b, shape s, int extreme, double perturbation) {
  uint32_t state = (uint32_t)(s.m * 1000003 + s.n * 10007 + s.k * 101 + 1);
  p->s = s;
  fill(p->lhs, p->lhs_scale, s.m * s.k, extreme, &state);
  fill(p->rhs, p->rhs_scale, s.n * s.k, extreme, &state);
  compute_reference(p, perturbation);
  for (size_t i = 0; i < set->count; i++) {
    check_variant(p, &set->ops[i]->block8, b, i == 0, &set->tallies[i]);
  }
}

void check_block8_products(variant_set *set, double perturbation) {
  static const size_t columns[] = {1, 7, 8, 9, 15, 16, 17, 24, 33};
  static const size_t depths[] = {32, 64, 96, 160, 544};
  const buffers b = {
      guarded_buffer_new(MAX_N * 2 * MAX_K),
      guarded_buffer_new(24 * 2 * MAX_K),
      guarded_buffer_new(40 * 2 * MAX_K),
      guarded_buffer_new(MAX_M * (MAX_N * sizeof(float) + STRIDE_GAP)),
  };
  product *p = malloc(sizeof *p);
  if (p == NULL) {
    abort();
  }
  for (size_t m = 1; m <= MAX_M; m++) {
    for (size_t j = 0; j < sizeof columns / sizeof columns[0]; j++) {
      check_shape(set, p, &b, (shape){m, columns[j], depths[(m + j) % (sizeof depths / sizeof depths[0])]}, 0,
                  perturbation);
    }
  }
  check_shape(set, p, &b, (shape){9, 17, 4096}, 0, perturbation);
  /* The largest sum of a block: 32 * 2^14. */
  check_shape(set, p, &b, (shape){5, 17, 64}, 1, perturbation);
  free(p);
}
