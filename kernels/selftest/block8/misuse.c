#include "block8/parts.h"

#define FAMILY "block8"
#include "support/misuse.h"

enum { ROWS = 9, K = 64, ROOM = 16 * 128 };

/* Valid operands, from which each misuse departs in one point. */
typedef struct operands {
  _Alignas(GK_ALIGNMENT) unsigned char lhs[ROOM], rhs[ROOM], out[ROOM];
  _Alignas(GK_ALIGNMENT) float x[ROWS * K + 1], dst[ROWS * ROWS + 1];
} operands;

static void check_queries(const gk_block8_ops *ops, tally *t) {
  size_t size = 0;
  (void)tally_check(t, ops->quant_step_qi8b() == 1 && ops->quant_step_qi8bp8() == GK_PANEL, "block8 steps");
  expect(t, GK_ERROR_NULL_POINTER, ops->quant_size_qi8bp8(ROWS, K, NULL), "size NULL");
  expect(t, GK_ERROR_SHAPE, ops->quant_size_qi8bp8(0, K, &size), "size of 0 rows");
  expect(t, GK_ERROR_SHAPE, ops->quant_size_qi8bp8(GK_DIM_MAX + 1, K, &size), "size of too many rows");
  expect(t, GK_ERROR_SHAPE, ops->quant_size_qi8b(ROWS, 0, &size), "size of k 0");
  expect(t, GK_ERROR_SHAPE, ops->quant_size_qi8b(ROWS, K + 1, &size), "size of k that is no multiple of 32");
  expect(t, GK_ERROR_SHAPE, ops->quant_size_qi8b(ROWS, GK_BLOCK8_K_MAX + 32, &size), "size of k too large");
  expect(t, GK_ERROR_NULL_POINTER, ops->quant_offset_qi8b(0, K, NULL), "offset NULL");
  expect(t, GK_ERROR_SHAPE, ops->quant_offset_qi8bp8(GK_DIM_MAX + 8, K, &size), "offset of a row too large");
  expect(t, GK_ERROR_MISALIGNED, ops->quant_offset_qi8bp8(4, K, &size), "offset inside a panel");
  (void)tally_check(t, size == 0, "block8: a query that failed wrote its result");
}

