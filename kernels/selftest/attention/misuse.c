#include "attention/parts.h"

#include <math.h>

#define FAMILY "attention"
#include "support/misuse.h"

enum { ROWS = 3, D = 8, KEYS = 5, CACHE = GK_KV_PAGE * D * 4, PARTS = ROWS * (D + 2) };

typedef struct operands {
  _Alignas(GK_ALIGNMENT) unsigned char cache[CACHE + GK_ALIGNMENT];
  float q[ROWS * D + 1], k[KEYS * D + 1], v[KEYS * D + 1], dst[ROWS * D + 1], parts[PARTS + 1];
} operands;

static void check_queries(const gk_attention_ops *ops, tally *t) {
  size_t out = 12345;
  expect(t, GK_ERROR_NULL_POINTER, ops->kv_size_bf16p8(1, 8, NULL), "kv_size without size");
  expect(t, GK_ERROR_SHAPE, ops->kv_size_bf16p8(0, 8, &out), "kv_size, keys 0");
  expect(t, GK_ERROR_SHAPE, ops->kv_size_bf16p8(SIZE_MAX, 8, &out), "kv_size, keys too large");
  expect(t, GK_ERROR_SHAPE, ops->kv_size_bf16p8(1, 0, &out), "kv_size, d 0");
  expect(t, GK_ERROR_SHAPE, ops->kv_size_bf16p8(1, 12, &out), "kv_size, d no multiple of 8");
  expect(t, GK_ERROR_SHAPE, ops->kv_size_bf16p8(1, 264, &out), "kv_size, d too large");
  expect(t, GK_ERROR_NULL_POINTER, ops->attendpart_size_f32(1, 8, 1, NULL), "attendpart_size without size");
  expect(t, GK_ERROR_SHAPE, ops->attendpart_size_f32(0, 8, 1, &out), "attendpart_size, rows 0");
  expect(t, GK_ERROR_SHAPE, ops->attendpart_size_f32(1, 7, 1, &out), "attendpart_size, d 7");
  expect(t, GK_ERROR_SHAPE, ops->attendpart_size_f32(1, 8, 0, &out), "attendpart_size, pages 0");
  expect(t, GK_ERROR_SHAPE, ops->attendpart_size_f32(SIZE_MAX, 8, SIZE_MAX, &out), "attendpart_size, too large");
  (void)tally_check(t, out == 12345, "a failed attention query wrote %zu", out);
  expect(t, GK_OK, ops->kv_size_bf16p8(257, 8, &out), "kv_size");
  (void)tally_check(t, out == 2 * CACHE && ops->kv_step_bf16p8() == GK_KV_PAGE, "kv_size of 257 keys: %zu", out);
  expect(t, GK_OK, ops->attendpart_size_f32(GK_DIM_MAX, GK_HEAD_DIM_MAX, 65536, &out), "attendpart_size, largest");
}

static void check_append(const gk_attention_ops *ops, operands *o, tally *t) {
  const size_t stride = D * sizeof(float);
#define APPEND(what, expected, first, count, d, k, k_stride, v, v_stride, cache, size)                \
  expect(t, expected, ops->kvappend_bf16p8_f32_f32(first, count, d, k, k_stride, v, v_stride, cache, size), \
         "append, " what)
  APPEND("k NULL", GK_ERROR_NULL_POINTER, 0, KEYS, D, NULL, stride, o->v, stride, o->cache, CACHE);
  APPEND("v NULL", GK_ERROR_NULL_POINTER, 0, KEYS, D, o->k, stride, NULL, stride, o->cache, CACHE);
  APPEND("cache NULL", GK_ERROR_NULL_POINTER, 0, KEYS, D, o->k, stride, o->v, stride, NULL, CACHE);
  APPEND("count 0", GK_ERROR_SHAPE, 0, 0, D, o->k, stride, o->v, stride, o->cache, CACHE);
  APPEND("count too large", GK_ERROR_SHAPE, 0, SIZE_MAX, D, o->k, stride, o->v, stride, o->cache, CACHE);
  APPEND("first too large", GK_ERROR_SHAPE, SIZE_MAX, KEYS, D, o->k, stride, o->v, stride, o->cache, CACHE);
  APPEND("past the last key", GK_ERROR_SHAPE, GK_DIM_MAX, 1, D, o->k, stride, o->v, stride, o->cache, CACHE);
  APPEND("d 12", GK_ERROR_SHAPE, 0, KEYS, 12, o->k, stride, o->v, stride, o->cache, CACHE);
  APPEND("k_stride short", GK_ERROR_STRIDE, 0, KEYS, D, o->k, stride - 4, o->v, stride, o->cache, CACHE);
  APPEND("v_stride long", GK_ERROR_STRIDE, 0, KEYS, D, o->k, stride, o->v, GK_STRIDE_MAX + 4, o->cache, CACHE);
  APPEND("v_stride odd", GK_ERROR_MISALIGNED, 0, KEYS, D, o->k, stride, o->v, stride + 2, o->cache, CACHE);
  APPEND("k off by 1", GK_ERROR_MISALIGNED, 0, KEYS, D, off_by_1(o->k), stride, o->v, stride, o->cache, CACHE);
  APPEND("v off by 1", GK_ERROR_MISALIGNED, 0, KEYS, D, o->k, stride, off_by_1(o->v), stride, o->cache, CACHE);
  APPEND("cache off by 32", GK_ERROR_MISALIGNED, 0, KEYS, D, o->k, stride, o->v, stride, o->cache + 32, CACHE);
  APPEND("cache short", GK_ERROR_BUFFER_TOO_SMALL, 0, KEYS, D, o->k, stride, o->v, stride, o->cache, CACHE - 1);
  APPEND("cache of one page, second page", GK_ERROR_BUFFER_TOO_SMALL, 254, 3, D, o->k, stride, o->v, stride, o->cache,
         CACHE);
#undef APPEND
}

