/* GK4 weights (kernels/docs/gk4.md), and activations in int8 with a scale for each superblock of a row. */
#include "graviton_kernels/gk4_weights.h"
#include "weights/format.h"
#include "weights/rows.h"

static gk_status matrix_size(const gk_ops *kernels, size_t n, size_t k, size_t *size) {
  return kernels->gk4.pack_size_gk4p16(n, k, GE_GK4_SUPERBLOCK, size);
}

static gk_status operand_size(const gk_ops *kernels, size_t rows, size_t k, size_t *size) {
  return (ge_is_single(rows) ? kernels->gk4.quant_size_qi8s
                             : kernels->gk4.quant_size_qi8sp8)(rows, k, GE_GK4_SUPERBLOCK, size);
}

static gk_status scratch_size(const gk_ops *kernels, size_t k, size_t *size) {
  return kernels->gk4.quant_size_qi8sp8(GK_PANEL, k, GE_GK4_SUPERBLOCK, size);
}

static gk_status pack(const gk_ops *kernels, const ge_gguf_tensor *tensor, size_t k, size_t first, size_t count,
                      float *rows, uint8_t *matrix) {
  size_t offset, size;
  gk_status status = kernels->gk4.pack_offset_gk4p16(first, k, GE_GK4_SUPERBLOCK, &offset);
  if (status == GK_OK) {
    status = kernels->gk4.pack_size_gk4p16(count, k, GE_GK4_SUPERBLOCK, &size);
  }
  if (status != GK_OK) {
    return status;
  }
  for (size_t i = 0; i < count; i++) {
    ge_read_row(tensor, k, first + i, rows + i * k);
  }
  return gk_gk4_quantise_f32(count, k, GE_GK4_SUPERBLOCK, rows, k * sizeof *rows, matrix + offset, size);
}

static gk_status prepare(const gk_ops *kernels, size_t rows, size_t k, const float *source, size_t first, size_t count,
                         void *operand) {
  size_t offset, size;
  gk_status status;
  if (ge_is_single(rows)) {
    status = kernels->gk4.quant_size_qi8s(1, k, GE_GK4_SUPERBLOCK, &size);
    return status == GK_OK
               ? kernels->gk4.quant_qi8s_f32(1, k, GE_GK4_SUPERBLOCK, source, k * sizeof *source, operand, size)
               : status;
  }
  /* A last panel of one row is still one of many rows. */
  status = kernels->gk4.quant_size_qi8sp8(count, k, GE_GK4_SUPERBLOCK, &size);
  if (status == GK_OK) {
    status = kernels->gk4.quant_offset_qi8sp8(first, k, GE_GK4_SUPERBLOCK, &offset);
  }
  return status == GK_OK ? kernels->gk4.quant_qi8sp8_f32(count, k, GE_GK4_SUPERBLOCK, source + first * k,
                                                         k * sizeof *source, (uint8_t *)operand + offset, size)
                         : status;
}

static gk_status multiply(const gk_ops *kernels, const ge_product *product, size_t first, size_t count) {
  const gk_gk4_ops *gk4 = &kernels->gk4;
  const size_t rows = product->rows, k = product->k, stride = product->result_stride * sizeof(float);
  float *result = product->result + first;
  size_t offset;
  const gk_status status = gk4->pack_offset_gk4p16(first, k, GE_GK4_SUPERBLOCK, &offset);
  if (status != GK_OK) {
    return status;
  }
  const uint8_t *matrix = product->matrix + offset;
  if (ge_is_single(rows)) {
    return gk4->gemv_f32_qi8s_gk4p16(count, k, GE_GK4_SUPERBLOCK, product->operand, matrix, result);
  }
  if (rows <= GK_GK4_SKINNY_MAX) {
    return gk4->skinny_f32_qi8sp8_gk4p16(rows, count, k, GE_GK4_SUPERBLOCK, product->operand, matrix, result, stride);
  }
  return gk4->gemm_f32_qi8sp8_gk4p16(rows, count, k, GE_GK4_SUPERBLOCK, product->operand, matrix, product->scratch,
                                     product->scratch_size, result, stride);
}

const ge_format ge_format_gk4 = {
    .name = "gk4",
    .column_step = GK_GK4_PANEL,
    .matrix_size = matrix_size,
    .operand_size = operand_size,
    .scratch_size = scratch_size,
    .pack = pack,
    .prepare = prepare,
    .multiply = multiply,
};
