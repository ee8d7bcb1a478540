/*
 * ggml as the npm package @node-llama-cpp/linux-arm64 ships it: loaded, and its variant for this CPU chosen, by ggml's
 * own ggml_backend_load_all_from_path; one thread; weights in the repacked layout where ggml offers one, as a model
 * loader would put them. A case is a whole operation, from f32 to f32.
 *
 * Declarations after ggml.h and ggml-backend.h of llama.cpp. The structures stay opaque.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"
#include "support.h"

typedef struct ggml_context ggml_context;
typedef struct ggml_tensor ggml_tensor;
typedef struct ggml_cgraph ggml_cgraph;
typedef struct ggml_init_params {
  size_t mem_size;
  void *mem_buffer;
  bool no_alloc;
} ggml_init_params;

/* enum ggml_type */
typedef enum ggml_type {
  GGML_TYPE_F32 = 0,
  GGML_TYPE_F16 = 1,
  GGML_TYPE_Q4_0 = 2,
  GGML_TYPE_Q8_0 = 8,
  GGML_TYPE_I32 = 26,
  GGML_TYPE_BF16 = 30
} ggml_type;

enum { GGML_BACKEND_DEVICE_TYPE_CPU = 0, GGML_ROPE_TYPE_NEOX = 2, ROPE_HEAD = 128, CHAIN = 8, CONTEXT_BYTES = 1 << 20 };

static struct {
  ggml_context *(*init)(ggml_init_params);
  void (*free)(ggml_context *);
  ggml_tensor *(*new_tensor_3d)(ggml_context *, int type, int64_t, int64_t, int64_t);
  size_t (*nbytes)(const ggml_tensor *);
  ggml_tensor *(*mul_mat)(ggml_context *, ggml_tensor *weights, ggml_tensor *activations);
  ggml_tensor *(*rms_norm)(ggml_context *, ggml_tensor *, float epsilon);
  ggml_tensor *(*mul)(ggml_context *, ggml_tensor *, ggml_tensor *);
  ggml_tensor *(*soft_max)(ggml_context *, ggml_tensor *);
  ggml_tensor *(*swiglu_split)(ggml_context *, ggml_tensor *gate, ggml_tensor *up);
  ggml_tensor *(*rope)(ggml_context *, ggml_tensor *, ggml_tensor *positions, int n_dims, int mode);
  ggml_tensor *(*flash_attn_ext)(ggml_context *, ggml_tensor *q, ggml_tensor *k, ggml_tensor *v, ggml_tensor *mask,
                                 float scale, float max_bias, float logit_softcap);
  ggml_cgraph *(*new_graph)(ggml_context *);
  void (*build_forward_expand)(ggml_cgraph *, ggml_tensor *);
  void (*log_set)(void (*)(int level, const char *text, void *), void *);
  const char *(*version)(void);
  const char *(*commit)(void);
  void *(*backend_alloc_ctx_tensors_from_buft)(ggml_context *, void *buffer_type);
  void (*backend_buffer_free)(void *);
  void (*backend_tensor_set)(ggml_tensor *, const void *, size_t offset, size_t size);
  int (*backend_graph_compute)(void *backend, ggml_cgraph *);
  const char *(*backend_buft_name)(void *);
  void *(*backend_dev_backend_reg)(void *device);
  void *(*backend_dev_buffer_type)(void *device);
  void *(*backend_dev_init)(void *device, const char *parameters);
  void *(*backend_reg_get_proc_address)(void *registry, const char *name);
  void *(*backend_dev_by_type)(int type);
  void (*backend_load_all_from_path)(const char *directory);
} g;

static void *device, *backend;
static char loaded[256];

typedef struct ggml_case {
  ggml_context *weights, *activations;
  void *weight_buffer, *activation_buffer;
  ggml_cgraph *graph;
  unsigned operations; /* nodes of the graph that are the operation: 1, or CHAIN in a row for a small one */
} ggml_case;

