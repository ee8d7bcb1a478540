/*
 * graviton_engine: runs language models of the Llama family from GGUF files on the Graviton kernels.
 *
 * An engine holds one model, its threads, and slots. A slot is one sequence of tokens with its part of the KV cache:
 *
 *   ge_open -> ge_slot_open -> ge_submit -> { ge_step, ge_take } until the request is finished -> ge_slot_close
 *
 * Each step computes one batch: a token of every slot that generates, and chunks of the prompts of the others.
 *
 * What a request gets, to the last bit of a logit, depends on the model, on the tokens of its slot and on its own
 * settings: not on what else is in the batch, how a prompt is cut into chunks or submissions, how many threads there
 * are, or which variant of the kernels runs.
 *
 * Nothing is global, nothing ends the process. Calls on one engine must not overlap in time; any thread may make them.
 */
#ifndef GRAVITON_ENGINE_H
#define GRAVITON_ENGINE_H

#include <stdbool.h>

#include "graviton_engine/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a struct or a function below does. */
#define GE_ABI_VERSION 2u

#define GE_SLOTS_MAX 1024u
#define GE_THREADS_MAX 1024u
#define GE_CONTEXT_MAX 1048576u /* tokens of a slot */
#define GE_BATCH_MAX 8192u      /* tokens of a step */
#define GE_LIKELIEST_MAX 20u    /* alternatives of a token whose probabilities are given */

typedef struct ge_engine ge_engine;

/* What becomes of the matrices of the layers. */
typedef enum ge_weights {
  GE_WEIGHTS_AS_FILED = 0, /* the file's own numbers; F32, F16 and Q6_K are rounded to bf16 */
  GE_WEIGHTS_GK4 = 1       /* quantised to GK4, 4.28 bits each; the output matrix stays as filed */
} ge_weights;

typedef struct ge_options {
  uint32_t slots;          /* 1..GE_SLOTS_MAX */
  uint32_t context_length; /* most tokens of a slot; 0: what the model was trained for */
  uint64_t cache_tokens;   /* tokens that the caches of all slots hold; 0: as many as full slots take, the most */
  uint32_t batch_tokens;   /* most tokens of a step, at least `slots`, at most GE_BATCH_MAX */
  uint32_t threads;        /* 1..GE_THREADS_MAX */
  const uint32_t *cores;   /* the core of each thread, by the system's number; NULL: threads are not pinned */
  ge_weights weights;
  const char *variant; /* the kernels' variant by name, for tests; NULL: the best that this CPU runs */
} ge_options;

/* 4 slots, the model's context, 512 tokens a step, 1 thread that is not pinned, weights as filed. */
GE_EXPORT void ge_options_default(ge_options *options);

/*
 * Loads the model at `path` and starts the threads, to *engine.
 * Errors: ARGUMENT, FILE, FORMAT, UNSUPPORTED, MEMORY, THREADS, KERNELS.
 */
GE_EXPORT ge_status ge_open(const char *path, const ge_options *options, ge_engine **engine, ge_error *error);

/*
 * Writes a copy of a model whose layers are GK4, so that ge_open takes them as they lie in the file. `output` appears
 * when it is whole; a file of that name is replaced. Embedding and output matrix stay as they are.
 *   threads  1..GE_THREADS_MAX
 * Errors: ARGUMENT, FILE, FORMAT, UNSUPPORTED (also: the layers are GK4 already), MEMORY, THREADS, KERNELS.
 */
GE_EXPORT ge_status ge_convert(const char *input, const char *output, uint32_t threads, ge_error *error);

/* Ends the threads and frees everything, whatever the slots are doing. NULL is ignored. */
GE_EXPORT void ge_close(ge_engine *engine);

/* The version that the library was built with, to be compared with GE_ABI_VERSION. */
GE_EXPORT uint32_t ge_abi_version(void);

