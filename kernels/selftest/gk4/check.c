#include "gk4/parts.h"

void check_gk4(variant_set *set, double perturbation) {
  check_gk4_misuse(set);
  check_gk4_weights(set);
  check_gk4_activations(set);
  check_gk4_products(set, perturbation);
}
