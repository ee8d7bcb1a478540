#include "memory/pages.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* From here on a block has whole huge pages of 2 MiB inside, wherever it begins. */
#define HUGE_FROM ((size_t)4 << 20)

void *ge_pages_new(size_t size, ge_page_use use) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (use == GE_PAGES_SPARSE ? MAP_NORESERVE : 0);
  void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (pages == MAP_FAILED) {
    return NULL;
  }
  if (use == GE_PAGES_DENSE && size >= HUGE_FROM) {
    /* A wish: a kernel without transparent huge pages refuses it, and all works on small ones. */
    (void)madvise(pages, size, MADV_HUGEPAGE);
  }
  return pages;
}

void ge_pages_clear(void *bytes, size_t size) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t start = ((uintptr_t)bytes + page - 1) / page * page;
  const uintptr_t end = ((uintptr_t)bytes + size) / page * page;
  if (start < end) {
    (void)madvise((void *)start, end - start, MADV_DONTNEED);
  }
}

void ge_pages_free(void *pages, size_t size) {
  if (pages != NULL) {
    (void)munmap(pages, size);
  }
}

bool ge_size_multiply(size_t a, size_t b, size_t *product) {
  return !__builtin_mul_overflow(a, b, product) && *product <= PTRDIFF_MAX;
}
