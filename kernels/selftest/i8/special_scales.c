#include "i8/parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { COUNT = 9, K = 11 };

typedef struct packed_pair {
  _Alignas(GK_ALIGNMENT) unsigned char lhs[2 * GK_PANEL * 16];
  _Alignas(GK_ALIGNMENT) unsigned char rhs[2 * GK_PANEL * 16];
} packed_pair;

static int same_float(float a, float b) {
  return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void check_table(const gk_ops *ops, const float *scales, tally *t) {
  int8_t lhs[COUNT * K], rhs[COUNT * K];
  packed_pair packed;
  float dst[COUNT * COUNT];
  /* Every third row is all zeros, so that 0 * Inf and 0 * NaN occur. */
  for (int i = 0; i < COUNT * K; i++) {
    lhs[i] = (int8_t)(i / K % 3 == 0 ? 0 : i * 37 % 255 - 127);
    rhs[i] = (int8_t)(i * 91 % 255 - 127);
  }
  gk_status status = ops->i8.pack_i8p8_i8(COUNT, K, lhs, K, packed.lhs, sizeof packed.lhs);
  status = status == GK_OK ? ops->i8.pack_i8p8_i8(COUNT, K, rhs, K, packed.rhs, sizeof packed.rhs) : status;
  if (status == GK_OK) {
    status = ops->i8.gemm_f32_qi8rp8_qi8cp8(COUNT, COUNT, K, packed.lhs, scales, packed.rhs, scales, dst,
                                         COUNT * sizeof(float));
  }
  (void)tally_check(t, status == GK_OK, "gemm with special scales gives %s", gk_status_name(status));
  for (size_t i = 0; i < COUNT && status == GK_OK; i++) {
    for (size_t j = 0; j < COUNT; j++) {
      int32_t sum = 0;
      for (size_t k = 0; k < K; k++) {
        sum += lhs[i * K + k] * rhs[j * K + k];
      }
      const float expected = (float)sum * scales[i] * scales[j];
      (void)tally_check(t, same_float(dst[i * COUNT + j], expected), "scales %a and %a: got %a, expected %a",
                        (double)scales[i], (double)scales[j], (double)dst[i * COUNT + j], (double)expected);
    }
  }
}

void check_i8_special_scales(variant_set *set) {
  const float scales[COUNT] = {0.0f,         1.0f,     -0.0f,     INFINITY,   NAN,
                               FLT_MIN / 64, -FLT_MAX, -INFINITY, FLT_TRUE_MIN};
  for (size_t i = 0; i < set->count; i++) {
    check_table(set->ops[i], scales, &set->tallies[i]);
  }
}
