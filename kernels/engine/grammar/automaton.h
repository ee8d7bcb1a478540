/* A grammar as it is walked. */
#ifndef GRAVITON_ENGINE_GRAMMAR_AUTOMATON_H
#define GRAVITON_ENGINE_GRAMMAR_AUTOMATON_H

#include <stdbool.h>

#include "grammar/grammar.h"

typedef struct ge_state {
  uint32_t first_edge; /* the next state's says where they end */
  uint8_t height;
  bool accepts;
  bool has_bytes;   /* edges of bytes */
  bool has_further; /* accepts, or has other edges */
  uint16_t run;
} ge_state;

typedef struct ge_edge {
  uint8_t kind, low, high;
  uint32_t called;
  uint32_t target;
} ge_edge;

typedef struct ge_automaton {
  ge_state *states; /* and one behind the last */
  ge_edge *edges;
  uint32_t first;
  uint32_t character;
} ge_automaton;

/* Reads the words. Errors: ARGUMENT, UNSUPPORTED, MEMORY. */
ge_status ge_automaton_read(const uint32_t *words, size_t count, ge_automaton *automaton, ge_error *error);

void ge_automaton_free(ge_automaton *automaton);

#endif
