#include "attention/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/canary.h"
#include "support/guarded_buffer.h"
#include "support/values.h"

enum { MAX_ROWS = 17, MAX_D = 256, MAX_KEYS = 520, GAP = 8 };

typedef struct shape {
  size_t rows, d, group, visible, keys;
  float scale;
} shape;

static const shape shapes[] = {
    {1, 8, 1, 1, 1, 1.0f},          {1, 8, 1, 3, 3, 0.4f},        {1, 64, 1, 255, 255, 0.125f},
    {1, 24, 1, 256, 256, 0.2f},     {1, 16, 1, 257, 257, 0.25f},  {1, 16, 1, 513, 513, 0.25f},
    {1, 128, 1, 90, 90, 0.09f},     {1, 256, 1, 17, 17, 0.0625f}, {2, 16, 2, 40, 40, 0.25f},
    {3, 8, 3, 65, 65, 4.0f},        {4, 64, 4, 33, 33, 0.125f},   {4, 16, 4, 300, 300, 0.25f},
    {5, 8, 1, 1, 5, 0.5f},          {6, 40, 1, 9, 9, 0.3f},       {7, 16, 1, 4, 10, 0.25f},
    {8, 8, 1, 8, 8, 0.35f},         {8, 16, 4, 254, 260, 0.25f},  {9, 8, 1, 250, 258, 0.35f},
    {12, 8, 4, 14, 16, 0.35f},      {17, 16, 1, 1, 17, 0.25f},    {17, 8, 1, 500, 516, 8.0f},
    {16, 80, 1, 20, 35, 0.11f},     {10, 8, 2, 1, 5, 0.35f},      {9, 24, 1, 31, 31, 0.2f},
};

/* Operands of one shape, and what the lowest variant made of them. */
typedef struct attention_case {
  shape s;
  const float *q, *k, *v;
  double reference[MAX_ROWS * MAX_D], bound[MAX_ROWS * MAX_D];
  float first_result[MAX_ROWS * MAX_D];
} attention_case;

typedef struct buffers {
  guarded_buffer q, k, v, cache, parts, dst;
} buffers;

static size_t keys_seen(const shape *s, size_t row) {
  const size_t seen = s->visible + row / s->group;
  return seen < s->keys ? seen : s->keys;
}

/* One row: q . k with operands rounded to bf16, softmax and the weighted values in f64; and the bound of the header. */
static void compute_row(attention_case *c, size_t row) {
  const shape s = c->s;
  const size_t seen = keys_seen(&s, row);
  double *score = malloc(seen * sizeof *score);
  double max = -INFINITY, sum = 0.0, largest_sum = 0.0, largest_value = 0.0;
  if (score == NULL) {
    abort();
  }
  for (size_t key = 0; key < seen; key++) {
    double dot = 0.0, magnitude = 0.0;
    for (size_t i = 0; i < s.d; i++) {
      const double term = rounded_to_bf16(c->q[row * s.d + i]) * rounded_to_bf16(c->k[key * s.d + i]);
      dot += term;
      magnitude += fabs(term);
      largest_value = fmax(largest_value, fabs(rounded_to_bf16(c->v[key * s.d + i])));
    }
    score[key] = dot * (double)s.scale;
    max = fmax(max, score[key]);
    largest_sum = fmax(largest_sum, magnitude);
  }
  for (size_t key = 0; key < seen; key++) {
    score[key] = exp(score[key] - max);
    sum += score[key];
  }
  for (size_t i = 0; i < s.d; i++) {
    double value = 0.0;
    for (size_t key = 0; key < seen; key++) {
      value += score[key] / sum * rounded_to_bf16(c->v[key * s.d + i]);
    }
    c->reference[row * s.d + i] = value;
    c->bound[row * s.d + i] =
        ldexp(largest_value, -7) +
        ldexp(((double)s.d + (double)s.scale * largest_sum * (double)s.d / 2) * largest_value, -22);
  }
  free(score);
}

/* Fills the cache in two calls, the second of which begins within 4 keys of the first. */
static const char *fill_cache(const gk_attention_ops *ops, const attention_case *c, const buffers *b, tally *t) {
  const shape s = c->s;
  const size_t row = s.d * sizeof(float), half = s.keys / 2;
  size_t size = 0;
  gk_status status = ops->kv_size_bf16p8(s.keys, s.d, &size);
  char *cache = guarded_buffer_tail(&b->cache, size);
  memset(cache, 0xff, size); /* NaN in what is not written */
  if (half > 0 && status == GK_OK) {
    status = ops->kvappend_bf16p8_f32_f32(0, half, s.d, c->k, row, c->v, row, cache, size);
  }
  if (status == GK_OK) {
    status = ops->kvappend_bf16p8_f32_f32(half, s.keys - half, s.d, c->k + half * s.d, row, c->v + half * s.d, row,
                                          cache, size);
  }
  (void)tally_check(t, status == GK_OK, "kvappend of %zu keys, d %zu, gives %s", s.keys, s.d, gk_status_name(status));
  return cache;
}

static void check_result(attention_case *c, const char *dst, size_t stride, int is_first, const char *how, tally *t) {
  const shape s = c->s;
  int near = 1, equal = 1, kept = 1;
  for (size_t row = 0; row < s.rows; row++) {
    const float *result = (const float *)(const void *)(dst + row * stride);
    float *first = c->first_result + row * s.d;
    if (is_first) {
      memcpy(first, result, s.d * sizeof(float));
    }
    equal = memcmp(first, result, s.d * sizeof(float)) == 0 && equal;
    kept = (row + 1 == s.rows || stride == s.d * sizeof(float) || is_canary(result + s.d, GAP)) && kept;
    for (size_t i = 0; i < s.d; i++) {
      const size_t at = row * s.d + i;
      near = tally_error(t, fabs((double)result[i] - c->reference[at]), c->bound[at]) && near;
    }
  }
  (void)tally_check(t, near, "attention %s, %zu rows, d %zu, %zu keys, leaves the bound of the f64 reference", how,
                    s.rows, s.d, s.keys);
  (void)tally_check(t, equal, "attention %s, %zu rows, d %zu, %zu keys, differs in bits", how, s.rows, s.d, s.keys);
  (void)tally_check(t, kept, "attention %s wrote between rows", how);
}

