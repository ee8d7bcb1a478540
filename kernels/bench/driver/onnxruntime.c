/*
 * ONNX Runtime as the npm package onnxruntime-node ships it: one thread, default optimisations, one session for each
 * kernel, from models/KERNEL.onnx (written by scripts/bench-kernels). A case is a whole Run, from f32 to f32.
 *
 * The C API is a table that only grows, so that an entry is found by its place in it: struct OrtApi of
 * onnxruntime_c_api.h, versions 1 to 5.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"
#include "support.h"

typedef void *status;
typedef struct api_base {
  void *const *(*get_api)(uint32_t version);
  const char *(*get_version_string)(void);
} api_base;

enum {
  GET_ERROR_MESSAGE = 2,
  CREATE_ENV = 3,
  CREATE_SESSION = 7,
  RUN = 9,
  CREATE_SESSION_OPTIONS = 10,
  SET_INTRA_OP_NUM_THREADS = 24,
  SET_INTER_OP_NUM_THREADS = 25,
  CREATE_TENSOR_WITH_DATA = 49,
  CREATE_CPU_MEMORY_INFO = 69,
  RELEASE_SESSION = 95,
  RELEASE_VALUE = 96,
  ADD_SESSION_CONFIG_ENTRY = 130
};

enum { API_VERSION = 5, LOGGING_ERROR = 3, TENSOR_FLOAT = 1, DEVICE_ALLOCATOR = 0, MEMORY_DEFAULT = 0, CHAIN = 8 };

/* Calls one entry of the table; all that are called here return a status. */
#define CALL(entry, types, ...) check(((status(*) types)table[entry])(__VA_ARGS__))

static void *const *table;
static void *environment, *memory;
static const char *directory;

typedef struct ort_case {
  void *session, *input, *output;
  float *input_data, *output_data;
} ort_case;

static void check(status result) {
  if (result != NULL) {
    fail("ONNX Runtime: %s", ((const char *(*)(status))table[GET_ERROR_MESSAGE])(result));
  }
}

static void open_onnxruntime(const char *from) {
  /* Read once, while the library starts: no upload, no identifier on disk, no second thread beside the counted one. */
  if (setenv("ORT_DISABLE_TELEMETRY", "1", 1) != 0) {
    fail("cannot set ORT_DISABLE_TELEMETRY");
  }
  void *object = load_object(from, "libonnxruntime.so.1");
  const api_base *(*get_base)(void);
  *(void **)&get_base = load_symbol(object, "OrtGetApiBase");
  table = get_base()->get_api(API_VERSION);
  if (table == NULL) {
    fail("ONNX Runtime %s has no API version %d", get_base()->get_version_string(), API_VERSION);
  }
  directory = from;
  CALL(CREATE_ENV, (int, const char *, void **), LOGGING_ERROR, "bench", &environment);
  CALL(CREATE_CPU_MEMORY_INFO, (int, int, void **), DEVICE_ALLOCATOR, MEMORY_DEFAULT, &memory);
  (void)printf("{\"library\": \"onnxruntime\", \"version\": \"%s\"}\n", get_base()->get_version_string());
}

static void *new_session(const char *model) {
  void *options, *session;
  CALL(CREATE_SESSION_OPTIONS, (void **), &options);
  CALL(SET_INTRA_OP_NUM_THREADS, (void *, int), options, 1);
  CALL(SET_INTER_OP_NUM_THREADS, (void *, int), options, 1);
  /* Lets a float product use BFMMLA: the option that its documentation gives for Arm64. */
  CALL(ADD_SESSION_CONFIG_ENTRY, (void *, const char *, const char *), options,
       "mlas.enable_gemm_fastmath_arm64_bfloat16", "1");
  CALL(CREATE_SESSION, (void *, const char *, void *, void **), environment, model, options, &session);
  return session;
}

static void *new_tensor(float *data, const int64_t *shape, size_t rank) {
  size_t count = 1;
  for (size_t i = 0; i < rank; i++) {
    count *= (size_t)shape[i];
  }
  void *value;
  CALL(CREATE_TENSOR_WITH_DATA, (void *, void *, size_t, const int64_t *, size_t, int, void **), memory, data,
       count * sizeof *data, shape, rank, TENSOR_FLOAT, &value);
  return value;
}

static void run(void *context) {
  ort_case *c = context;
  static const char *const inputs[] = {"x"}, *const outputs[] = {"y"};
  CALL(RUN,
       (void *, void *, const char *const *, void *const *, size_t, const char *const *, size_t, void **),
       c->session, NULL, inputs, &c->input, 1, outputs, 1, &c->output);
}

static void release(void *context) {
  ort_case *c = context;
  ((void (*)(void *))table[RELEASE_VALUE])(c->input);
  ((void (*)(void *))table[RELEASE_VALUE])(c->output);
  ((void (*)(void *))table[RELEASE_SESSION])(c->session);
  free(c->input_data);
  free(c->output_data);
  free(c);
}

static int file_exists(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file != NULL) {
    (void)fclose(file);
  }
  return file != NULL;
}

static int make(const case_spec *spec, bench_case *subject) {
  char model[4096];
  if (snprintf(model, sizeof model, "%s/models/%s.onnx", directory, spec->kernel) >= (int)sizeof model) {
    fail("path too long: %s", directory);
  }
  if (!file_exists(model)) {
    return 0;
  }
  const size_t *shape = spec->shape;
  const int is_product = strcmp(spec->kernel, "gk4") == 0 || strcmp(spec->kernel, "i8") == 0 ||
                         strcmp(spec->kernel, "bf16") == 0;
  const int is_attention = strncmp(spec->kernel, "attention_", 10) == 0;
  const int64_t rows = (int64_t)shape[0];
  const int64_t width = (int64_t)(is_product || is_attention ? shape[2] : shape[1]);
  const int64_t out_width = is_product ? (int64_t)shape[1] : width;
  ort_case *c = allocate(sizeof *c);
  c->input_data = random_floats((size_t)(rows * width));
  c->output_data = allocate((size_t)(rows * out_width) * sizeof *c->output_data);
  c->session = new_session(model);
  c->input = new_tensor(c->input_data, (const int64_t[]){1, rows, width}, 3);
  c->output = new_tensor(c->output_data, (const int64_t[]){1, rows, out_width}, 3);
  *subject = (bench_case){.operations = is_product || strcmp(spec->kernel, "attention_prefill") == 0 ? 1 : CHAIN,
                          .run = run, .release = release, .context = c};
  return 1;
}

const library library_onnxruntime = {.name = "onnxruntime",
                                     .argument = "--from, the directory of libonnxruntime.so.1 and models/",
                                     .open = open_onnxruntime,
                                     .make = make};
