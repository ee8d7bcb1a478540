#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>

#include "errors/fail.h"
#include "portable/elementary.h"
#include "weights/rows.h"

#define NAME_BYTES 64

typedef struct loader {
  const gk_ops *kernels;
  ge_pool *pool;
  const ge_gguf *file;
  bool wants_gk4;
  size_t used; /* tensors that the model has taken */
  ge_error *error;
} loader;

typedef enum presence { REQUIRED, OPTIONAL } presence;

static ge_status find(loader *from, const char *name, presence wanted, const ge_gguf_tensor **tensor) {
  *tensor = ge_gguf_find_tensor(from->file, name);
  if (*tensor == NULL) {
    return wanted == OPTIONAL ? GE_OK
                              : ge_fail(from->error, GE_ERROR_FORMAT, "GGUF: tensor '%s' is missing", name);
  }
  from->used++;
  return GE_OK;
}

/* A vector of n elements; NULL when it is optional and not there. */
static ge_status load_vector(loader *from, const char *name, size_t n, presence wanted, float **vector) {
  const ge_gguf_tensor *tensor;
  const ge_status status = find(from, name, wanted, &tensor);
  if (status != GE_OK || tensor == NULL) {
    return status;
  }
  if (tensor->dimensions != 1 || tensor->shape[0] != n) {
    return ge_fail(from->error, GE_ERROR_FORMAT, "GGUF: tensor '%s' is no vector of %zu", name, n);
  }
  if (!ge_row_type_is_known(tensor->type)) {
    return ge_fail(from->error, GE_ERROR_UNSUPPORTED, "GGUF: tensor '%s' is of ggml type %u", name, tensor->type);
  }
  *vector = malloc(n * sizeof **vector);
  if (*vector == NULL) {
    return ge_fail(from->error, GE_ERROR_MEMORY, "no memory for tensor '%s'", name);
  }
  ge_read_row(tensor, n, 0, *vector);
  return GE_OK;
}

static ge_status load_matrix(loader *from, const char *name, size_t n, size_t k, ge_matrix *matrix) {
  const ge_gguf_tensor *tensor;
  const ge_status status = find(from, name, REQUIRED, &tensor);
  return status == GE_OK ? ge_matrix_load(from->kernels, from->pool, from->file, tensor, n, k, from->wants_gk4, matrix,
                                          from->error)
                         : status;
}

/* What a layer has, with sizes by the parameters; entries without a matrix are vectors of n. */
typedef struct part {
  const char *name;
  size_t n, k;
  presence wanted;
  ge_matrix *matrix;
  float **vector;
} part;

static ge_status load_parts(loader *from, uint32_t layer, const part *parts, size_t count) {
  ge_status status = GE_OK;
  for (size_t i = 0; status == GE_OK && i < count; i++) {
    char name[NAME_BYTES];
    (void)snprintf(name, sizeof name, "blk.%u.%s", layer, parts[i].name);
    status = parts[i].matrix != NULL
                 ? load_matrix(from, name, parts[i].n, parts[i].k, parts[i].matrix)
                 : load_vector(from, name, parts[i].n, parts[i].wanted, parts[i].vector);
  }
  return status;
}

static ge_status load_attention(loader *from, const ge_parameters *p, uint32_t index, ge_layer *layer) {
  const size_t queries = (size_t)p->heads * p->head_width, keys = (size_t)p->kv_heads * p->head_width;
  const presence biases = p->architecture->has_qkv_biases ? REQUIRED : OPTIONAL;
  const part parts[] = {
      {.name = "attn_norm.weight", .n = p->width, .vector = &layer->attention_norm},
      {.name = "attn_q.weight", .n = queries, .k = p->width, .matrix = &layer->q},
      {.name = "attn_k.weight", .n = keys, .k = p->width, .matrix = &layer->k},
      {.name = "attn_v.weight", .n = keys, .k = p->width, .matrix = &layer->v},
      {.name = "attn_output.weight", .n = p->width, .k = queries, .matrix = &layer->o},
      {.name = "attn_q.bias", .n = queries, .wanted = biases, .vector = &layer->q_bias},
      {.name = "attn_k.bias", .n = keys, .wanted = biases, .vector = &layer->k_bias},
      {.name = "attn_v.bias", .n = keys, .wanted = biases, .vector = &layer->v_bias},
      {.name = "attn_output.bias", .n = p->width, .wanted = OPTIONAL, .vector = &layer->o_bias},
  };
  const part norms[] = {
      {.name = "attn_q_norm.weight", .n = p->head_width, .vector = &layer->q_norm},
      {.name = "attn_k_norm.weight", .n = p->head_width, .vector = &layer->k_norm},
  };
  const ge_status status = load_parts(from, index, parts, sizeof parts / sizeof *parts);
  return status == GE_OK && p->architecture->normalises_heads
             ? load_parts(from, index, norms, sizeof norms / sizeof *norms)
             : status;
}

static ge_status load_hidden(loader *from, const ge_parameters *p, uint32_t index, ge_layer *layer) {
  const part parts[] = {
      {.name = "ffn_norm.weight", .n = p->width, .vector = &layer->hidden_norm},
      {.name = "ffn_gate.weight", .n = p->hidden, .k = p->width, .matrix = &layer->gate},
      {.name = "ffn_up.weight", .n = p->hidden, .k = p->width, .matrix = &layer->up},
      {.name = "ffn_down.weight", .n = p->width, .k = p->hidden, .matrix = &layer->down},
  };
  return load_parts(from, index, parts, sizeof parts / sizeof *parts);
}

/*
 * The angles base^(-2 i / d) / factor, each divided by its number in `rope_freqs.weight` where there is one: the
 * factors of Llama 3, which the converter computes. Source: llama.cpp, convert_hf_to_gguf.py.
 */
