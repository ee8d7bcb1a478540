/* Memory that ends at a page without access, so that one byte read or written too far ends the process. */
#ifndef GK_SELFTEST_GUARDED_BUFFER_H
#define GK_SELFTEST_GUARDED_BUFFER_H

#include <stddef.h>

typedef struct guarded_buffer {
  char *end;
  size_t capacity; /* bytes */
} guarded_buffer;

/* Reserves at least `capacity` bytes; ends the process with a message when the system has none. */
guarded_buffer guarded_buffer_new(size_t capacity);

/* The last `size` bytes before the guard page; ends the process when size is above the capacity. */
void *guarded_buffer_tail(const guarded_buffer *buffer, size_t size);

#endif
