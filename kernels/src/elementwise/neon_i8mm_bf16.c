#include "elementwise/neon.h"

GK_ELEMENTWISE_DECLARE(neon_i8mm_bf16)

GK_ELEMENTWISE_DEFINE_NEON(neon_i8mm_bf16)
