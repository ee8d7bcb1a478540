/* Probabilities that are told, not drawn by. */
#include <math.h>

#include "portable/elementary.h"
#include "sample/sampler.h"

/* By way of the likeliest token, whose probability is never too small for f32. */
double ge_log_sum(ge_sampler *sampler, const float *logits) {
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

float ge_log_probability(const float *logits, double log_sum, uint32_t token) {
  return (float)((double)logits[token] - log_sum);
}

void ge_likeliest_tokens(const float *logits, double log_sum, uint32_t vocabulary, ge_likely_token *tokens,
                         uint32_t count) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < vocabulary && count != 0; i++) {
    if (found == count && !(logits[i] > logits[tokens[count - 1].id])) {
      continue;
    }
    uint32_t place = found < count ? found++ : count - 1;
    for (; place > 0 && logits[i] > logits[tokens[place - 1].id]; place--) {
      tokens[place] = tokens[place - 1];
    }
    tokens[place].id = i;
  }
  for (uint32_t i = 0; i < found; i++) {
    tokens[i].log_probability = ge_log_probability(logits, log_sum, tokens[i].id);
  }
}
