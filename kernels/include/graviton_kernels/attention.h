/* Attention over a bf16 KV cache. */
#ifndef GRAVITON_KERNELS_ATTENTION_H
#define GRAVITON_KERNELS_ATTENTION_H

#include "graviton_kernels/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Keys of a page of the KV cache. Attention works page by page, and key splits between threads are whole pages. */
#define GK_KV_PAGE 256u

/* Largest head dimension. It is a multiple of GK_PANEL: 64, 80, 96, 128, 256 and so on. */
#define GK_HEAD_DIM_MAX 256u

/*
 * Attention of the query rows of one KV head. The cache of a head is a row of pages; each holds GK_KV_PAGE keys and
 * values of d elements as bf16. It may only be used with the table that filled it.
 *
 * Who sees what: row i sees the first min(keys, visible + i / group) keys.
 *   full attention            visible = keys
 *   causal, one head          group = 1, visible = keys - rows + 1
 *   causal, grouped queries   row = token * group + head; visible = keys - rows / group + 1
 *   decode                    rows = group = query heads of this KV head, visible = keys
 *
 * A row gives the same bits in every variant, whatever other rows the call has, and whether its pages are attended to
 * at once or in parts. A score is a dot product in the arithmetic of gemm_f32_bf16p8_bf16p8; within a page, weights are
 * powers of 2 of its distance to the page's largest, rounded to bf16, and pages are joined in the order of keys.
 *
 * Error of a result at most 2^-7 V + 2^-22 (d + scale * d * A / 2) V against softmax(scale * q . k) . v for operands
 * rounded to bf16, with V the largest |v| and A the largest sum of |q| |k| that the row sees.
 * A row whose largest score in some page is a NaN, or beyond 2^19 in magnitude after scaling, becomes NaN throughout.
 * Keys and values past those a row sees do not reach it, if they are finite. Uses at most 48 KB of stack.
 *
 * Sources: the running maximum, M. Milakov, N. Gimelshein, "Online normalizer calculation for softmax" (arXiv
 * 1805.02867); the blocks, T. Dao, "FlashAttention-2" (arXiv 2307.08691); splitting keys, T. Dao et al.,
 * "Flash-Decoding for long-context inference" (2023).
 */
typedef struct gk_attention_ops {
  uint32_t size; /* sizeof(struct gk_attention_ops), bytes */

  /* Keys by which a cache may be split between threads: GK_KV_PAGE. Cannot fail. */
  size_t (*kv_step_bf16p8)(void);

  /*
   * Bytes of the cache of one head for `keys` keys, to *size: 4 * d for each key, keys rounded up to whole pages. Also
   * the distance from the start of the cache to the page that begins with key `keys`, a multiple of GK_KV_PAGE.
   * Errors: NULL_POINTER (size); SHAPE (keys not in 1..GK_DIM_MAX, d no multiple of 8 in 8..GK_HEAD_DIM_MAX).
   */
  gk_status (*kv_size_bf16p8)(size_t keys, size_t d, size_t *size);

  /*
   * Writes keys and values first..first + count - 1 of a head into its cache, rounded to nearest even. Up to 3 values
   * after the last become 0. Keys that came before may be written again. Calls on one cache may run side by side when
   * each begins and ends at a multiple of 8.
   *   k, v                count x d f32, row i at (char *)k + i * k_stride, aligned to 4
   *   k_stride, v_stride  bytes, a multiple of 4, 4 * d..GK_STRIDE_MAX
   *   cache               aligned to GK_ALIGNMENT
   *   cache_size          bytes; at least kv_size_bf16p8(first + count, d)
   * Errors: NULL_POINTER, SHAPE (also first + count above GK_DIM_MAX), STRIDE, MISALIGNED, BUFFER_TOO_SMALL.
   */
  gk_status (*kvappend_bf16p8_f32_f32)(size_t first, size_t count, size_t d, const float *k, size_t k_stride,
                                       const float *v, size_t v_stride, void *cache, size_t cache_size);

  /*
   * dst[i] = softmax(scale * q[i] . keys) . values, over the keys that row i sees.
   *   rows     1..GK_DIM_MAX; split them between threads in any way (move q, dst, and visible or the group with them)
   *   group    rows that stand for one token, 1..rows
   *   visible  keys that the first token sees, 1..keys
   *   keys     keys in the cache, 1..GK_DIM_MAX
   *   scale    2^-60..2^60; 1 / sqrt(d) in most models
   *   q        rows x d f32, row i at (char *)q + i * q_stride, aligned to 4; rounded to bf16
   *   cache    filled by kvappend_bf16p8_f32_f32 up to `keys`
   *   dst      rows x d f32, row i at (char *)dst + i * dst_stride, aligned to 4
   * Strides are bytes, a multiple of 4, 4 * d..GK_STRIDE_MAX.
   * Errors: NULL_POINTER, SHAPE, VALUE (scale), STRIDE, MISALIGNED.
   */
  gk_status (*attend_f32_f32_bf16p8)(size_t rows, size_t d, size_t group, size_t visible, size_t keys, float scale,
                                     const float *q, size_t q_stride, const void *cache, float *dst,
                                     size_t dst_stride);

  /*
   * Bytes that the parts of `pages` pages take for `rows` rows, to *size: (d + 2) * 4 for each row and page. Also the
   * distance from the first part to that of page `pages`.
   * Errors: NULL_POINTER (size); SHAPE (rows, d as above, pages not in 1..65536).
   */
  gk_status (*attendpart_size_f32)(size_t rows, size_t d, size_t pages, size_t *size);

  /*
   * The same for some pages of the cache alone, as parts that attendmerge_f32_f32 joins: few rows and many keys are
   * shared between threads by pages.
   *   first_page, pages  the pages to attend to, up to the last that `keys` reaches
   *   cache              the start of the cache, not of the first page
   *   parts              the part of first_page and those after it; aligned to 4
   *   parts_size         bytes; at least attendpart_size_f32(rows, d, pages)
   * Errors: as above, and SHAPE (pages), BUFFER_TOO_SMALL.
   */
  gk_status (*attendpart_f32_f32_bf16p8)(size_t rows, size_t d, size_t group, size_t visible, size_t keys, float scale,
                                         const float *q, size_t q_stride, const void *cache, size_t first_page,
                                         size_t pages, float *parts, size_t parts_size);

  /*
   * Joins the parts of pages 0..pages - 1, one after the other, for rows x d results: bit for bit what
   * attend_f32_f32_bf16p8 gives. `rows` is that of the calls that made the parts.
   * Errors: NULL_POINTER, SHAPE, STRIDE, MISALIGNED.
   */
  gk_status (*attendmerge_f32_f32)(size_t rows, size_t d, size_t pages, const float *parts, float *dst,
                                   size_t dst_stride);
} gk_attention_ops;

#ifdef __cplusplus
}
#endif

#endif
