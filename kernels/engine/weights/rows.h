/* Rows of tensors as f32, whatever their type. */
#ifndef GRAVITON_ENGINE_WEIGHTS_ROWS_H
#define GRAVITON_ENGINE_WEIGHTS_ROWS_H

#include "gguf/gguf.h"

/* IEEE 754 binary16, exact. */
float ge_f16_to_f32(uint16_t bits);

/* Whether a tensor's rows can be read: its type is one of those below. */
bool ge_row_type_is_known(uint32_t type);

/* Bytes of a row of k elements, whole blocks of the type. */
size_t ge_row_size(uint32_t type, size_t k);

/*
 * Row `row` of a tensor with rows of k elements: F32, F16, BF16, Q4_0 and Q8_0 exactly, Q6_K with each product rounded
 * to f32. The row lies inside the tensor.
 */
void ge_read_row(const ge_gguf_tensor *tensor, size_t k, size_t row, float *values);

#endif
