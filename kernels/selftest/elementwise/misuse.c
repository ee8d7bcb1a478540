#include "elementwise/parts.h"

#include <math.h>

#define FAMILY "elementwise"
#include "support/misuse.h"

enum { ROWS = 2, N = 6 };

typedef struct operands {
  float x[ROWS * N + 1], b[N + 1], c[N + 1], dst[ROWS * N + 1];
} operands;

#define ROWS_MISUSE(call, name)                                                                                \
  call(name ", src NULL", GK_ERROR_NULL_POINTER, ROWS, N, NULL, stride, o->dst, stride);                       \
  call(name ", dst NULL", GK_ERROR_NULL_POINTER, ROWS, N, o->x, stride, NULL, stride);                         \
  call(name ", rows 0", GK_ERROR_SHAPE, 0, N, o->x, stride, o->dst, stride);                                   \
  call(name ", n 0", GK_ERROR_SHAPE, ROWS, 0, o->x, stride, o->dst, stride);                                   \
  call(name ", rows too large", GK_ERROR_SHAPE, SIZE_MAX, N, o->x, stride, o->dst, stride);                    \
  call(name ", n too large", GK_ERROR_SHAPE, ROWS, SIZE_MAX / 2, o->x, stride, o->dst, stride);                \
  call(name ", src_stride short", GK_ERROR_STRIDE, ROWS, N, o->x, stride - 4, o->dst, stride);                 \
  call(name ", src_stride long", GK_ERROR_STRIDE, ROWS, N, o->x, GK_STRIDE_MAX + 4, o->dst, stride);           \
  call(name ", dst_stride short", GK_ERROR_STRIDE, ROWS, N, o->x, stride, o->dst, stride - 4);                 \
  call(name ", dst_stride long", GK_ERROR_STRIDE, ROWS, N, o->x, stride, o->dst, GK_STRIDE_MAX + 4);           \
  call(name ", src_stride odd", GK_ERROR_MISALIGNED, ROWS, N, o->x, stride + 2, o->dst, stride);               \
  call(name ", dst_stride odd", GK_ERROR_MISALIGNED, ROWS, N, o->x, stride, o->dst, stride + 2);               \
  call(name ", src off by 1", GK_ERROR_MISALIGNED, ROWS, N, off_by_1(o->x), stride, o->dst, stride);           \
  call(name ", dst off by 1", GK_ERROR_MISALIGNED, ROWS, N, o->x, stride, off_by_1(o->dst), stride)

static void check_rmsnorm(const gk_elementwise_ops *ops, operands *o, tally *t) {
  const size_t stride = N * sizeof(float);
#define CALL(what, expected, rows, n, src, src_stride, dst, dst_stride) \
  expect(t, expected, ops->rmsnorm_f32_f32(rows, n, src, src_stride, o->b, 0.5f, dst, dst_stride), what)
  ROWS_MISUSE(CALL, "rmsnorm");
#undef CALL
#define CALL(what, expected, weight, epsilon) \
  expect(t, expected, ops->rmsnorm_f32_f32(ROWS, N, o->x, stride, weight, epsilon, o->dst, stride), what)
  CALL("rmsnorm, weight NULL", GK_ERROR_NULL_POINTER, NULL, 0.5f);
  CALL("rmsnorm, weight off by 1", GK_ERROR_MISALIGNED, off_by_1(o->b), 0.5f);
  CALL("rmsnorm, epsilon below 0", GK_ERROR_VALUE, o->b, -1e-9f);
  CALL("rmsnorm, epsilon Inf", GK_ERROR_VALUE, o->b, INFINITY);
  CALL("rmsnorm, epsilon NaN", GK_ERROR_VALUE, o->b, NAN);
#undef CALL
}

static void check_softmax(const gk_elementwise_ops *ops, operands *o, tally *t) {
  const size_t stride = N * sizeof(float);
#define CALL(what, expected, rows, n, src, src_stride, dst, dst_stride) \
  expect(t, expected, ops->softmax_f32_f32(rows, n, src, src_stride, dst, dst_stride), what)
  ROWS_MISUSE(CALL, "softmax");
#undef CALL
}

static void check_swiglu(const gk_elementwise_ops *ops, operands *o, tally *t) {
#define CALL(what, expected, n, gate, up, dst) expect(t, expected, ops->swiglu_f32_f32_f32(n, gate, up, dst), what)
  CALL("swiglu, gate NULL", GK_ERROR_NULL_POINTER, N, NULL, o->b, o->dst);
  CALL("swiglu, up NULL", GK_ERROR_NULL_POINTER, N, o->x, NULL, o->dst);
  CALL("swiglu, dst NULL", GK_ERROR_NULL_POINTER, N, o->x, o->b, NULL);
  CALL("swiglu, n 0", GK_ERROR_SHAPE, 0, o->x, o->b, o->dst);
  CALL("swiglu, n too large", GK_ERROR_SHAPE, GK_DIM_MAX + 1, o->x, o->b, o->dst);
  CALL("swiglu, gate off by 1", GK_ERROR_MISALIGNED, N, off_by_1(o->x), o->b, o->dst);
  CALL("swiglu, up off by 1", GK_ERROR_MISALIGNED, N, o->x, off_by_1(o->b), o->dst);
  CALL("swiglu, dst off by 1", GK_ERROR_MISALIGNED, N, o->x, o->b, off_by_1(o->dst));
#undef CALL
}

static void check_rope(const gk_elementwise_ops *ops, operands *o, tally *t) {
  const size_t stride = N * sizeof(float);
#define CALL(what, expected, rows, d, src, src_stride, dst, dst_stride)                                            \
  expect(t, expected, ops->ropehalves_f32_f32(rows, d, src, src_stride, o->b, o->c, dst, dst_stride), what);       \
  expect(t, expected, ops->ropepairs_f32_f32(rows, d, src, src_stride, o->b, o->c, dst, dst_stride), what)
  ROWS_MISUSE(CALL, "rope");
  CALL("rope, d odd", GK_ERROR_SHAPE, ROWS, N - 1, o->x, stride, o->dst, stride);
#undef CALL
#define CALL(what, expected, cosine, sine)                                                                          \
  expect(t, expected, ops->ropehalves_f32_f32(ROWS, N, o->x, stride, cosine, sine, o->dst, stride), what);          \
  expect(t, expected, ops->ropepairs_f32_f32(ROWS, N, o->x, stride, cosine, sine, o->dst, stride), what)
  CALL("rope, cosine NULL", GK_ERROR_NULL_POINTER, NULL, o->c);
  CALL("rope, sine NULL", GK_ERROR_NULL_POINTER, o->b, NULL);
  CALL("rope, cosine off by 1", GK_ERROR_MISALIGNED, off_by_1(o->b), o->c);
  CALL("rope, sine off by 1", GK_ERROR_MISALIGNED, o->b, off_by_1(o->c));
#undef CALL
}

void check_elementwise_misuse(variant_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    operands o;
    tally *t = &set->tallies[i];
    const gk_elementwise_ops *ops = &set->ops[i]->elementwise;
    set_canary(&o, sizeof o);
    check_rmsnorm(ops, &o, t);
    check_softmax(ops, &o, t);
    check_swiglu(ops, &o, t);
    check_rope(ops, &o, t);
    (void)tally_check(t, is_canary(&o, sizeof o), "an elementwise call that failed wrote to its operands");
  }
}
