/* A matrix of a model, packed for the kernels. */
#ifndef GRAVITON_ENGINE_WEIGHTS_MATRIX_H
#define GRAVITON_ENGINE_WEIGHTS_MATRIX_H

#include "threads/pool.h"
#include "weights/format.h"

/*
 * Metadata of a file whose layers are GK4 already, which graviton-engine-convert writes: the superblock. A matrix is
 * then a tensor of type I8 with one dimension, the bytes of docs/gk4.md.
 */
#define GE_GK4_KEY "graviton.gk4.superblock"

typedef struct ge_matrix {
  ge_format_id format;
  size_t n, k;
  const uint8_t *bytes;
  size_t size; /* bytes */
  void *own;   /* the pages, or NULL when `bytes` lies in the file */
} ge_matrix;

/*
 * Makes a matrix of n columns of k from a tensor, on all threads of the pool; from within ge_pool_lead.
 *   wants_gk4  quantises to GK4 whatever the tensor's type
 * Errors: FORMAT (the tensor's shape is another, or a weight is no number), UNSUPPORTED (its type), MEMORY, KERNELS.
 */
ge_status ge_matrix_load(const gk_ops *kernels, ge_pool *pool, const ge_gguf *file, const ge_gguf_tensor *tensor,
                         size_t n, size_t k, bool wants_gk4, ge_matrix *matrix, ge_error *error);

void ge_matrix_free(ge_matrix *matrix);

#endif
