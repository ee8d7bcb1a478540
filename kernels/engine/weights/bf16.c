/* Matrices and activations rounded to bf16, for tensors in floats. */
#include "weights/format.h"
#include "weights/rows.h"

static gk_status matrix_size(const gk_ops *kernels, size_t n, size_t k, size_t *size) {
  return kernels->bf16.pack_size_bf16p8(n, k, size);
}

static gk_status pack_values(const gk_ops *kernels, size_t k, size_t first, size_t count, const float *values,
                             uint8_t *packed) {
  size_t offset, size;
  gk_status status = kernels->bf16.pack_offset_bf16p8(first, k, &offset);
  if (status == GK_OK) {
    status = kernels->bf16.pack_size_bf16p8(count, k, &size);
  }
  return status == GK_OK
             ? kernels->bf16.pack_bf16p8_f32(count, k, values, k * sizeof *values, packed + offset, size)
             : status;
}

static gk_status pack(const gk_ops *kernels, const ge_gguf_tensor *tensor, size_t k, size_t first, size_t count,
                      float *rows, uint8_t *matrix) {
  for (size_t i = 0; i < count; i++) {
    ge_read_row(tensor, k, first + i, rows + i * k);
  }
  return pack_values(kernels, k, first, count, rows, matrix);
}

static gk_status prepare(const gk_ops *kernels, size_t rows, size_t k, const float *source, size_t first, size_t count,
                         void *operand) {
  (void)rows;
  return pack_values(kernels, k, first, count, source + first * k, operand);
}

static gk_status multiply(const gk_ops *kernels, const ge_product *product, size_t first, size_t count) {
  size_t offset;
  const gk_status status = kernels->bf16.pack_offset_bf16p8(first, product->k, &offset);
  return status == GK_OK ? kernels->bf16.gemm_f32_bf16p8_bf16p8(
                               product->rows, count, product->k, product->operand, product->matrix + offset,
                               product->result + first, product->result_stride * sizeof(float))
                         : status;
}

const ge_format ge_format_bf16 = {
    .name = "bf16",
    .column_step = GK_PANEL,
    .matrix_size = matrix_size,
    .operand_size = matrix_size,
    .pack = pack,
    .prepare = prepare,
    .multiply = multiply,
};
