/* What a GGUF file says of its model's shape. */
#ifndef GRAVITON_ENGINE_MODEL_PARAMETERS_H
#define GRAVITON_ENGINE_MODEL_PARAMETERS_H

#include "gguf/gguf.h"

/* Above any published model; they keep sizes far below what overflows. */
#define GE_LAYERS_MAX 1024u
#define GE_WIDTH_MAX 131072u
#define GE_VOCABULARY_MAX 16777216u

/* What distinguishes the architectures of the Llama family. */
typedef struct ge_architecture {
  const char *name;         /* general.architecture, and the beginning of its keys */
  bool rotates_halves;      /* RoPE turns element i with i + d / 2, else 2 i with 2 i + 1 */
  bool normalises_heads;    /* each head of queries and keys has an RMSNorm of its own */
  bool has_qkv_biases;      /* must have them; the others may */
} ge_architecture;

typedef struct ge_parameters {
  const ge_architecture *architecture;
  uint32_t layers;
  uint32_t width;  /* embedding_length */
  uint32_t hidden; /* feed_forward_length */
  uint32_t heads;
  uint32_t kv_heads;
  uint32_t head_width; /* of queries, keys and values */
  uint32_t vocabulary;
  uint32_t trained_context;
  uint32_t window; /* tokens that a token attends to; 0: all */
  float epsilon;   /* of RMSNorm */
  uint32_t rotated; /* elements of a head that RoPE turns */
  float rope_base;
  float rope_factor; /* positions are divided by this */
} ge_parameters;

/* Errors: FORMAT (a key is missing, mistyped or out of its range), UNSUPPORTED (architecture, RoPE scaling). */
ge_status ge_parameters_read(const ge_gguf *file, ge_parameters *parameters, ge_error *error);

#endif
