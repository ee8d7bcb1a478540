/* Large blocks of memory from the system, zeroed, and given back at once. */
#ifndef GRAVITON_ENGINE_MEMORY_PAGES_H
#define GRAVITON_ENGINE_MEMORY_PAGES_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ge_page_use {
  GE_PAGES_DENSE, /* filled and read throughout: on huge pages where the system allows it */
  GE_PAGES_SPARSE /* a reservation: takes memory only where it was written */
} ge_page_use;

/* `size` bytes at a page boundary, or NULL; size is at least 1. */
void *ge_pages_new(size_t size, ge_page_use use);

/* Gives the memory of the system's pages that lie wholly inside back; they read as zeros. */
void ge_pages_clear(void *bytes, size_t size);

/* NULL is ignored. */
void ge_pages_free(void *pages, size_t size);

/* a * b to *product; false when it is above PTRDIFF_MAX. */
bool ge_size_multiply(size_t a, size_t b, size_t *product);

#endif
