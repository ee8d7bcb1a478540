#include "support/canary.h"

#include <string.h>

enum { CANARY = 0xA5 };

void set_canary(void *bytes, size_t count) {
  memset(bytes, CANARY, count);
}

int is_canary(const void *bytes, size_t count) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i < count; i++) {
    if (at[i] != CANARY) {
      return 0;
    }
  }
  return 1;
}
