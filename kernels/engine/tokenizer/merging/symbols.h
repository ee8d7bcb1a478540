/*
 * The merging that both models share: a row of symbols, of which again and again the two neighbours with the lowest rank
 * become one, the leftmost first among equals.
 */
#ifndef GTOK_SYMBOLS_H
#define GTOK_SYMBOLS_H

#include "tokenizer/tokenizer.h"

typedef struct gtok_symbol {
  uint32_t start; /* in the text, bytes */
  uint32_t size;  /* 0 once it became a part of the one before it */
  int32_t token;  /* GTOK_NONE: no token has these bytes */
  uint32_t previous;
  uint32_t next;
} gtok_symbol;

/* Two neighbours that could become one. */
typedef struct gtok_candidate {
  uint32_t rank;
  uint32_t left;
  uint32_t right;
  uint32_t size; /* of both together: tells whether either has changed since */
  int32_t token;
} gtok_candidate;

/* A row, and the heap of its candidates. All zero to begin with; kept from piece to piece for its memory. */
typedef struct gtok_symbols {
  gtok_symbol *row;
  size_t count;
  size_t capacity;
  gtok_candidate *heap;
  size_t heap_count;
  size_t heap_capacity;
} gtok_symbols;

/* Fills in rank and token of a candidate and returns 1, or returns 0 when the two never become one. */
typedef int gtok_find_merge(const void *context, gtok_symbol left, gtok_symbol right, gtok_candidate *candidate);

#define GTOK_NO_SYMBOL 0xffffffffu

void gtok_symbols_clear(gtok_symbols *symbols);
void gtok_symbols_destroy(gtok_symbols *symbols);

/* Adds a symbol at the end of the row. */
ge_status gtok_symbols_add(gtok_symbols *symbols, uint32_t start, uint32_t size, int32_t token);

/* Merges what can be merged. What is left is found from row[0] on by `next`. */
ge_status gtok_symbols_merge(gtok_symbols *symbols, gtok_find_merge *find, const void *context);

#endif
