/* The walk of the NEON kernels over a row. */
#ifndef GK_ELEMENTWISE_BLOCKS_H
#define GK_ELEMENTWISE_BLOCKS_H

#include "common/advance.h"

/* Floats that one LD1 or ST1 of four registers moves: half the instructions of LDP. */
enum { GK_BLOCK = 16 };

/*
 * Runs a block of statements, which move their own pointers, for each whole block of `left` values, four of them an
 * iteration; `left` keeps the count of those that remain. Written out, because no compiler unrolls this much by itself.
 */
#define GK_FOR_BLOCKS(left, ...)                                                            \
  for (size_t turns_ = (left) / (4 * GK_BLOCK); turns_ != 0; turns_--) {                    \
    __VA_ARGS__                                                                             \
    __VA_ARGS__                                                                             \
    __VA_ARGS__                                                                             \
    __VA_ARGS__                                                                             \
  }                                                                                         \
  for (size_t turns_ = (left) % (4 * GK_BLOCK) / GK_BLOCK; turns_ != 0; turns_--) {         \
    __VA_ARGS__                                                                             \
  }                                                                                         \
  (left) %= GK_BLOCK;

/* Lets nothing of `later` begin before `earlier` is known, which keeps the two from competing for registers. */
#define GK_AFTER(later, earlier) __asm__("" : "+w"(later) : "w"(earlier))

#endif
