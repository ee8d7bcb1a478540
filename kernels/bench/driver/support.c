#include "support.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)fprintf(stderr, "%s: ", program_invocation_short_name);
  (void)vfprintf(stderr, format, arguments);
  (void)fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

void *allocate(size_t bytes) {
  const size_t rounded = (bytes + 63) / 64 * 64;
  void *memory = aligned_alloc(64, rounded);
  if (memory == NULL) {
    fail("out of memory: %zu bytes", rounded);
  }
  memset(memory, 0, rounded);
  return memory;
}

/* Knuth, The Art of Computer Programming 2, 3.3.4: a linear congruential generator; its upper half is used. */
static uint32_t next_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 32);
}

float *random_floats(size_t count) {
  uint64_t state = count;
  float *values = allocate(count * sizeof *values);
  for (size_t i = 0; i < count; i++) {
    values[i] = (float)(int32_t)next_random(&state) / 2147483648.0f;
  }
  return values;
}

void random_bytes(void *destination, size_t bytes) {
  uint64_t state = bytes;
  uint8_t *out = destination;
  for (size_t i = 0; i < bytes; i++) {
    out[i] = (uint8_t)(next_random(&state) >> 24);
  }
}

uint16_t *random_bf16(size_t count) {
  float *values = random_floats(count);
  uint16_t *result = allocate(count * sizeof *result);
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    result[i] = (uint16_t)(bits >> 16);
  }
  free(values);
  return result;
}

void *load_object(const char *directory, const char *name) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path) {
    fail("path too long: %s/%s", directory, name);
  }
  void *object = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (object == NULL) {
    fail("cannot load: %s", dlerror());
  }
  return object;
}

void *load_symbol(void *object, const char *name) {
  void *symbol = dlsym(object, name);
  if (symbol == NULL) {
    fail("cannot find a symbol: %s", dlerror());
  }
  return symbol;
}
