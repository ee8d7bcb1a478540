/*
 * f32 operations that round once and the same on every machine: what makes results of the variants equal in bits.
 * Fused products are always written out, for -ffp-contract=off keeps the compiler from choosing them.
 */
#ifndef GK_COMMON_FLOAT32_H
#define GK_COMMON_FLOAT32_H

#include <stdint.h>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

static inline uint32_t gk_f32_bits(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float gk_f32_from_bits(uint32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

/* The quiet NaN without payload that Arm calls the default NaN. */
static inline float gk_f32_default_nan(void) {
  return gk_f32_from_bits(0x7fc00000u);
}

static inline int gk_f32_is_nan(float value) {
  return value != value;
}

static inline int gk_f32_is_finite(float value) {
  return (gk_f32_bits(value) & 0x7f800000u) != 0x7f800000u;
}

/*
 * a + b rounded to odd in f64: towards 0, with the last bit set when that was not exact. Whoever rounds the result
 * again to 24 bits gets what one rounding would give. Source: S. Boldo, G. Melquiond, "Emulation of FMA and correctly
 * rounded sums: proved algorithms using rounding to odd", IEEE Transactions on Computers 57(4), 2008.
 */
static inline double gk_f64_add_odd(double a, double b) {
  double sum = a + b;
  const double virtual_b = sum - a;
  const double error = (a - (sum - virtual_b)) + (b - virtual_b);
  uint64_t bits;
  __builtin_memcpy(&bits, &sum, sizeof bits);
  /* `error` is a NaN when the sum is Inf or NaN, and then there is nothing to correct. */
  if ((error > 0.0 || error < 0.0) && (bits & 1) == 0) {
    bits += (error > 0.0) == (sum > 0.0) ? (uint64_t)1 : ~(uint64_t)0;
    __builtin_memcpy(&sum, &bits, sizeof sum);
  }
  return sum;
}

/* a * b + c, rounded once to nearest even. */
static inline float gk_f32_fma(float a, float b, float c) {
#if defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  /* The product is exact in f64. */
  return (float)gk_f64_add_odd((double)a * (double)b, (double)c);
#endif
}

/* The square root, rounded to nearest even. Written as an instruction: __builtin_sqrtf may call libm for errno. */
static inline float gk_f32_sqrt(float value) {
#if defined(__aarch64__)
  float root;
  __asm__("fsqrt %s0, %s1" : "=w"(root) : "w"(value));
  return root;
#elif defined(__x86_64__)
  return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(value)));
#else
#error "graviton_kernels: no square root known for this architecture; the library builds for Arm64 and x86-64"
#endif
}

#endif
