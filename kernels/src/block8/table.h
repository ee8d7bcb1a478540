/* The entries of the block8 family, in the order of struct gk_block8_ops. */
#ifndef GK_BLOCK8_TABLE_H
#define GK_BLOCK8_TABLE_H

#include "variant/entry.h"

#define GK_BLOCK8_ENTRIES(X, suffix)                 \
  X(gk_block8_ops, quant_step_qi8b, suffix)          \
  X(gk_block8_ops, quant_size_qi8b, suffix)          \
  X(gk_block8_ops, quant_offset_qi8b, suffix)        \
  X(gk_block8_ops, quant_step_qi8bp8, suffix)        \
  X(gk_block8_ops, quant_size_qi8bp8, suffix)        \
  X(gk_block8_ops, quant_offset_qi8bp8, suffix)      \
  X(gk_block8_ops, quant_qi8b_f32, suffix)           \
  X(gk_block8_ops, quant_qi8bp8_f32, suffix)         \
  X(gk_block8_ops, pack_qi8bp8_qi8b, suffix)         \
  X(gk_block8_ops, gemm_f32_qi8bp8_qi8bp8, suffix)   \
  X(gk_block8_ops, gemv_f32_qi8b_qi8bp8, suffix)

#define GK_BLOCK8_DECLARE(suffix) GK_BLOCK8_ENTRIES(GK_DECLARE_ENTRY, suffix)
#define GK_BLOCK8_TABLE(suffix) {.size = sizeof(gk_block8_ops), GK_BLOCK8_ENTRIES(GK_TABLE_ENTRY, suffix)}

#endif
