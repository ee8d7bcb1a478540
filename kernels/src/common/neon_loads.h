/* Loads of panels by NEON. */
#ifndef GK_COMMON_NEON_LOADS_H
#define GK_COMMON_NEON_LOADS_H

#include <arm_neon.h>

#include "common/checks.h"

/*
 * 64 bytes, and the pointer after them. LD1 of four registers has no address with an offset; the empty statement hides
 * the pointer's value, without which clang computes each address by an instruction of its own instead of taking LD1's
 * post-increment (clang 19: 0.0457 instead of 0.0400 instructions per MAC in the tile of neon_i8mm_bf16).
 */
GK_INLINE int8x16x4_t gk_neon_take_64(const int8_t **at) {
  const int8x16x4_t values = vld1q_s8_x4(*at);
  *at += 64;
  __asm__("" : "+r"(*at));
  return values;
}

#endif
