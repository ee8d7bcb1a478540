/* The entries of the gk4 family, in the order of struct gk_gk4_ops. */
#ifndef GK_GK4_TABLE_H
#define GK_GK4_TABLE_H

#include "variant/entry.h"

#define GK_GK4_ENTRIES(X, suffix)                 \
  X(gk_gk4_ops, pack_step_gk4p16, suffix)         \
  X(gk_gk4_ops, pack_size_gk4p16, suffix)         \
  X(gk_gk4_ops, pack_offset_gk4p16, suffix)       \
  X(gk_gk4_ops, quant_step_qi8s, suffix)          \
  X(gk_gk4_ops, quant_size_qi8s, suffix)          \
  X(gk_gk4_ops, quant_offset_qi8s, suffix)        \
  X(gk_gk4_ops, quant_step_qi8sp8, suffix)        \
  X(gk_gk4_ops, quant_size_qi8sp8, suffix)        \
  X(gk_gk4_ops, quant_offset_qi8sp8, suffix)      \
  X(gk_gk4_ops, quant_qi8s_f32, suffix)           \
  X(gk_gk4_ops, quant_qi8sp8_f32, suffix)         \
  X(gk_gk4_ops, rmsnormquant_qi8s_f32, suffix)    \
  X(gk_gk4_ops, rmsnormquant_qi8sp8_f32, suffix)  \
  X(gk_gk4_ops, expand_qi8sp8_gk4p16, suffix)     \
  X(gk_gk4_ops, gemm_f32_qi8sp8_qi8sp8, suffix)   \
  X(gk_gk4_ops, gemm_f32_qi8sp8_gk4p16, suffix)   \
  X(gk_gk4_ops, skinny_f32_qi8sp8_gk4p16, suffix) \
  X(gk_gk4_ops, gemv_f32_qi8s_gk4p16, suffix)

#define GK_GK4_DECLARE(suffix) GK_GK4_ENTRIES(GK_DECLARE_ENTRY, suffix)
#define GK_GK4_TABLE(suffix) {.size = sizeof(gk_gk4_ops), GK_GK4_ENTRIES(GK_TABLE_ENTRY, suffix)}

#endif
