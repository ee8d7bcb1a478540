#include "sample/sampler.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "portable/elementary.h"
#include "sample/candidates.h"
#include "sample/token_bits.h"

static size_t aligned(size_t size) {
  return (size + GK_ALIGNMENT - 1) & ~(size_t)(GK_ALIGNMENT - 1);
}

size_t ge_sampler_size(uint32_t vocabulary) {
  return 4 * aligned(vocabulary * sizeof(float));
}

void ge_sampler_place(ge_sampler *sampler, const gk_ops *kernels, uint32_t vocabulary, void *memory) {
  const size_t part = aligned(vocabulary * sizeof(float));
  uint8_t *at = memory;
  *sampler = (ge_sampler){
      .kernels = kernels,
      .vocabulary = vocabulary,
      .scores = (float *)memory,
      .probabilities = (float *)(void *)(at + part),
      .heap = (uint32_t *)(void *)(at + 2 * part),
      .marks = (uint32_t *)(void *)(at + 3 * part),
  };
}

/* Sets a bit; whether it was clear. */
static bool mark(uint32_t *bits, uint32_t i) {
  const bool was_clear = !ge_has_token(bits, i);
  ge_add_token(bits, i);
  return was_clear;
}

static void clear_marks(uint32_t *bits, const uint32_t *tokens, size_t count) {
  for (size_t i = 0; i < count; i++) {
    bits[tokens[i] / 32] = 0;
  }
}

/* Copies the logits; false when one is no finite number. */
static bool copy_scores(ge_sampler *sampler, const ge_sample_input *input) {
  bool are_numbers = true;
  for (uint32_t i = 0; i < sampler->vocabulary; i++) {
    const float logit = input->logits[i];
    are_numbers = are_numbers && fabsf(logit) <= FLT_MAX;
    sampler->scores[i] = input->allowed == NULL || ge_has_token(input->allowed, i) ? logit : -INFINITY;
  }
  return are_numbers;
}

static void apply_biases(ge_sampler *sampler, const ge_sampling *sampling) {
  for (size_t i = 0; i < sampling->bias_count; i++) {
    sampler->scores[sampling->biases[i].token] += sampling->biases[i].bias;
  }
}

/* Source: N. S. Keskar et al., "CTRL" (arXiv 1909.05858), section 4.1; the sign as Hugging Face transformers does. */
static void penalise_repetition(ge_sampler *sampler, const ge_sample_input *input) {
  const float penalty = input->sampling->repetition_penalty;
  const uint32_t window = input->sampling->repetition_window;
  const size_t count = window != 0 && window < input->history_count ? window : input->history_count;
  const uint32_t *tokens = input->history + input->history_count - count;
  for (size_t i = 0; i < count; i++) {
    float *score = &sampler->scores[tokens[i]];
    if (mark(sampler->marks, tokens[i])) {
      *score = *score > 0.0f ? *score / penalty : *score * penalty;
    }
  }
  clear_marks(sampler->marks, tokens, count);
}

/* Source: OpenAI API reference, presence_penalty and frequency_penalty (read 2026-11). */
static void penalise_presence(ge_sampler *sampler, const ge_sample_input *input) {
  const uint32_t *tokens = input->history + input->history_count - input->answer_count;
  for (size_t i = 0; i < input->answer_count; i++) {
    float *score = &sampler->scores[tokens[i]];
    *score -= input->sampling->frequency_penalty;
    if (mark(sampler->marks, tokens[i])) {
      *score -= input->sampling->presence_penalty;
    }
  }
  clear_marks(sampler->marks, tokens, input->answer_count);
}

/* The first of the tokens with the largest score. */
static uint32_t likeliest(const ge_sampler *sampler) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < sampler->vocabulary; i++) {
    if (sampler->scores[i] > sampler->scores[best]) {
      best = i;
    }
  }
  return best;
}

/*
 * Number n of the sequence that a seed begins, in 0..1 without 1. Source of the constants: S. Vigna, splitmix64.c
 * (public domain, 2015).
 */
