#include "support/guarded_buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void fail(const char *what) {
  (void)fprintf(stderr, "graviton-kernels-selftest: %s\n", what);
  exit(1);
}

guarded_buffer guarded_buffer_new(size_t capacity) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t usable = (capacity + page - 1) / page * page;
  char *base = mmap(NULL, usable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED || mprotect(base + usable, page, PROT_NONE) != 0) {
    fail("the system refused memory for a test buffer");
  }
  return (guarded_buffer){.end = base + usable, .capacity = usable};
}

void *guarded_buffer_tail(const guarded_buffer *buffer, size_t size) {
  if (size > buffer->capacity) {
    fail("a test case is larger than its buffer");
  }
  return buffer->end - size;
}
