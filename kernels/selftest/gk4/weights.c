#include "gk4/parts.h"

#include <math.h>
#include <string.h>

#include "support/random.h"

enum { N = 19, K = 544, SUPERBLOCK = 512, BLOCKS = K / 32, ROOM = 32 * 512 };

typedef struct operands {
  float x[N * K], y[N * K];
  uint16_t half[N * K];
  unsigned char gguf[N * BLOCKS * GK_GGUF_Q8_0_BYTES];
  _Alignas(GK_ALIGNMENT) unsigned char file[GK_GK4_FILE_HEADER_BYTES + ROOM];
} operands;

/* Sum of squared errors over the sum of squares. */
static double relative_error(const float *x, const float *y) {
  double error = 0.0, power = 0.0;
  for (size_t i = 0; i < N * K; i++) {
    error += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
    power += (double)x[i] * (double)x[i];
  }
  return error / power;
}

static void check_error(operands *o, size_t size, gk_status status, const char *what, double limit, tally *t) {
  unsigned char *weights = o->file + GK_GK4_FILE_HEADER_BYTES;
  status = status == GK_OK ? gk_gk4_check_weights(N, K, SUPERBLOCK, weights, size) : status;
  status = status == GK_OK ? gk_gk4_dequantise_f32(N, K, SUPERBLOCK, weights, size, o->y, K * sizeof(float)) : status;
  const double error = status == GK_OK ? relative_error(o->x, o->y) : 1.0;
  (void)tally_check(t, error <= limit, "gk4 weights from %s: %s, mean squared error %g of the power, at most %g", what,
                    gk_status_name(status), error, limit);
}

/* Uniform values: the step of 4 bits leaves about 1/12 * (1/8)^2 / (1/3) = 3.9e-3 of the power. */
static void check_quantisers(operands *o, size_t size, tally *t) {
  unsigned char *weights = o->file + GK_GK4_FILE_HEADER_BYTES;
  uint32_t state = 11;
  for (size_t i = 0; i < N * K; i++) {
    o->x[i] = random_float(&state);
  }
  check_error(o, size, gk_gk4_quantise_f32(N, K, SUPERBLOCK, o->x, K * sizeof(float), weights, ROOM), "f32", 6e-3, t);
  for (size_t i = 0; i < N * K; i++) {
    uint32_t bits;
    memcpy(&bits, &o->x[i], sizeof bits);
    o->half[i] = (uint16_t)(bits >> 16);
  }
  check_error(o, size, gk_gk4_quantise_bf16(N, K, SUPERBLOCK, o->half, K * sizeof(uint16_t), weights, ROOM), "bf16",
              6e-3, t);
}

/* GGUF blocks with a scale of 2^-4, or a multiple of it, and any codes; x gets their values. */
static void check_imports(operands *o, size_t size, tally *t) {
  unsigned char *weights = o->file + GK_GK4_FILE_HEADER_BYTES;
  uint32_t state = 13;
  for (size_t b = 0; b < N * BLOCKS; b++) {
    unsigned char *q4 = o->gguf + b * GK_GGUF_Q4_0_BYTES;
    q4[0] = 0;
    q4[1] = 0x2c;
    for (size_t i = 0; i < 16; i++) {
      q4[2 + i] = (unsigned char)random_next(&state);
      o->x[b * 32 + i] = (float)((q4[2 + i] & 15) - 8) * 0x1p-4f;
      o->x[b * 32 + 16 + i] = (float)((q4[2 + i] >> 4) - 8) * 0x1p-4f;
    }
  }
  check_error(o, size, gk_gk4_import_q4_0(N, K, SUPERBLOCK, o->gguf, BLOCKS * GK_GGUF_Q4_0_BYTES, weights, ROOM),
              "GGUF Q4_0", 3e-3, t);
  for (size_t b = 0; b < N * BLOCKS; b++) {
    unsigned char *q8 = o->gguf + b * GK_GGUF_Q8_0_BYTES;
    q8[0] = 0;
    q8[1] = 0x1c;
    for (size_t i = 0; i < 32; i++) {
      q8[2 + i] = (unsigned char)random_next(&state);
      o->x[b * 32 + i] = (float)(signed char)q8[2 + i] * 0x1p-8f;
    }
  }
  check_error(o, size, gk_gk4_import_q8_0(N, K, SUPERBLOCK, o->gguf, BLOCKS * GK_GGUF_Q8_0_BYTES, weights, ROOM),
              "GGUF Q8_0", 6e-3, t);
}

