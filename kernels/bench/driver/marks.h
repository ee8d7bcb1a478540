/* The marks that ../plugin/count.c looks for: unallocated hints, no-ops on every AArch64 CPU. */
#ifndef GK_BENCH_MARKS_H
#define GK_BENCH_MARKS_H

/* Calls run(context) between the marks of `region`, 0..30. */
void marks_around(unsigned region, void (*run)(void *), void *context);

#endif
