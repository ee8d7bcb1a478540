/* Values for the checks of the float families. */
#ifndef GK_SELFTEST_VALUES_H
#define GK_SELFTEST_VALUES_H

#include <stddef.h>
#include <stdint.h>

/* Floats in -scale..scale. */
void fill_random(float *values, size_t count, float scale, uint32_t *state);

/* A bf16 value as f64, and f32 rounded to bf16 (nearest, ties to even) as f64. */
double bf16_value(uint16_t bits);
double rounded_to_bf16(float value);

/* Whether both are the same bits, or both are NaN, for `count` floats. */
int same_floats(const float *a, const float *b, size_t count);

#endif
