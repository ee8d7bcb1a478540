/* The buffers of a pass, which its parts share. Matrices of activations are rows side by side, in f32. */
#ifndef GRAVITON_ENGINE_MODEL_FORWARD_STATE_H
#define GRAVITON_ENGINE_MODEL_FORWARD_STATE_H

#include "model/forward.h"

/* Tokens whose attention is one task. */
#define GE_ATTENTION_TOKENS 16u

/* Pages are shared between threads while there are fewer blocks times heads than this for each thread. */
#define GE_PAGE_PARTS_PER_THREAD 2u

/* Columns of a product are shared in multiples of this, which every format's column_step divides. */
#define GE_COLUMN_UNIT 64u

typedef struct ge_attention_block {
  const ge_span *span;
  uint32_t first; /* token of the span */
  uint32_t tokens;
} ge_attention_block;

/* Activations, prepared once for each format that a matrix to be multiplied with has. */
typedef struct ge_operands {
  void *bytes[GE_FORMATS];
  size_t rows, k;
} ge_operands;

struct ge_forward {
  const gk_ops *kernels;
  ge_pool *pool;
  const ge_model *model;
  const ge_kv_cache *cache;
  float attention_scale; /* 1 / sqrt(head_width) */

  float *state;      /* the residual stream: rows x width */
  float *normalised; /* rows x width; also what is added to the stream next */
  float *q, *k, *v;
  float *attended; /* rows x (heads * head_width) */
  float *gate, *up;
  float *cosine, *sine; /* rows x rotated / 2 */
  float *last;          /* the rows whose logits are wanted */
  float *logits;
  ge_operands operands;

  /* Attention to single pages, before they are joined: for each block and head of keys, see attend_pages. */
  float *page_parts;
  size_t page_parts_size; /* of one block and head, bytes */

  /* For each thread. */
  uint8_t *scratch;
  size_t scratch_size;         /* of one thread, a multiple of GK_ALIGNMENT */
  size_t product_scratch_size; /* its first part, for products */

  /* Of this batch. */
  ge_span *spans;
  size_t span_count;
  size_t rows;
  const ge_span **span_of_row;
  ge_attention_block *blocks;
  size_t block_count;
  const ge_layer *layer;
  uint32_t layer_index;

  void *memory; /* all of the above */
  size_t size;  /* bytes */
};

/* The attention of forward->layer, from the normalised stream to `attended`. */
ge_status ge_forward_attention(ge_forward *forward);

typedef struct ge_products {
  ge_forward *forward;
  const ge_matrix *matrices[3];
  float *results[3];
  size_t count;
  size_t chunk; /* columns of a task */
  size_t tasks[3];
} ge_products;

/* Prepares rows x k activations for products with these matrices. */
ge_status ge_forward_prepare(ge_forward *forward, const float *source, size_t rows, size_t k,
                             const ge_matrix *const *matrices, size_t count);

/* Columns of a task, for a matrix of n. */
size_t ge_forward_chunk(const ge_forward *forward, size_t n);

/* Some columns of the product of what was prepared with a matrix; `result` has rows of matrix->n. */
ge_status ge_forward_multiply(const ge_forward *forward, const ge_matrix *matrix, size_t first, size_t count,
                              uint32_t thread, float *result);

/* Whole products of what was prepared with up to 3 matrices. */
ge_status ge_forward_products(ge_forward *forward, const ge_matrix *const *matrices, float *const *results,
                              size_t count);

static inline ge_status ge_of_kernels(gk_status status) {
  return status == GK_OK ? GE_OK : GE_ERROR_KERNELS;
}

static inline size_t ge_least(size_t a, size_t b) {
  return a < b ? a : b;
}

static inline size_t ge_parts(size_t count, size_t part) {
  return (count + part - 1) / part;
}

#endif
