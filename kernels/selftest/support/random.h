/* The same numbers on every machine: George Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003. */
#ifndef GK_SELFTEST_RANDOM_H
#define GK_SELFTEST_RANDOM_H

#include <stdint.h>

/* `state` is not 0. */
static inline uint32_t random_next(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

/* -1..1 */
static inline float random_float(uint32_t *state) {
  return (float)((int32_t)(random_next(state) >> 8) - (1 << 23)) / 8388608.0f;
}

#endif
