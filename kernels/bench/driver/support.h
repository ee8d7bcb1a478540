/* Memory, data and failure for a benchmark driver, where the only way out of an error is to say so and stop. */
#ifndef GK_BENCH_SUPPORT_H
#define GK_BENCH_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define BENCH_PRINTF __attribute__((noreturn, format(printf, 1, 2)))
#else
#define BENCH_PRINTF
#endif

/* Prints "PROGRAM: ..." to standard error and ends the process with status 1. */
void fail(const char *format, ...) BENCH_PRINTF;

/* Zeroed memory at a multiple of 64 bytes; free with free(). */
void *allocate(size_t bytes);

/* f32 in -1..1, the same on every run. */
float *random_floats(size_t count);

/* Fills memory with the same bytes on every run. */
void random_bytes(void *destination, size_t bytes);

/* bf16 in -1..1, the same on every run. */
uint16_t *random_bf16(size_t count);

/* dlopen and dlsym that cannot return NULL. */
void *load_object(const char *directory, const char *name);
void *load_symbol(void *object, const char *name);

#endif
