#include "gk4/parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/random.h"

enum { M = 9, K = 1060, SUPERBLOCK = 512, ROOM = 16 * 1400, N = 16 };

typedef struct operands {
  float x[M * K], y[M * K], weight[K];
  _Alignas(GK_ALIGNMENT) unsigned char plain[ROOM], other[ROOM], weights[N * K];
} operands;

static void fill(operands *o) {
  uint32_t state = 7;
  for (size_t i = 0; i < M * K; i++) {
    o->x[i] = random_float(&state) * (i % 61 == 0 ? 30.0f : 1.0f);
  }
  for (size_t i = 0; i < K; i++) {
    o->weight[i] = 1.0f + 0.5f * random_float(&state);
  }
}

/* The bytes of the rows are the same in every variant, those of the panels only within one. */
static void check_bytes(const gk_ops *ops, const gk_ops *first, operands *o, tally *t) {
  const size_t stride = K * sizeof(float);
  size_t size = 0;
  gk_status status = ops->gk4.quant_size_qi8s(M, K, SUPERBLOCK, &size);
  status = status == GK_OK ? first->gk4.quant_qi8s_f32(M, K, SUPERBLOCK, o->x, stride, o->plain, size) : status;
  status = status == GK_OK ? ops->gk4.quant_qi8s_f32(M, K, SUPERBLOCK, o->x, stride, o->other, size) : status;
  (void)tally_check(t, status == GK_OK && memcmp(o->plain, o->other, (M - 1) * size / M + K) == 0,
                    "gk4 quant_qi8s differs from the lowest variant (%s)", gk_status_name(status));
  status = ops->elementwise.rmsnorm_f32_f32(M, K, o->x, stride, o->weight, 1e-5f, o->y, stride);
  memset(o->plain, 0, sizeof o->plain);
  memset(o->other, 0, sizeof o->other);
  status = status == GK_OK ? ops->gk4.quant_qi8s_f32(M, K, SUPERBLOCK, o->y, stride, o->plain, size) : status;
  status = status == GK_OK
               ? ops->gk4.rmsnormquant_qi8s_f32(M, K, SUPERBLOCK, o->x, stride, o->weight, 1e-5f, o->other, size)
               : status;
  (void)tally_check(t, status == GK_OK && memcmp(o->plain, o->other, size) == 0,
                    "gk4 rmsnormquant_qi8s differs from rmsnorm and quant (%s)", gk_status_name(status));
  status = ops->gk4.quant_size_qi8sp8(M, K, SUPERBLOCK, &size);
  status = status == GK_OK ? ops->gk4.quant_qi8sp8_f32(M, K, SUPERBLOCK, o->y, stride, o->plain, size) : status;
  status = status == GK_OK
               ? ops->gk4.rmsnormquant_qi8sp8_f32(M, K, SUPERBLOCK, o->x, stride, o->weight, 1e-5f, o->other, size)
               : status;
  (void)tally_check(t, status == GK_OK && memcmp(o->plain, o->other, size) == 0,
                    "gk4 rmsnormquant_qi8sp8 differs from rmsnorm and quant (%s)", gk_status_name(status));
}

/* One row with a special value against weights of 1. */
static void check_special(const gk_ops *ops, operands *o, float value, tally *t) {
  float dst[N], ordinary[N];
  size_t size = 0, weights_size = 0;
  for (size_t i = 0; i < 2 * K; i++) {
    o->x[i] = i < K ? 1.0f : 0.5f;
  }
  o->x[K - 1] = value;
  gk_status status = ops->gk4.quant_size_qi8s(2, K, SUPERBLOCK, &size);
  for (size_t i = 0; i < N * K && i < M * K; i++) {
    o->y[i] = 1.0f;
  }
  status = status == GK_OK ? gk_gk4_weights_size(8, K, SUPERBLOCK, &weights_size) : status;
  status = status == GK_OK
               ? gk_gk4_quantise_f32(8, K, SUPERBLOCK, o->y, K * sizeof(float), o->weights, sizeof o->weights)
               : status;
  status = status == GK_OK ? ops->gk4.quant_qi8s_f32(2, K, SUPERBLOCK, o->x, K * sizeof(float), o->plain, size) : status;
  status = status == GK_OK ? ops->gk4.gemv_f32_qi8s_gk4p16(8, K, SUPERBLOCK, o->plain, o->weights, dst) : status;
  status = status == GK_OK
               ? ops->gk4.gemv_f32_qi8s_gk4p16(8, K, SUPERBLOCK, o->plain + size / 2, o->weights, ordinary)
               : status;
  const int poisoned = isnan(value) || isinf(value);
  int right = status == GK_OK;
  for (size_t j = 0; j < 8; j++) {
    right = right && (poisoned ? isnan(dst[j]) : isfinite(dst[j])) && fabsf(ordinary[j] - (float)K / 2.0f) < 8.0f;
  }
  (void)tally_check(t, right, "gk4 row with %a: got %a beside %a (%s)", (double)value, (double)dst[0],
                    (double)ordinary[0], gk_status_name(status));
}

/* Rows of nothing but one magnitude: 0 and denormals become 0, everything else keeps its value within the bound. */
static void check_magnitude(const gk_ops *ops, operands *o, float value, tally *t) {
  float scales[3];
  size_t size = 0;
  for (size_t i = 0; i < K; i++) {
    o->x[i] = i % 2 ? -value : value;
  }
  gk_status status = ops->gk4.quant_size_qi8s(1, K, SUPERBLOCK, &size);
  status = status == GK_OK ? ops->gk4.quant_qi8s_f32(1, K, SUPERBLOCK, o->x, K * sizeof(float), o->plain, size) : status;
  const size_t padded = (K + 31) / 32 * 32;
  memcpy(scales, o->plain + padded, sizeof scales);
  const int vanishes = value < GK_GK4_ACTIVATION_MIN;
  int right = status == GK_OK;
  for (size_t i = 0; i < padded; i++) {
    const int q = (int8_t)o->plain[i];
    right = right && q == (i >= K || vanishes ? 0 : i % 2 ? -127 : 127);
  }
  for (size_t s = 0; s < 3; s++) {
    right = right && scales[s] == (vanishes ? 0.0f : value / 127.0f);
  }
  (void)tally_check(t, right, "gk4 row of +-%a is quantised wrongly (%s)", (double)value, gk_status_name(status));
}

void check_gk4_activations(variant_set *set) {
  static operands o;
  static const float specials[] = {0.0f, -0.0f, INFINITY, -INFINITY, NAN, FLT_MIN / 64, FLT_MAX / 4, -FLT_MAX / 4};
  static const float magnitudes[] = {0.0f, FLT_TRUE_MIN, FLT_MIN, 0x1p-120f, 0x1p-119f, 1.0f, 3e38f, FLT_MAX};
  for (size_t i = 0; i < set->count; i++) {
    fill(&o);
    check_bytes(set->ops[i], set->ops[0], &o, &set->tallies[i]);
    for (size_t v = 0; v < sizeof specials / sizeof specials[0]; v++) {
      check_special(set->ops[i], &o, specials[v], &set->tallies[i]);
      check_magnitude(set->ops[i], &o, magnitudes[v], &set->tallies[i]);
    }
  }
}
