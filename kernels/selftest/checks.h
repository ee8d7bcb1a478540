/* The groups of checks. Each takes the tables of all variants under test, lowest first, and one tally for each. */
#ifndef GK_SELFTEST_CHECKS_H
#define GK_SELFTEST_CHECKS_H

#include "graviton_kernels.h"
#include "tally.h"

typedef struct variant_set {
  const gk_ops *ops[GK_VARIANT_COUNT];
  tally tallies[GK_VARIANT_COUNT];
  size_t count;
} variant_set;

/*
 * Products of many shapes against an f64 reference, equal bits over variants, over GEMM and GEMV, and over splits.
 * `perturbation` is added to one sum of each reference: 0, or a fault that must be found.
 */
void check_products(variant_set *set, double perturbation);

/* Scales that are zero, denormal, infinite or no number. */
void check_special_scales(variant_set *set);

/* Each misuse gives its status, and writes nothing. */
void check_misuse(variant_set *set);

#endif
