#include "weights/matrix.h"

#include <stdlib.h>

#include "errors/fail.h"
#include "graviton_kernels/gk4_weights.h"
#include "memory/pages.h"
#include "weights/rows.h"

typedef struct packing {
  const gk_ops *kernels;
  const ge_format *format;
  const ge_gguf_tensor *tensor;
  size_t n, k;
  uint8_t *matrix;
} packing;

static ge_status pack_task(void *context, size_t task, uint32_t thread) {
  const packing *work = context;
  const size_t step = work->format->column_step, first = task * step;
  float *rows = malloc(step * work->k * sizeof *rows);
  (void)thread;
  if (rows == NULL) {
    return GE_ERROR_MEMORY;
  }
  const size_t count = work->n - first < step ? work->n - first : step;
  const gk_status status =
      work->format->pack(work->kernels, work->tensor, work->k, first, count, rows, work->matrix);
  free(rows);
  return status == GK_OK ? GE_OK : status == GK_ERROR_VALUE ? GE_ERROR_FORMAT : GE_ERROR_KERNELS;
}

static ge_format_id format_for(uint32_t type, bool wants_gk4) {
  if (wants_gk4) {
    return GE_FORMAT_GK4;
  }
  return type == GE_TENSOR_Q4_0 || type == GE_TENSOR_Q8_0 ? GE_FORMAT_BLOCK8 : GE_FORMAT_BF16;
}

static ge_status pack_all(const gk_ops *kernels, ge_pool *pool, const ge_gguf_tensor *tensor, ge_matrix *matrix,
                          ge_error *error) {
  const ge_format *format = ge_format_of(matrix->format);
  if (format->matrix_size(kernels, matrix->n, matrix->k, &matrix->size) != GK_OK) {
    return ge_fail(error, GE_ERROR_UNSUPPORTED, "tensor '%.*s': %zu x %zu is no shape of the kernels",
                   GE_SHOWN(tensor->name), matrix->n, matrix->k);
  }
  matrix->own = ge_pages_new(matrix->size, GE_PAGES_DENSE);
  matrix->bytes = matrix->own;
  if (matrix->own == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for tensor '%.*s' (%zu bytes)", GE_SHOWN(tensor->name),
                   matrix->size);
  }
  packing work = {kernels, format, tensor, matrix->n, matrix->k, matrix->own};
  const size_t tasks = (matrix->n + format->column_step - 1) / format->column_step;
  const ge_status status = ge_pool_loop(pool, tasks, pack_task, &work);
  if (status == GE_ERROR_FORMAT) {
    return ge_fail(error, status, "tensor '%.*s' holds a weight that is no number, or too large for GK4",
                   GE_SHOWN(tensor->name));
  }
  return status == GE_OK ? GE_OK
                         : ge_fail(error, status, "tensor '%.*s' cannot be packed", GE_SHOWN(tensor->name));
}

/* GK4 weights of the file: used where they lie, or copied when the file aligns them to less than the kernels need. */
static ge_status take_gk4(const ge_gguf *file, const ge_gguf_tensor *tensor, ge_matrix *matrix, ge_error *error) {
  uint32_t superblock;
  if (ge_gguf_get_u32(file, GE_GK4_KEY, &superblock) != GE_GGUF_FOUND || superblock != GE_GK4_SUPERBLOCK) {
    return ge_fail(error, GE_ERROR_UNSUPPORTED, "tensor '%.*s' is of type I8, but " GE_GK4_KEY " is not %u",
                   GE_SHOWN(tensor->name), GE_GK4_SUPERBLOCK);
  }
  if (gk_gk4_weights_size(matrix->n, matrix->k, superblock, &matrix->size) != GK_OK || tensor->dimensions != 1 ||
      tensor->size != matrix->size) {
    return ge_fail(error, GE_ERROR_FORMAT, "tensor '%.*s' has not the size of %zu x %zu GK4 weights",
                   GE_SHOWN(tensor->name), matrix->n, matrix->k);
  }
  if (gk_gk4_check_weights(matrix->n, matrix->k, superblock, tensor->bytes, tensor->size) != GK_OK) {
    return ge_fail(error, GE_ERROR_FORMAT, "tensor '%.*s' holds a scale that GK4 does not have",
                   GE_SHOWN(tensor->name));
  }
  matrix->bytes = tensor->bytes;
  if ((uintptr_t)tensor->bytes % GK_ALIGNMENT != 0) {
    matrix->own = ge_pages_new(matrix->size, GE_PAGES_DENSE);
    if (matrix->own == NULL) {
      return ge_fail(error, GE_ERROR_MEMORY, "no memory for tensor '%.*s'", GE_SHOWN(tensor->name));
    }
    __builtin_memcpy(matrix->own, tensor->bytes, matrix->size);
    matrix->bytes = matrix->own;
  }
  return GE_OK;
}

ge_status ge_matrix_load(const gk_ops *kernels, ge_pool *pool, const ge_gguf *file, const ge_gguf_tensor *tensor,
                         size_t n, size_t k, bool wants_gk4, ge_matrix *matrix, ge_error *error) {
  *matrix = (ge_matrix){.n = n, .k = k};
  ge_gguf_will_need(file, tensor);
  if (tensor->type == GE_TENSOR_I8) {
    matrix->format = GE_FORMAT_GK4;
    return take_gk4(file, tensor, matrix, error);
  }
  if (!ge_row_type_is_known(tensor->type)) {
    return ge_fail(error, GE_ERROR_UNSUPPORTED,
                   "tensor '%.*s' is of ggml type %u; F32, F16, BF16, Q4_0, Q8_0, Q6_K and GK4 are known",
                   GE_SHOWN(tensor->name), tensor->type);
  }
  if (tensor->dimensions != 2 || tensor->shape[0] != k || tensor->shape[1] != n) {
    return ge_fail(error, GE_ERROR_FORMAT, "tensor '%.*s' is %llu x %llu; the model's parameters make it %zu x %zu",
                   GE_SHOWN(tensor->name), (unsigned long long)tensor->shape[0], (unsigned long long)tensor->shape[1],
                   k, n);
  }
  matrix->format = format_for(tensor->type, wants_gk4);
  const ge_status status = pack_all(kernels, pool, tensor, matrix, error);
  /* Else the process would hold each weight twice, packed and as it was. */
  ge_gguf_let_go(file, tensor);
  return status;
}

void ge_matrix_free(ge_matrix *matrix) {
  ge_pages_free(matrix->own, matrix->size);
  *matrix = (ge_matrix){0};
}
