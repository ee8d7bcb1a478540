#include "measure.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "marks.h"

enum { MIN_RUNS = 10, UNAVAILABLE = -1 };
static const uint64_t MIN_NANOSECONDS = 200000000;

/* What one run took. */
typedef struct sample {
  uint64_t nanoseconds, cycles, instructions;
} sample;

static int open_counter(uint64_t event, int group) {
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_HARDWARE,
      .size = sizeof attributes,
      .config = event,
      .disabled = group == UNAVAILABLE,
      .exclude_kernel = 1,
      .exclude_hv = 1,
      .read_format = PERF_FORMAT_GROUP,
  };
  return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, group, 0);
}

measure_mode measure_detect(void) {
  const int fd = open_counter(PERF_COUNT_HW_CPU_CYCLES, UNAVAILABLE);
  if (fd >= 0) {
    (void)close(fd);
    return MEASURE_NATIVE;
  }
  return errno == ENOSYS ? MEASURE_COUNTED : MEASURE_NATIVE;
}

static uint64_t now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC_RAW, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static sample run_once(const bench_case *subject, int group) {
  if (group != UNAVAILABLE) {
    (void)ioctl(group, PERF_EVENT_IOC_RESET, PERF_IOC_FLAG_GROUP);
    (void)ioctl(group, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
  }
  const uint64_t begin = now();
  subject->run(subject->context);
  sample result = {.nanoseconds = now() - begin};
  if (group != UNAVAILABLE) {
    uint64_t counts[3] = {0};
    (void)ioctl(group, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
    if (read(group, counts, sizeof counts) == (ssize_t)sizeof counts) {
      result.cycles = counts[1];
      result.instructions = counts[2];
    }
  }
  return result;
}

static void print_count(const char *name, uint64_t value) {
  if (value == 0) {
    (void)printf(", \"%s\": null", name);
  } else {
    (void)printf(", \"%s\": %" PRIu64, name, value);
  }
}

static void measure_native(const char *name, const bench_case *subject) {
  const int cycles = open_counter(PERF_COUNT_HW_CPU_CYCLES, UNAVAILABLE);
  const int instructions = cycles < 0 ? UNAVAILABLE : open_counter(PERF_COUNT_HW_INSTRUCTIONS, cycles);
  const int group = instructions < 0 ? UNAVAILABLE : cycles;
  sample fastest = {.nanoseconds = UINT64_MAX};
  unsigned runs = 0;
  for (uint64_t total = 0; runs < MIN_RUNS || total < MIN_NANOSECONDS; runs++) {
    const sample one = run_once(subject, group);
    total += one.nanoseconds;
    fastest = one.nanoseconds < fastest.nanoseconds ? one : fastest;
  }
  (void)printf("{\"case\": \"%s\", \"operations\": %u, \"runs\": %u, \"nanoseconds\": %" PRIu64, name,
               subject->operations, runs, fastest.nanoseconds);
  print_count("cycles", fastest.cycles);
  print_count("instructions", fastest.instructions);
  (void)printf("}\n");
  if (instructions >= 0) {
    (void)close(instructions);
  }
  if (cycles >= 0) {
    (void)close(cycles);
  }
}

void measure(measure_mode mode, unsigned region, int warm, const char *name, const bench_case *subject) {
  if (warm) {
    subject->run(subject->context);
  }
  if (mode == MEASURE_NATIVE) {
    measure_native(name, subject);
    return;
  }
  marks_around(region, subject->run, subject->context);
  (void)printf("{\"case\": \"%s\", \"operations\": %u, \"region\": %u}\n", name, subject->operations, region);
}
