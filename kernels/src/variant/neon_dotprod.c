#include "variant/table.h"

GK_DEFINE_OPS(GK_VARIANT_NEON_DOTPROD, neon_dotprod);