static void check_refusals(operands *o, size_t size, tally *t) {
  unsigned char *weights = o->file + GK_GK4_FILE_HEADER_BYTES;
  static const float bad[] = {NAN, INFINITY, -INFINITY, 1e7f};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    o->x[K + 3] = bad[i];
    const gk_status status = gk_gk4_quantise_f32(N, K, SUPERBLOCK, o->x, K * sizeof(float), weights, ROOM);
    (void)tally_check(t, status == GK_ERROR_VALUE, "gk4 weight %a: got %s", (double)bad[i], gk_status_name(status));
  }
  o->x[K + 3] = 7.8e6f;
  gk_status status = gk_gk4_quantise_f32(N, K, SUPERBLOCK, o->x, K * sizeof(float), weights, ROOM);
  status = status == GK_OK ? gk_gk4_check_weights(N, K, SUPERBLOCK, weights, size) : status;
  (void)tally_check(t, status == GK_OK, "gk4 weight 7.8e6: got %s", gk_status_name(status));
  memset(o->x, 0, sizeof o->x);
  status = gk_gk4_quantise_f32(N, K, SUPERBLOCK, o->x, K * sizeof(float), weights, ROOM);
  status = status == GK_OK ? gk_gk4_dequantise_f32(N, K, SUPERBLOCK, weights, size, o->y, K * sizeof(float)) : status;
  (void)tally_check(t, status == GK_OK && memcmp(o->x, o->y, sizeof o->x) == 0, "gk4 weights of 0: got %s",
                    gk_status_name(status));
  weights[BLOCKS / 17 * 16 * 256] = 16;
  status = gk_gk4_check_weights(N, K, SUPERBLOCK, weights, size);
  (void)tally_check(t, status == GK_ERROR_VALUE, "gk4 sub-scale 16: got %s", gk_status_name(status));
}

static void check_file(operands *o, size_t size, tally *t) {
  gk_gk4_file file;
  const size_t whole = GK_GK4_FILE_HEADER_BYTES + size;
  gk_status status = gk_gk4_file_write_header(N, K, SUPERBLOCK, o->file + GK_GK4_FILE_HEADER_BYTES, size, o->file,
                                              GK_GK4_FILE_HEADER_BYTES);
  status = status == GK_OK ? gk_gk4_file_verify(o->file, whole) : status;
  status = status == GK_OK ? gk_gk4_file_read_header(o->file, whole, &file) : status;
  (void)tally_check(t, status == GK_OK && file.n == N && file.k == K && file.superblock == SUPERBLOCK &&
                           file.weights_offset == GK_GK4_FILE_HEADER_BYTES && file.weights_size == size,
                    "gk4 file: what was written is not what is read (%s)", gk_status_name(status));
  for (size_t byte = 0; byte < GK_GK4_FILE_HEADER_BYTES + 200; byte++) {
    o->file[byte] ^= (unsigned char)(1u << byte % 8);
    status = gk_gk4_file_verify(o->file, whole);
    (void)tally_check(t, status != GK_OK, "gk4 file: a changed byte %zu is not seen", byte);
    o->file[byte] ^= (unsigned char)(1u << byte % 8);
  }
  for (size_t cut = 1; cut < whole; cut = cut * 2 + 1) {
    status = gk_gk4_file_verify(o->file, whole - cut);
    (void)tally_check(t, status == GK_ERROR_TRUNCATED, "gk4 file without its last %zu bytes: got %s", cut,
                      gk_status_name(status));
  }
}

void check_gk4_weights(variant_set *set) {
  static operands o;
  size_t size = 0;
  tally *t = &set->tallies[0];
  const gk_status status = gk_gk4_weights_size(N, K, SUPERBLOCK, &size);
  (void)tally_check(t, status == GK_OK && size <= ROOM, "gk4 weights_size: %s, %zu", gk_status_name(status), size);
  check_quantisers(&o, size, t);
  check_imports(&o, size, t);
  check_refusals(&o, size, t);
  check_file(&o, size, t);
}
