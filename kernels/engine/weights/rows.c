#include "weights/rows.h"

#include <string.h>

#include "gguf/parsed.h"

static uint16_t load_u16(const uint8_t *bytes) {
  uint16_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

float ge_f16_to_f32(uint16_t bits) {
  const uint32_t sign = (uint32_t)(bits & 0x8000u) << 16;
  const uint32_t magnitude = bits & 0x7fffu;
  if (magnitude >= 0x7c00u) {
    return from_bits(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  }
  if (magnitude < 0x400u) {
    const float value = (float)magnitude * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  return from_bits(sign | ((magnitude << 13) + 0x38000000u));
}

static void read_f16(const uint8_t *row, size_t k, float *values) {
  for (size_t i = 0; i < k; i++) {
    values[i] = ge_f16_to_f32(load_u16(row + 2 * i));
  }
}

static void read_bf16(const uint8_t *row, size_t k, float *values) {
  for (size_t i = 0; i < k; i++) {
    values[i] = from_bits((uint32_t)load_u16(row + 2 * i) << 16);
  }
}

/* block_q4_0: a binary16 scale, then 16 bytes whose low nibbles are values 0..15 and whose high ones are 16..31. */
static void read_q4_0(const uint8_t *block, float *values) {
  const float scale = ge_f16_to_f32(load_u16(block));
  for (size_t i = 0; i < 16; i++) {
    values[i] = scale * (float)((block[2 + i] & 15) - 8);
    values[i + 16] = scale * (float)((block[2 + i] >> 4) - 8);
  }
}

/* block_q8_0: a binary16 scale, then 32 int8. */
static void read_q8_0(const uint8_t *block, float *values) {
  const float scale = ge_f16_to_f32(load_u16(block));
  for (size_t i = 0; i < 32; i++) {
    values[i] = scale * (float)(int8_t)block[2 + i];
  }
}

/*
 * block_q6_K: 128 bytes of low nibbles, 64 of pairs of high bits, 16 int8 scales of 16 values each, a binary16 scale.
 * Each half of 128 values is 4 groups of 32 that share their bytes.
 */
static void read_q6_k(const uint8_t *block, float *values) {
  const float scale = ge_f16_to_f32(load_u16(block + 208));
  for (size_t i = 0; i < 256; i++) {
    const size_t half = i / 128, group = i % 128 / 32, at = i % 32;
    const uint8_t low = block[half * 64 + (group & 1) * 32 + at];
    const uint8_t high = block[128 + half * 32 + at];
    const int q = ((group < 2 ? low & 15 : low >> 4) | (high >> (2 * group) & 3) << 4) - 32;
    values[i] = scale * (float)(int8_t)block[192 + i / 16] * (float)q;
  }
}

bool ge_row_type_is_known(uint32_t type) {
  size_t elements, bytes;
  return type != GE_TENSOR_I8 && ge_tensor_block(type, &elements, &bytes);
}

size_t ge_row_size(uint32_t type, size_t k) {
  size_t elements, bytes;
  return ge_tensor_block(type, &elements, &bytes) ? k / elements * bytes : 0;
}

static void read_blocks(const uint8_t *row, size_t k, size_t elements, size_t bytes,
                        void (*read)(const uint8_t *block, float *values), float *values) {
  for (size_t b = 0; b < k / elements; b++) {
    read(row + b * bytes, values + b * elements);
  }
}

void ge_read_row(const ge_gguf_tensor *tensor, size_t k, size_t row, float *values) {
  const uint8_t *bytes = tensor->bytes + row * ge_row_size(tensor->type, k);
  switch (tensor->type) {
  case GE_TENSOR_F32:
    memcpy(values, bytes, k * sizeof *values);
    break;
  case GE_TENSOR_F16:
    read_f16(bytes, k, values);
    break;
  case GE_TENSOR_BF16:
    read_bf16(bytes, k, values);
    break;
  case GE_TENSOR_Q4_0:
    read_blocks(bytes, k, 32, 18, read_q4_0, values);
    break;
  case GE_TENSOR_Q8_0:
    read_blocks(bytes, k, 32, 34, read_q8_0, values);
    break;
  case GE_TENSOR_Q6_K:
    read_blocks(bytes, k, 256, 210, read_q6_k, values);
    break;
  default:
    break;
  }
}
