/* A loaded model: its parameters, and its weights as the kernels take them. */
#ifndef GRAVITON_ENGINE_MODEL_MODEL_H
#define GRAVITON_ENGINE_MODEL_MODEL_H

#include "model/parameters.h"
#include "weights/matrix.h"

/* Vectors are f32; NULL where the model has none. */
typedef struct ge_layer {
  float *attention_norm;
  ge_matrix q, k, v, o;
  float *q_bias, *k_bias, *v_bias, *o_bias;
  float *q_norm, *k_norm; /* of one head, shared by all */
  float *hidden_norm;
  ge_matrix gate, up, down;
} ge_layer;

typedef struct ge_model {
  ge_gguf *file;
  ge_parameters parameters;
  const ge_gguf_tensor *embedding; /* rows are read from the file as they are needed */
  ge_layer *layers;
  float *output_norm;
  ge_matrix output;
  double *rope_angles; /* by which each pair of a head turns from one position to the next, radians */
} ge_model;

/* Loads a file's model, from within ge_pool_lead. The model owns the file then, also when loading fails. */
ge_status ge_model_load(const gk_ops *kernels, ge_pool *pool, ge_gguf *file, bool wants_gk4, ge_model *model,
                        ge_error *error);

/* Also for a model that is half loaded, or all zeros. */
void ge_model_free(ge_model *model);

/* Bytes of all matrices. */
uint64_t ge_model_weights_bytes(const ge_model *model);

/* Cosine and sine of each of the rotated / 2 pairs at a position. */
void ge_model_rope(const ge_model *model, uint32_t position, float *cosine, float *sine);

#endif