/* ggml says which of its shared objects it chose only in its log. */
static void on_log(int level, const char *text, void *data) {
  (void)level;
  (void)data;
  const char *slash = strrchr(text, '/');
  if (strstr(text, "loaded CPU backend from") != NULL && slash != NULL) {
    (void)snprintf(loaded, sizeof loaded, "%.*s", (int)strcspn(slash + 1, "\n"), slash + 1);
  }
}

static void load_symbols(void *base, void *registry) {
#define BASE(name) *(void **)&g.name = load_symbol(base, "ggml_" #name)
  BASE(init), BASE(free), BASE(new_tensor_3d), BASE(nbytes), BASE(mul_mat), BASE(rms_norm), BASE(mul), BASE(soft_max);
  BASE(swiglu_split), BASE(rope), BASE(flash_attn_ext), BASE(new_graph), BASE(build_forward_expand), BASE(log_set);
  BASE(version), BASE(commit), BASE(backend_alloc_ctx_tensors_from_buft), BASE(backend_buffer_free);
  BASE(backend_tensor_set), BASE(backend_graph_compute), BASE(backend_buft_name), BASE(backend_dev_backend_reg);
  BASE(backend_dev_buffer_type), BASE(backend_dev_init), BASE(backend_reg_get_proc_address);
#undef BASE
  *(void **)&g.backend_dev_by_type = load_symbol(registry, "ggml_backend_dev_by_type");
  *(void **)&g.backend_load_all_from_path = load_symbol(registry, "ggml_backend_load_all_from_path");
}

static void open_ggml(const char *from) {
  void *base = load_object(from, "libggml-base.so");
  load_symbols(base, load_object(from, "libggml.v0.5.0.so"));
  g.log_set(on_log, NULL);
  g.backend_load_all_from_path(from);
  device = g.backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  backend = device == NULL ? NULL : g.backend_dev_init(device, NULL);
  if (backend == NULL) {
    fail("ggml found no CPU backend in %s", from);
  }
  void *registry = g.backend_dev_backend_reg(device);
  void (*set_n_threads)(void *, int);
  *(void **)&set_n_threads = g.backend_reg_get_proc_address(registry, "ggml_backend_set_n_threads");
  if (set_n_threads == NULL) {
    fail("ggml has no ggml_backend_set_n_threads");
  }
  set_n_threads(backend, 1);
  (void)printf("{\"library\": \"ggml\", \"version\": \"%s\", \"commit\": \"%s\", \"variant\": \"%s\"}\n", g.version(),
               g.commit(), loaded);
}

/* The layouts that ggml repacks weights into when it loads a model; NULL if this build has none. */
static void *repacked_buffer_type(void) {
  void *registry = g.backend_dev_backend_reg(device);
  void **(*extra_buffer_types)(void *);
  *(void **)&extra_buffer_types = g.backend_reg_get_proc_address(registry, "ggml_backend_dev_get_extra_bufts");
  void **types = extra_buffer_types == NULL ? NULL : extra_buffer_types(device);
  for (; types != NULL && *types != NULL; types++) {
    if (strcmp(g.backend_buft_name(*types), "CPU_REPACK") == 0) {
      return *types;
    }
  }
  return NULL;
}

static ggml_context *new_context(void) {
  return g.init((ggml_init_params){.mem_size = CONTEXT_BYTES, .no_alloc = true});
}

static void set_floats(ggml_tensor *tensor) {
  const size_t bytes = g.nbytes(tensor);
  float *values = random_floats(bytes / sizeof *values);
  g.backend_tensor_set(tensor, values, 0, bytes);
  free(values);
}

