/*
 * int8 weights with a scale for each 32 k of a column: the numbers of Q8_0 and Q4_0 unchanged, 9 bits each. Activations
 * are quantised as ggml does for these types, to int8 with a scale for each 32 k of a row, so that logits can be
 * compared with llama.cpp's. The kernels are those of graviton_kernels/block8.h.
 */
#include <string.h>

#include "weights/format.h"
#include "weights/rows.h"

#define BLOCK GK_BLOCK8_BLOCK

static gk_status matrix_size(const gk_ops *kernels, size_t n, size_t k, size_t *size) {
  return kernels->block8.quant_size_qi8bp8(n, k, size);
}

static gk_status operand_size(const gk_ops *kernels, size_t rows, size_t k, size_t *size) {
  return (ge_is_single(rows) ? kernels->block8.quant_size_qi8b : kernels->block8.quant_size_qi8bp8)(rows, k, size);
}

/* The int8 values and the scale of a block of Q4_0 or Q8_0. */
static float read_block(uint32_t type, const uint8_t *block, int8_t *values) {
  uint16_t scale;
  memcpy(&scale, block, sizeof scale);
  if (type == GE_TENSOR_Q8_0) {
    memcpy(values, block + sizeof scale, BLOCK);
  } else {
    for (size_t i = 0; i < BLOCK / 2; i++) {
      values[i] = (int8_t)((block[sizeof scale + i] & 15) - 8);
      values[i + BLOCK / 2] = (int8_t)((block[sizeof scale + i] >> 4) - 8);
    }
  }
  return ge_f16_to_f32(scale);
}

/* One column of a tensor as a row of the kernels' qi8b: its values, then its scales. */
static void read_column(const ge_gguf_tensor *tensor, size_t k, size_t column, int8_t *values) {
  const size_t row_bytes = ge_row_size(tensor->type, k), stored = row_bytes / (k / BLOCK);
  const uint8_t *block = tensor->bytes + column * row_bytes;
  float *scales = (float *)(void *)(values + k);
  for (size_t b = 0; b < k / BLOCK; b++, block += stored) {
    scales[b] = read_block(tensor->type, block, values + b * BLOCK);
  }
}

static gk_status pack(const gk_ops *kernels, const ge_gguf_tensor *tensor, size_t k, size_t first, size_t count,
                      float *rows, uint8_t *matrix) {
  size_t offset, size, row_bytes;
  gk_status status = kernels->block8.quant_offset_qi8bp8(first, k, &offset);
  if (status == GK_OK) {
    status = kernels->block8.quant_size_qi8bp8(count, k, &size);
  }
  if (status == GK_OK) {
    status = kernels->block8.quant_size_qi8b(1, k, &row_bytes);
  }
  if (status != GK_OK) {
    return status;
  }
  /* At most 2 bytes for each value, of the 4 that `rows` has. */
  for (size_t i = 0; i < count; i++) {
    read_column(tensor, k, first + i, (int8_t *)rows + i * row_bytes);
  }
  return kernels->block8.pack_qi8bp8_qi8b(count, k, rows, matrix + offset, size);
}

static gk_status prepare(const gk_ops *kernels, size_t rows, size_t k, const float *source, size_t first, size_t count,
                         void *operand) {
  size_t offset, size;
  gk_status status;
  if (ge_is_single(rows)) {
    status = kernels->block8.quant_size_qi8b(1, k, &size);
    return status == GK_OK ? kernels->block8.quant_qi8b_f32(1, k, source, k * sizeof *source, operand, size) : status;
  }
  /* A last panel of one row is still one of many rows. */
  status = kernels->block8.quant_size_qi8bp8(count, k, &size);
  if (status == GK_OK) {
    status = kernels->block8.quant_offset_qi8bp8(first, k, &offset);
  }
  return status == GK_OK ? kernels->block8.quant_qi8bp8_f32(count, k, source + first * k, k * sizeof *source,
                                                            (uint8_t *)operand + offset, size)
                         : status;
}

static gk_status multiply(const gk_ops *kernels, const ge_product *product, size_t first, size_t count) {
  size_t offset;
  const size_t k = product->k;
  const gk_status status = kernels->block8.quant_offset_qi8bp8(first, k, &offset);
  if (status != GK_OK) {
    return status;
  }
  const uint8_t *matrix = product->matrix + offset;
  float *result = product->result + first;
  if (ge_is_single(product->rows)) {
    return kernels->block8.gemv_f32_qi8b_qi8bp8(count, k, product->operand, matrix, result);
  }
  return kernels->block8.gemm_f32_qi8bp8_qi8bp8(product->rows, count, k, product->operand, matrix, result,
                                                product->result_stride * sizeof *result);
}

const ge_format ge_format_block8 = {
    .name = "block8",
    .column_step = GK_PANEL,
    .matrix_size = matrix_size,
    .operand_size = operand_size,
    .pack = pack,
    .prepare = prepare,
    .multiply = multiply,
};
