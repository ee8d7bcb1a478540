#include "i8/parts.h"

#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/guarded_buffer.h"
#include "support/random.h"

/* Room for the largest shape below, in elements. */
enum { MAX_M = 17, MAX_N = 64, MAX_SIDE_BYTES = 1 << 19, STRIDE_GAP = 12 };

typedef struct shape {
  size_t m, n, k;
} shape;

typedef enum scale_kind { SCALES_ONE, SCALES_RANDOM } scale_kind;

typedef struct product {
  shape s;
  scale_kind scales;
  const int8_t *lhs, *rhs; /* m x k and n x k */
  float lhs_scale[MAX_M];
  float rhs_scale[MAX_N];
  double reference[MAX_M * MAX_N];
  float first_result[MAX_M * MAX_N]; /* of the lowest variant */
} product;

typedef struct buffers {
  guarded_buffer lhs, rhs, lhs_packed, rhs_packed, lhs_scale, rhs_scale, dst;
} buffers;

static void fill_values(int8_t *values, size_t count, int extreme, uint32_t *state) {
  for (size_t i = 0; i < count; i++) {
    values[i] = (int8_t)(extreme ? -128 : (int)(random_next(state) >> 8 & 0xFF) - 128);
  }
}

/* 2^-10 .. 2^-4: results and their errors stay far from the ends of the f32 range. */
static void fill_scales(float *scales, size_t count, scale_kind kind, uint32_t *state) {
  for (size_t i = 0; i < count; i++) {
    scales[i] = kind == SCALES_ONE ? 1.0f : (float)((random_next(state) >> 8 & 0x3FFF) + 256) / 262144.0f;
  }
}

static void compute_reference(product *p, double perturbation) {
  const size_t k = p->s.k;
  for (size_t i = 0; i < p->s.m; i++) {
    for (size_t j = 0; j < p->s.n; j++) {
      double sum = i == 0 && j == 0 ? perturbation : 0.0;
      for (size_t x = 0; x < k; x++) {
        sum += (double)(p->lhs[i * k + x] * p->rhs[j * k + x]);
      }
      p->reference[i * p->s.n + j] = sum * (double)p->lhs_scale[i] * (double)p->rhs_scale[j];
    }
  }
}

static double magnitude(double value) {
  return value < 0 ? -value : value;
}

/*
 * With scales of 1 the result is the int32 sum rounded to f32 once, so it must be the rounded reference exactly.
 * Else three roundings (conversion and two products) err by at most 2^-24 each: (1 + 2^-24)^3 - 1 < 3.001 * 2^-24.
 */
static int is_near(const product *p, size_t index, float result, tally *t) {
  const double reference = p->reference[index];
  const double error = magnitude((double)result - reference);
  if (p->scales == SCALES_ONE) {
    return result == (float)reference;
  }
  return tally_error(t, error, 3.001 / 16777216.0 * magnitude(reference));
}

static const float *row_of(const float *dst, size_t row, size_t stride) {
  return (const float *)(const void *)((const char *)dst + row * stride);
}

static void check_result(product *p, const float *dst, size_t stride, int is_first, tally *t) {
  const shape s = p->s;
  int near = 1, equal = 1, kept = 1;
  for (size_t i = 0; i < s.m; i++) {
    const float *row = row_of(dst, i, stride);
    for (size_t j = 0; j < s.n; j++) {
      near = is_near(p, i * s.n + j, row[j], t) && near;
    }
    float *first = p->first_result + i * s.n;
    if (is_first) {
      memcpy(first, row, s.n * sizeof(float));
    }
    equal = memcmp(first, row, s.n * sizeof(float)) == 0 && equal;
    kept = (i + 1 == s.m || is_canary(row + s.n, STRIDE_GAP)) && kept;
  }
  (void)tally_check(t, near, "gemm %zux%zux%zu leaves the bound of the f64 reference", s.m, s.n, s.k);
  (void)tally_check(t, equal, "gemm %zux%zux%zu differs in bits from the lowest variant", s.m, s.n, s.k);
  (void)tally_check(t, kept, "gemm %zux%zux%zu wrote between rows", s.m, s.n, s.k);
}

