/*
 * int8 weights with a scale for each 32 k of a column: the numbers of Q8_0 and Q4_0 unchanged, 9 bits each. Activations
 * are quantised as ggml does for these types, to int8 with a scale for each 32 k of a row, so that logits can be
 * compared with llama.cpp's:
 *
 *   result[i][j] = sum over blocks b, in rising order from 0 by additions in f32, of
 *                  (float)(sum over k of b of activation[i][k] * weight[k][j]) * activation scale[i][b] * scale[b][j]
 *
 * A tile of columns, or of rows of an operand, holds for each block its int8 values, packed for the int8 kernels, and
 * then its scales: a product reads both sides from front to back.
 */
#include <string.h>

#include "weights/format.h"
#include "weights/rows.h"

#define BLOCK 32u

/* Columns of a tile of weights and rows of a tile of activations: their product's 8 KiB stay in the L1 cache. */
#define TILE_COLUMNS 64u
#define TILE_ROWS 32u

/* Magnitudes below this have no reciprocal scale in f32. */
#define ACTIVATION_MIN 0x1p-119f

_Static_assert(TILE_ROWS % GE_ROW_STEP == 0, "rows that threads share lie in one tile");

static size_t block_bytes(size_t tile) {
  return tile * (BLOCK + sizeof(float));
}

static size_t tile_bytes(size_t tile, size_t k) {
  return k / BLOCK * block_bytes(tile);
}

/* The scales of a block that begins at `block`. */
static float *scales_of(void *block, size_t tile) {
  return (float *)(void *)((uint8_t *)block + tile * BLOCK);
}

static const float *const_scales_of(const uint8_t *block, size_t tile) {
  return (const float *)(const void *)(block + tile * BLOCK);
}

static size_t tiles(size_t count, size_t tile) {
  return (count + tile - 1) / tile;
}

static gk_status matrix_size(const gk_ops *kernels, size_t n, size_t k, size_t *size) {
  (void)kernels;
  if (k == 0 || k % BLOCK != 0 || n == 0 || n > GK_DIM_MAX || k > GK_I8_K_MAX) {
    return GK_ERROR_SHAPE;
  }
  *size = tiles(n, TILE_COLUMNS) * tile_bytes(TILE_COLUMNS, k);
  return GK_OK;
}

static gk_status operand_size(const gk_ops *kernels, size_t rows, size_t k, size_t *size) {
  (void)kernels;
  /* One row lies unpacked, its values first and then its scales. */
  *size = rows == 1 ? k + k / BLOCK * sizeof(float) : tiles(rows, TILE_ROWS) * tile_bytes(TILE_ROWS, k);
  return GK_OK;
}

static gk_status scratch_size(const gk_ops *kernels, size_t k, size_t *size) {
  (void)kernels;
  (void)k;
  *size = 0;
  return GK_OK;
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

static gk_status pack(const gk_ops *kernels, const ge_gguf_tensor *tensor, size_t k, size_t first, size_t count,
                      float *rows, uint8_t *matrix) {
  int8_t values[TILE_COLUMNS * BLOCK];
  const size_t row_bytes = ge_row_size(tensor->type, k);
  const size_t stored = row_bytes / (k / BLOCK);
  uint8_t *at = matrix + first / TILE_COLUMNS * tile_bytes(TILE_COLUMNS, k);
  (void)rows;
  for (size_t b = 0; b < k / BLOCK; b++, at += block_bytes(TILE_COLUMNS)) {
    for (size_t j = 0; j < count; j++) {
      const uint8_t *block = tensor->bytes + (first + j) * row_bytes + b * stored;
      scales_of(at, TILE_COLUMNS)[j] = read_block(tensor->type, block, values + j * BLOCK);
    }
    const gk_status status = kernels->i8.pack_i8p8_i8(count, BLOCK, values, BLOCK, at, TILE_COLUMNS * BLOCK);
    if (status != GK_OK) {
      return status;
    }
  }
  return GK_OK;
}

/*
 * int8 values in -127..127, and the scale: the largest magnitude / 127. A block with an Inf or NaN becomes zeros with a
 * NaN as its scale, so that every result of the row is NaN.
 */
static float quantise_block(const float *source, int8_t *values) {
  uint32_t largest = 0;
  for (size_t i = 0; i < BLOCK; i++) {
    uint32_t bits;
    memcpy(&bits, &source[i], sizeof bits);
    bits &= 0x7fffffffu;
    largest = bits > largest ? bits : largest;
  }
  float magnitude;
  memcpy(&magnitude, &largest, sizeof magnitude);
  if (largest >= 0x7f800000u || magnitude < ACTIVATION_MIN) {
    memset(values, 0, BLOCK);
    return largest >= 0x7f800000u ? __builtin_nanf("") : 0.0f;
  }
  const float scale = magnitude / 127.0f;
  const float reciprocal = 1.0f / scale;
  for (size_t i = 0; i < BLOCK; i++) {
    /* Adding 1.5 * 2^23 leaves the nearest integer, ties to even, in the low bits. */
    const float shifted = source[i] * reciprocal + 0x1.8p23f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    values[i] = (int8_t)(bits & 0xff);
  }
  return scale;
}

static void prepare_single(size_t k, const float *source, uint8_t *operand) {
  float *scales = (float *)(void *)(operand + k);
  for (size_t b = 0; b < k / BLOCK; b++) {
    scales[b] = quantise_block(source + b * BLOCK, (int8_t *)operand + b * BLOCK);
  }
}

static gk_status prepare(const gk_ops *kernels, size_t rows, size_t k, const float *source, size_t first, size_t count,
                         void *operand) {
  if (rows == 1) {
    prepare_single(k, source, operand);
    return GK_OK;
  }
  for (size_t done = 0; done < count; done += GE_ROW_STEP) {
    const size_t row = first + done, panel = count - done < GE_ROW_STEP ? count - done : GE_ROW_STEP;
    uint8_t *at = (uint8_t *)operand + row / TILE_ROWS * tile_bytes(TILE_ROWS, k);
    for (size_t b = 0; b < k / BLOCK; b++, at += block_bytes(TILE_ROWS)) {
      int8_t values[GE_ROW_STEP * BLOCK];
      for (size_t i = 0; i < panel; i++) {
        scales_of(at, TILE_ROWS)[row % TILE_ROWS + i] =
            quantise_block(source + (row + i) * k + b * BLOCK, values + i * BLOCK);
      }
      const gk_status status = kernels->i8.pack_i8p8_i8(panel, BLOCK, values, BLOCK, at + row % TILE_ROWS * BLOCK,
                                                        GE_ROW_STEP * BLOCK);
      if (status != GK_OK) {
        return status;
      }
    }
  }
  return GK_OK;
}

static void add_tile(size_t rows, size_t columns, const float *part, float *result, size_t stride) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      result[i * stride + j] += part[i * TILE_COLUMNS + j];
    }
  }
}

