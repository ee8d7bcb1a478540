/*
 * A heap gives the likeliest tokens one after the other, so that only as many are sorted as are kept. The order is by
 * score and then by token: complete, hence the same whatever the heap looked like.
 */
#include "sample/candidates.h"

static bool is_before(const ge_sampler *sampler, uint32_t a, uint32_t b) {
  const float *scores = sampler->scores;
  return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}

static void sift_down(ge_sampler *sampler, size_t at, size_t size) {
  uint32_t *heap = sampler->heap;
  const uint32_t token = heap[at];
  for (size_t child; (child = 2 * at + 1) < size; at = child) {
    if (child + 1 < size && is_before(sampler, heap[child + 1], heap[child])) {
      child++;
    }
    if (!is_before(sampler, heap[child], token)) {
      break;
    }
    heap[at] = heap[child];
  }
  heap[at] = token;
}

/* All tokens that can be drawn; their number. */
static size_t build(ge_sampler *sampler) {
  size_t size = 0;
  for (uint32_t i = 0; i < sampler->vocabulary; i++) {
    if (sampler->probabilities[i] > 0.0f) {
      sampler->heap[size++] = i;
    }
  }
  for (size_t i = size / 2; i > 0; i--) {
    sift_down(sampler, i - 1, size);
  }
  return size;
}

/* Moves the first of a heap of `size` behind the heap. */
static uint32_t take_first(ge_sampler *sampler, size_t size) {
  const uint32_t token = sampler->heap[0];
  sampler->heap[0] = sampler->heap[size - 1];
  sift_down(sampler, 0, size - 1);
  sampler->heap[size - 1] = token;
  return token;
}

static double probability_at(const ge_candidates *candidates, const ge_sampler *sampler, size_t i) {
  return (double)sampler->probabilities[sampler->heap[candidates->first - 1 - i]];
}

void ge_candidates_keep(ge_candidates *candidates, ge_sampler *sampler, const ge_sampling *sampling) {
  const size_t size = build(sampler);
  const bool has_limit = sampling->top_k != 0 && sampling->top_k < size;
  const size_t most = has_limit ? sampling->top_k : size;
  double total = 0.0, sum = 0.0;
  size_t sorted = 0;
  *candidates = (ge_candidates){.first = size};
  if (has_limit) {
    /* top_p is a part of what top_k left. */
    for (; sorted < most; sorted++) {
      total += (double)sampler->probabilities[take_first(sampler, size - sorted)];
    }
  } else {
    for (uint32_t i = 0; i < sampler->vocabulary; i++) {
      total += (double)sampler->probabilities[i];
    }
  }
  while (candidates->count < most && (candidates->count == 0 || sum < (double)sampling->top_p * total)) {
    if (candidates->count == sorted) {
      (void)take_first(sampler, size - sorted);
      sorted++;
    }
    const double probability = probability_at(candidates, sampler, candidates->count);
    if (probability < (double)sampling->min_p * probability_at(candidates, sampler, 0)) {
      break;
    }
    sum += probability;
    candidates->count++;
  }
}

uint32_t ge_candidates_draw(const ge_candidates *candidates, const ge_sampler *sampler, double number) {
  double total = 0.0, sum = 0.0;
  for (size_t i = 0; i < candidates->count; i++) {
    total += probability_at(candidates, sampler, i);
  }
  for (size_t i = 0; i < candidates->count; i++) {
    sum += probability_at(candidates, sampler, i);
    if (sum > number * total) {
      return sampler->heap[candidates->first - 1 - i];
    }
  }
  return sampler->heap[candidates->first - candidates->count];
}
