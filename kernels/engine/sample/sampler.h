/* Chooses the next token from logits: see ge_sampling. The same inputs give the same token on every machine. */
#ifndef GRAVITON_ENGINE_SAMPLE_SAMPLER_H
#define GRAVITON_ENGINE_SAMPLE_SAMPLER_H

#include "graviton_engine.h"
#include "graviton_kernels.h"

/* Memory for one choice at a time, all of `vocabulary` elements. */
typedef struct ge_sampler {
  const gk_ops *kernels;
  uint32_t vocabulary;
  float *scores;        /* logits as settings change them */
  float *probabilities;
  uint32_t *heap;
  uint32_t *marks; /* a bit for each token, 0 between calls */
} ge_sampler;

/* Bytes of the memory that ge_sampler_place cuts up, which is zeros at first. */
size_t ge_sampler_size(uint32_t vocabulary);

void ge_sampler_place(ge_sampler *sampler, const gk_ops *kernels, uint32_t vocabulary, void *memory);

typedef struct ge_sample_input {
  const ge_sampling *sampling;
  const float *logits;
  const uint32_t *allowed; /* a bit for each token, or NULL */
  const uint32_t *history; /* all tokens before the one to be chosen */
  size_t history_count;
  size_t answer_count; /* how many of them, at the end, are the answer so far */
} ge_sample_input;

typedef enum ge_sample_result {
  GE_SAMPLE_CHOSEN,
  GE_SAMPLE_FORBIDDEN, /* no token is allowed */
  GE_SAMPLE_NOT_NUMBERS /* a logit is NaN, Inf or -Inf, or becomes +Inf by the settings */
} ge_sample_result;

ge_sample_result ge_sample(ge_sampler *sampler, const ge_sample_input *input, uint32_t *token);

/*
 * What a logit is less, to be the natural logarithm of its token's probability: the logarithm of the sum of all powers.
 * NaN when the kernels refuse.
 */
double ge_log_sum(ge_sampler *sampler, const float *logits);

/* Natural logarithms of the probabilities of tokens by the logits alone: of one, and of the `count` likeliest. */
float ge_log_probability(const float *logits, double log_sum, uint32_t token);
void ge_likeliest_tokens(const float *logits, double log_sum, uint32_t vocabulary, ge_likely_token *tokens,
                         uint32_t count);

/* What is wrong with the settings, or NULL. */
const char *ge_sampling_problem(const ge_sampling *sampling, uint32_t vocabulary);

#endif
