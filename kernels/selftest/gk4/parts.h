/* The parts of check_gk4. */
#ifndef GK_SELFTEST_GK4_PARTS_H
#define GK_SELFTEST_GK4_PARTS_H

#include "checks.h"

/* Products of many shapes against an f64 reference; equal bits over kernels, rows, splits and variants. */
void check_gk4_products(variant_set *set, double perturbation);

/* Quantised activations: equal bytes over variants and with RMSNorm fused, the bound of the error, special values. */
void check_gk4_activations(variant_set *set);

/* Quantiser, importers and dequantiser of weights, and the file: not in the variants, tallied with the first. */
void check_gk4_weights(variant_set *set);

/* Each misuse gives its status, and writes nothing. */
void check_gk4_misuse(variant_set *set);

#endif
