/*
 * How a matrix lies in memory, and how rows of activations are multiplied with it. Every format keeps the promise of
 * the kernels: a row of a product has the same bits whatever other rows there are and however columns are shared.
 *
 * A matrix has n columns (outputs) of k values. An operand is `rows` rows of k activations, prepared for products.
 */
#ifndef GRAVITON_ENGINE_WEIGHTS_FORMAT_H
#define GRAVITON_ENGINE_WEIGHTS_FORMAT_H

#include "gguf/gguf.h"
#include "graviton_kernels.h"

/* Rows by which threads may share the preparation of an operand. */
#define GE_ROW_STEP 8u

/* Superblock of GK4 weights that the engine makes. */
#define GE_GK4_SUPERBLOCK 512u

typedef enum ge_format_id { GE_FORMAT_BF16 = 0, GE_FORMAT_BLOCK8 = 1, GE_FORMAT_GK4 = 2 } ge_format_id;
#define GE_FORMATS 3u

typedef struct ge_product {
  size_t rows, k;
  const void *operand;
  size_t n;
  const uint8_t *matrix;
  float *result;        /* rows x n, row i at result + i * result_stride */
  size_t result_stride; /* elements */
  void *scratch;        /* of this thread, `scratch_size` bytes, aligned to GK_ALIGNMENT */
  size_t scratch_size;
} ge_product;

typedef struct ge_format {
  const char *name;
  size_t column_step; /* columns by which threads may share packing and products */

  /* Bytes of a matrix, of an operand, and of a thread's scratch for a product; without the last there is no scratch. */
  gk_status (*matrix_size)(const gk_ops *kernels, size_t n, size_t k, size_t *size);
  gk_status (*operand_size)(const gk_ops *kernels, size_t rows, size_t k, size_t *size);
  gk_status (*scratch_size)(const gk_ops *kernels, size_t k, size_t *size);

  /*
   * Packs columns first..first + count - 1 of a tensor of n rows of k. `rows` has room for column_step * k f32.
   * GK_ERROR_VALUE: a weight is Inf or NaN, or too large.
   */
  gk_status (*pack)(const gk_ops *kernels, const ge_gguf_tensor *tensor, size_t k, size_t first, size_t count,
                    float *rows, uint8_t *matrix);

  /* Prepares rows first..first + count - 1, where first is a multiple of GE_ROW_STEP, of `rows` rows side by side. */
  gk_status (*prepare)(const gk_ops *kernels, size_t rows, size_t k, const float *source, size_t first, size_t count,
                       void *operand);

  /* Columns first..first + count - 1 of a product, where first is a multiple of column_step. */
  gk_status (*multiply)(const gk_ops *kernels, const ge_product *product, size_t first, size_t count);
} ge_format;

extern const ge_format ge_format_bf16;
extern const ge_format ge_format_block8;
extern const ge_format ge_format_gk4;

/* Whether rows are laid out for the kernel of one row, where a format has two layouts; more are for those of many. */
static inline bool ge_is_single(size_t rows) {
  return rows == 1;
}

/* The format of this number. */
const ge_format *ge_format_of(ge_format_id id);

#endif
