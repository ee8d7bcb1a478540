/* Probabilities that are told, not drawn by. */
#include <math.h>

#include "portable/elementary.h"
#include "sample/sampler.h"

/*
 * The logarithm of the sum of all powers, by way of the likeliest token, whose probability is never too small for f32.
 * NaN when the kernels refuse.
 */
static double logarithm_of_sum(ge_sampler *sampler, const float *logits) {
  const size_t stride = sampler->vocabulary * sizeof(float);
  uint32_t best = 0;
  for (uint32_t i = 1; i < sampler->vocabulary; i++) {
    best = logits[i] > logits[best] ? i : best;
  }
  return sampler->kernels->elementwise.softmax_f32_f32(1, sampler->vocabulary, logits, stride, sampler->probabilities,
                                                       stride) == GK_OK
             ? (double)logits[best] - ge_log((double)sampler->probabilities[best])
             : (double)NAN;
}

float ge_log_probability(ge_sampler *sampler, const float *logits, uint32_t token) {
  return (float)((double)logits[token] - logarithm_of_sum(sampler, logits));
}

void ge_likeliest_tokens(ge_sampler *sampler, const float *logits, ge_likely_token *tokens, uint32_t count) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < sampler->vocabulary && count != 0; i++) {
    if (found == count && !(logits[i] > logits[tokens[count - 1].id])) {
      continue;
    }
    uint32_t place = found < count ? found++ : count - 1;
    for (; place > 0 && logits[i] > logits[tokens[place - 1].id]; place--) {
      tokens[place] = tokens[place - 1];
    }
    tokens[place].id = i;
  }
  const double sum = logarithm_of_sum(sampler, logits);
  for (uint32_t i = 0; i < found; i++) {
    tokens[i].log_probability = (float)((double)logits[tokens[i].id] - sum);
  }
}
