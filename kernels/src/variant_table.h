/* The table of a variant: one grammar of names, so that a variant cannot forget a kernel or export another's. */
#ifndef GK_VARIANT_TABLE_H
#define GK_VARIANT_TABLE_H

#include "graviton_kernels.h"

#define GK_DEFINE_OPS(number, suffix)                                 \
  const gk_ops gk_ops_##suffix = {                                    \
      .abi_version = GK_ABI_VERSION,                                  \
      .size = sizeof(gk_ops),                                         \
      .variant = (number),                                            \
      .name = #suffix,                                                \
      .pack_step_i8p8 = gk_i8_pack_step,                              \
      .pack_size_i8p8 = gk_i8_pack_size,                              \
      .pack_offset_i8p8 = gk_i8_pack_offset,                          \
      .pack_i8p8_i8 = gk_pack_i8p8_i8_##suffix,                       \
      .gemm_f32_qi8rp8_qi8cp8 = gk_gemm_f32_qi8rp8_qi8cp8_##suffix,   \
      .gemv_f32_qi8r_qi8cp8 = gk_gemv_f32_qi8r_qi8cp8_##suffix,       \
  }

#endif
