/*
 * Runs gk4_fuzz on the seeds given and on COUNT mutations of each, the same on every machine: what a test can afford
 * where libFuzzer's search takes too long. Usage: gk4-mutations COUNT SEED...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/random.h"

enum { ROOM = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Changes a bit, sets a byte or a 32-bit word to an extreme, cuts, or doubles a piece; up to four times. */
static size_t mutate(uint8_t *bytes, size_t size, uint32_t *state) {
  static const uint32_t extremes[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000u, 0xffffffffu};
  for (uint32_t times = random_next(state) % 4 + 1; times > 0 && size > 4; times--) {
    /* Half of the changes meet the first 128 bytes, where the header lies. */
    const size_t range = random_next(state) % 2 && size > 128 ? 128 : size;
    const size_t at = random_next(state) % (range - 3);
    const uint32_t extreme = extremes[random_next(state) % 8];
    switch (random_next(state) % 5) {
    case 0:
      bytes[at] = (uint8_t)(bytes[at] ^ 1u << random_next(state) % 8);
      break;
    case 1:
      bytes[at] = (uint8_t)extreme;
      break;
    case 2:
      memcpy(bytes + at, &extreme, sizeof extreme);
      break;
    case 3:
      size = at + 1;
      break;
    default:
      if (2 * size <= ROOM) {
        memmove(bytes + at + (size - at), bytes + at, size - at);
        size += size - at;
      }
      break;
    }
  }
  return size;
}

static size_t read_seed(const char *path, uint8_t *bytes) {
  FILE *file = fopen(path, "rb");
  const size_t size = file == NULL ? 0 : fread(bytes, 1, ROOM, file);
  if (file == NULL || fclose(file) != 0 || size == 0) {
    (void)fprintf(stderr, "gk4-mutations: %s cannot be read\n", path);
    exit(2);
  }
  return size;
}

int main(int argc, char **argv) {
  static uint8_t seed[ROOM], bytes[ROOM];
  uint32_t state = 20261123;
  unsigned long runs = 0;
  const unsigned long count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
  if (count == 0) {
    (void)fputs("usage: gk4-mutations COUNT SEED...\n", stderr);
    return 2;
  }
  for (int i = 2; i < argc; i++) {
    const size_t size = read_seed(argv[i], seed);
    (void)LLVMFuzzerTestOneInput(seed, size);
    for (unsigned long run = 0; run < count; run++, runs++) {
      memcpy(bytes, seed, size);
      (void)LLVMFuzzerTestOneInput(bytes, mutate(bytes, size, &state));
    }
  }
  (void)printf("PASS: %lu mutations\n", runs);
  return 0;
}
