#include "block8/parts.h"

#include <math.h>
#include <string.h>

#include "support/random.h"

enum { M = 11, K = 160, BLOCK = GK_BLOCK8_BLOCK, BLOCKS = K / BLOCK, ROW = 192, PANELS = 2 * 8 * ROW, N = 8 };

typedef struct operands {
  float x[M * K];
  _Alignas(GK_ALIGNMENT) unsigned char rows[M * ROW], packed[PANELS], panels[PANELS], weights[N * ROW];
} operands;

static void fill(operands *o) {
  uint32_t state = 5;
  memset(o, 0, sizeof *o);
  for (size_t i = 0; i < M * K; i++) {
    o->x[i] = random_float(&state) * (i % 61 == 0 ? 30.0f : 1.0f);
  }
}

static float scale_at(const operands *o, size_t row, size_t block) {
  float scale;
  memcpy(&scale, o->rows + row * ROW + K + block * sizeof scale, sizeof scale);
  return scale;
}

/* The scale is the rounded quotient, and no value is further from its source than the roundings of x * (127 / a) allow. */
static int is_block_right(const operands *o, size_t row, size_t block) {
  const float *x = o->x + row * K + block * BLOCK;
  const int8_t *values = (const int8_t *)o->rows + row * ROW + block * BLOCK;
  float largest = 0.0f;
  int right = 1;
  for (size_t i = 0; i < BLOCK; i++) {
    largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
  }
  const double step = (double)largest / 127.0;
  for (size_t i = 0; i < BLOCK; i++) {
    right = right && fabs((double)values[i] * step - (double)x[i]) <= 0.5001 * step;
  }
  return right && scale_at(o, row, block) == largest / 127.0f;
}

static void check_values(const gk_ops *ops, const gk_ops *lowest, operands *o, tally *t) {
  gk_status status = ops->block8.quant_qi8b_f32(M, K, o->x, K * sizeof(float), o->rows, sizeof o->rows);
  int right = status == GK_OK;
  for (size_t i = 0; i < M * BLOCKS; i++) {
    right = right && is_block_right(o, i / BLOCKS, i % BLOCKS);
  }
  (void)tally_check(t, right, "block8 quant_qi8b leaves its definition (%s)", gk_status_name(status));
  status = lowest->block8.quant_qi8b_f32(M, K, o->x, K * sizeof(float), o->packed, sizeof o->packed);
  int same = status == GK_OK;
  for (size_t i = 0; i < M; i++) {
    same = same && memcmp(o->rows + i * ROW, o->packed + i * ROW, K + BLOCKS * sizeof(float)) == 0;
  }
  (void)tally_check(t, same, "block8 quant_qi8b differs from the lowest variant (%s)", gk_status_name(status));
}

/* Quantised into panels, or quantised and then packed: the same bytes. */
static void check_panels(const gk_ops *ops, operands *o, tally *t) {
  size_t size = 0;
  gk_status status = ops->block8.quant_size_qi8bp8(M, K, &size);
  memset(o->packed, 0, sizeof o->packed);
  memset(o->panels, 0, sizeof o->panels);
  status = status == GK_OK ? ops->block8.quant_qi8bp8_f32(M, K, o->x, K * sizeof(float), o->panels, size) : status;
  status = status == GK_OK ? ops->block8.pack_qi8bp8_qi8b(M, K, o->rows, o->packed, size) : status;
  (void)tally_check(t, status == GK_OK && memcmp(o->panels, o->packed, size) == 0,
                    "block8 quant_qi8bp8 differs from quant and pack (%s)", gk_status_name(status));
}

/* One value of the first row, against weights of 1; the second row stands beside it. */
static void check_special(const gk_ops *ops, operands *o, float value, tally *t) {
  float dst[2 * N];
  for (size_t i = 0; i < 2 * K; i++) {
    o->x[i] = 1.0f;
  }
  for (size_t j = 0; j < N * ROW; j++) {
    o->weights[j] = 1;
  }
  for (size_t j = 0; j < N; j++) {
    for (size_t b = 0; b < BLOCKS; b++) {
      const float one = 1.0f;
      memcpy(o->weights + j * ROW + K + b * sizeof one, &one, sizeof one);
    }
  }
  o->x[K - 1] = value;
  gk_status status = ops->block8.quant_qi8bp8_f32(2, K, o->x, K * sizeof(float), o->panels, sizeof o->panels);
  status = status == GK_OK ? ops->block8.pack_qi8bp8_qi8b(N, K, o->weights, o->packed, sizeof o->packed) : status;
  status = status == GK_OK ? ops->block8.gemm_f32_qi8bp8_qi8bp8(2, N, K, o->panels, o->packed, dst, N * sizeof(float))
                           : status;
  int right = status == GK_OK;
  for (size_t j = 0; j < N; j++) {
    right = right && (isfinite(value) ? isfinite(dst[j]) : isnan(dst[j])) && fabsf(dst[N + j] - (float)K) < 1.0f;
  }
  (void)tally_check(t, right, "block8 row with %a: got %a beside %a (%s)", (double)value, (double)dst[0],
                    (double)dst[N], gk_status_name(status));
}

/* A block of nothing but one small magnitude: zeros with the scale 0 below 2^-119, the value itself from there on. */
static void check_magnitude(const gk_ops *ops, operands *o, float value, int is_zero, tally *t) {
  for (size_t i = 0; i < K; i++) {
    o->x[i] = i % 2 ? -value : value;
  }
  const gk_status status = ops->block8.quant_qi8b_f32(1, K, o->x, K * sizeof(float), o->rows, sizeof o->rows);
  const int8_t *values = (const int8_t *)o->rows;
  const int right = status == GK_OK && values[0] == (is_zero ? 0 : 127) && values[K - 1] == (is_zero ? 0 : -127) &&
                    scale_at(o, 0, BLOCKS - 1) == (is_zero ? 0.0f : value / 127.0f);
  (void)tally_check(t, right, "block8 magnitude %a gives %d and scale %a", (double)value, values[0],
                    (double)scale_at(o, 0, BLOCKS - 1));
}

void check_block8_activations(variant_set *set) {
  static const float special[] = {INFINITY, -INFINITY, NAN, 0.0f, 0x1p-140f, 0x1p100f};
  for (size_t i = 0; i < set->count; i++) {
    operands o;
    tally *t = &set->tallies[i];
    fill(&o);
    check_values(set->ops[i], set->ops[0], &o, t);
    check_panels(set->ops[i], &o, t);
    for (size_t j = 0; j < sizeof special / sizeof special[0]; j++) {
      check_special(set->ops[i], &o, special[j], t);
    }
    check_magnitude(set->ops[i], &o, 0.0f, 1, t);
    check_magnitude(set->ops[i], &o, 0x1p-120f, 1, t);
    check_magnitude(set->ops[i], &o, 0x1p-119f, 0, t);
    check_magnitude(set->ops[i], &o, 0x1p126f, 0, t);
  }
}
