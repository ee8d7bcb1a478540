#include "tokenizer/pieces/character_classes.h"

/* Finds the last entry that begins at or before the code point; the first one begins at 0. */
gtok_class gtok_class_of(uint32_t code_point) {
  const uint32_t wanted = code_point << 4 | 0xf;
  size_t low = 0;
  size_t high = gtok_class_start_count;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (gtok_class_starts[middle] <= wanted) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (gtok_class)(gtok_class_starts[low] & 0xf);
}
