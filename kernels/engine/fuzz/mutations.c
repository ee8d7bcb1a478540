/*
 * Runs the harness on model files and on COUNT mutations of each, the same on every machine.
 * Usage: graviton-engine-mutations COUNT HEADER_BYTES MODEL...
 * Three of four mutations meet the first HEADER_BYTES bytes, which are not the weights.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine_fuzz.h"
#include "support/random.h"

enum { ROOM = 1 << 20 };

/* Changes a bit, sets a byte, a word of 32 or of 64 bits to an extreme, or cuts; up to three times. */
static size_t mutate(uint8_t *bytes, size_t size, size_t header, uint32_t *state) {
  static const uint64_t extremes[] = {
      0, 1, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fffffff, 0x80000000u, 0xffffffffu, (uint64_t)1 << 48, INT64_MAX, UINT64_MAX};
  for (uint32_t times = random_next(state) % 3 + 1; times > 0 && size > 16; times--) {
    const size_t range = random_next(state) % 4 != 0 && size > header ? header : size;
    const size_t at = random_next(state) % (range - 8);
    const uint64_t extreme = extremes[random_next(state) % (sizeof extremes / sizeof *extremes)];
    switch (random_next(state) % 8) {
    case 0:
    case 1:
      bytes[at] = (uint8_t)(bytes[at] ^ 1u << random_next(state) % 8);
      break;
    case 2:
    case 3:
      bytes[at] = (uint8_t)extreme;
      break;
    case 4:
    case 5:
      memcpy(bytes + at, &extreme, sizeof(uint32_t));
      break;
    case 6:
      memcpy(bytes + at, &extreme, sizeof extreme);
      break;
    default:
      size = random_next(state) % 4 == 0 ? at + 8 : size;
      break;
    }
  }
  return size;
}

static size_t read_model(const char *path, uint8_t *bytes) {
  FILE *file = fopen(path, "rb");
  const size_t size = file == NULL ? 0 : fread(bytes, 1, ROOM, file);
  if (file == NULL || fclose(file) != 0 || size == 0 || size == ROOM) {
    (void)fprintf(stderr, "graviton-engine-mutations: %s cannot be read, or is larger than 1 MiB\n", path);
    exit(2);
  }
  return size;
}

int main(int argc, char **argv) {
  static uint8_t model[ROOM], bytes[ROOM];
  uint32_t state = 20261123;
  unsigned long runs = 0, loaded = 0;
  const unsigned long count = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
  const unsigned long header = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
  if (count == 0 || header < 16) {
    (void)fputs("usage: graviton-engine-mutations COUNT HEADER_BYTES MODEL...\n", stderr);
    return 2;
  }
  for (int i = 3; i < argc; i++) {
    const size_t size = read_model(argv[i], model);
    if (!ge_fuzz_one(model, size, false)) {
      (void)fprintf(stderr, "graviton-engine-mutations: %s does not load\n", argv[i]);
      return 1;
    }
    for (unsigned long run = 0; run < count; run++, runs++) {
      memcpy(bytes, model, size);
      loaded += ge_fuzz_one(bytes, mutate(bytes, size, header, &state), run % 8 == 0) ? 1 : 0;
    }
  }
  (void)printf("{\"mutations\":%lu,\"loaded\":%lu}\n", runs, loaded);
  return 0;
}