static void check_quant(const gk_block8_ops *ops, operands *o, tally *t) {
  const size_t stride = K * sizeof(float);
#define QUANT(what, expected, m, k, src, src_stride, dst, size)                                      \
  expect(t, expected, ops->quant_qi8b_f32(m, k, src, src_stride, dst, size), "quant_qi8b, " what); \
  expect(t, expected, ops->quant_qi8bp8_f32(m, k, src, src_stride, dst, size), "quant_qi8bp8, " what)
  QUANT("src NULL", GK_ERROR_NULL_POINTER, ROWS, K, NULL, stride, o->out, ROOM);
  QUANT("dst NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->x, stride, NULL, ROOM);
  QUANT("m 0", GK_ERROR_SHAPE, 0, K, o->x, stride, o->out, ROOM);
  QUANT("k 33", GK_ERROR_SHAPE, ROWS, 33, o->x, stride, o->out, ROOM);
  QUANT("stride too short", GK_ERROR_STRIDE, ROWS, K, o->x, stride - 4, o->out, ROOM);
  QUANT("stride too long", GK_ERROR_STRIDE, ROWS, K, o->x, GK_STRIDE_MAX + 4, o->out, ROOM);
  QUANT("stride of 2 more", GK_ERROR_MISALIGNED, ROWS, K, o->x, stride + 2, o->out, ROOM);
  QUANT("src off by 1", GK_ERROR_MISALIGNED, ROWS, K, off_by_1(o->x), stride, o->out, ROOM);
  QUANT("dst off by 4", GK_ERROR_MISALIGNED, ROWS, K, o->x, stride, o->out + 4, ROOM - 4);
  QUANT("dst too small", GK_ERROR_BUFFER_TOO_SMALL, ROWS, K, o->x, stride, o->out, ROWS * 128 - 1);
#undef QUANT
}

static void check_pack(const gk_block8_ops *ops, operands *o, tally *t) {
#define PACK(what, expected, rows, k, src, dst, size) \
  expect(t, expected, ops->pack_qi8bp8_qi8b(rows, k, src, dst, size), "pack, " what)
  PACK("src NULL", GK_ERROR_NULL_POINTER, ROWS, K, NULL, o->out, ROOM);
  PACK("dst NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->lhs, NULL, ROOM);
  PACK("rows 0", GK_ERROR_SHAPE, 0, K, o->lhs, o->out, ROOM);
  PACK("k 31", GK_ERROR_SHAPE, ROWS, 31, o->lhs, o->out, ROOM);
  PACK("src off by 1", GK_ERROR_MISALIGNED, ROWS, K, o->lhs + 1, o->out, ROOM);
  PACK("dst off by 4", GK_ERROR_MISALIGNED, ROWS, K, o->lhs, o->out + 4, ROOM - 4);
  PACK("dst too small", GK_ERROR_BUFFER_TOO_SMALL, ROWS, K, o->lhs, o->out, 1023);
#undef PACK
}

static void check_gemm(const gk_block8_ops *ops, operands *o, tally *t) {
  const size_t stride = ROWS * sizeof(float);
#define GEMM(what, expected, m, n, k, lhs, rhs, dst, dst_stride) \
  expect(t, expected, ops->gemm_f32_qi8bp8_qi8bp8(m, n, k, lhs, rhs, dst, dst_stride), "gemm, " what)
  GEMM("lhs NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, NULL, o->rhs, o->dst, stride);
  GEMM("rhs NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, NULL, o->dst, stride);
  GEMM("dst NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, o->rhs, NULL, stride);
  GEMM("m 0", GK_ERROR_SHAPE, 0, ROWS, K, o->lhs, o->rhs, o->dst, stride);
  GEMM("n 0", GK_ERROR_SHAPE, ROWS, 0, K, o->lhs, o->rhs, o->dst, stride);
  GEMM("n too large", GK_ERROR_SHAPE, ROWS, GK_DIM_MAX + 1, K, o->lhs, o->rhs, o->dst, stride);
  GEMM("k 16", GK_ERROR_SHAPE, ROWS, ROWS, 16, o->lhs, o->rhs, o->dst, stride);
  GEMM("stride too short", GK_ERROR_STRIDE, ROWS, ROWS, K, o->lhs, o->rhs, o->dst, stride - 4);
  GEMM("stride of 2 more", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, o->rhs, o->dst, stride + 2);
  GEMM("lhs off by 8", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs + 8, o->rhs, o->dst, stride);
  GEMM("rhs off by 8", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, o->rhs + 8, o->dst, stride);
  GEMM("dst off by 1", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, o->rhs, off_by_1(o->dst), stride);
#undef GEMM
}

static void check_gemv(const gk_block8_ops *ops, operands *o, tally *t) {
#define GEMV(what, expected, n, k, lhs, rhs, dst) \
  expect(t, expected, ops->gemv_f32_qi8b_qi8bp8(n, k, lhs, rhs, dst), "gemv, " what)
  GEMV("lhs NULL", GK_ERROR_NULL_POINTER, ROWS, K, NULL, o->rhs, o->dst);
  GEMV("rhs NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->lhs, NULL, o->dst);
  GEMV("dst NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->lhs, o->rhs, NULL);
  GEMV("n 0", GK_ERROR_SHAPE, 0, K, o->lhs, o->rhs, o->dst);
  GEMV("k 48", GK_ERROR_SHAPE, ROWS, 48, o->lhs, o->rhs, o->dst);
  GEMV("lhs off by 8", GK_ERROR_MISALIGNED, ROWS, K, o->lhs + 8, o->rhs, o->dst);
  GEMV("rhs off by 8", GK_ERROR_MISALIGNED, ROWS, K, o->lhs, o->rhs + 8, o->dst);
  GEMV("dst off by 1", GK_ERROR_MISALIGNED, ROWS, K, o->lhs, o->rhs, off_by_1(o->dst));
#undef GEMV
}

void check_block8_misuse(variant_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    const gk_block8_ops *ops = &set->ops[i]->block8;
    operands o;
    tally *t = &set->tallies[i];
    set_canary(&o, sizeof o);
    check_queries(ops, t);
    check_quant(ops, &o, t);
    check_pack(ops, &o, t);
    check_gemm(ops, &o, t);
    check_gemv(ops, &o, t);
    (void)tally_check(t, is_canary(&o, sizeof o), "a block8 call that failed wrote to its operands");
  }
}
