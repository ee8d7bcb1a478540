#include "gk4/parts.h"

#include <math.h>

#define FAMILY "gk4"
#include "support/misuse.h"

enum { M = 9, N = 17, K = 40, SB = 512, ROOM = 4096 };

/* Valid operands, from which each misuse departs in one point. */
typedef struct operands {
  _Alignas(GK_ALIGNMENT) unsigned char lhs[ROOM], rhs[ROOM], dst[ROOM];
  _Alignas(GK_ALIGNMENT) float x[M * K + 1];
  float weight[K + 1], out[M * N + 1];
} operands;

typedef gk_status size_fn(size_t rows, size_t k, size_t superblock, size_t *size);

static void check_queries(size_fn *size, size_fn *offset, size_t step, tally *t) {
  size_t out = 12345;
  expect(t, GK_ERROR_NULL_POINTER, size(1, 1, SB, NULL), "size without size");
  expect(t, GK_ERROR_SHAPE, size(0, 1, SB, &out), "size, rows 0");
  expect(t, GK_ERROR_SHAPE, size(1, 0, SB, &out), "size, k 0");
  expect(t, GK_ERROR_SHAPE, size(GK_DIM_MAX + 1, 1, SB, &out), "size, rows too large");
  expect(t, GK_ERROR_SHAPE, size(1, GK_GK4_K_MAX + 1, SB, &out), "size, k too large");
  expect(t, GK_ERROR_SHAPE, size(1, 1, 0, &out), "size, superblock 0");
  expect(t, GK_ERROR_SHAPE, size(1, 1, 1024, &out), "size, superblock 1024");
  expect(t, GK_ERROR_SHAPE, size(SIZE_MAX, SIZE_MAX, SIZE_MAX, &out), "size, largest size_t");
  expect(t, GK_ERROR_NULL_POINTER, offset(0, 1, SB, NULL), "offset without offset");
  expect(t, GK_ERROR_SHAPE, offset(0, 0, SB, &out), "offset, k 0");
  expect(t, GK_ERROR_SHAPE, offset(SIZE_MAX - SIZE_MAX % 16, 1, SB, &out), "offset, row too large");
  expect(t, GK_ERROR_SHAPE, offset(0, 1, 100, &out), "offset, superblock 100");
  if (step > 1) {
    expect(t, GK_ERROR_MISALIGNED, offset(step / 2, 1, SB, &out), "offset inside a panel");
  }
  (void)tally_check(t, out == 12345, "gk4: a failed query wrote %zu", out);
  expect(t, GK_OK, size(GK_DIM_MAX, GK_GK4_K_MAX, 256, &out), "size, largest shape");
  expect(t, GK_OK, offset(GK_DIM_MAX, GK_GK4_K_MAX, 256, &out), "offset, largest shape");
}

typedef gk_status quant_fn(size_t m, size_t k, size_t superblock, const float *src, size_t src_stride, void *dst,
                           size_t dst_size);

static void check_quant(quant_fn *quant, size_fn *size_query, operands *o, tally *t) {
  const size_t stride = K * sizeof(float);
  size_t size = 0;
  (void)size_query(M, K, SB, &size);
  expect(t, GK_ERROR_NULL_POINTER, quant(M, K, SB, NULL, stride, o->lhs, ROOM), "quant, src NULL");
  expect(t, GK_ERROR_NULL_POINTER, quant(M, K, SB, o->x, stride, NULL, ROOM), "quant, dst NULL");
  expect(t, GK_ERROR_SHAPE, quant(0, K, SB, o->x, stride, o->lhs, ROOM), "quant, m 0");
  expect(t, GK_ERROR_SHAPE, quant(M, 0, SB, o->x, stride, o->lhs, ROOM), "quant, k 0");
  expect(t, GK_ERROR_SHAPE, quant(M, SIZE_MAX, SB, o->x, stride, o->lhs, ROOM), "quant, k too large");
  expect(t, GK_ERROR_SHAPE, quant(M, K, 511, o->x, stride, o->lhs, ROOM), "quant, superblock 511");
  expect(t, GK_ERROR_STRIDE, quant(M, K, SB, o->x, stride - 4, o->lhs, ROOM), "quant, stride short");
  expect(t, GK_ERROR_STRIDE, quant(M, K, SB, o->x, GK_STRIDE_MAX + 4, o->lhs, ROOM), "quant, stride long");
  expect(t, GK_ERROR_MISALIGNED, quant(M, K, SB, o->x, stride + 2, o->lhs, ROOM), "quant, stride odd");
  expect(t, GK_ERROR_MISALIGNED, quant(M, K, SB, off_by_1(o->x), stride, o->lhs, ROOM), "quant, src off by 1");
  expect(t, GK_ERROR_MISALIGNED, quant(M, K, SB, o->x, stride, o->lhs + 32, ROOM - 32), "quant, dst off by 32");
  expect(t, GK_ERROR_BUFFER_TOO_SMALL, quant(M, K, SB, o->x, stride, o->lhs, size - 1), "quant, dst a byte short");
}

