/* Unrolling by two, in the words of clang and of gcc. */
#ifndef GK_COMMON_UNROLL_H
#define GK_COMMON_UNROLL_H

#if defined(__clang__)
#define GK_UNROLL_2 _Pragma("clang loop unroll_count(2)")
#else
#define GK_UNROLL_2 _Pragma("GCC unroll 2")
#endif

#endif
