/* What is compared: an inference engine that reads a GGUF file and gives logits. */
#ifndef GK_BENCH_ENGINE_H
#define GK_BENCH_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/* How an engine is opened; both work on one thread and for one sequence. */
typedef struct engine_options {
  const char *model;        /* path of the GGUF file */
  const char *from;         /* folder of a peer's objects; NULL for ours */
  const char *weights;      /* "filed" or "gk4"; a peer takes "filed" */
  uint32_t context_length;  /* tokens */
} engine_options;

typedef struct engine {
  const char *name;
  /* Loads the model and prints one line of JSON that says what was loaded; returns the size of the vocabulary. */
  size_t (*open)(const engine_options *options);
  /* Forgets all tokens. */
  void (*reset)(void);
  /* Takes tokens after those it has, at least 1; returns the logits after the last one, which stand until the next call. */
  const float *(*feed)(const uint32_t *tokens, size_t count);
} engine;

extern const engine engine_ours, engine_llama_cpp;

#endif