static void check_fused(const gk_gk4_ops *ops, operands *o, tally *t) {
  const size_t stride = K * sizeof(float);
#define FUSED(what, expected, x, weight, epsilon)                                                                   \
  expect(t, expected, ops->rmsnormquant_qi8s_f32(M, K, SB, x, stride, weight, epsilon, o->lhs, ROOM), "fused, " what); \
  expect(t, expected, ops->rmsnormquant_qi8sp8_f32(M, K, SB, x, stride, weight, epsilon, o->lhs, ROOM), "fused, " what)
  FUSED("src NULL", GK_ERROR_NULL_POINTER, NULL, o->weight, 1e-5f);
  FUSED("weight NULL", GK_ERROR_NULL_POINTER, o->x, NULL, 1e-5f);
  FUSED("weight off by 1", GK_ERROR_MISALIGNED, o->x, off_by_1(o->weight), 1e-5f);
  FUSED("epsilon below 0", GK_ERROR_VALUE, o->x, o->weight, -1e-5f);
  FUSED("epsilon NaN", GK_ERROR_VALUE, o->x, o->weight, NAN);
  FUSED("epsilon Inf", GK_ERROR_VALUE, o->x, o->weight, INFINITY);
#undef FUSED
}

static void check_expand(const gk_gk4_ops *ops, operands *o, tally *t) {
  size_t size = 0;
  (void)ops->quant_size_qi8sp8(9, K, SB, &size);
#define EXPAND(what, expected, n, k, rhs, column, columns, dst, size) \
  expect(t, expected, ops->expand_qi8sp8_gk4p16(n, k, SB, rhs, column, columns, dst, size), "expand, " what)
  EXPAND("rhs NULL", GK_ERROR_NULL_POINTER, N, K, NULL, 8, 9, o->dst, ROOM);
  EXPAND("dst NULL", GK_ERROR_NULL_POINTER, N, K, o->rhs, 8, 9, NULL, ROOM);
  EXPAND("n 0", GK_ERROR_SHAPE, 0, K, o->rhs, 0, 1, o->dst, ROOM);
  EXPAND("k 0", GK_ERROR_SHAPE, N, 0, o->rhs, 8, 9, o->dst, ROOM);
  EXPAND("column past n", GK_ERROR_SHAPE, N, K, o->rhs, 24, 1, o->dst, ROOM);
  EXPAND("columns 0", GK_ERROR_SHAPE, N, K, o->rhs, 8, 0, o->dst, ROOM);
  EXPAND("columns past n", GK_ERROR_SHAPE, N, K, o->rhs, 8, 10, o->dst, ROOM);
  EXPAND("columns too many", GK_ERROR_SHAPE, N, K, o->rhs, 8, SIZE_MAX, o->dst, ROOM);
  EXPAND("column 4", GK_ERROR_MISALIGNED, N, K, o->rhs, 4, 1, o->dst, ROOM);
  EXPAND("rhs off by 8", GK_ERROR_MISALIGNED, N, K, o->rhs + 8, 8, 9, o->dst, ROOM);
  EXPAND("dst off by 8", GK_ERROR_MISALIGNED, N, K, o->rhs, 8, 9, o->dst + 8, ROOM - 8);
  EXPAND("dst short", GK_ERROR_BUFFER_TOO_SMALL, N, K, o->rhs, 8, 9, o->dst, size - 1);
#undef EXPAND
}

/* The three products take the same operands; the prefill gets a valid scratch. */
static void expect_products(const gk_gk4_ops *ops, tally *t, gk_status expected, const char *what, size_t m, size_t n,
                            size_t k, size_t superblock, const void *lhs, const void *rhs, float *dst, size_t stride,
                            operands *o) {
  expect(t, expected, ops->gemm_f32_qi8sp8_qi8sp8(m, n, k, superblock, lhs, rhs, dst, stride), what);
  expect(t, expected, ops->skinny_f32_qi8sp8_gk4p16(m, n, k, superblock, lhs, rhs, dst, stride), what);
  expect(t, expected, ops->gemm_f32_qi8sp8_gk4p16(m, n, k, superblock, lhs, rhs, o->dst, ROOM, dst, stride), what);
}

