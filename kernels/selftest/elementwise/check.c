#include "elementwise/parts.h"

void check_elementwise(variant_set *set, double perturbation) {
  check_elementwise_misuse(set);
  check_elementwise_special_values(set);
  check_elementwise_rows(set, perturbation);
}
