#include "model/parameters.h"

#include <math.h>
#include <stdio.h>

#include "errors/fail.h"
#include "graviton_kernels.h"
#include "model/refused_keys.h"

/*
 * Source: gguf-py/gguf/constants.py and src/llama-model.cpp of llama.cpp (2026-11). Mistral's files say "llama". The
 * pairs of RoPE follow from how the converter permutes the rows of Llama's query and key matrices.
 */
static const ge_architecture architectures[] = {
    {.name = "llama"},
    {.name = "qwen2", .rotates_halves = true, .has_qkv_biases = true},
    {.name = "qwen3", .rotates_halves = true, .normalises_heads = true},
};

#define KEY_BYTES 96

typedef struct reader {
  const ge_gguf *file;
  const char *prefix;
  ge_error *error;
} reader;

static ge_status bad_key(const reader *from, const char *key, const char *problem) {
  return ge_fail(from->error, GE_ERROR_FORMAT, "GGUF: %s.%s %s", from->prefix, key, problem);
}

/* A number in least..most; `fallback` where the key may be missing, -1 where it must not. */
static ge_status read_number(const reader *from, const char *key, uint32_t least, uint32_t most, int64_t fallback,
                             uint32_t *value) {
  char name[KEY_BYTES];
  (void)snprintf(name, sizeof name, "%s.%s", from->prefix, key);
  switch (ge_gguf_get_u32(from->file, name, value)) {
  case GE_GGUF_ABSENT:
    if (fallback < 0) {
      return bad_key(from, key, "is missing");
    }
    *value = (uint32_t)fallback;
    return GE_OK;
  case GE_GGUF_MISTYPED:
    return bad_key(from, key, "is no whole number, or differs between layers, which is not supported");
  case GE_GGUF_FOUND:
    break;
  }
  if (*value < least || *value > most) {
    return ge_fail(from->error, GE_ERROR_FORMAT, "GGUF: %s is %u; %u..%u are allowed", name, *value, least, most);
  }
  return GE_OK;
}

/* A number in least..most; `fallback` where the key may be missing, NAN where it must not. */
static ge_status read_float(const reader *from, const char *key, float least, float most, float fallback,
                            float *value) {
  char name[KEY_BYTES];
  (void)snprintf(name, sizeof name, "%s.%s", from->prefix, key);
  const ge_gguf_found found = ge_gguf_get_f32(from->file, name, value);
  if (found == GE_GGUF_ABSENT && isnan(fallback)) {
    return bad_key(from, key, "is missing");
  }
  if (found == GE_GGUF_ABSENT) {
    *value = fallback;
  }
  /* Negated, so that a NaN is refused. */
  if (found == GE_GGUF_MISTYPED || !(*value >= least && *value <= most)) {
    return ge_fail(from->error, GE_ERROR_FORMAT, "GGUF: %s is no number in %g..%g", name, (double)least,
                   (double)most);
  }
  return GE_OK;
}

static ge_status read_architecture(const ge_gguf *file, const ge_architecture **architecture, ge_error *error) {
  ge_text name;
  if (ge_gguf_get_text(file, "general.architecture", &name) != GE_GGUF_FOUND) {
    return ge_fail(error, GE_ERROR_FORMAT, "GGUF: general.architecture is missing, or no text");
  }
  for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++) {
    if (ge_text_is(name, architectures[i].name)) {
      *architecture = &architectures[i];
      return GE_OK;
    }
  }
  return ge_fail(error, GE_ERROR_UNSUPPORTED, "GGUF: the architecture '%.*s' is not known; llama, qwen2 and qwen3 are",
                 GE_SHOWN(name));
}

static ge_status read_shape(const reader *from, ge_parameters *p) {
  ge_status status = read_number(from, "block_count", 1, GE_LAYERS_MAX, -1, &p->layers);
  if (status == GE_OK) {
    status = read_number(from, "embedding_length", 1, GE_WIDTH_MAX, -1, &p->width);
  }
  if (status == GE_OK) {
    status = read_number(from, "feed_forward_length", 1, GE_WIDTH_MAX, -1, &p->hidden);
  }
  if (status == GE_OK) {
    status = read_number(from, "attention.head_count", 1, GE_WIDTH_MAX, -1, &p->heads);
  }
  if (status == GE_OK) {
    status = read_number(from, "attention.head_count_kv", 1, p->heads, p->heads, &p->kv_heads);
  }
  if (status == GE_OK) {
    status = read_number(from, "context_length", 1, UINT32_MAX, -1, &p->trained_context);
  }
  if (status == GE_OK) {
    status = read_number(from, "attention.sliding_window", 0, UINT32_MAX, 0, &p->window);
  }
  if (status == GE_OK && p->heads % p->kv_heads != 0) {
    status = bad_key(from, "attention.head_count", "is no multiple of attention.head_count_kv");
  }
  return status;
}

