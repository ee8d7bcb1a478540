/* Bytes that a kernel must leave alone. */
#ifndef GK_SELFTEST_CANARY_H
#define GK_SELFTEST_CANARY_H

#include <stddef.h>

/* Sets `count` bytes, and whether they still are as they were set. */
void set_canary(void *bytes, size_t count);
int is_canary(const void *bytes, size_t count);

#endif
