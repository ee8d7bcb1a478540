#include "attention/parts.h"

void check_attention(variant_set *set, double perturbation) {
  check_attention_misuse(set);
  check_attention_special_values(set);
  check_attention_results(set, perturbation);
}
