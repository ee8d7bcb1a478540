#include "bf16/bfmmla.h"

GK_BF16_DECLARE(neon_i8mm_bf16)

GK_BF16_DEFINE(neon_i8mm_bf16, gk_bfmmla_tile, gk_bfmmla_row, gk_bfmmla_row_f32, gk_bfmmla_two_rows_f32)
