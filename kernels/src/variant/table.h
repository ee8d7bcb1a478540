/* The table of a variant: one grammar of names, so that a variant cannot forget a kernel or export another's. */
#ifndef GK_VARIANT_TABLE_H
#define GK_VARIANT_TABLE_H

#include "attention/table.h"
#include "bf16/table.h"
#include "block8/table.h"
#include "elementwise/table.h"
#include "gk4/table.h"
#include "i8/table.h"

#define GK_DEFINE_OPS(number, suffix)                    \
  GK_I8_DECLARE(suffix)                                  \
  GK_GK4_DECLARE(suffix)                                 \
  GK_BF16_DECLARE(suffix)                                \
  GK_BLOCK8_DECLARE(suffix)                              \
  GK_ATTENTION_DECLARE(suffix)                           \
  GK_ELEMENTWISE_DECLARE(suffix)                         \
  const gk_ops gk_ops_##suffix = {                       \
      .abi_version = GK_ABI_VERSION,                     \
      .size = sizeof(gk_ops),                            \
      .variant = (number),                               \
      .name = #suffix,                                   \
      .i8 = GK_I8_TABLE(suffix),                         \
      .gk4 = GK_GK4_TABLE(suffix),                       \
      .bf16 = GK_BF16_TABLE(suffix),                     \
      .attention = GK_ATTENTION_TABLE(suffix),           \
      .elementwise = GK_ELEMENTWISE_TABLE(suffix),       \
      .block8 = GK_BLOCK8_TABLE(suffix),                 \
  }

#endif