static void check_rows_alone(attention_case *c, const gk_attention_ops *ops, const buffers *b, const char *cache,
                             tally *t) {
  const shape s = c->s;
  const size_t row_size = s.d * sizeof(float);
  for (size_t row = 0; row < s.rows; row++) {
    float *q = guarded_buffer_tail(&b->q, row_size);
    float *dst = guarded_buffer_tail(&b->dst, row_size);
    memcpy(q, c->q + row * s.d, row_size);
    const gk_status status = ops->attend_f32_f32_bf16p8(1, s.d, 1, keys_seen(&s, row), s.keys, s.scale, q, row_size,
                                                        cache, dst, row_size);
    (void)tally_check(t, status == GK_OK && memcmp(dst, c->first_result + row * s.d, row_size) == 0,
                      "attention of row %zu of %zu alone, d %zu, %zu keys, differs in bits (%s)", row, s.rows, s.d,
                      s.keys, gk_status_name(status));
  }
}

/* The last page first, each by its own call, as threads would. */
static void check_parts(attention_case *c, const gk_attention_ops *ops, const buffers *b, const float *q,
                        const char *cache, tally *t) {
  const shape s = c->s;
  const size_t row_size = s.d * sizeof(float), pages = (s.keys + GK_KV_PAGE - 1) / GK_KV_PAGE;
  size_t size = 0;
  gk_status status = ops->attendpart_size_f32(s.rows, s.d, pages, &size);
  char *parts = guarded_buffer_tail(&b->parts, size);
  char *dst = guarded_buffer_tail(&b->dst, s.rows * row_size);
  for (size_t page = pages; page-- > 0 && status == GK_OK;) {
    size_t offset = 0;
    if (page > 0) {
      (void)ops->attendpart_size_f32(s.rows, s.d, page, &offset);
    }
    status = ops->attendpart_f32_f32_bf16p8(s.rows, s.d, s.group, s.visible, s.keys, s.scale, q, row_size, cache, page,
                                            1, (float *)(void *)(parts + offset), size / pages);
  }
  if (status == GK_OK) {
    status = ops->attendmerge_f32_f32(s.rows, s.d, pages, (const float *)(const void *)parts,
                                      (float *)(void *)dst, row_size);
  }
  (void)tally_check(t, status == GK_OK, "attention by parts gives %s", gk_status_name(status));
  check_result(c, dst, row_size, 0, "by parts", t);
}

static void check_variant(attention_case *c, const gk_attention_ops *ops, const buffers *b, int is_first, tally *t) {
  const shape s = c->s;
  const size_t row_size = s.d * sizeof(float), stride = row_size + GAP;
  const char *cache = fill_cache(ops, c, b, t);
  float *q = guarded_buffer_tail(&b->q, s.rows * row_size);
  char *dst = guarded_buffer_tail(&b->dst, (s.rows - 1) * stride + row_size);
  memcpy(q, c->q, s.rows * row_size);
  set_canary(dst, (s.rows - 1) * stride + row_size);
  const gk_status status = ops->attend_f32_f32_bf16p8(s.rows, s.d, s.group, s.visible, s.keys, s.scale, q, row_size,
                                                      cache, (float *)(void *)dst, stride);
  (void)tally_check(t, status == GK_OK, "attention gives %s", gk_status_name(status));
  check_result(c, dst, stride, is_first, "at once", t);
  check_parts(c, ops, b, q, cache, t);
  check_rows_alone(c, ops, b, cache, t);
}

void check_attention_results(variant_set *set, double perturbation) {
  const size_t keys_size = MAX_KEYS * 64 * sizeof(float), rows_size = MAX_ROWS * (MAX_D * sizeof(float) + GAP);
  const buffers b = {guarded_buffer_new(rows_size), guarded_buffer_new(keys_size),     guarded_buffer_new(keys_size),
                     guarded_buffer_new(1 << 19),   guarded_buffer_new(4 * rows_size), guarded_buffer_new(rows_size)};
  attention_case *c = malloc(sizeof *c);
  float *q = malloc(rows_size);
  if (c == NULL || q == NULL) {
    abort();
  }
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    uint32_t state = (uint32_t)(i * 7919 + 5);
    c->s = shapes[i];
    float *k = guarded_buffer_tail(&b.k, c->s.keys * c->s.d * sizeof *k);
    float *v = guarded_buffer_tail(&b.v, c->s.keys * c->s.d * sizeof *v);
    fill_random(q, c->s.rows * c->s.d, 2.0f, &state);
    fill_random(k, c->s.keys * c->s.d, 2.0f, &state);
    fill_random(v, c->s.keys * c->s.d, 1.5f, &state);
    c->q = q;
    c->k = k;
    c->v = v;
    for (size_t row = 0; row < c->s.rows; row++) {
      compute_row(c, row);
    }
    c->reference[0] += perturbation;
    for (size_t variant = 0; variant < set->count; variant++) {
      check_variant(c, &set->ops[variant]->attention, &b, variant == 0, &set->tallies[variant]);
    }
  }
  free(q);
  free(c);
}
