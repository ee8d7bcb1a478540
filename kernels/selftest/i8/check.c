#include "i8/parts.h"

void check_i8(variant_set *set, double perturbation) {
  check_i8_misuse(set);
  check_i8_special_scales(set);
  check_i8_products(set, perturbation);
}
