/*
 * libFuzzer harness of what reads bytes from outside: the GK4 file's header, the GGUF importers, and the kernels on
 * weights that a file brought. The first byte of an input chooses the target; nothing may crash, and what reads a file
 * must agree with what writes it. `make fuzz` builds and runs it with the sanitizers.
 */
#include "graviton_kernels.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER = GK_GK4_FILE_HEADER_BYTES, ROOM = 1 << 16, COLUMNS_MAX = 40, DEPTH_MAX = 1056 };

static void require(int holds) {
  if (!holds) {
    abort();
  }
}

static void *aligned(size_t size) {
  void *memory = aligned_alloc(GK_ALIGNMENT, (size + GK_ALIGNMENT - 1) / GK_ALIGNMENT * GK_ALIGNMENT);
  require(memory != NULL);
  return memory;
}

/* A row of activations by the weights of a file that was accepted, with whatever bytes they are. */
static void multiply(const gk_gk4_file *file, const uint8_t *weights) {
  const gk_ops *ops;
  size_t size = 0;
  require(gk_load_variant(GK_VARIANT_SCALAR, &ops) == GK_OK);
  require(ops->gk4.quant_size_qi8s(1, file->k, file->superblock, &size) == GK_OK);
  float *x = aligned(file->k * sizeof(float));
  float *dst = aligned(file->n * sizeof(float));
  void *lhs = aligned(size);
  for (size_t i = 0; i < file->k; i++) {
    x[i] = i % 2 ? -1.0f : 1.0f;
  }
  require(ops->gk4.quant_qi8s_f32(1, file->k, file->superblock, x, file->k * sizeof(float), lhs, size) == GK_OK);
  require(ops->gk4.gemv_f32_qi8s_gk4p16(file->n, file->k, file->superblock, lhs, weights, dst) == GK_OK);
  free(x);
  free(dst);
  free(lhs);
}

static void read_file(const uint8_t *bytes, size_t size) {
  gk_gk4_file file;
  uint8_t *copy = aligned(size + 1);
  memcpy(copy, bytes, size);
  const gk_status status = gk_gk4_file_read_header(copy, size, &file);
  if (status == GK_OK) {
    uint8_t header[HEADER];
    require(file.weights_offset + file.weights_size <= size && file.weights_offset % GK_ALIGNMENT == 0);
    require(gk_gk4_file_write_header(file.n, file.k, file.superblock, copy + HEADER, file.weights_size, header, HEADER) ==
            GK_OK);
    require((memcmp(header, copy, HEADER) == 0) == (gk_gk4_file_verify(copy, size) == GK_OK));
    (void)gk_gk4_check_weights(file.n, file.k, file.superblock, copy + HEADER, file.weights_size);
    multiply(&file, copy + HEADER);
  }
  free(copy);
}

typedef gk_status import_fn(size_t n, size_t k, size_t superblock, const void *src, size_t src_stride, void *dst,
                            size_t dst_size);

/* Two bytes choose n and k, the rest are blocks, repeated as often as the shape needs. */
static void import(import_fn *importer, size_t block_bytes, size_t superblock, const uint8_t *bytes, size_t size) {
  if (size < 3) {
    return;
  }
  const size_t n = (size_t)(bytes[0] % COLUMNS_MAX + 1);
  const size_t k = (size_t)(bytes[1] % (DEPTH_MAX / 32) + 1) * 32;
  const size_t stride = k / 32 * block_bytes;
  size_t needed = 0;
  require(gk_gk4_weights_size(n, k, superblock, &needed) == GK_OK);
  uint8_t *blocks = aligned(n * stride);
  uint8_t *weights = aligned(needed);
  float *back = aligned(n * k * sizeof(float));
  for (size_t i = 0; i < n * stride; i++) {
    blocks[i] = bytes[2 + i % (size - 2)];
  }
  const gk_status status = importer(n, k, superblock, blocks, stride, weights, needed);
  require(status == GK_OK || status == GK_ERROR_VALUE);
  if (status == GK_OK) {
    require(gk_gk4_check_weights(n, k, superblock, weights, needed) == GK_OK);
    require(gk_gk4_dequantise_f32(n, k, superblock, weights, needed, back, k * sizeof(float)) == GK_OK);
  }
  free(blocks);
  free(weights);
  free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > ROOM) {
    return 0;
  }
  const size_t superblock = data[0] & 4 ? 256 : 512;
  switch (data[0] % 4) {
  case 0:
  case 1:
    read_file(data + 1, size - 1);
    break;
  case 2:
    import(gk_gk4_import_q4_0, GK_GGUF_Q4_0_BYTES, superblock, data + 1, size - 1);
    break;
  default:
    import(gk_gk4_import_q8_0, GK_GGUF_Q8_0_BYTES, superblock, data + 1, size - 1);
    break;
  }
  return 0;
}
