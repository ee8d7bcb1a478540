/* The parts of check_bf16. */
#ifndef GK_SELFTEST_BF16_PARTS_H
#define GK_SELFTEST_BF16_PARTS_H

#include "checks.h"

/* Products of many shapes against an f64 reference, equal bits over variants, over kinds of source and over splits. */
void check_bf16_products(variant_set *set, double perturbation);

/* Rounding to odd, flushing, overflow and NaN as BFMMLA has them, and equal bits on any bit patterns. */
void check_bf16_arithmetic(variant_set *set);

/* Each misuse gives its status, and writes nothing. */
void check_bf16_misuse(variant_set *set);

#endif
