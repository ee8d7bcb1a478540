/* The likeliest tokens, as many as top_k, top_p and min_p leave. */
#ifndef GRAVITON_ENGINE_SAMPLE_CANDIDATES_H
#define GRAVITON_ENGINE_SAMPLE_CANDIDATES_H

#include "sample/sampler.h"

typedef struct ge_candidates {
  size_t first; /* the likeliest is at the end of sampler->heap, the others before it; this is past the end */
  size_t count;
} ge_candidates;

/* Keeps at least one, from the scores and probabilities of the sampler. */
void ge_candidates_keep(ge_candidates *candidates, ge_sampler *sampler, const ge_sampling *sampling);

/* The token at which the sum of probabilities, the likeliest first, passes this part (0..1) of their total. */
uint32_t ge_candidates_draw(const ge_candidates *candidates, const ge_sampler *sampler, double number);

#endif