static void check_products(const gk_gk4_ops *ops, operands *o, tally *t) {
  const size_t stride = N * sizeof(float);
#define PRODUCT(what, expected, m, n, k, sb, lhs, rhs, dst, stride) \
  expect_products(ops, t, expected, "product, " what, m, n, k, sb, lhs, rhs, dst, stride, o)
  PRODUCT("lhs NULL", GK_ERROR_NULL_POINTER, M, N, K, SB, NULL, o->rhs, o->out, stride);
  PRODUCT("rhs NULL", GK_ERROR_NULL_POINTER, M, N, K, SB, o->lhs, NULL, o->out, stride);
  PRODUCT("dst NULL", GK_ERROR_NULL_POINTER, M, N, K, SB, o->lhs, o->rhs, NULL, stride);
  PRODUCT("m 0", GK_ERROR_SHAPE, 0, N, K, SB, o->lhs, o->rhs, o->out, stride);
  PRODUCT("n 0", GK_ERROR_SHAPE, M, 0, K, SB, o->lhs, o->rhs, o->out, stride);
  PRODUCT("k 0", GK_ERROR_SHAPE, M, N, 0, SB, o->lhs, o->rhs, o->out, stride);
  PRODUCT("m too large", GK_ERROR_SHAPE, SIZE_MAX, N, K, SB, o->lhs, o->rhs, o->out, stride);
  PRODUCT("n too large", GK_ERROR_SHAPE, M, SIZE_MAX / 4 + 1, K, SB, o->lhs, o->rhs, o->out, stride);
  PRODUCT("k too large", GK_ERROR_SHAPE, M, N, GK_GK4_K_MAX + 1, SB, o->lhs, o->rhs, o->out, stride);
  PRODUCT("superblock 128", GK_ERROR_SHAPE, M, N, K, 128, o->lhs, o->rhs, o->out, stride);
  PRODUCT("stride short", GK_ERROR_STRIDE, M, N, K, SB, o->lhs, o->rhs, o->out, stride - 4);
  PRODUCT("stride long", GK_ERROR_STRIDE, M, N, K, SB, o->lhs, o->rhs, o->out, GK_STRIDE_MAX + 4);
  PRODUCT("stride odd", GK_ERROR_MISALIGNED, M, N, K, SB, o->lhs, o->rhs, o->out, stride + 2);
  PRODUCT("lhs off by 32", GK_ERROR_MISALIGNED, M, N, K, SB, o->lhs + 32, o->rhs, o->out, stride);
  PRODUCT("rhs off by 32", GK_ERROR_MISALIGNED, M, N, K, SB, o->lhs, o->rhs + 32, o->out, stride);
  PRODUCT("dst off by 1", GK_ERROR_MISALIGNED, M, N, K, SB, o->lhs, o->rhs, off_by_1(o->out), stride);
#undef PRODUCT
  expect(t, GK_ERROR_SHAPE, ops->skinny_f32_qi8sp8_gk4p16(17, N, K, SB, o->lhs, o->rhs, o->out, stride),
         "skinny, m 17");
#define SCRATCH(what, expected, scratch, size)                                                                         \
  expect(t, expected, ops->gemm_f32_qi8sp8_gk4p16(M, N, K, SB, o->lhs, o->rhs, scratch, size, o->out, stride), what)
  SCRATCH("scratch NULL", GK_ERROR_NULL_POINTER, NULL, ROOM);
  SCRATCH("scratch off by 8", GK_ERROR_MISALIGNED, o->dst + 8, ROOM - 8);
  SCRATCH("scratch short", GK_ERROR_BUFFER_TOO_SMALL, o->dst, 8 * 64);
#undef SCRATCH
}

