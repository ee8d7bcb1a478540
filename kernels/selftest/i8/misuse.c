#include "i8/parts.h"

#define FAMILY "i8"
#include "support/misuse.h"

enum { ROWS = 9, K = 10, PACKED = 16 * 16 };

/* Valid operands, from which each misuse departs in one point. */
typedef struct operands {
  _Alignas(GK_ALIGNMENT) unsigned char lhs[PACKED + GK_ALIGNMENT];
  _Alignas(GK_ALIGNMENT) unsigned char rhs[PACKED + GK_ALIGNMENT];
  int8_t src[ROWS * K];
  _Alignas(GK_ALIGNMENT) float scale[ROWS + 1];
  float dst[ROWS * ROWS + 1];
} operands;

static void check_queries(const gk_ops *ops, tally *t) {
  size_t out = 12345;
  expect(t, GK_ERROR_NULL_POINTER, ops->i8.pack_size_i8p8(1, 1, NULL), "pack_size without size");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_size_i8p8(0, 1, &out), "pack_size, rows 0");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_size_i8p8(1, 0, &out), "pack_size, k 0");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_size_i8p8(GK_DIM_MAX + 1, 1, &out), "pack_size, rows too large");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_size_i8p8(1, GK_I8_K_MAX + 1, &out), "pack_size, k too large");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_size_i8p8(SIZE_MAX, SIZE_MAX, &out), "pack_size, largest size_t");
  expect(t, GK_ERROR_NULL_POINTER, ops->i8.pack_offset_i8p8(0, 1, NULL), "pack_offset without offset");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_offset_i8p8(0, 0, &out), "pack_offset, k 0");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_offset_i8p8(SIZE_MAX - 7, 1, &out), "pack_offset, row too large");
  expect(t, GK_ERROR_MISALIGNED, ops->i8.pack_offset_i8p8(4, 1, &out), "pack_offset inside a panel");
  (void)tally_check(t, out == 12345, "a failed query wrote %zu", out);
  expect(t, GK_OK, ops->i8.pack_size_i8p8(GK_DIM_MAX, GK_I8_K_MAX, &out), "pack_size, largest shape");
  (void)tally_check(t, out == (size_t)GK_DIM_MAX * GK_I8_K_MAX, "pack_size, largest shape: %zu", out);
}

static void check_pack(const gk_ops *ops, operands *o, tally *t) {
  const size_t size = PACKED;
  expect(t, GK_ERROR_NULL_POINTER, ops->i8.pack_i8p8_i8(ROWS, K, NULL, K, o->lhs, size), "pack without src");
  expect(t, GK_ERROR_NULL_POINTER, ops->i8.pack_i8p8_i8(ROWS, K, o->src, K, NULL, size), "pack without dst");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_i8p8_i8(0, K, o->src, K, o->lhs, size), "pack, rows 0");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_i8p8_i8(ROWS, 0, o->src, K, o->lhs, size), "pack, k 0");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_i8p8_i8(SIZE_MAX, K, o->src, K, o->lhs, size), "pack, rows too large");
  expect(t, GK_ERROR_SHAPE, ops->i8.pack_i8p8_i8(ROWS, SIZE_MAX, o->src, K, o->lhs, size), "pack, k too large");
  expect(t, GK_ERROR_STRIDE, ops->i8.pack_i8p8_i8(ROWS, K, o->src, K - 1, o->lhs, size), "pack, stride too short");
  expect(t, GK_ERROR_STRIDE, ops->i8.pack_i8p8_i8(ROWS, K, o->src, GK_STRIDE_MAX + 1, o->lhs, size),
         "pack, stride too long");
  expect(t, GK_ERROR_MISALIGNED, ops->i8.pack_i8p8_i8(ROWS, K, o->src, K, o->lhs + 32, size), "pack, dst off by 32");
  expect(t, GK_ERROR_BUFFER_TOO_SMALL, ops->i8.pack_i8p8_i8(ROWS, K, o->src, K, o->lhs, size - 1),
         "pack, dst one byte short");
}