typedef struct ge_info {
  const char *architecture; /* for example "llama"; lives as long as the engine */
  const char *variant;      /* of the kernels */
  uint32_t vocabulary;      /* tokens are 0..vocabulary - 1 */
  uint32_t embedding_length;
  uint32_t layers;
  uint32_t context_length; /* of a slot, in this engine */
  uint32_t trained_context_length;
  uint32_t slots;
  uint32_t threads;
  uint64_t weights_bytes;         /* of all matrices, as they lie in memory */
  uint64_t cache_bytes_per_token; /* keys and values of all layers */
  uint64_t cache_tokens;
} ge_info;

/* Errors: ARGUMENT. */
GE_EXPORT ge_status ge_engine_info(const ge_engine *engine, ge_info *info);

/*
 * The file of the engine's model, for its tokenizer, chat template and other metadata: see gguf/gguf.h. It lives as
 * long as the engine, and any thread may read it. NULL without an engine.
 */
GE_EXPORT const struct ge_gguf *ge_engine_file(const ge_engine *engine);

/* Takes a free slot, to *slot: 0..slots - 1. Errors: ARGUMENT; BUSY (none is free). */
GE_EXPORT ge_status ge_slot_open(ge_engine *engine, uint32_t *slot, ge_error *error);

/* Ends the slot's request if there is one, and gives its memory back. Errors: ARGUMENT, STATE (not open). */
GE_EXPORT ge_status ge_slot_close(ge_engine *engine, uint32_t slot, ge_error *error);

/*
 * Forgets the tokens of a slot from number `length` on, so that another prompt can follow the same beginning. Their room
 * in the KV cache is free again, and their memory the system's.
 * Errors: ARGUMENT (length above what the slot holds), STATE (not open, or at work).
 */
GE_EXPORT ge_status ge_slot_rewind(ge_engine *engine, uint32_t slot, uint32_t length, ge_error *error);

/* How many tokens the slot holds, prompts and answers, to *length. Errors: ARGUMENT, STATE (not open). */
GE_EXPORT ge_status ge_slot_length(const ge_engine *engine, uint32_t slot, uint32_t *length, ge_error *error);

typedef struct ge_logit_bias {
  uint32_t token;
  float bias; /* added to the logit; -INFINITY forbids the token */
} ge_logit_bias;

/*
 * How a token is chosen, in this order: mask (ge_constrain) and biases, penalties, temperature, top_k, top_p, min_p,
 * then a draw. Ties go to the smaller token. A setting that is neutral costs nothing.
 */
typedef struct ge_sampling {
  float temperature;        /* 0..100; 0 takes the likeliest token, whatever top_k, top_p and min_p say */
  uint32_t top_k;           /* keeps the likeliest k; 0: all */
  float top_p;              /* keeps the likeliest whose probabilities reach this; 0..1, 1: all */
  float min_p;              /* drops what is less likely than this times the likeliest; 0..1, 0: none */
  float repetition_penalty; /* divides the positive logits of tokens that occurred, multiplies the others; 1: none */
  uint32_t repetition_window; /* for repetition_penalty: the last tokens of the slot, prompt included; 0: all */
  float presence_penalty;     /* subtracted from the logit of each token of this answer; -100..100, 0: none */
  float frequency_penalty;    /* subtracted as often as the token occurred in this answer; -100..100, 0: none */
  uint64_t seed; /* of the draws: token n of an answer is drawn by the seed and n alone */
  const ge_logit_bias *biases;
  size_t bias_count;
} ge_sampling;

/* What a request gives besides tokens. */
typedef enum ge_pooling {
  GE_POOLING_NONE = 0,
  GE_POOLING_MEAN = 1, /* of the normalised hidden states of the submitted tokens */
  GE_POOLING_LAST = 2  /* the hidden state of the last one */
} ge_pooling;

typedef struct ge_request {
  const uint32_t *tokens; /* follow what the slot holds */
  size_t token_count;     /* at least 1 */
  uint32_t max_tokens;    /* of the answer; 0: none, for logits and embeddings */
  const uint32_t *stop_tokens; /* end the answer, and are its last token */
  size_t stop_token_count;
  ge_sampling sampling;
  bool log_probabilities; /* of each token of the answer */
  uint32_t likeliest; /* 0..GE_LIKELIEST_MAX: that many tokens that were likeliest, with each token of the answer */
  ge_pooling pooling;
} ge_request;

