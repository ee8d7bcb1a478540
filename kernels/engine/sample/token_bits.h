/* Sets of tokens, as ge_constrain takes them: token t is bit t % 32 of word t / 32. */
#ifndef GRAVITON_ENGINE_SAMPLE_TOKEN_BITS_H
#define GRAVITON_ENGINE_SAMPLE_TOKEN_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Words of a set of `count` tokens. */
static inline size_t ge_token_words(size_t count) {
  return (count + 31) / 32;
}

static inline bool ge_has_token(const uint32_t *bits, uint32_t token) {
  return (bits[token / 32] >> (token % 32) & 1) != 0;
}

static inline void ge_add_token(uint32_t *bits, uint32_t token) {
  bits[token / 32] |= 1u << (token % 32);
}

#endif
