#include "gguf/parsed.h"

/* Source: ggml-common.h and ggml.c of ggml 0.9 (type_traits). */
static const struct {
  uint32_t type;
  size_t elements; /* of a block; a row is whole blocks */
  size_t bytes;
} blocks[] = {
    {GE_TENSOR_F32, 1, 4},   {GE_TENSOR_F16, 1, 2},      {GE_TENSOR_BF16, 1, 2}, {GE_TENSOR_I8, 1, 1},
    {GE_TENSOR_Q4_0, 32, 18}, {GE_TENSOR_Q8_0, 32, 34}, {GE_TENSOR_Q6_K, 256, 210},
};

bool ge_tensor_block(uint32_t type, size_t *elements, size_t *bytes) {
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    if (blocks[i].type == type) {
      *elements = blocks[i].elements;
      *bytes = blocks[i].bytes;
      return true;
    }
  }
  return false;
}
