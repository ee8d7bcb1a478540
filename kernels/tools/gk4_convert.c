/* gk4-convert: makes, checks and describes GK4 files. All reading and writing of files is here, not in the library. */
#include "graviton_kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_PASS = 0, EXIT_FAIL = 1, EXIT_USAGE = 2 };

static const char usage[] =
    "gk4-convert " GK_VERSION_STRING ": GK4 files from a matrix of weights.\n"
    "\n"
    "  gk4-convert make TYPE N K SUPERBLOCK INPUT OUTPUT\n"
    "      TYPE        f32, bf16, q4_0 or q8_0 (GGUF blocks of 32)\n"
    "      N, K        rows of INPUT (columns of the product), and values of each: for blocks a multiple of 32\n"
    "      SUPERBLOCK  256 or 512\n"
    "      INPUT       N rows side by side, little-endian, without a header\n"
    "  gk4-convert verify FILE   compares the digest, and looks at each scale\n"
    "  gk4-convert info FILE     prints the header as name=value\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong use.\n";

typedef struct bytes {
  unsigned char *data; /* aligned to GK_ALIGNMENT */
  size_t size;
} bytes;

static int fail(const char *what, const char *got) {
  (void)fprintf(stderr, "gk4-convert: %s: %s\n", what, got);
  return EXIT_FAIL;
}

static bytes allocate(size_t size) {
  const bytes b = {aligned_alloc(GK_ALIGNMENT, (size / GK_ALIGNMENT + 1) * GK_ALIGNMENT), size};
  if (b.data == NULL) {
    (void)fprintf(stderr, "gk4-convert: no memory for %zu bytes\n", size);
    exit(EXIT_FAIL);
  }
  return b;
}

/* Reads a whole file; data is NULL when that fails, with a message. */
static bytes read_file(const char *path) {
  bytes all = {NULL, 0};
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
    (void)fail(path, strerror(errno));
    return all;
  }
  const long length = ftell(file);
  rewind(file);
  if (length >= 0) {
    all = allocate((size_t)length);
    if (fread(all.data, 1, all.size, file) != all.size) {
      (void)fail(path, "could not be read to its end");
      free(all.data);
      all.data = NULL;
    }
  }
  (void)fclose(file);
  return all;
}

static int write_file(const char *path, bytes all) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) {
    return fail(path, strerror(errno));
  }
  const size_t written = fwrite(all.data, 1, all.size, file);
  return fclose(file) == 0 && written == all.size ? EXIT_PASS : fail(path, "could not be written");
}

static int parse_size(const char *text, size_t *value) {
  char *end;
  errno = 0;
  const unsigned long long number = strtoull(text, &end, 10);
  *value = (size_t)number;
  return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

static gk_status quantise(const char *type, size_t n, size_t k, size_t superblock, bytes in, size_t stride,
                          unsigned char *weights, size_t size) {
  if (strcmp(type, "f32") == 0) {
    return gk_gk4_quantise_f32(n, k, superblock, (const float *)(const void *)in.data, stride, weights, size);
  }
  if (strcmp(type, "bf16") == 0) {
    return gk_gk4_quantise_bf16(n, k, superblock, (const uint16_t *)(const void *)in.data, stride, weights, size);
  }
  return strcmp(type, "q4_0") == 0 ? gk_gk4_import_q4_0(n, k, superblock, in.data, stride, weights, size)
                                   : gk_gk4_import_q8_0(n, k, superblock, in.data, stride, weights, size);
}

/* Bytes of one row of INPUT, or 0 for a type that is none. */
static size_t row_bytes(const char *type, size_t k) {
  return strcmp(type, "f32") == 0    ? k * sizeof(float)
         : strcmp(type, "bf16") == 0 ? k * sizeof(uint16_t)
         : strcmp(type, "q4_0") == 0 ? k / 32 * GK_GGUF_Q4_0_BYTES
         : strcmp(type, "q8_0") == 0 ? k / 32 * GK_GGUF_Q8_0_BYTES
                                     : 0;
}

static int make(char **argv) {
  size_t n, k, superblock, size;
  if (!parse_size(argv[3], &n) || !parse_size(argv[4], &k) || !parse_size(argv[5], &superblock) ||
      gk_gk4_weights_size(n, k, superblock, &size) != GK_OK || row_bytes(argv[2], k) == 0) {
    (void)fputs("gk4-convert: TYPE, N, K or SUPERBLOCK is none that is allowed. Try --help.\n", stderr);
    return EXIT_USAGE;
  }
  const bytes in = read_file(argv[6]);
  if (in.data == NULL) {
    return EXIT_FAIL;
  }
  if (in.size != n * row_bytes(argv[2], k)) {
    (void)fprintf(stderr, "gk4-convert: %s has %zu bytes; N rows of K %s values have %zu\n", argv[6], in.size, argv[2],
                  n * row_bytes(argv[2], k));
    return EXIT_FAIL;
  }
  const bytes out = allocate(GK_GK4_FILE_HEADER_BYTES + size);
  unsigned char *weights = out.data + GK_GK4_FILE_HEADER_BYTES;
  gk_status status = quantise(argv[2], n, k, superblock, in, row_bytes(argv[2], k), weights, size);
  if (status == GK_OK) {
    status = gk_gk4_file_write_header(n, k, superblock, weights, size, out.data, GK_GK4_FILE_HEADER_BYTES);
  }
  const int result = status == GK_OK ? write_file(argv[7], out) : fail(argv[6], gk_status_name(status));
  free(in.data);
  free(out.data);
  return result;
}

static int look(const char *path, int verify) {
  gk_gk4_file file;
  const bytes in = read_file(path);
  if (in.data == NULL) {
    return EXIT_FAIL;
  }
  gk_status status = gk_gk4_file_read_header(in.data, in.size, &file);
  if (status == GK_OK && verify) {
    status = gk_gk4_file_verify(in.data, in.size);
    if (status == GK_OK) {
      status = gk_gk4_check_weights(file.n, file.k, file.superblock, in.data + file.weights_offset, file.weights_size);
    }
  }
  if (status == GK_OK) {
    (void)printf("n=%zu\nk=%zu\nsuperblock=%zu\nweights_offset=%zu\nweights_size=%zu\nbits_per_weight=%.4f\n", file.n,
                 file.k, file.superblock, file.weights_offset, file.weights_size,
                 8.0 * (double)file.weights_size / ((double)file.n * (double)file.k));
  }
  free(in.data);
  return status == GK_OK ? EXIT_PASS : fail(path, gk_status_name(status));
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    (void)fputs(usage, stdout);
    return EXIT_PASS;
  }
  if (argc == 8 && strcmp(argv[1], "make") == 0) {
    return make(argv);
  }
  if (argc == 3 && (strcmp(argv[1], "verify") == 0 || strcmp(argv[1], "info") == 0)) {
    return look(argv[2], strcmp(argv[1], "verify") == 0);
  }
  (void)fputs(usage, stderr);
  return EXIT_USAGE;
}
