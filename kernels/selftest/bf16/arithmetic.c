#include "bf16/parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/random.h"
#include "support/values.h"

enum { MAX_K = 24, PANEL_VALUES = 8 * MAX_K, PATTERN_ROUNDS = 150 };

/* A product of one row and one column whose result follows from the architecture's definition alone. */
static const struct {
  const char *name;
  size_t k;
  uint16_t a[8], b[8];
  uint32_t expected;
} known[] = {
    /* 1 + 2^-60: the last bit says that something was lost. */
    {"inexact upwards", 2, {0x3f80, 0x3080}, {0x3f80, 0x3080}, 0x3f800001u},
    /* 1 - 2^-60 = 0.11...: cut off, and the last bit is set already. */
    {"inexact downwards", 2, {0x3f80, 0x3080}, {0x3f80, 0xb080}, 0x3f7fffffu},
    /* (1 + 2^-60) as the second pair: rounds to odd again, from an odd sum. */
    {"two roundings", 4, {0x3f80, 0x3080, 0x3f80, 0}, {0x3f80, 0x3080, 0x3f80, 0}, 0x40000001u},
    {"exact", 2, {0x4040, 0x3f00}, {0x4000, 0x3f00}, 0x40c80000u},
    {"operand below the normal numbers", 1, {0x007f}, {0x7f00}, 0},
    /* 2^-70 * 2^-70 */
    {"product below the normal numbers", 1, {0x1c80}, {0x1c80}, 0},
    /* 2^-126 * 1.5 - 2^-126 = 2^-127 */
    {"pair below the normal numbers", 2, {0x00c0, 0x0080}, {0x3f80, 0xbf80}, 0},
    /* The sum 2^-126 * 1.5, then - 2^-126. +0 + -0 is +0, and a flushed sum keeps its sign. */
    {"sum below the normal numbers", 3, {0x00c0, 0, 0x0080}, {0x3f80, 0, 0xbf80}, 0},
    {"negative sum below the normal numbers", 3, {0x00c0, 0, 0x0080}, {0xbf80, 0, 0x3f80}, 0x80000000u},
    {"overflow of a product", 1, {0x7f00}, {0x4000}, 0x7f800000u},
    /* 255 * 2^120 + 255 * 2^112 + 255 * 2^104 = FLT_MAX; 2^103 more is odd already, and not yet Inf. */
    {"just below overflow", 7, {0x7f7f, 0x7b7f, 0x777f, 0, 0x7300, 0, 0}, {0x3f80, 0x3f80, 0x3f80, 0, 0x3f80, 0, 0},
     0x7f7fffffu},
    /* And 2^104 more is 2^128. */
    {"just overflow", 7, {0x7f7f, 0x7b7f, 0x777f, 0, 0x7380, 0, 0}, {0x3f80, 0x3f80, 0x3f80, 0, 0x3f80, 0, 0},
     0x7f800000u},
    {"Inf times 0", 1, {0x7f80}, {0}, 0x7fc00000u},
    {"Inf minus Inf", 2, {0x7f80, 0x7f80}, {0x3f80, 0xbf80}, 0x7fc00000u},
    {"NaN", 3, {0x3f80, 0x7f81, 0x3f80}, {0x3f80, 0x3f80, 0x3f80}, 0x7fc00000u},
};

static gk_status product(const gk_bf16_ops *ops, size_t m, size_t n, size_t k, const uint16_t *a, const uint16_t *b,
                         float *dst) {
  _Alignas(GK_ALIGNMENT) uint16_t left[PANEL_VALUES];
  _Alignas(GK_ALIGNMENT) uint16_t right[PANEL_VALUES];
  gk_status status = ops->pack_bf16p8_bf16(m, k, a, k * sizeof *a, left, sizeof left);
  status = status == GK_OK ? ops->pack_bf16p8_bf16(n, k, b, k * sizeof *b, right, sizeof right) : status;
  return status == GK_OK ? ops->gemm_f32_bf16p8_bf16p8(m, n, k, left, right, dst, n * sizeof *dst) : status;
}

static void check_known(const gk_bf16_ops *ops, tally *t) {
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    float result = 0.0f, expected;
    memcpy(&expected, &known[i].expected, sizeof expected);
    const gk_status status = product(ops, 1, 1, known[i].k, known[i].a, known[i].b, &result);
    (void)tally_check(t, status == GK_OK && same_floats(&result, &expected, 1), "bf16 %s: got %a, expected %a (%s)",
                      known[i].name, (double)result, (double)expected, gk_status_name(status));
  }
}

/* Any bits, or exponents from `lowest`, `range` of them: near the smallest products, near the largest, or between. */
static uint16_t random_pattern(uint32_t *state, uint32_t lowest, uint32_t range) {
  const uint32_t r = random_next(state);
  if (random_next(state) % 50 == 0) {
    return (uint16_t)(r & 0x8000);
  }
  return (uint16_t)(range == 0 ? r >> 8 : (r & 0x807f) | (lowest + (r >> 16) % range) << 7);
}

static void check_patterns(variant_set *set) {
  static const uint32_t lowest[] = {0, 100, 55, 185, 1, 71};
  static const uint32_t range[] = {0, 50, 20, 8, 254, 8};
  uint32_t state = 20261123;
  for (int round = 0; round < PATTERN_ROUNDS; round++) {
    const size_t m = 1 + random_next(&state) % 8, n = 1 + random_next(&state) % 8;
    const size_t k = 1 + random_next(&state) % MAX_K, kind = random_next(&state) % 6;
    uint16_t a[PANEL_VALUES], b[PANEL_VALUES];
    float first[64], result[64];
    for (size_t i = 0; i < PANEL_VALUES; i++) {
      a[i] = random_pattern(&state, lowest[kind], range[kind]);
      b[i] = random_pattern(&state, lowest[kind], range[kind]);
    }
    for (size_t i = 0; i < set->count; i++) {
      const gk_status status = product(&set->ops[i]->bf16, m, n, k, a, b, i == 0 ? first : result);
      (void)tally_check(&set->tallies[i], status == GK_OK && (i == 0 || same_floats(first, result, m * n)),
                        "bf16 %zux%zux%zu on bit patterns of kind %zu differs from the lowest variant (%s)", m, n, k,
                        kind, gk_status_name(status));
    }
  }
}

void check_bf16_arithmetic(variant_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    check_known(&set->ops[i]->bf16, &set->tallies[i]);
  }
  check_patterns(set);
}
