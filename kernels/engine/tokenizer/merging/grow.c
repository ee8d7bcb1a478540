#include "tokenizer/merging/grow.h"

#include <stdint.h>
#include <stdlib.h>

void *gtok_grow(void *array, size_t *capacity, size_t wanted, size_t element_size) {
  if (wanted <= *capacity) {
    return array;
  }
  size_t room = *capacity < 64 ? 64 : *capacity;
  while (room < wanted) {
    room *= 2;
  }
  if (room > SIZE_MAX / element_size) {
    return NULL;
  }
  void *grown = realloc(array, room * element_size);
  if (grown != NULL) {
    *capacity = room;
  }
  return grown;
}
