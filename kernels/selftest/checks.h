/* The groups of checks. Each takes the tables of all variants under test, lowest first, and one tally for each. */
#ifndef GK_SELFTEST_CHECKS_H
#define GK_SELFTEST_CHECKS_H

#include "graviton_kernels.h"
#include "support/tally.h"

typedef struct variant_set {
  const gk_ops *ops[GK_VARIANT_COUNT];
  tally tallies[GK_VARIANT_COUNT];
  size_t count;
} variant_set;

/* Every entry of every table is there, and each family has the size that this header says. */
void check_tables(variant_set *set);

/*
 * One function for each family: results against an f64 reference within the family's bound, equal bits over variants,
 * shapes and splits, special values, and a status for each misuse. `perturbation` is added to one value of each f64
 * reference: 0, or a fault that must be found.
 */
void check_i8(variant_set *set, double perturbation);
void check_gk4(variant_set *set, double perturbation);
void check_bf16(variant_set *set, double perturbation);
void check_attention(variant_set *set, double perturbation);
void check_elementwise(variant_set *set, double perturbation);
void check_block8(variant_set *set, double perturbation);

#endif