/* No tokens, an answer of up to 16, greedy, nothing else. */
GE_EXPORT void ge_request_default(ge_request *request);

/*
 * Gives a slot work; everything of *request is copied. The KV cache of the whole answer is set aside at once, so that
 * an accepted request never runs out of it.
 * Errors: ARGUMENT (also: more tokens than the context holds), STATE (not open, or at work), BUSY (the KV cache has no
 * room now), MEMORY.
 */
GE_EXPORT ge_status ge_submit(ge_engine *engine, uint32_t slot, const ge_request *request, ge_error *error);

/*
 * Ends the request of a slot, which keeps its answer so far, or what was computed of its prompt.
 * Errors: ARGUMENT, STATE (not open).
 */
GE_EXPORT ge_status ge_cancel(ge_engine *engine, uint32_t slot, ge_error *error);

/*
 * Allows only tokens whose bit is set from now on, for output that follows a grammar: token t is bit t % 32 of word
 * t / 32. NULL allows all again, and so does the next request.
 * Errors: ARGUMENT (words is not (vocabulary + 31) / 32), STATE (not open), MEMORY.
 */
GE_EXPORT ge_status ge_constrain(ge_engine *engine, uint32_t slot, const uint32_t *allowed, size_t words,
                                 ge_error *error);

typedef struct ge_step_result {
  uint32_t prompt_tokens;    /* computed in this step */
  uint32_t generated_tokens; /* ready for ge_take since this step */
  uint32_t working_slots;    /* that have work left: 0 means that nothing is to be done */
} ge_step_result;

/* Computes one batch; does nothing when no slot has work. Errors: ARGUMENT, KERNELS. */
GE_EXPORT ge_status ge_step(ge_engine *engine, ge_step_result *result, ge_error *error);

typedef enum ge_finish {
  GE_FINISH_NONE = 0,         /* at work */
  GE_FINISH_LENGTH = 1,       /* max_tokens, or the end of the context */
  GE_FINISH_STOP = 2,         /* a stop token */
  GE_FINISH_CANCELLED = 3,    /* ge_cancel */
  GE_FINISH_NO_TOKEN = 4,     /* mask and biases forbid every token */
  GE_FINISH_NOT_NUMBERS = 5   /* a logit is no finite number, or becomes +Inf by the settings */
} ge_finish;

/* Probabilities are by the logits as the model gave them: before mask, biases, penalties and temperature. */
typedef struct ge_likely_token {
  uint32_t id;
  float log_probability; /* natural logarithm */
} ge_likely_token;

typedef struct ge_token {
  uint32_t id;
  float log_probability; /* 0 when not asked for */
  const ge_likely_token *likeliest; /* by falling probability, then by id; they live until the slot's next request */
  uint32_t likeliest_count;         /* what the request asks for, or the vocabulary has */
} ge_token;

/*
 * Takes up to `capacity` tokens of the answer that were not yet taken, their number to *count, and how the request
 * stands to *finish. Errors: ARGUMENT, STATE (not open, or no request yet).
 */
GE_EXPORT ge_status ge_take(ge_engine *engine, uint32_t slot, ge_token *tokens, size_t capacity, size_t *count,
                            ge_finish *finish, ge_error *error);

/*
 * The logits after the last computed token, as the model gave them, to `vocabulary` floats. They stand until the slot
 * works again. Errors: ARGUMENT, STATE (not open, or nothing was computed since it was opened or rewound).
 */
GE_EXPORT ge_status ge_logits(const ge_engine *engine, uint32_t slot, float *logits, size_t count, ge_error *error);

/*
 * The embedding of a finished request that asked for one, not normalised, to `embedding_length` floats.
 * Errors: ARGUMENT, STATE (not open, nothing was asked for or computed, or the model gave Inf or NaN).
 */
GE_EXPORT ge_status ge_embedding(const ge_engine *engine, uint32_t slot, float *values, size_t count,
                                 ge_error *error);

#ifdef __cplusplus
}
#endif

#endif
