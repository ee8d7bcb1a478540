/*
 * Elementary functions in f64 that give the same bits on every machine, which the C library does not promise. Relative
 * error below 1e-14 (sine and cosine: absolute); built without contraction to fused operations.
 */
#ifndef GRAVITON_ENGINE_PORTABLE_ELEMENTARY_H
#define GRAVITON_ENGINE_PORTABLE_ELEMENTARY_H

/* e^x; 0 below -700, +Inf above 700. */
double ge_exp(double x);

/* The natural logarithm of a positive normal number. */
double ge_log(double x);

/* Sine and cosine of 0..1.6e6 radians, to *sine and *cosine. */
void ge_sine_cosine(double x, double *sine, double *cosine);

#endif
