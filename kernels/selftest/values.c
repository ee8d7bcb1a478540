#include "values.h"

#include <math.h>
#include <string.h>

enum { CANARY = 0xA5 };

uint32_t next_random(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

void fill_random(float *values, size_t count, float scale, uint32_t *state) {
  for (size_t i = 0; i < count; i++) {
    values[i] = ((float)(next_random(state) >> 8) - 8388608.0f) / 8388608.0f * scale;
  }
}

double bf16_value(uint16_t bits) {
  const uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, sizeof value);
  return (double)value;
}

double rounded_to_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bf16_value((uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16));
}

int same_floats(const float *a, const float *b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (memcmp(a + i, b + i, sizeof *a) != 0 && !(isnan(a[i]) && isnan(b[i]))) {
      return 0;
    }
  }
  return 1;
}

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
