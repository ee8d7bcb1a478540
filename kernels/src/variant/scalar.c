#include "variant/table.h"

GK_DEFINE_OPS(GK_VARIANT_SCALAR, scalar);
