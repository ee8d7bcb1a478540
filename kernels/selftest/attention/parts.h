/* The parts of check_attention. */
#ifndef GK_SELFTEST_ATTENTION_PARTS_H
#define GK_SELFTEST_ATTENTION_PARTS_H

#include "checks.h"

/* Shapes and masks against an f64 reference; equal bits over variants, over rows one by one, over parts by pages. */
void check_attention_results(variant_set *set, double perturbation);

/* NaN and Inf in keys, values and queries, seen and unseen; keys written again. */
void check_attention_special_values(variant_set *set);

/* Each misuse gives its status, and writes nothing. */
void check_attention_misuse(variant_set *set);

#endif
