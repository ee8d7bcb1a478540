#include "weights/format.h"

const ge_format *ge_format_of(ge_format_id id) {
  switch (id) {
  case GE_FORMAT_BLOCK8:
    return &ge_format_block8;
  case GE_FORMAT_GK4:
    return &ge_format_gk4;
  case GE_FORMAT_BF16:
    break;
  }
  return &ge_format_bf16;
}
