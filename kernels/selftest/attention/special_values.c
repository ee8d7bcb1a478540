#include "attention/parts.h"

#include <math.h>
#include <string.h>

#include "support/values.h"

enum { ROWS = 3, D = 16, KEYS = 21, PAGE_BYTES = GK_KV_PAGE * D * 4 };

typedef struct operands {
  float q[ROWS * D], k[KEYS * D], v[KEYS * D];
  _Alignas(GK_ALIGNMENT) unsigned char cache[PAGE_BYTES];
} operands;

static void make(operands *o) {
  uint32_t state = 4242;
  fill_random(o->q, ROWS * D, 1.0f, &state);
  fill_random(o->k, KEYS * D, 1.0f, &state);
  fill_random(o->v, KEYS * D, 1.0f, &state);
  memset(o->cache, 0xff, sizeof o->cache);
}

/* Causal: row i sees `visible` + i keys. */
static gk_status attend(const gk_attention_ops *ops, operands *o, size_t visible, float *dst) {
  const size_t row = D * sizeof(float);
  const gk_status status = ops->kvappend_bf16p8_f32_f32(0, KEYS, D, o->k, row, o->v, row, o->cache, sizeof o->cache);
  return status == GK_OK
             ? ops->attend_f32_f32_bf16p8(ROWS, D, 1, visible, KEYS, 0.25f, o->q, row, o->cache, dst, row)
             : status;
}

static int row_is_nan(const float *row) {
  for (size_t i = 0; i < D; i++) {
    if (!isnan(row[i])) {
      return 0;
    }
  }
  return 1;
}

/* A fault in one operand, and the rows that it reaches throughout. */
static const struct {
  const char *name;
  char operand;
  size_t row;
  float value;
  int nan_rows[ROWS];
} faults[] = {
    {"a NaN in a query", 'q', 1, NAN, {0, 1, 0}},
    {"a query beyond the range of scores", 'q', 0, 1e9f, {1, 0, 0}},
    {"a NaN in a key that all see", 'k', 3, NAN, {1, 1, 1}},
    {"Inf in a key that only the last row sees", 'k', 20, INFINITY, {0, 0, 1}},
    {"a NaN in a key that nobody sees yet", 'k', 20, NAN, {0, 0, 0}},
};

static void check_fault(const gk_attention_ops *ops, size_t fault, float *dst, tally *t) {
  /* The last fault hides the key: the rows see 16, 17 and 18 keys. */
  const size_t visible = fault + 1 == sizeof faults / sizeof faults[0] ? 16 : KEYS - ROWS + 1;
  operands o;
  make(&o);
  /* Above 0, so that Inf in a key is Inf in a score: -Inf is a weight of 0. */
  o.q[(ROWS - 1) * D + 5] = 1.0f;
  float *operand = faults[fault].operand == 'q' ? o.q : o.k;
  operand[faults[fault].row * D + 5] = faults[fault].value;
  const gk_status status = attend(ops, &o, visible, dst);
  int right = status == GK_OK;
  for (size_t row = 0; row < ROWS; row++) {
    right = right && row_is_nan(dst + row * D) == faults[fault].nan_rows[row];
  }
  (void)tally_check(t, right, "attention with %s reaches other rows (%s)", faults[fault].name, gk_status_name(status));
}

/* A NaN among values reaches its own column alone; a value written again after it leaves no trace of it. */
static void check_values(const gk_attention_ops *ops, float *dst, tally *t) {
  const size_t row = D * sizeof(float);
  float clean[ROWS * D], again[ROWS * D];
  operands o;
  make(&o);
  gk_status status = attend(ops, &o, KEYS - ROWS + 1, clean);
  const float kept = o.v[2 * D + 7];
  o.v[2 * D + 7] = NAN;
  status = status == GK_OK ? attend(ops, &o, KEYS - ROWS + 1, dst) : status;
  int right = status == GK_OK;
  for (size_t i = 0; i < ROWS * D; i++) {
    right = right && (i % D == 7 ? isnan(dst[i]) : memcmp(dst + i, clean + i, sizeof *dst) == 0);
  }
  (void)tally_check(t, right, "attention with a NaN among the values reaches other columns");
  o.v[2 * D + 7] = kept;
  status = ops->kvappend_bf16p8_f32_f32(0, KEYS, D, o.k, row, o.v, row, o.cache, sizeof o.cache);
  status = status == GK_OK ? attend(ops, &o, KEYS - ROWS + 1, again) : status;
  (void)tally_check(t, status == GK_OK && memcmp(clean, again, sizeof clean) == 0,
                    "attention over values written again differs (%s)", gk_status_name(status));
}

/* Keys that are cut off, with NaN among the values cut off, then grown again to fewer keys. */
static void check_rollback(const gk_attention_ops *ops, tally *t) {
  const size_t row = D * sizeof(float);
  float expected[D], result[D];
  operands o;
  make(&o);
  gk_status status = ops->kvappend_bf16p8_f32_f32(0, 18, D, o.k, row, o.v, row, o.cache, sizeof o.cache);
  status = status == GK_OK ? ops->attend_f32_f32_bf16p8(1, D, 1, 18, 18, 0.25f, o.q, row, o.cache, expected, row)
                           : status;
  o.v[19 * D + 1] = NAN;
  status = status == GK_OK ? ops->kvappend_bf16p8_f32_f32(0, KEYS, D, o.k, row, o.v, row, o.cache, sizeof o.cache)
                           : status;
  status = status == GK_OK ? ops->kvappend_bf16p8_f32_f32(17, 1, D, o.k + 17 * D, row, o.v + 17 * D, row, o.cache,
                                                          sizeof o.cache)
                           : status;
  status = status == GK_OK ? ops->attend_f32_f32_bf16p8(1, D, 1, 18, 18, 0.25f, o.q, row, o.cache, result, row)
                           : status;
  (void)tally_check(t, status == GK_OK && memcmp(expected, result, sizeof result) == 0,
                    "attention after keys were cut off and written again differs (%s)", gk_status_name(status));
}

void check_attention_special_values(variant_set *set) {
  float first[ROWS * D], dst[ROWS * D];
  for (size_t fault = 0; fault < sizeof faults / sizeof faults[0]; fault++) {
    for (size_t i = 0; i < set->count; i++) {
      check_fault(&set->ops[i]->attention, fault, i == 0 ? first : dst, &set->tallies[i]);
      (void)tally_check(&set->tallies[i], i == 0 || same_floats(first, dst, ROWS * D),
                        "attention with %s differs from the lowest variant", faults[fault].name);
    }
  }
  for (size_t i = 0; i < set->count; i++) {
    check_values(&set->ops[i]->attention, dst, &set->tallies[i]);
    check_rollback(&set->ops[i]->attention, &set->tallies[i]);
  }
}
