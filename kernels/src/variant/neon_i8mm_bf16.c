#include "variant/table.h"

GK_DEFINE_OPS(GK_VARIANT_NEON_I8MM_BF16, neon_i8mm_bf16);
