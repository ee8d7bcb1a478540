/* The parts of check_i8. */
#ifndef GK_SELFTEST_I8_PARTS_H
#define GK_SELFTEST_I8_PARTS_H

#include "checks.h"

/* Products of many shapes against an f64 reference, equal bits over variants, over GEMM and GEMV, and over splits. */
void check_i8_products(variant_set *set, double perturbation);

/* Scales that are zero, denormal, infinite or no number. */
void check_i8_special_scales(variant_set *set);

/* Each misuse gives its status, and writes nothing. */
void check_i8_misuse(variant_set *set);

#endif
