/* The parts of check_elementwise. */
#ifndef GK_SELFTEST_ELEMENTWISE_PARTS_H
#define GK_SELFTEST_ELEMENTWISE_PARTS_H

#include "checks.h"

/* Rows of many lengths against an f64 reference, equal bits over variants, rows one by one, and in place. */
void check_elementwise_rows(variant_set *set, double perturbation);

/* NaN, Inf, denormals, zeros, and values far from 0. */
void check_elementwise_special_values(variant_set *set);

/* Each misuse gives its status, and writes nothing. */
void check_elementwise_misuse(variant_set *set);

#endif
