#include "bf16/parts.h"

void check_bf16(variant_set *set, double perturbation) {
  check_bf16_misuse(set);
  check_bf16_arithmetic(set);
  check_bf16_products(set, perturbation);
}
