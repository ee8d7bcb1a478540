/* What a matcher knows of a vocabulary. */
#ifndef GRAVITON_ENGINE_GRAMMAR_TOKEN_SET_H
#define GRAVITON_ENGINE_GRAMMAR_TOKEN_SET_H

#include "grammar/grammar.h"
#include "grammar/token_trie.h"

/* Characters of a plain token. */
#define GE_PLAIN_MAX 32u

struct ge_token_set {
  uint32_t count; /* tokens, with those that no text has */
  uint32_t words; /* of a mask */
  uint8_t *bytes;
  uint32_t *starts; /* in `bytes`, of each token; one more says where the last one ends */
  uint32_t longest; /* bytes of a token */

  ge_token_trie all;
  /*
   * Most tokens are plain: whole characters, GE_PLAIN_MAX at most, that stand in a JSON string as they are. Where a
   * string has room for them they need no walk.
   */
  ge_token_trie others;
  uint32_t *plain; /* masks: after as many words as `n` masks have, the tokens of at most n characters */
  uint32_t *stops; /* tokens that end an answer, as a mask */
};

#endif
