/* The entries of the bf16 family, in the order of struct gk_bf16_ops. */
#ifndef GK_BF16_TABLE_H
#define GK_BF16_TABLE_H

#include "variant/entry.h"

#define GK_BF16_ENTRIES(X, suffix) \
  X(gk_bf16_ops, pack_step_bf16p8, suffix) \
  X(gk_bf16_ops, pack_size_bf16p8, suffix) \
  X(gk_bf16_ops, pack_offset_bf16p8, suffix) \
  X(gk_bf16_ops, pack_bf16p8_bf16, suffix) \
  X(gk_bf16_ops, pack_bf16p8_f32, suffix) \
  X(gk_bf16_ops, gemm_f32_bf16p8_bf16p8, suffix)

#define GK_BF16_DECLARE(suffix) GK_BF16_ENTRIES(GK_DECLARE_ENTRY, suffix)
#define GK_BF16_TABLE(suffix) {.size = sizeof(gk_bf16_ops), GK_BF16_ENTRIES(GK_TABLE_ENTRY, suffix)}

#endif
