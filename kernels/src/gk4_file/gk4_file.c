#include "graviton_kernels/gk4_file.h"

#include <string.h>

#include "graviton_kernels/gk4_weights.h"
#include "gk4_file/sha256.h"

/* Where the fields of the header lie. */
enum {
  AT_VERSION = 8,
  AT_HEADER_BYTES = 12,
  AT_N = 16,
  AT_K = 24,
  AT_SUPERBLOCK = 32,
  AT_WEIGHTS_BYTES = 40,
  AT_RESERVED = 48,
  AT_DIGEST = 96
};

static const uint8_t magic[8] = "GK4FILE";

static void store(uint8_t *at, size_t bytes, uint64_t value) {
  for (size_t i = 0; i < bytes; i++) {
    at[i] = (uint8_t)(value >> 8 * i);
  }
}

static uint64_t load(const uint8_t *at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = bytes; i-- > 0;) {
    value = value << 8 | at[i];
  }
  return value;
}

static void compute_digest(const uint8_t *header, const void *weights, size_t weights_size, uint8_t *digest) {
  gk_sha256 hash;
  gk_sha256_start(&hash);
  gk_sha256_add(&hash, header, AT_DIGEST);
  gk_sha256_add(&hash, weights, weights_size);
  gk_sha256_finish(&hash, digest);
}

gk_status gk_gk4_file_write_header(size_t n, size_t k, size_t superblock, const void *weights, size_t weights_size,
                                   void *header, size_t header_size) {
  size_t needed;
  uint8_t *out = header;
  if (weights == NULL || header == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  const gk_status status = gk_gk4_weights_size(n, k, superblock, &needed);
  if (status != GK_OK) {
    return status;
  }
  if (weights_size != needed || header_size < GK_GK4_FILE_HEADER_BYTES) {
    return GK_ERROR_BUFFER_TOO_SMALL;
  }
  memset(out, 0, GK_GK4_FILE_HEADER_BYTES);
  memcpy(out, magic, sizeof magic);
  store(out + AT_VERSION, 4, GK_GK4_FILE_VERSION);
  store(out + AT_HEADER_BYTES, 4, GK_GK4_FILE_HEADER_BYTES);
  store(out + AT_N, 8, n);
  store(out + AT_K, 8, k);
  store(out + AT_SUPERBLOCK, 4, superblock);
  store(out + AT_WEIGHTS_BYTES, 8, weights_size);
  compute_digest(out, weights, weights_size, out + AT_DIGEST);
  return GK_OK;
}

/* Fields without a meaning are 0, so that a later version can give them one. */
static int is_reserved_zero(const uint8_t *header) {
  uint64_t set = load(header + AT_SUPERBLOCK + 4, 4);
  for (size_t i = AT_RESERVED; i < AT_DIGEST; i++) {
    set |= header[i];
  }
  return set == 0;
}

gk_status gk_gk4_file_read_header(const void *bytes, size_t size, gk_gk4_file *file) {
  const uint8_t *header = bytes;
  gk_gk4_file found;
  size_t needed;
  if (bytes == NULL || file == NULL) {
    return GK_ERROR_NULL_POINTER;
  }
  if (size < GK_GK4_FILE_HEADER_BYTES) {
    return size >= sizeof magic && memcmp(header, magic, sizeof magic) != 0 ? GK_ERROR_FORMAT : GK_ERROR_TRUNCATED;
  }
  if (memcmp(header, magic, sizeof magic) != 0 || load(header + AT_VERSION, 4) != GK_GK4_FILE_VERSION ||
      load(header + AT_HEADER_BYTES, 4) != GK_GK4_FILE_HEADER_BYTES || !is_reserved_zero(header)) {
    return GK_ERROR_FORMAT;
  }
  found.n = (size_t)load(header + AT_N, 8);
  found.k = (size_t)load(header + AT_K, 8);
  found.superblock = (size_t)load(header + AT_SUPERBLOCK, 4);
  found.weights_offset = GK_GK4_FILE_HEADER_BYTES;
  found.weights_size = (size_t)load(header + AT_WEIGHTS_BYTES, 8);
  if (gk_gk4_weights_size(found.n, found.k, found.superblock, &needed) != GK_OK ||
      found.weights_size != needed) {
    return GK_ERROR_FORMAT;
  }
  if (size - GK_GK4_FILE_HEADER_BYTES < needed) {
    return GK_ERROR_TRUNCATED;
  }
  memcpy(found.digest, header + AT_DIGEST, sizeof found.digest);
  *file = found;
  return GK_OK;
}

gk_status gk_gk4_file_verify(const void *bytes, size_t size) {
  gk_gk4_file file;
  uint8_t digest[GK_GK4_FILE_DIGEST_BYTES];
  const gk_status status = gk_gk4_file_read_header(bytes, size, &file);
  if (status != GK_OK) {
    return status;
  }
  compute_digest(bytes, (const uint8_t *)bytes + file.weights_offset, file.weights_size, digest);
  return memcmp(digest, file.digest, sizeof digest) == 0 ? GK_OK : GK_ERROR_DIGEST;
}