static ge_status read_heads(const reader *from, ge_parameters *p) {
  uint32_t values;
  ge_status status =
      read_number(from, "attention.key_length", 1, GE_WIDTH_MAX, p->width / p->heads, &p->head_width);
  if (status == GE_OK) {
    status = read_number(from, "attention.value_length", 1, GE_WIDTH_MAX, p->head_width, &values);
  }
  if (status != GE_OK) {
    return status;
  }
  if (values != p->head_width || p->head_width == 0 || p->head_width % GK_PANEL != 0 ||
      p->head_width > GK_HEAD_DIM_MAX || (uint64_t)p->head_width * p->heads > GE_WIDTH_MAX) {
    return ge_fail(from->error, GE_ERROR_UNSUPPORTED,
                   "GGUF: %u heads of %u elements (values: %u); the kernels take multiples of %u up to %u, the same "
                   "for keys and values",
                   p->heads, p->head_width, values, GK_PANEL, GK_HEAD_DIM_MAX);
  }
  return GE_OK;
}

static ge_status read_rope(const reader *from, ge_parameters *p) {
  char name[KEY_BYTES];
  ge_text scaling;
  float linear;
  ge_status status = read_number(from, "rope.dimension_count", 2, p->head_width, p->head_width, &p->rotated);
  if (status == GE_OK) {
    status = read_float(from, "rope.freq_base", 1.0f, 1e12f, 10000.0f, &p->rope_base);
  }
  if (status == GE_OK) {
    status = read_float(from, "rope.scaling.factor", 0.0f, 1e6f, 0.0f, &p->rope_factor);
  }
  if (status == GE_OK) {
    /* The name of the factor in files before 2023-10. */
    status = read_float(from, "rope.scale_linear", 0.0f, 1e6f, 0.0f, &linear);
  }
  if (status != GE_OK) {
    return status;
  }
  if (p->rotated % 2 != 0) {
    return bad_key(from, "rope.dimension_count", "is odd");
  }
  (void)snprintf(name, sizeof name, "%s.rope.scaling.type", from->prefix);
  const ge_gguf_found found = ge_gguf_get_text(from->file, name, &scaling);
  if (found == GE_GGUF_MISTYPED) {
    return bad_key(from, "rope.scaling.type", "is no text");
  }
  if (found == GE_GGUF_FOUND && ge_text_is(scaling, "none")) {
    p->rope_factor = 1.0f;
    return GE_OK;
  }
  if (found == GE_GGUF_FOUND && !ge_text_is(scaling, "linear")) {
    return ge_fail(from->error, GE_ERROR_UNSUPPORTED,
                   "GGUF: RoPE scaling '%.*s' is not known; linear is, and the factors of Llama 3 as a tensor",
                   GE_SHOWN(scaling));
  }
  /* A factor of 0 is none, as for llama.cpp. */
  p->rope_factor = p->rope_factor > 0.0f ? p->rope_factor : linear > 0.0f ? linear : 1.0f;
  return GE_OK;
}

static ge_status read_vocabulary(const reader *from, ge_parameters *p) {
  const ge_gguf_tensor *embedding = ge_gguf_find_tensor(from->file, "token_embd.weight");
  if (embedding == NULL || embedding->dimensions != 2 || embedding->shape[0] != p->width ||
      embedding->shape[1] > GE_VOCABULARY_MAX) {
    return ge_fail(from->error, GE_ERROR_FORMAT,
                   "GGUF: tensor 'token_embd.weight' is missing, or no matrix of rows of %u (embedding_length)",
                   p->width);
  }
  p->vocabulary = (uint32_t)embedding->shape[1];
  return GE_OK;
}

ge_status ge_parameters_read(const ge_gguf *file, ge_parameters *parameters, ge_error *error) {
  ge_parameters read = {0};
  ge_status status = read_architecture(file, &read.architecture, error);
  if (status != GE_OK) {
    return status;
  }
  const reader from = {file, read.architecture->name, error};
  status = ge_refuse_keys(file, read.architecture->name, error);
  if (status == GE_OK) {
    status = read_shape(&from, &read);
  }
  if (status == GE_OK) {
    status = read_heads(&from, &read);
  }
  if (status == GE_OK) {
    status = read_rope(&from, &read);
  }
  if (status == GE_OK) {
    /* No default: families differ in it, and a wrong one makes answers worse without a sign. */
    status = read_float(&from, "attention.layer_norm_rms_epsilon", 0.0f, 1.0f, NAN, &read.epsilon);
  }
  if (status == GE_OK) {
    status = read_vocabulary(&from, &read);
  }
  if (status == GE_OK) {
    *parameters = read;
  }
  return status;
}
