/* The entries of the i8 family, in the order of struct gk_i8_ops. */
#ifndef GK_I8_TABLE_H
#define GK_I8_TABLE_H

#include "variant/entry.h"

#define GK_I8_ENTRIES(X, suffix) \
  X(gk_i8_ops, pack_step_i8p8, suffix) \
  X(gk_i8_ops, pack_size_i8p8, suffix) \
  X(gk_i8_ops, pack_offset_i8p8, suffix) \
  X(gk_i8_ops, pack_i8p8_i8, suffix) \
  X(gk_i8_ops, gemm_f32_qi8rp8_qi8cp8, suffix) \
  X(gk_i8_ops, gemv_f32_qi8r_qi8cp8, suffix)

#define GK_I8_DECLARE(suffix) GK_I8_ENTRIES(GK_DECLARE_ENTRY, suffix)
#define GK_I8_TABLE(suffix) {.size = sizeof(gk_i8_ops), GK_I8_ENTRIES(GK_TABLE_ENTRY, suffix)}

#endif
