/*
 * To be preloaded: of the engine's calls for memory, mappings and threads, the one with the number GRAVITON_FAIL_AT
 * fails, and with GRAVITON_FAIL_ON=1 all that follow it. Calls of other libraries are served. When the process ends the
 * number of calls is written to standard error. For glibc, whose own names of malloc are called.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static atomic_long calls;
static long fail_at;
static bool fails_on;
static uintptr_t engine_start, engine_end;

static int find_engine(struct dl_phdr_info *library, size_t size, void *context) {
  (void)size;
  (void)context;
  for (int i = 0; strstr(library->dlpi_name, "libgraviton_engine.so") != NULL && i < library->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &library->dlpi_phdr[i];
    if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
      engine_start = library->dlpi_addr + part->p_vaddr;
      engine_end = engine_start + part->p_memsz;
    }
  }
  return 0;
}

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("GRAVITON_FAIL_AT"), *on = getenv("GRAVITON_FAIL_ON");
  fail_at = at == NULL ? -1 : atol(at);
  fails_on = on != NULL && *on == '1';
  (void)dl_iterate_phdr(find_engine, NULL);
}

__attribute__((destructor)) static void end(void) {
  (void)fprintf(stderr, "%ld\n", atomic_load(&calls));
}

static bool fails(const void *caller) {
  if ((uintptr_t)caller < engine_start || (uintptr_t)caller >= engine_end) {
    return false;
  }
  const long number = atomic_fetch_add(&calls, 1);
  const bool is_failing = fail_at >= 0 && (fails_on ? number >= fail_at : number == fail_at);
  errno = is_failing ? ENOMEM : errno;
  return is_failing;
}

#define FAILS() fails(__builtin_return_address(0))
#define SHOWN __attribute__((visibility("default")))

SHOWN void *malloc(size_t size) {
  return FAILS() ? NULL : __libc_malloc(size);
}

SHOWN void *calloc(size_t count, size_t size) {
  return FAILS() ? NULL : __libc_calloc(count, size);
}

SHOWN void *realloc(void *memory, size_t size) {
  return FAILS() ? NULL : __libc_realloc(memory, size);
}

SHOWN void *mmap(void *address, size_t size, int protection, int flags, int descriptor, off_t offset) {
  void *(*next)(void *, size_t, int, int, int, off_t);
  *(void **)&next = dlsym(RTLD_NEXT, "mmap");
  return FAILS() ? MAP_FAILED : next(address, size, protection, flags, descriptor, offset);
}

SHOWN int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
  return FAILS() ? EAGAIN : next(thread, attributes, start, argument);
}
