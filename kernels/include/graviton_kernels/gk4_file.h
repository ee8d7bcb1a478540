/*
 * The GK4 file: a header of 128 bytes, then the weights of one matrix, to be mapped into memory and used in place.
 * Pure functions over bytes in memory: reading and mapping belongs to the caller. Any bytes are safe.
 *
 * All numbers are little-endian.
 *   0    8   magic "GK4FILE" and a zero byte
 *   8    4   version, 1
 *   12   4   bytes of the header, 128: where the weights begin
 *   16   8   n, columns
 *   24   8   k
 *   32   4   superblock, 256 or 512
 *   36   4   0
 *   40   8   bytes of the weights, what gk_gk4_weights_size says
 *   48   48  0
 *   96   32  SHA-256 of the first 96 bytes and the weights
 */
#ifndef GRAVITON_KERNELS_GK4_FILE_H
#define GRAVITON_KERNELS_GK4_FILE_H

#include "graviton_kernels/gk4.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GK_GK4_FILE_VERSION 1u
#define GK_GK4_FILE_HEADER_BYTES 128u
#define GK_GK4_FILE_DIGEST_BYTES 32u

typedef struct gk_gk4_file {
  size_t n, k, superblock;
  size_t weights_offset; /* bytes from the start of the file, a multiple of GK_ALIGNMENT */
  size_t weights_size;   /* bytes */
  uint8_t digest[GK_GK4_FILE_DIGEST_BYTES]; /* as the header says; gk_gk4_file_verify compares it */
} gk_gk4_file;

/*
 * Writes the header for these weights.
 *   weights  weights_size bytes, exactly gk_gk4_weights_size
 *   header   header_size bytes, at least GK_GK4_FILE_HEADER_BYTES
 * Errors: NULL_POINTER, SHAPE, BUFFER_TOO_SMALL (weights_size is another, or header_size).
 */
GK_EXPORT gk_status gk_gk4_file_write_header(size_t n, size_t k, size_t superblock, const void *weights,
                                             size_t weights_size, void *header, size_t header_size);

/*
 * Reads the header of a file of `size` bytes, to *file. Only the first 128 bytes are looked at.
 * Errors: NULL_POINTER; FORMAT (no GK4 file, another version, or fields that contradict each other); TRUNCATED (fewer
 * bytes than the header or the weights need; more are ignored).
 */
GK_EXPORT gk_status gk_gk4_file_read_header(const void *bytes, size_t size, gk_gk4_file *file);

/*
 * Reads the header and compares the digest with the bytes that are there: reads the whole file.
 * Errors: as above, and DIGEST.
 */
GK_EXPORT gk_status gk_gk4_file_verify(const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif

#endif