static void set_halves(ggml_tensor *tensor) {
  const size_t bytes = g.nbytes(tensor);
  uint16_t *values = allocate(bytes);
  random_bytes(values, bytes);
  for (size_t i = 0; i < bytes / sizeof *values; i++) {
    /* An exponent of 8..15: f16 values below 2, none of them infinite or NaN. */
    values[i] = (uint16_t)((values[i] & 0x9fffu) | 0x2000u);
  }
  g.backend_tensor_set(tensor, values, 0, bytes);
  free(values);
}

/* Blocks of 32 quants: Q4_0 is an f16 scale and 16 bytes, Q8_0 an f16 scale and 32 bytes; BF16 has no blocks. */
static void set_weights(ggml_tensor *tensor, ggml_type type) {
  const size_t bytes = g.nbytes(tensor);
  if (type == GGML_TYPE_BF16) {
    uint16_t *values = random_bf16(bytes / sizeof *values);
    g.backend_tensor_set(tensor, values, 0, bytes);
    free(values);
    return;
  }
  static const uint16_t scale = 0x2c00; /* 1/16 in f16 */
  const size_t block = type == GGML_TYPE_Q4_0 ? 18 : 34;
  uint8_t *blocks = allocate(bytes);
  random_bytes(blocks, bytes);
  for (size_t at = 0; at < bytes; at += block) {
    memcpy(blocks + at, &scale, sizeof scale);
  }
  g.backend_tensor_set(tensor, blocks, 0, bytes);
  free(blocks);
}

static void allocate_activations(ggml_case *c, ggml_tensor *output) {
  c->graph = g.new_graph(c->activations);
  g.build_forward_expand(c->graph, output);
  c->activation_buffer = g.backend_alloc_ctx_tensors_from_buft(c->activations, g.backend_dev_buffer_type(device));
  if (c->activation_buffer == NULL) {
    fail("ggml could not allocate the tensors of a case");
  }
}

static void make_matmul(ggml_case *c, const case_spec *spec, ggml_type type) {
  const int64_t m = (int64_t)spec->shape[0], n = (int64_t)spec->shape[1], k = (int64_t)spec->shape[2];
  void *repacked = type == GGML_TYPE_BF16 ? NULL : repacked_buffer_type();
  c->weights = new_context();
  ggml_tensor *weights = g.new_tensor_3d(c->weights, type, k, n, 1);
  c->weight_buffer = g.backend_alloc_ctx_tensors_from_buft(
      c->weights, repacked != NULL ? repacked : g.backend_dev_buffer_type(device));
  if (c->weight_buffer == NULL) {
    fail("ggml could not allocate the weights of %s", spec->text);
  }
  set_weights(weights, type);
  ggml_tensor *activations = g.new_tensor_3d(c->activations, GGML_TYPE_F32, k, m, 1);
  allocate_activations(c, g.mul_mat(c->activations, weights, activations));
  set_floats(activations);
}

static void make_attention(ggml_case *c, const case_spec *spec) {
  const int64_t queries = (int64_t)spec->shape[0], keys = (int64_t)spec->shape[1], head = (int64_t)spec->shape[2];
  ggml_tensor *q = g.new_tensor_3d(c->activations, GGML_TYPE_F32, head, queries, 1);
  ggml_tensor *k = g.new_tensor_3d(c->activations, GGML_TYPE_F16, head, keys, 1);
  ggml_tensor *v = g.new_tensor_3d(c->activations, GGML_TYPE_F16, head, keys, 1);
  const float scale = 1.0f / sqrtf((float)head);
  ggml_tensor *output = q;
  c->operations = queries == 1 ? CHAIN : 1;
  for (unsigned i = 0; i < c->operations; i++) {
    output = g.flash_attn_ext(c->activations, output, k, v, NULL, scale, 0.0f, 0.0f);
  }
  allocate_activations(c, output);
  set_floats(q);
  set_halves(k);
  set_halves(v);
}