static void check_gemm(const gk_ops *ops, operands *o, tally *t) {
  const size_t stride = ROWS * sizeof(float);
  const float *scale = o->scale;
#define GEMM(what, expected, m, n, k, lhs, lhs_scale, rhs, rhs_scale, dst, stride)                             \
  expect(t, expected, ops->i8.gemm_f32_qi8rp8_qi8cp8(m, n, k, lhs, lhs_scale, rhs, rhs_scale, dst, stride), "gemm, " what)
  GEMM("lhs NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, NULL, scale, o->rhs, scale, o->dst, stride);
  GEMM("lhs_scale NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, NULL, o->rhs, scale, o->dst, stride);
  GEMM("rhs NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, scale, NULL, scale, o->dst, stride);
  GEMM("rhs_scale NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, scale, o->rhs, NULL, o->dst, stride);
  GEMM("dst NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, scale, o->rhs, scale, NULL, stride);
  GEMM("m 0", GK_ERROR_SHAPE, 0, ROWS, K, o->lhs, scale, o->rhs, scale, o->dst, stride);
  GEMM("n 0", GK_ERROR_SHAPE, ROWS, 0, K, o->lhs, scale, o->rhs, scale, o->dst, stride);
  GEMM("k 0", GK_ERROR_SHAPE, ROWS, ROWS, 0, o->lhs, scale, o->rhs, scale, o->dst, stride);
  GEMM("m too large", GK_ERROR_SHAPE, SIZE_MAX, ROWS, K, o->lhs, scale, o->rhs, scale, o->dst, stride);
  GEMM("n too large", GK_ERROR_SHAPE, ROWS, SIZE_MAX / 4 + 1, K, o->lhs, scale, o->rhs, scale, o->dst, stride);
  GEMM("k too large", GK_ERROR_SHAPE, ROWS, ROWS, GK_I8_K_MAX + 1, o->lhs, scale, o->rhs, scale, o->dst, stride);
  GEMM("stride short", GK_ERROR_STRIDE, ROWS, ROWS, K, o->lhs, scale, o->rhs, scale, o->dst, stride - 4);
  GEMM("stride long", GK_ERROR_STRIDE, ROWS, ROWS, K, o->lhs, scale, o->rhs, scale, o->dst, GK_STRIDE_MAX + 4);
  GEMM("stride odd", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, scale, o->rhs, scale, o->dst, stride + 2);
  GEMM("lhs off by 32", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs + 32, scale, o->rhs, scale, o->dst, stride);
  GEMM("rhs off by 8", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, scale, o->rhs + 8, scale, o->dst, stride);
  GEMM("lhs_scale off by 1", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, off_by_1(scale), o->rhs, scale, o->dst,
       stride);
  GEMM("rhs_scale off by 1", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, scale, o->rhs, off_by_1(scale), o->dst,
       stride);
  GEMM("dst off by 1", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, scale, o->rhs, scale,
       off_by_1(o->dst), stride);
#undef GEMM
}

static void check_gemv(const gk_ops *ops, operands *o, tally *t) {
  const float *scale = o->scale;
#define GEMV(what, expected, n, k, lhs, rhs, rhs_scale, dst) \
  expect(t, expected, ops->i8.gemv_f32_qi8r_qi8cp8(n, k, lhs, 1.0f, rhs, rhs_scale, dst), "gemv, " what)
  GEMV("lhs NULL", GK_ERROR_NULL_POINTER, ROWS, K, NULL, o->rhs, scale, o->dst);
  GEMV("rhs NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->src, NULL, scale, o->dst);
  GEMV("rhs_scale NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->src, o->rhs, NULL, o->dst);
  GEMV("dst NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->src, o->rhs, scale, NULL);
  GEMV("n 0", GK_ERROR_SHAPE, 0, K, o->src, o->rhs, scale, o->dst);
  GEMV("k 0", GK_ERROR_SHAPE, ROWS, 0, o->src, o->rhs, scale, o->dst);
  GEMV("n too large", GK_ERROR_SHAPE, GK_DIM_MAX + 1, K, o->src, o->rhs, scale, o->dst);
  GEMV("k too large", GK_ERROR_SHAPE, ROWS, SIZE_MAX, o->src, o->rhs, scale, o->dst);
  GEMV("rhs off by 8", GK_ERROR_MISALIGNED, ROWS, K, o->src, o->rhs + 8, scale, o->dst);
  GEMV("rhs_scale off by 1", GK_ERROR_MISALIGNED, ROWS, K, o->src, o->rhs, off_by_1(scale), o->dst);
  GEMV("dst off by 1", GK_ERROR_MISALIGNED, ROWS, K, o->src, o->rhs, scale, off_by_1(o->dst));
#undef GEMV
}

void check_i8_misuse(variant_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    operands o;
    tally *t = &set->tallies[i];
    set_canary(&o, sizeof o);
    check_queries(set->ops[i], t);
    check_pack(set->ops[i], &o, t);
    check_gemm(set->ops[i], &o, t);
    check_gemv(set->ops[i], &o, t);
    (void)tally_check(t, is_canary(&o, sizeof o), "a call that failed wrote to its operands");
  }
}
