#include "support/values.h"

#include <math.h>
#include <string.h>

#include "support/random.h"

void fill_random(float *values, size_t count, float scale, uint32_t *state) {
  for (size_t i = 0; i < count; i++) {
    values[i] = random_float(state) * scale;
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
