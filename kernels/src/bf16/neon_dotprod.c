#include "bf16/emulated_neon.h"

GK_BF16_DECLARE(neon_dotprod)

GK_BF16_DEFINE(neon_dotprod, gk_neon_emulated_tile, gk_bf16_emulated_row, gk_bf16_emulated_row_f32, NULL)