static double uniform(uint64_t seed, uint64_t n) {
  uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* The probabilities at the temperature, of scores whose largest is `most`. */
static bool find_probabilities(ge_sampler *sampler, float most, float temperature) {
  const size_t stride = sampler->vocabulary * sizeof(float);
  for (uint32_t i = 0; i < sampler->vocabulary; i++) {
    sampler->scores[i] = (sampler->scores[i] - most) / temperature;
  }
  return sampler->kernels->elementwise.softmax_f32_f32(1, sampler->vocabulary, sampler->scores, stride,
                                                       sampler->probabilities, stride) == GK_OK;
}

static uint32_t draw_from_all(const ge_sampler *sampler, double number) {
  double total = 0.0, sum = 0.0;
  uint32_t last = 0;
  for (uint32_t i = 0; i < sampler->vocabulary; i++) {
    total += (double)sampler->probabilities[i];
  }
  for (uint32_t i = 0; i < sampler->vocabulary; i++) {
    if (sampler->probabilities[i] > 0.0f) {
      last = i;
      sum += (double)sampler->probabilities[i];
      if (sum > number * total) {
        break;
      }
    }
  }
  return last;
}

static uint32_t draw(ge_sampler *sampler, const ge_sampling *sampling, double number) {
  if (sampling->top_k == 0 && sampling->top_p >= 1.0f && sampling->min_p <= 0.0f) {
    return draw_from_all(sampler, number);
  }
  ge_candidates candidates;
  ge_candidates_keep(&candidates, sampler, sampling);
  return ge_candidates_draw(&candidates, sampler, number);
}

ge_sample_result ge_sample(ge_sampler *sampler, const ge_sample_input *input, uint32_t *token) {
  const ge_sampling *sampling = input->sampling;
  if (!copy_scores(sampler, input)) {
    return GE_SAMPLE_NOT_NUMBERS;
  }
  apply_biases(sampler, sampling);
  if (sampling->repetition_penalty != 1.0f) {
    penalise_repetition(sampler, input);
  }
  if (sampling->presence_penalty != 0.0f || sampling->frequency_penalty != 0.0f) {
    penalise_presence(sampler, input);
  }
  const uint32_t best = likeliest(sampler);
  if (!(sampler->scores[best] >= -FLT_MAX)) {
    return GE_SAMPLE_FORBIDDEN;
  }
  if (sampler->scores[best] > FLT_MAX) {
    return GE_SAMPLE_NOT_NUMBERS;
  }
  if (sampling->temperature <= 0.0f) {
    *token = best;
    return GE_SAMPLE_CHOSEN;
  }
  if (!find_probabilities(sampler, sampler->scores[best], sampling->temperature)) {
    return GE_SAMPLE_NOT_NUMBERS;
  }
  *token = draw(sampler, sampling, uniform(sampling->seed, input->answer_count));
  return GE_SAMPLE_CHOSEN;
}

static bool is_within(float value, float least, float most) {
  return value >= least && value <= most;
}

const char *ge_sampling_problem(const ge_sampling *sampling, uint32_t vocabulary) {
  if (!is_within(sampling->temperature, 0.0f, 100.0f)) {
    return "temperature is not in 0..100";
  }
  if (!is_within(sampling->top_p, 0.0f, 1.0f) || !is_within(sampling->min_p, 0.0f, 1.0f)) {
    return "top_p or min_p is not in 0..1";
  }
  if (!is_within(sampling->repetition_penalty, 0.01f, 100.0f)) {
    return "repetition_penalty is not in 0.01..100";
  }
  if (!is_within(sampling->presence_penalty, -100.0f, 100.0f) ||
      !is_within(sampling->frequency_penalty, -100.0f, 100.0f)) {
    return "presence_penalty or frequency_penalty is not in -100..100";
  }
  if (sampling->bias_count > vocabulary || (sampling->bias_count != 0 && sampling->biases == NULL)) {
    return "there are more biases than tokens, or none where some are counted";
  }
  for (size_t i = 0; i < sampling->bias_count; i++) {
    if (sampling->biases[i].token >= vocabulary || !(sampling->biases[i].bias <= FLT_MAX)) {
      return "a bias is for no token of the vocabulary, or is NaN or +Inf";
    }
  }
  return NULL;
}
