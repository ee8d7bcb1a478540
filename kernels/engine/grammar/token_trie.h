/* Tokens by their bytes: those that begin alike share the walk through the bytes that they have in common. */
#ifndef GRAVITON_ENGINE_GRAMMAR_TOKEN_TRIE_H
#define GRAVITON_ENGINE_GRAMMAR_TOKEN_TRIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ge_token_text {
  const uint8_t *bytes;
  uint32_t size;
  uint32_t token;
} ge_token_text;

/* A beginning of tokens, by its last byte. */
typedef struct ge_trie_node {
  uint32_t end;         /* of the nodes that continue it: they follow it */
  uint32_t first_token; /* in `tokens`: those that are this beginning and no more */
  uint32_t token_count;
  uint32_t depth; /* bytes of the beginning */
  uint8_t byte;
} ge_trie_node;

/* Nodes in the order of their bytes: each before those that continue it. */
typedef struct ge_token_trie {
  ge_trie_node *nodes;
  uint32_t count;
  uint32_t *tokens;
} ge_token_trie;

/* Makes the trie of texts, none of them empty, which it sorts. False when there is no memory. */
bool ge_token_trie_new(ge_token_text *texts, size_t count, ge_token_trie *trie);

void ge_token_trie_free(ge_token_trie *trie);

#endif
