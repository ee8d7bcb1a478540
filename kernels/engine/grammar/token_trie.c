#include "grammar/token_trie.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right) {
  const ge_token_text *a = left, *b = right;
  const int order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
  if (order != 0) {
    return order;
  }
  return a->size != b->size ? (a->size < b->size ? -1 : 1) : (a->token < b->token ? -1 : 1);
}

static uint32_t common_length(const ge_token_text *a, const ge_token_text *b) {
  const uint32_t most = a->size < b->size ? a->size : b->size;
  uint32_t length = 0;
  while (length < most && a->bytes[length] == b->bytes[length]) {
    length++;
  }
  return length;
}

/* Ends the open beginnings longer than `depth`: `path` holds the node of each length. */
static void close_nodes(ge_token_trie *trie, const uint32_t *path, uint32_t from, uint32_t depth) {
  for (uint32_t length = from; length > depth; length--) {
    trie->nodes[path[length]].end = trie->count;
  }
}

static void fill(ge_token_trie *trie, const ge_token_text *texts, size_t count, uint32_t *path) {
  uint32_t open = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t common = i == 0 ? 0 : common_length(&texts[i - 1], &texts[i]);
    close_nodes(trie, path, open, common);
    for (uint32_t depth = common; depth < texts[i].size; depth++) {
      path[depth + 1] = trie->count;
      trie->nodes[trie->count++] = (ge_trie_node){.depth = depth + 1, .byte = texts[i].bytes[depth]};
    }
    open = texts[i].size;
    ge_trie_node *node = &trie->nodes[path[open]];
    node->first_token = node->token_count == 0 ? (uint32_t)i : node->first_token;
    node->token_count++;
    trie->tokens[i] = texts[i].token;
  }
  close_nodes(trie, path, open, 0);
}

bool ge_token_trie_new(ge_token_text *texts, size_t count, ge_token_trie *trie) {
  size_t bytes = 0, longest = 0;
  for (size_t i = 0; i < count; i++) {
    bytes += texts[i].size;
    longest = texts[i].size > longest ? texts[i].size : longest;
  }
  uint32_t *path = calloc(longest + 1, sizeof *path);
  *trie = (ge_token_trie){.nodes = calloc(bytes + 1, sizeof *trie->nodes), .tokens = calloc(count + 1, sizeof(uint32_t))};
  if (path == NULL || trie->nodes == NULL || trie->tokens == NULL) {
    free(path);
    ge_token_trie_free(trie);
    return false;
  }
  qsort(texts, count, sizeof *texts, compare);
  fill(trie, texts, count, path);
  free(path);
  /* Texts share beginnings: most of the room was not needed. */
  ge_trie_node *fitting = realloc(trie->nodes, ((size_t)trie->count + 1) * sizeof *fitting);
  trie->nodes = fitting == NULL ? trie->nodes : fitting;
  return true;
}

void ge_token_trie_free(ge_token_trie *trie) {
  free(trie->nodes);
  free(trie->tokens);
  *trie = (ge_token_trie){0};
}
