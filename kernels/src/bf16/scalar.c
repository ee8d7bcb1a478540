/* Portable C, at some hundred instructions a product: it says what BFMMLA's bits are. */
#include "bf16/emulated.h"

GK_BF16_DECLARE(scalar)

GK_BF16_DEFINE(scalar, gk_bf16_emulated_tile, gk_bf16_emulated_row, gk_bf16_emulated_row_f32, NULL)
