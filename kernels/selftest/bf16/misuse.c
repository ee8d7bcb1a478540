#include "bf16/parts.h"

#define FAMILY "bf16"
#include "support/misuse.h"

enum { ROWS = 9, K = 6, PACKED = 16 * 8 * 2 };

typedef struct operands {
  _Alignas(GK_ALIGNMENT) unsigned char lhs[PACKED + GK_ALIGNMENT];
  _Alignas(GK_ALIGNMENT) unsigned char rhs[PACKED + GK_ALIGNMENT];
  _Alignas(GK_ALIGNMENT) float src[ROWS * K + 1];
  float dst[ROWS * ROWS + 1];
} operands;

static void check_queries(const gk_bf16_ops *ops, tally *t) {
  size_t out = 12345;
  expect(t, GK_ERROR_NULL_POINTER, ops->pack_size_bf16p8(1, 1, NULL), "pack_size without size");
  expect(t, GK_ERROR_SHAPE, ops->pack_size_bf16p8(0, 1, &out), "pack_size, rows 0");
  expect(t, GK_ERROR_SHAPE, ops->pack_size_bf16p8(1, 0, &out), "pack_size, k 0");
  expect(t, GK_ERROR_SHAPE, ops->pack_size_bf16p8(GK_DIM_MAX + 1, 1, &out), "pack_size, rows too large");
  expect(t, GK_ERROR_SHAPE, ops->pack_size_bf16p8(SIZE_MAX, SIZE_MAX, &out), "pack_size, largest size_t");
  expect(t, GK_ERROR_NULL_POINTER, ops->pack_offset_bf16p8(0, 1, NULL), "pack_offset without offset");
  expect(t, GK_ERROR_SHAPE, ops->pack_offset_bf16p8(0, GK_BF16_K_MAX + 1, &out), "pack_offset, k too large");
  expect(t, GK_ERROR_SHAPE, ops->pack_offset_bf16p8(SIZE_MAX - 7, 1, &out), "pack_offset, row too large");
  expect(t, GK_ERROR_MISALIGNED, ops->pack_offset_bf16p8(4, 1, &out), "pack_offset inside a panel");
  (void)tally_check(t, out == 12345, "a failed bf16 query wrote %zu", out);
  expect(t, GK_OK, ops->pack_size_bf16p8(GK_DIM_MAX, GK_BF16_K_MAX, &out), "pack_size, largest shape");
  (void)tally_check(t, out == (size_t)GK_DIM_MAX * GK_BF16_K_MAX * 2, "bf16 pack_size, largest shape: %zu", out);
}

static void check_pack(const gk_bf16_ops *ops, operands *o, tally *t) {
  const uint16_t *half = (const uint16_t *)(const void *)o->src;
#define PACK(what, expected, rows, k, src_f32, src_bf16, stride_in_values, extra, dst, size)                       \
  expect(t, expected, ops->pack_bf16p8_f32(rows, k, src_f32, 4 * (stride_in_values) + (extra), dst, size),         \
         "pack from f32, " what);                                                                                  \
  expect(t, expected, ops->pack_bf16p8_bf16(rows, k, src_bf16, 2 * (stride_in_values) + (extra), dst, size),       \
         "pack from bf16, " what)
  PACK("src NULL", GK_ERROR_NULL_POINTER, ROWS, K, NULL, NULL, K, 0, o->lhs, PACKED);
  PACK("dst NULL", GK_ERROR_NULL_POINTER, ROWS, K, o->src, half, K, 0, NULL, PACKED);
  PACK("rows 0", GK_ERROR_SHAPE, 0, K, o->src, half, K, 0, o->lhs, PACKED);
  PACK("k 0", GK_ERROR_SHAPE, ROWS, 0, o->src, half, K, 0, o->lhs, PACKED);
  PACK("k too large", GK_ERROR_SHAPE, ROWS, SIZE_MAX, o->src, half, K, 0, o->lhs, PACKED);
  PACK("stride short", GK_ERROR_STRIDE, ROWS, K, o->src, half, K - 1, 0, o->lhs, PACKED);
  PACK("stride long", GK_ERROR_STRIDE, ROWS, K, o->src, half, GK_STRIDE_MAX, 0, o->lhs, PACKED);
  PACK("stride odd", GK_ERROR_MISALIGNED, ROWS, K, o->src, half, K, 1, o->lhs, PACKED);
  PACK("dst off by 32", GK_ERROR_MISALIGNED, ROWS, K, o->src, half, K, 0, o->lhs + 32, PACKED);
  PACK("dst short", GK_ERROR_BUFFER_TOO_SMALL, ROWS, K, o->src, half, K, 0, o->lhs, PACKED - 1);
  PACK("src off by 1", GK_ERROR_MISALIGNED, ROWS, K, off_by_1(o->src), off_by_1(o->src), K, 0, o->lhs, PACKED);
#undef PACK
}

static void check_gemm(const gk_bf16_ops *ops, operands *o, tally *t) {
  const size_t stride = ROWS * sizeof(float);
#define GEMM(what, expected, m, n, k, lhs, rhs, dst, stride) \
  expect(t, expected, ops->gemm_f32_bf16p8_bf16p8(m, n, k, lhs, rhs, dst, stride), "gemm, " what)
  GEMM("lhs NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, NULL, o->rhs, o->dst, stride);
  GEMM("rhs NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, NULL, o->dst, stride);
  GEMM("dst NULL", GK_ERROR_NULL_POINTER, ROWS, ROWS, K, o->lhs, o->rhs, NULL, stride);
  GEMM("m 0", GK_ERROR_SHAPE, 0, ROWS, K, o->lhs, o->rhs, o->dst, stride);
  GEMM("n 0", GK_ERROR_SHAPE, ROWS, 0, K, o->lhs, o->rhs, o->dst, stride);
  GEMM("k 0", GK_ERROR_SHAPE, ROWS, ROWS, 0, o->lhs, o->rhs, o->dst, stride);
  GEMM("m too large", GK_ERROR_SHAPE, SIZE_MAX, ROWS, K, o->lhs, o->rhs, o->dst, stride);
  GEMM("n too large", GK_ERROR_SHAPE, ROWS, SIZE_MAX / 4 + 1, K, o->lhs, o->rhs, o->dst, stride);
  GEMM("k too large", GK_ERROR_SHAPE, ROWS, ROWS, GK_BF16_K_MAX + 1, o->lhs, o->rhs, o->dst, stride);
  GEMM("stride short", GK_ERROR_STRIDE, ROWS, ROWS, K, o->lhs, o->rhs, o->dst, stride - 4);
  GEMM("stride long", GK_ERROR_STRIDE, ROWS, ROWS, K, o->lhs, o->rhs, o->dst, GK_STRIDE_MAX + 4);
  GEMM("stride odd", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, o->rhs, o->dst, stride + 2);
  GEMM("lhs off by 32", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs + 32, o->rhs, o->dst, stride);
  GEMM("rhs off by 8", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, o->rhs + 8, o->dst, stride);
  GEMM("dst off by 1", GK_ERROR_MISALIGNED, ROWS, ROWS, K, o->lhs, o->rhs, off_by_1(o->dst), stride);
#undef GEMM
}

void check_bf16_misuse(variant_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    operands o;
    tally *t = &set->tallies[i];
    const gk_bf16_ops *ops = &set->ops[i]->bf16;
    set_canary(&o, sizeof o);
    check_queries(ops, t);
    check_pack(ops, &o, t);
    check_gemm(ops, &o, t);
    (void)tally_check(t, is_canary(&o, sizeof o), "a bf16 call that failed wrote to its operands");
  }
}