static void check_gemv(const product *p, const gk_ops *ops, const buffers *b, const void *rhs_packed, size_t row,
                       tally *t) {
  const shape s = p->s;
  int8_t *lhs = guarded_buffer_tail(&b->lhs_packed, s.k);
  float *dst = guarded_buffer_tail(&b->dst, s.n * sizeof(float));
  const float *rhs_scale = guarded_buffer_tail(&b->rhs_scale, s.n * sizeof(float));
  memcpy(lhs, p->lhs + row * s.k, s.k);
  const gk_status status = ops->i8.gemv_f32_qi8r_qi8cp8(s.n, s.k, lhs, p->lhs_scale[row], rhs_packed, rhs_scale, dst);
  (void)tally_check(t, status == GK_OK && memcmp(dst, p->first_result + row * s.n, s.n * sizeof(float)) == 0,
                    "gemv %zux%zu differs in bits from row %zu of the gemm (%s)", s.n, s.k, row,
                    gk_status_name(status));
}

/* One panel of rows and columns at a time, as threads would: the offsets must lead to the same bits. */
static gk_status gemm_by_panels(const product *p, const gk_ops *ops, const char *lhs, const char *rhs,
                                const float *lhs_scale, const float *rhs_scale, float *dst, size_t stride) {
  const shape s = p->s;
  const size_t step = ops->i8.pack_step_i8p8();
  gk_status status = GK_OK;
  for (size_t i = 0; i < s.m && status == GK_OK; i += step) {
    for (size_t j = 0; j < s.n && status == GK_OK; j += step) {
      size_t left = 0, right = 0;
      (void)ops->i8.pack_offset_i8p8(i, s.k, &left);
      (void)ops->i8.pack_offset_i8p8(j, s.k, &right);
      float *out = (float *)(void *)((char *)dst + i * stride) + j;
      status = ops->i8.gemm_f32_qi8rp8_qi8cp8(s.m - i < step ? s.m - i : step, s.n - j < step ? s.n - j : step, s.k,
                                           lhs + left, lhs_scale + i, rhs + right, rhs_scale + j, out, stride);
    }
  }
  return status;
}

static void *pack(const gk_ops *ops, const guarded_buffer *buffer, size_t rows, size_t k, const int8_t *src, tally *t) {
  size_t size = 0;
  gk_status status = ops->i8.pack_size_i8p8(rows, k, &size);
  void *packed = guarded_buffer_tail(buffer, size);
  set_canary(packed, size);
  if (status == GK_OK) {
    status = ops->i8.pack_i8p8_i8(rows, k, src, k, packed, size);
  }
  (void)tally_check(t, status == GK_OK, "pack %zux%zu gives %s", rows, k, gk_status_name(status));
  return packed;
}

static void check_variant(product *p, const gk_ops *ops, const buffers *b, int is_first, tally *t) {
  const shape s = p->s;
  const size_t stride = s.n * sizeof(float) + STRIDE_GAP;
  const size_t dst_size = (s.m - 1) * stride + s.n * sizeof(float);
  const void *rhs = pack(ops, &b->rhs_packed, s.n, s.k, p->rhs, t);
  const void *lhs = pack(ops, &b->lhs_packed, s.m, s.k, p->lhs, t);
  float *lhs_scale = guarded_buffer_tail(&b->lhs_scale, s.m * sizeof(float));
  float *rhs_scale = guarded_buffer_tail(&b->rhs_scale, s.n * sizeof(float));
  float *dst = guarded_buffer_tail(&b->dst, dst_size);
  memcpy(lhs_scale, p->lhs_scale, s.m * sizeof(float));
  memcpy(rhs_scale, p->rhs_scale, s.n * sizeof(float));
  set_canary(dst, dst_size);
  gk_status status = ops->i8.gemm_f32_qi8rp8_qi8cp8(s.m, s.n, s.k, lhs, lhs_scale, rhs, rhs_scale, dst, stride);
  (void)tally_check(t, status == GK_OK, "gemm %zux%zux%zu gives %s", s.m, s.n, s.k, gk_status_name(status));
  check_result(p, dst, stride, is_first, t);
  if (s.m > GK_PANEL || s.n > GK_PANEL) {
    set_canary(dst, dst_size);
    status = gemm_by_panels(p, ops, lhs, rhs, lhs_scale, rhs_scale, dst, stride);
    (void)tally_check(t, status == GK_OK, "gemm by panels gives %s", gk_status_name(status));
    check_result(p, dst, stride, 0, t);
  }
  check_gemv(p, ops, b, rhs, 0, t);
  check_gemv(p, ops, b, rhs, s.m - 1, t);
}