static ge_status load_rope(loader *from, const ge_parameters *p, double **angles) {
  const size_t pairs = p->rotated / 2;
  float *factors = NULL;
  const ge_status status = load_vector(from, "rope_freqs.weight", pairs, OPTIONAL, &factors);
  if (status != GE_OK) {
    return status;
  }
  *angles = malloc(pairs * sizeof **angles);
  for (size_t i = 0; *angles != NULL && i < pairs; i++) {
    const double factor = (double)p->rope_factor * (factors == NULL ? 1.0 : (double)factors[i]);
    (*angles)[i] = ge_exp(-ge_log((double)p->rope_base) * (double)(2 * i) / (double)p->rotated) / factor;
    /* Keeps every angle in the range of ge_sine_cosine. Negated, so that a NaN is refused. */
    if (!((*angles)[i] >= 0.0 && (*angles)[i] <= 1.5)) {
      free(factors);
      return ge_fail(from->error, GE_ERROR_FORMAT, "GGUF: tensor 'rope_freqs.weight' or the RoPE factor is below 2/3");
    }
  }
  free(factors);
  return *angles != NULL ? GE_OK : ge_fail(from->error, GE_ERROR_MEMORY, "no memory for %zu angles", pairs);
}

/* The embedding itself where the model has no output matrix of its own; never GK4, for it decides tokens directly. */
static ge_status load_output(loader *from, ge_model *model) {
  const ge_parameters *p = &model->parameters;
  const ge_gguf_tensor *own;
  ge_status status = find(from, "token_embd.weight", REQUIRED, &model->embedding);
  if (status == GE_OK && !ge_row_type_is_known(model->embedding->type)) {
    return ge_fail(from->error, GE_ERROR_UNSUPPORTED,
                   "GGUF: tensor 'token_embd.weight' is of ggml type %u; F32, F16, BF16, Q4_0, Q8_0 and Q6_K are known",
                   model->embedding->type);
  }
  if (status == GE_OK) {
    status = find(from, "output.weight", OPTIONAL, &own);
  }
  if (status == GE_OK) {
    status = ge_matrix_load(from->kernels, from->pool, from->file, own == NULL ? model->embedding : own,
                            p->vocabulary, p->width, false, &model->output, from->error);
  }
  return status == GE_OK ? load_vector(from, "output_norm.weight", p->width, REQUIRED, &model->output_norm) : status;
}

/* A tensor that nobody took would change the model's answers in a way that this engine does not know. */
static ge_status check_all_used(const loader *from, const ge_model *model) {
  if (from->used == ge_gguf_tensor_count(from->file)) {
    return GE_OK;
  }
  return ge_fail(from->error, GE_ERROR_UNSUPPORTED,
                 "GGUF: the file has %zu tensors, of which a model of architecture %s with %u layers uses %zu: it is a "
                 "model of another kind",
                 ge_gguf_tensor_count(from->file), model->parameters.architecture->name, model->parameters.layers,
                 from->used);
}

ge_status ge_model_load(const gk_ops *kernels, ge_pool *pool, ge_gguf *file, bool wants_gk4, ge_model *model,
                        ge_error *error) {
  loader from = {.kernels = kernels, .pool = pool, .file = file, .wants_gk4 = wants_gk4, .error = error};
  *model = (ge_model){.file = file};
  ge_parameters *p = &model->parameters;
  ge_status status = ge_parameters_read(file, p, error);
  if (status != GE_OK) {
    return status;
  }
  model->layers = calloc(p->layers, sizeof *model->layers);
  if (model->layers == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for %u layers", p->layers);
  }
  status = load_output(&from, model);
  if (status == GE_OK) {
    status = load_rope(&from, p, &model->rope_angles);
  }
  for (uint32_t i = 0; status == GE_OK && i < p->layers; i++) {
    status = load_attention(&from, p, i, &model->layers[i]);
    if (status == GE_OK) {
      status = load_hidden(&from, p, i, &model->layers[i]);
    }
  }
  return status == GE_OK ? check_all_used(&from, model) : status;
}

static void free_layer(ge_layer *layer) {
  float *const vectors[] = {layer->attention_norm, layer->q_bias, layer->k_bias, layer->v_bias,
                            layer->o_bias,         layer->q_norm, layer->k_norm, layer->hidden_norm};
  ge_matrix *const matrices[] = {&layer->q, &layer->k, &layer->v, &layer->o, &layer->gate, &layer->up, &layer->down};
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    free(vectors[i]);
  }
  for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) {
    ge_matrix_free(matrices[i]);
  }
}

void ge_model_free(ge_model *model) {
  for (uint32_t i = 0; model->layers != NULL && i < model->parameters.layers; i++) {
    free_layer(&model->layers[i]);
  }
  free(model->layers);
  free(model->output_norm);
  free(model->rope_angles);
  ge_matrix_free(&model->output);
  ge_gguf_close(model->file);
  *model = (ge_model){0};
}

uint64_t ge_model_weights_bytes(const ge_model *model) {
  uint64_t bytes = model->output.size;
  for (uint32_t i = 0; i < model->parameters.layers; i++) {
    const ge_layer *layer = &model->layers[i];
    bytes += layer->q.size + layer->k.size + layer->v.size + layer->o.size;
    bytes += layer->gate.size + layer->up.size + layer->down.size;
  }
  return bytes;
}

void ge_model_rope(const ge_model *model, uint32_t position, float *cosine, float *sine) {
  for (size_t i = 0; i < model->parameters.rotated / 2; i++) {
    double s, c;
    ge_sine_cosine((double)position * model->rope_angles[i], &s, &c);
    cosine[i] = (float)c;
    sine[i] = (float)s;
  }
}
