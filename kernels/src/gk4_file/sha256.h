/* SHA-256 (FIPS 180-4) over bytes that come in pieces. */
#ifndef GK_GK4_FILE_SHA256_H
#define GK_GK4_FILE_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct gk_sha256 {
  uint32_t state[8];
  uint8_t block[64];
  size_t used;    /* bytes waiting in block */
  uint64_t total; /* bytes so far */
} gk_sha256;

void gk_sha256_start(gk_sha256 *hash);
void gk_sha256_add(gk_sha256 *hash, const void *bytes, size_t size);
void gk_sha256_finish(gk_sha256 *hash, uint8_t digest[32]);

#endif