static void check_shape(variant_set *set, product *p, const buffers *b, shape s, int extreme, double perturbation) {
  uint32_t state = (uint32_t)(s.m * 1000003 + s.n * 10007 + s.k * 101 + 1);
  int8_t *lhs = guarded_buffer_tail(&b->lhs, s.m * s.k);
  int8_t *rhs = guarded_buffer_tail(&b->rhs, s.n * s.k);
  fill_values(lhs, s.m * s.k, extreme, &state);
  fill_values(rhs, s.n * s.k, extreme, &state);
  p->s = s;
  p->lhs = lhs;
  p->rhs = rhs;
  /* Both kinds of scale over the shapes, not over each: the sum under them is the same. */
  p->scales = extreme || random_next(&state) >> 31 ? SCALES_ONE : SCALES_RANDOM;
  fill_scales(p->lhs_scale, s.m, p->scales, &state);
  fill_scales(p->rhs_scale, s.n, p->scales, &state);
  compute_reference(p, perturbation);
  for (size_t i = 0; i < set->count; i++) {
    check_variant(p, set->ops[i], b, i == 0, &set->tallies[i]);
  }
}

static void check_grid(variant_set *set, product *p, const buffers *b, double perturbation) {
  static const size_t columns[] = {1, 3, 7, 8, 9, 16, 17};
  static const size_t depths[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 33, 63, 64, 65, 100};
  for (size_t m = 1; m <= MAX_M; m++) {
    for (size_t n = 0; n < sizeof columns / sizeof columns[0]; n++) {
      for (size_t k = 0; k < sizeof depths / sizeof depths[0]; k++) {
        check_shape(set, p, b, (shape){m, columns[n], depths[k]}, 0, perturbation);
      }
    }
  }
}

void check_i8_products(variant_set *set, double perturbation) {
  static const shape deep[] = {{1, 64, 4096}, {8, 32, 4096}, {17, 24, 1025}, {2, 3, GK_I8_K_MAX}};
  const buffers b = {
      guarded_buffer_new(MAX_SIDE_BYTES),      guarded_buffer_new(MAX_SIDE_BYTES),
      guarded_buffer_new(MAX_SIDE_BYTES * 4),  guarded_buffer_new(MAX_SIDE_BYTES * 4),
      guarded_buffer_new(MAX_M * sizeof(float)), guarded_buffer_new(MAX_N * sizeof(float)),
      guarded_buffer_new((MAX_N * sizeof(float) + STRIDE_GAP) * MAX_M),
  };
  product *p = malloc(sizeof *p);
  if (p == NULL) {
    abort();
  }
  check_grid(set, p, &b, perturbation);
  for (size_t i = 0; i < sizeof deep / sizeof deep[0]; i++) {
    check_shape(set, p, &b, deep[i], 0, perturbation);
  }
  /* The largest sum that the limit of K allows: 131064 * 2^14, which is exact in f32. */
  check_shape(set, p, &b, (shape){2, 3, GK_I8_K_MAX}, 1, perturbation);
  free(p);
}
