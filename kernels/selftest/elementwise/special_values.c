#include "elementwise/parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/values.h"

enum { N = 21, KINDS = 11 };

/* What the values at 3 and 18 (within and past the last whole vector) become; 0 keeps them. */
static const struct {
  const char *name;
  uint32_t at3, at18;
  float offset, scale;
} kinds[KINDS] = {
    {"plain", 0, 0, 0.0f, 2.0f},
    {"a NaN with payload", 0x7f812345u, 0, 0.0f, 2.0f},
    {"a negative NaN past the last vector", 0, 0xffc00001u, 0.0f, 2.0f},
    {"-Inf", 0xff800000u, 0xff800000u, 0.0f, 2.0f},
    {"Inf", 0, 0x7f800000u, 0.0f, 2.0f},
    {"denormals", 1, 0x807fffffu, 0.0f, FLT_MIN / 8},
    {"zeros", 0x80000000u, 0, 0.0f, 0.0f},
    {"far from 0", 0, 0, 3e6f, 50.0f},
    {"far below 0", 0, 0, -3e6f, 50.0f},
    {"the largest", 0x7f7fffffu, 0xff7fffffu, 0.0f, 1e38f},
    {"a hundred apart", 0x42c80000u, 0xc2c80000u, 0.0f, 2.0f},
};

static void make_row(size_t kind, float *x) {
  uint32_t state = (uint32_t)kind + 77;
  fill_random(x, N, kinds[kind].scale, &state);
  for (size_t i = 0; i < N; i++) {
    x[i] += kinds[kind].offset;
  }
  if (kinds[kind].at3 != 0) {
    memcpy(x + 3, &kinds[kind].at3, sizeof *x);
  }
  if (kinds[kind].at18 != 0) {
    memcpy(x + 18, &kinds[kind].at18, sizeof *x);
  }
}

typedef struct results {
  float rmsnorm[N], softmax[N], swiglu[N], halves[N], pairs[N];
} results;

static gk_status compute(const gk_elementwise_ops *ops, const float *x, const float *ones, results *r) {
  gk_status status = ops->rmsnorm_f32_f32(1, N, x, sizeof r->rmsnorm, ones, 1e-6f, r->rmsnorm, sizeof r->rmsnorm);
  status = status == GK_OK ? ops->softmax_f32_f32(1, N, x, sizeof r->softmax, r->softmax, sizeof r->softmax) : status;
  status = status == GK_OK ? ops->swiglu_f32_f32_f32(N, x, ones, r->swiglu) : status;
  r->halves[N - 1] = r->pairs[N - 1] = 0.0f;
  status = status == GK_OK ? ops->ropehalves_f32_f32(1, N - 1, x, sizeof r->halves, ones, ones, r->halves,
                                                     sizeof r->halves)
                           : status;
  return status == GK_OK
             ? ops->ropepairs_f32_f32(1, N - 1, x, sizeof r->pairs, ones, ones, r->pairs, sizeof r->pairs)
             : status;
}

static int softmax_is_right(const float *x, const float *y) {
  double max = -INFINITY, sum = 0.0;
  int right = 1, has_nan = 0;
  for (size_t i = 0; i < N; i++) {
    has_nan = has_nan || isnan(x[i]);
    max = fmax(max, (double)x[i]);
  }
  for (size_t i = 0; i < N; i++) {
    sum += exp((double)x[i] - max);
  }
  for (size_t i = 0; i < N; i++) {
    const double expected = exp((double)x[i] - max) / sum;
    right = right && (has_nan || isinf(max) ? isnan(y[i]) : fabs((double)y[i] - expected) <= 4e-6 * expected + 1e-37);
    right = right && (x[i] != -INFINITY || isinf(max) || has_nan || y[i] == 0.0f);
  }
  return right;
}

static int swiglu_is_right(const float *gate, const float *y) {
  for (size_t i = 0; i < N; i++) {
    const double g = (double)gate[i];
    const double expected = g < -100 ? 0.0 : g / (1.0 + exp(-g));
    if (isnan(g) || isinf(expected) ? !(isnan(g) ? isnan(y[i]) : (double)y[i] == expected)
                                    : fabs((double)y[i] - expected) > 2e-6 * fabs(expected) + 2e-36) {
      return 0;
    }
  }
  return 1;
}

static void check_infinite_rows(const gk_elementwise_ops *ops, tally *t) {
  const float lowest[3] = {-INFINITY, -INFINITY, -INFINITY};
  const float zeros[3] = {0.0f, 0.0f, 0.0f};
  float out[3];
  gk_status status = ops->softmax_f32_f32(1, 3, lowest, sizeof lowest, out, sizeof out);
  (void)tally_check(t, status == GK_OK && isnan(out[0]) && isnan(out[1]) && isnan(out[2]),
                    "softmax of nothing but -Inf gives %a, not NaN", (double)out[0]);
  status = ops->rmsnorm_f32_f32(1, 3, zeros, sizeof zeros, zeros, 0.0f, out, sizeof out);
  (void)tally_check(t, status == GK_OK && isnan(out[0]), "rmsnorm of zeros without epsilon gives %a, not NaN",
                    (double)out[0]);
}

void check_elementwise_special_values(variant_set *set) {
  float ones[N];
  for (size_t i = 0; i < N; i++) {
    ones[i] = 1.0f;
  }
  for (size_t kind = 0; kind < KINDS; kind++) {
    results first = {0};
    float x[N];
    make_row(kind, x);
    for (size_t i = 0; i < set->count; i++) {
      results r;
      tally *t = &set->tallies[i];
      const gk_status status = compute(&set->ops[i]->elementwise, x, ones, &r);
      first = i == 0 ? r : first;
      (void)tally_check(t, status == GK_OK && same_floats((float *)&first, (float *)&r, sizeof r / sizeof(float)),
                        "elementwise kernels on %s differ from the lowest variant (%s)", kinds[kind].name,
                        gk_status_name(status));
      (void)tally_check(t, softmax_is_right(x, r.softmax), "softmax of %s", kinds[kind].name);
      (void)tally_check(t, swiglu_is_right(x, r.swiglu), "swiglu of %s", kinds[kind].name);
    }
  }
  for (size_t i = 0; i < set->count; i++) {
    check_infinite_rows(&set->ops[i]->elementwise, &set->tallies[i]);
  }
}
