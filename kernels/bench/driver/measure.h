/*
 * How one case is measured. Under qemu with the plug-in of ../plugin: marks around one call, counted from outside. On
 * an Arm64 kernel: nanoseconds, and cycles and instructions of the PMU by perf_event_open.
 */
#ifndef GK_BENCH_MEASURE_H
#define GK_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/*
 * One thing to measure. A run does the operation `operations` times; more than once where the call that starts a run
 * costs as much as a small operation does, so that a peer is not charged for it. `release` frees the context.
 */
typedef struct bench_case {
  unsigned operations;
  void (*run)(void *context);
  void (*release)(void *context);
  void *context;
} bench_case;

typedef enum measure_mode {
  MEASURE_COUNTED, /* the kernel below has no perf_event_open: qemu-user */
  MEASURE_NATIVE   /* a Linux kernel answers; the PMU itself may still be forbidden */
} measure_mode;

/* Regions that one process can mark. */
#define MEASURE_REGIONS 31

measure_mode measure_detect(void);

/*
 * Runs the case once to warm it up if `warm`, then measures it and prints one line of JSON to standard output. In
 * counted mode `region` is the number under which the plug-in counts; in native mode the fastest of at least 10 runs is
 * printed, and cycles and instructions are null where the kernel forbids the PMU. All figures are of a run, which is
 * "operations" operations.
 */
void measure(measure_mode mode, unsigned region, int warm, const char *name, const bench_case *subject);

#endif