/* Both ways to attend take the same arguments, but for the last. */
static void check_attend(const gk_attention_ops *ops, operands *o, tally *t) {
  const size_t stride = D * sizeof(float);
#define ATTEND(what, expected, rows, d, group, visible, keys, scale, q, q_stride, cache)                             \
  expect(t, expected,                                                                                                \
         ops->attend_f32_f32_bf16p8(rows, d, group, visible, keys, scale, q, q_stride, cache, o->dst, stride), what); \
  expect(t, expected,                                                                                                \
         ops->attendpart_f32_f32_bf16p8(rows, d, group, visible, keys, scale, q, q_stride, cache, 0, 1, o->parts,     \
                                        sizeof o->parts),                                                            \
         "parts, " what)
  ATTEND("q NULL", GK_ERROR_NULL_POINTER, ROWS, D, 1, 1, KEYS, 1.0f, NULL, stride, o->cache);
  ATTEND("cache NULL", GK_ERROR_NULL_POINTER, ROWS, D, 1, 1, KEYS, 1.0f, o->q, stride, NULL);
  ATTEND("rows 0", GK_ERROR_SHAPE, 0, D, 1, 1, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("rows too large", GK_ERROR_SHAPE, SIZE_MAX, D, 1, 1, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("d 4", GK_ERROR_SHAPE, ROWS, 4, 1, 1, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("d too large", GK_ERROR_SHAPE, ROWS, 512, 1, 1, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("group 0", GK_ERROR_SHAPE, ROWS, D, 0, 1, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("group above rows", GK_ERROR_SHAPE, ROWS, D, ROWS + 1, 1, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("visible 0", GK_ERROR_SHAPE, ROWS, D, 1, 0, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("visible above keys", GK_ERROR_SHAPE, ROWS, D, 1, KEYS + 1, KEYS, 1.0f, o->q, stride, o->cache);
  ATTEND("keys 0", GK_ERROR_SHAPE, ROWS, D, 1, 1, 0, 1.0f, o->q, stride, o->cache);
  ATTEND("keys too large", GK_ERROR_SHAPE, ROWS, D, 1, 1, SIZE_MAX, 1.0f, o->q, stride, o->cache);
  ATTEND("scale 0", GK_ERROR_VALUE, ROWS, D, 1, 1, KEYS, 0.0f, o->q, stride, o->cache);
  ATTEND("scale below 0", GK_ERROR_VALUE, ROWS, D, 1, 1, KEYS, -1.0f, o->q, stride, o->cache);
  ATTEND("scale NaN", GK_ERROR_VALUE, ROWS, D, 1, 1, KEYS, NAN, o->q, stride, o->cache);
  ATTEND("scale Inf", GK_ERROR_VALUE, ROWS, D, 1, 1, KEYS, INFINITY, o->q, stride, o->cache);
  ATTEND("q_stride short", GK_ERROR_STRIDE, ROWS, D, 1, 1, KEYS, 1.0f, o->q, stride - 4, o->cache);
  ATTEND("q_stride long", GK_ERROR_STRIDE, ROWS, D, 1, 1, KEYS, 1.0f, o->q, GK_STRIDE_MAX + 4, o->cache);
  ATTEND("q_stride odd", GK_ERROR_MISALIGNED, ROWS, D, 1, 1, KEYS, 1.0f, o->q, stride + 2, o->cache);
  ATTEND("q off by 1", GK_ERROR_MISALIGNED, ROWS, D, 1, 1, KEYS, 1.0f, off_by_1(o->q), stride, o->cache);
  ATTEND("cache off by 32", GK_ERROR_MISALIGNED, ROWS, D, 1, 1, KEYS, 1.0f, o->q, stride, o->cache + 32);
#undef ATTEND
}

static void check_outputs(const gk_attention_ops *ops, operands *o, tally *t) {
  const size_t stride = D * sizeof(float);
#define ATTEND(what, expected, dst, dst_stride)                                                                     \
  expect(t, expected, ops->attend_f32_f32_bf16p8(ROWS, D, 1, 1, KEYS, 1.0f, o->q, stride, o->cache, dst, dst_stride), \
         what);                                                                                                     \
  expect(t, expected, ops->attendmerge_f32_f32(ROWS, D, 1, o->parts, dst, dst_stride), "merge, " what)
  ATTEND("dst NULL", GK_ERROR_NULL_POINTER, NULL, stride);
  ATTEND("dst_stride short", GK_ERROR_STRIDE, o->dst, stride - 4);
  ATTEND("dst_stride long", GK_ERROR_STRIDE, o->dst, GK_STRIDE_MAX + 4);
  ATTEND("dst_stride odd", GK_ERROR_MISALIGNED, o->dst, stride + 2);
  ATTEND("dst off by 1", GK_ERROR_MISALIGNED, off_by_1(o->dst), stride);
#undef ATTEND
#define PARTS_OF(what, expected, first_page, pages, parts, size)                                                     \
  expect(t, expected, ops->attendpart_f32_f32_bf16p8(ROWS, D, 1, 1, KEYS, 1.0f, o->q, stride, o->cache, first_page, \
                                                     pages, parts, size),                                            \
         "parts, " what)
  PARTS_OF("parts NULL", GK_ERROR_NULL_POINTER, 0, 1, NULL, PARTS * sizeof(float));
  PARTS_OF("pages 0", GK_ERROR_SHAPE, 0, 0, o->parts, PARTS * sizeof(float));
  PARTS_OF("past the last page", GK_ERROR_SHAPE, 1, 1, o->parts, PARTS * sizeof(float));
  PARTS_OF("more pages than keys", GK_ERROR_SHAPE, 0, 2, o->parts, 2 * PARTS * sizeof(float));
  PARTS_OF("first page too large", GK_ERROR_SHAPE, SIZE_MAX, 1, o->parts, PARTS * sizeof(float));
  PARTS_OF("parts off by 1", GK_ERROR_MISALIGNED, 0, 1, off_by_1(o->parts), PARTS * sizeof(float));
  PARTS_OF("parts short", GK_ERROR_BUFFER_TOO_SMALL, 0, 1, o->parts, PARTS * sizeof(float) - 1);
#undef PARTS_OF
  expect(t, GK_ERROR_NULL_POINTER, ops->attendmerge_f32_f32(ROWS, D, 1, NULL, o->dst, stride), "merge, parts NULL");
  expect(t, GK_ERROR_SHAPE, ops->attendmerge_f32_f32(0, D, 1, o->parts, o->dst, stride), "merge, rows 0");
  expect(t, GK_ERROR_SHAPE, ops->attendmerge_f32_f32(ROWS, 9, 1, o->parts, o->dst, stride), "merge, d 9");
  expect(t, GK_ERROR_SHAPE, ops->attendmerge_f32_f32(ROWS, D, 0, o->parts, o->dst, stride), "merge, pages 0");
  expect(t, GK_ERROR_MISALIGNED, ops->attendmerge_f32_f32(ROWS, D, 1, off_by_1(o->parts), o->dst, stride),
         "merge, parts off by 1");
}

void check_attention_misuse(variant_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    operands o;
    tally *t = &set->tallies[i];
    const gk_attention_ops *ops = &set->ops[i]->attention;
    set_canary(&o, sizeof o);
    check_queries(ops, t);
    check_append(ops, &o, t);
    check_attend(ops, &o, t);
    check_outputs(ops, &o, t);
    (void)tally_check(t, is_canary(&o, sizeof o), "an attention call that failed wrote to its operands");
  }
}
