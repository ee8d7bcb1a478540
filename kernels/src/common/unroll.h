/* Unrolling by two, and of all of up to 8 turns, in the words of clang and of gcc. */
#ifndef GK_COMMON_UNROLL_H
#define GK_COMMON_UNROLL_H

#if defined(__clang__)
#define GK_UNROLL_2 _Pragma("clang loop unroll_count(2)")
#define GK_UNROLL_8 _Pragma("clang loop unroll(full)")
#else
#define GK_UNROLL_2 _Pragma("GCC unroll 2")
#define GK_UNROLL_8 _Pragma("GCC unroll 8")
#endif

#endif
