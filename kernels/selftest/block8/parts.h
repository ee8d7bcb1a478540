/* The parts of check_block8. */
#ifndef GK_SELFTEST_BLOCK8_PARTS_H
#define GK_SELFTEST_BLOCK8_PARTS_H

#include "checks.h"

/* Products of many shapes against an f64 reference; equal bits over variants, GEMM and GEMV, rows and splits. */
void check_block8_products(variant_set *set, double perturbation);

/* Quantised activations: the values and scales of their definition, equal bytes over variants, special values. */
void check_block8_activations(variant_set *set);

/* Each misuse gives its status, and writes nothing. */
void check_block8_misuse(variant_set *set);

#endif
