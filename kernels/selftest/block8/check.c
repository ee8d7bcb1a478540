#include "block8/parts.h"

void check_block8(variant_set *set, double perturbation) {
  check_block8_misuse(set);
  check_block8_activations(set);
  check_block8_products(set, perturbation);
}