static ggml_tensor *elementwise_output(ggml_case *c, const case_spec *spec, ggml_tensor *x, ggml_tensor *y) {
  if (strcmp(spec->kernel, "rms_norm") == 0) {
    return g.mul(c->activations, g.rms_norm(c->activations, x, 1e-6f), y);
  }
  if (strcmp(spec->kernel, "softmax") == 0) {
    return g.soft_max(c->activations, x);
  }
  return g.swiglu_split(c->activations, x, y);
}

static void make_elementwise(ggml_case *c, const case_spec *spec) {
  const int64_t rows = (int64_t)spec->shape[0], width = (int64_t)spec->shape[1];
  ggml_tensor *x = g.new_tensor_3d(c->activations, GGML_TYPE_F32, width, rows, 1);
  ggml_tensor *y = g.new_tensor_3d(c->activations, GGML_TYPE_F32, width, rows, 1);
  ggml_tensor *output = x;
  c->operations = CHAIN;
  for (unsigned i = 0; i < c->operations; i++) {
    output = elementwise_output(c, spec, output, y);
  }
  allocate_activations(c, output);
  set_floats(x);
  set_floats(y);
}

static void make_rope(ggml_case *c, const case_spec *spec) {
  const int64_t rows = (int64_t)spec->shape[0], heads = (int64_t)spec->shape[1] / ROPE_HEAD;
  ggml_tensor *x = g.new_tensor_3d(c->activations, GGML_TYPE_F32, ROPE_HEAD, heads, rows);
  ggml_tensor *positions = g.new_tensor_3d(c->activations, GGML_TYPE_I32, rows, 1, 1);
  ggml_tensor *output = x;
  c->operations = CHAIN;
  for (unsigned i = 0; i < c->operations; i++) {
    output = g.rope(c->activations, output, positions, ROPE_HEAD, GGML_ROPE_TYPE_NEOX);
  }
  allocate_activations(c, output);
  set_floats(x);
  int32_t *values = allocate((size_t)rows * sizeof *values);
  for (int64_t i = 0; i < rows; i++) {
    values[i] = (int32_t)i + 100;
  }
  g.backend_tensor_set(positions, values, 0, (size_t)rows * sizeof *values);
  free(values);
}

static void run(void *context) {
  if (g.backend_graph_compute(backend, ((const ggml_case *)context)->graph) != 0) {
    fail("ggml_backend_graph_compute failed");
  }
}

static void release(void *context) {
  ggml_case *c = context;
  g.backend_buffer_free(c->activation_buffer);
  g.free(c->activations);
  if (c->weights != NULL) {
    g.backend_buffer_free(c->weight_buffer);
    g.free(c->weights);
  }
  free(c);
}

static int make(const case_spec *spec, bench_case *subject) {
  ggml_case *c = allocate(sizeof *c);
  c->activations = new_context();
  c->operations = 1;
  if (strcmp(spec->kernel, "gk4") == 0) {
    make_matmul(c, spec, GGML_TYPE_Q4_0);
  } else if (strcmp(spec->kernel, "i8") == 0 || strcmp(spec->kernel, "block8") == 0) {
    make_matmul(c, spec, GGML_TYPE_Q8_0);
  } else if (strcmp(spec->kernel, "bf16") == 0) {
    make_matmul(c, spec, GGML_TYPE_BF16);
  } else if (strncmp(spec->kernel, "attention_", 10) == 0) {
    make_attention(c, spec);
  } else if (strcmp(spec->kernel, "rope") == 0) {
    make_rope(c, spec);
  } else if (strcmp(spec->kernel, "rms_norm") == 0 || strcmp(spec->kernel, "softmax") == 0 ||
             strcmp(spec->kernel, "swiglu") == 0) {
    make_elementwise(c, spec);
  } else {
    g.free(c->activations);
    free(c);
    return 0;
  }
  *subject = (bench_case){.operations = c->operations, .run = run, .release = release, .context = c};
  return 1;
}

const library library_ggml = {
    .name = "ggml", .argument = "--from, the directory of libggml-base.so", .open = open_ggml, .make = make};
