/* Arrays that grow by doubling. */
#ifndef GTOK_GROW_H
#define GTOK_GROW_H

#include <stddef.h>

/* The array with room for `wanted` elements, perhaps elsewhere; NULL, and nothing changed, when there is no memory. */
void *gtok_grow(void *array, size_t *capacity, size_t wanted, size_t element_size);

#endif
