#include "gk4_file/sha256.h"

#include <string.h>

/* Fractions of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Fractions of the square roots of the first 8 primes. */
static const uint32_t start_state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t rotate(uint32_t x, unsigned by) {
  return x >> by | x << (32 - by);
}

static uint32_t load_big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void store_big_endian(uint64_t value, size_t bytes, uint8_t *at) {
  for (size_t i = 0; i < bytes; i++) {
    at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
  }
}

static void expand_message(const uint8_t *block, uint32_t *w) {
  for (size_t i = 0; i < 16; i++) {
    w[i] = load_big_endian(block + 4 * i);
  }
  for (size_t i = 16; i < 64; i++) {
    const uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    const uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
}

static void add_block(uint32_t *state, const uint8_t *block) {
  uint32_t w[64], v[8];
  expand_message(block, w);
  memcpy(v, state, sizeof v);
  for (size_t i = 0; i < 64; i++) {
    const uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    const uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    const uint32_t first = v[7] + s1 + choice + round_constants[i] + w[i];
    const uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    const uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += first;
    v[0] = first + s0 + majority;
  }
  for (size_t i = 0; i < 8; i++) {
    state[i] += v[i];
  }
}

void gk_sha256_start(gk_sha256 *hash) {
  memcpy(hash->state, start_state, sizeof start_state);
  hash->used = 0;
  hash->total = 0;
}

void gk_sha256_add(gk_sha256 *hash, const void *bytes, size_t size) {
  const uint8_t *at = bytes;
  hash->total += size;
  while (size > 0) {
    const size_t room = sizeof hash->block - hash->used;
    const size_t taken = size < room ? size : room;
    memcpy(hash->block + hash->used, at, taken);
    hash->used += taken;
    at += taken;
    size -= taken;
    if (hash->used == sizeof hash->block) {
      add_block(hash->state, hash->block);
      hash->used = 0;
    }
  }
}

void gk_sha256_finish(gk_sha256 *hash, uint8_t digest[32]) {
  static const uint8_t padding[64] = {0x80};
  uint8_t bits[8];
  store_big_endian(hash->total * 8, sizeof bits, bits);
  gk_sha256_add(hash, padding, (hash->used < 56 ? 56 : 120) - hash->used);
  gk_sha256_add(hash, bits, sizeof bits);
  for (size_t i = 0; i < 8; i++) {
    store_big_endian(hash->state[i], 4, digest + 4 * i);
  }
}