static void check_gemv(const gk_gk4_ops *ops, operands *o, tally *t) {
#define GEMV(what, expected, n, k, sb, lhs, rhs, dst) \
  expect(t, expected, ops->gemv_f32_qi8s_gk4p16(n, k, sb, lhs, rhs, dst), "gemv, " what)
  GEMV("lhs NULL", GK_ERROR_NULL_POINTER, N, K, SB, NULL, o->rhs, o->out);
  GEMV("rhs NULL", GK_ERROR_NULL_POINTER, N, K, SB, o->lhs, NULL, o->out);
  GEMV("dst NULL", GK_ERROR_NULL_POINTER, N, K, SB, o->lhs, o->rhs, NULL);
  GEMV("n 0", GK_ERROR_SHAPE, 0, K, SB, o->lhs, o->rhs, o->out);
  GEMV("n too large", GK_ERROR_SHAPE, SIZE_MAX, K, SB, o->lhs, o->rhs, o->out);
  GEMV("k too large", GK_ERROR_SHAPE, N, SIZE_MAX, SB, o->lhs, o->rhs, o->out);
  GEMV("superblock 1", GK_ERROR_SHAPE, N, K, 1, o->lhs, o->rhs, o->out);
  GEMV("lhs off by 16", GK_ERROR_MISALIGNED, N, K, SB, o->lhs + 16, o->rhs, o->out);
  GEMV("rhs off by 16", GK_ERROR_MISALIGNED, N, K, SB, o->lhs, o->rhs + 16, o->out);
  GEMV("dst off by 1", GK_ERROR_MISALIGNED, N, K, SB, o->lhs, o->rhs, off_by_1(o->out));
#undef GEMV
}

static void check_weights(operands *o, tally *t) {
  const size_t stride = K * sizeof(float);
  size_t size = 0;
  (void)gk_gk4_weights_size(N, K, SB, &size);
  expect(t, GK_ERROR_SHAPE, gk_gk4_weights_size(0, K, SB, &size), "weights_size, n 0");
  expect(t, GK_ERROR_SHAPE, gk_gk4_import_q4_0(1, K, SB, o->x, stride, o->dst, ROOM), "import, k 40");
  expect(t, GK_ERROR_STRIDE, gk_gk4_import_q8_0(1, 64, SB, o->x, 67, o->dst, ROOM), "import, stride short");
  expect(t, GK_ERROR_NULL_POINTER, gk_gk4_quantise_f32(1, K, SB, NULL, stride, o->dst, ROOM), "quantise, src NULL");
  expect(t, GK_ERROR_MISALIGNED, gk_gk4_quantise_f32(1, K, SB, o->x, stride, o->dst + 1, ROOM - 1),
         "quantise, dst off by 1");
  expect(t, GK_ERROR_BUFFER_TOO_SMALL, gk_gk4_quantise_f32(1, K, SB, o->x, stride, o->dst, size / 2 - 1),
         "quantise, dst a byte short");
  expect(t, GK_ERROR_BUFFER_TOO_SMALL, gk_gk4_dequantise_f32(N, K, SB, o->rhs, size - 1, o->x, stride),
         "dequantise, src a byte short");
  expect(t, GK_ERROR_BUFFER_TOO_SMALL, gk_gk4_file_write_header(N, K, SB, o->rhs, size + 1, o->dst, ROOM),
         "file, other weights");
  expect(t, GK_ERROR_BUFFER_TOO_SMALL, gk_gk4_file_write_header(N, K, SB, o->rhs, size, o->dst, 127), "file, header");
  expect(t, GK_ERROR_NULL_POINTER, gk_gk4_file_verify(NULL, 0), "file NULL");
}

void check_gk4_misuse(variant_set *set) {
  static operands o;
  for (size_t i = 0; i < set->count; i++) {
    const gk_gk4_ops *ops = &set->ops[i]->gk4;
    tally *t = &set->tallies[i];
    set_canary(&o, sizeof o);
    check_queries(ops->pack_size_gk4p16, ops->pack_offset_gk4p16, ops->pack_step_gk4p16(), t);
    check_queries(ops->quant_size_qi8s, ops->quant_offset_qi8s, ops->quant_step_qi8s(), t);
    check_queries(ops->quant_size_qi8sp8, ops->quant_offset_qi8sp8, ops->quant_step_qi8sp8(), t);
    check_quant(ops->quant_qi8s_f32, ops->quant_size_qi8s, &o, t);
    check_quant(ops->quant_qi8sp8_f32, ops->quant_size_qi8sp8, &o, t);
    check_fused(ops, &o, t);
    check_expand(ops, &o, t);
    check_products(ops, &o, t);
    check_gemv(ops, &o, t);
    if (i == 0) {
      check_weights(&o, t);
    }
    (void)tally_check(t, is_canary(&o, sizeof o), "a gk4 call that failed wrote to its operands");
  }
}