/* A tile of columns for one row. */
static gk_status multiply_single(const gk_ops *kernels, const ge_product *product, size_t columns,
                                 const uint8_t *matrix, float *result) {
  float part[TILE_COLUMNS];
  const int8_t *values = product->operand;
  const float *scales = (const float *)(const void *)(values + product->k);
  memset(result, 0, columns * sizeof *result);
  for (size_t b = 0; b < product->k / BLOCK; b++, matrix += block_bytes(TILE_COLUMNS)) {
    const gk_status status = kernels->i8.gemv_f32_qi8r_qi8cp8(columns, BLOCK, values + b * BLOCK, scales[b], matrix,
                                                              const_scales_of(matrix, TILE_COLUMNS), part);
    if (status != GK_OK) {
      return status;
    }
    add_tile(1, columns, part, result, columns);
  }
  return GK_OK;
}

/* A tile of columns for a tile of rows. */
static gk_status multiply_tile(const gk_ops *kernels, const ge_product *product, size_t rows, size_t columns,
                               const uint8_t *operand, const uint8_t *matrix, float *result) {
  float part[TILE_ROWS * TILE_COLUMNS];
  for (size_t i = 0; i < rows; i++) {
    memset(result + i * product->result_stride, 0, columns * sizeof *result);
  }
  for (size_t b = 0; b < product->k / BLOCK; b++) {
    const gk_status status = kernels->i8.gemm_f32_qi8rp8_qi8cp8(
        rows, columns, BLOCK, operand, const_scales_of(operand, TILE_ROWS), matrix,
        const_scales_of(matrix, TILE_COLUMNS), part, TILE_COLUMNS * sizeof *part);
    if (status != GK_OK) {
      return status;
    }
    add_tile(rows, columns, part, result, product->result_stride);
    operand += block_bytes(TILE_ROWS);
    matrix += block_bytes(TILE_COLUMNS);
  }
  return GK_OK;
}

static gk_status multiply_columns(const gk_ops *kernels, const ge_product *product, size_t first, size_t columns) {
  const uint8_t *matrix = product->matrix + first / TILE_COLUMNS * tile_bytes(TILE_COLUMNS, product->k);
  float *result = product->result + first;
  if (product->rows == 1) {
    return multiply_single(kernels, product, columns, matrix, result);
  }
  const uint8_t *operand = product->operand;
  for (size_t row = 0; row < product->rows; row += TILE_ROWS, operand += tile_bytes(TILE_ROWS, product->k)) {
    const size_t rows = product->rows - row < TILE_ROWS ? product->rows - row : TILE_ROWS;
    const gk_status status =
        multiply_tile(kernels, product, rows, columns, operand, matrix, result + row * product->result_stride);
    if (status != GK_OK) {
      return status;
    }
  }
  return GK_OK;
}

static gk_status multiply(const gk_ops *kernels, const ge_product *product, size_t first, size_t count) {
  gk_status status = GK_OK;
  for (size_t done = 0; status == GK_OK && done < count; done += TILE_COLUMNS) {
    const size_t columns = count - done < TILE_COLUMNS ? count - done : TILE_COLUMNS;
    status = multiply_columns(kernels, product, first + done, columns);
  }
  return status;
}

const ge_format ge_format_block8 = {
    .name = "block8",
    .column_step = TILE_COLUMNS,
    .matrix_size = matrix_size,
    .operand_size = operand_size,
    .scratch_size = scratch_size,
    .pack = pack,
    .prepare = prepare,
    .multiply = multiply,
};
