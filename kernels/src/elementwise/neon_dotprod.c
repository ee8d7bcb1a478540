#include "elementwise/neon.h"

GK_ELEMENTWISE_DECLARE(neon_dotprod)

GK_ELEMENTWISE_DEFINE_NEON(neon_dotprod)
