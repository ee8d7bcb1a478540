#include "grammar/automaton.h"

#include <stdlib.h>

#include "errors/fail.h"

static bool read_edge(const uint32_t *words, uint32_t states, ge_edge *edge) {
  *edge = (ge_edge){.kind = (uint8_t)words[0], .target = words[1]};
  if (edge->kind == GE_EDGE_BYTES) {
    edge->low = (uint8_t)(words[0] >> 8);
    edge->high = (uint8_t)(words[0] >> 16);
  } else {
    edge->called = words[0] >> 8;
  }
  return edge->kind <= GE_EDGE_CALL && edge->low <= edge->high && edge->target < states && edge->called < states;
}

static bool read_edges(const uint32_t *words, uint32_t count, uint32_t states, ge_edge *edges) {
  for (uint32_t i = 0; i < count; i++) {
    if (!read_edge(words + 2 * i, states, &edges[i])) {
      return false;
    }
  }
  return true;
}

/* The edges are read already. */
static bool read_states(const uint32_t *words, uint32_t count, uint32_t edges, ge_automaton *automaton) {
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t first = words[2 * i], facts = words[2 * i + 1];
    const uint32_t end = i + 1 < count ? words[2 * i + 2] : edges;
    ge_state *state = &automaton->states[i];
    if ((i == 0 && first != 0) || first > end || end > edges) {
      return false;
    }
    *state = (ge_state){.first_edge = first,
                        .height = (uint8_t)facts,
                        .accepts = (facts >> 8 & 1) != 0,
                        .run = (uint16_t)(facts >> 16)};
    state->has_further = state->accepts;
    for (uint32_t edge = first; edge < end; edge++) {
      const bool is_byte = automaton->edges[edge].kind == GE_EDGE_BYTES;
      state->has_bytes = state->has_bytes || is_byte;
      state->has_further = state->has_further || !is_byte;
    }
  }
  automaton->states[count].first_edge = edges;
  return true;
}

static bool has_shape(const uint32_t *words, size_t count) {
  return words != NULL && count >= GE_GRAMMAR_HEADER_WORDS && words[0] == GE_GRAMMAR_VERSION && words[1] != 0 &&
         words[1] <= GE_GRAMMAR_STATES_MAX && words[2] <= GE_GRAMMAR_EDGES_MAX && words[3] < words[1] &&
         (words[4] < words[1] || words[4] == GE_GRAMMAR_NONE) &&
         count == GE_GRAMMAR_HEADER_WORDS + 2 * ((size_t)words[1] + words[2]);
}

ge_status ge_automaton_read(const uint32_t *words, size_t count, ge_automaton *automaton, ge_error *error) {
  *automaton = (ge_automaton){0};
  if (!has_shape(words, count)) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "%zu words that are no grammar of version %u", count, GE_GRAMMAR_VERSION);
  }
  const uint32_t states = words[1], edges = words[2];
  const uint32_t *rest = words + GE_GRAMMAR_HEADER_WORDS;
  automaton->states = calloc((size_t)states + 1, sizeof *automaton->states);
  automaton->edges = calloc((size_t)edges + 1, sizeof *automaton->edges);
  automaton->first = words[3];
  automaton->character = words[4];
  if (automaton->states == NULL || automaton->edges == NULL) {
    ge_automaton_free(automaton);
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for a grammar of %u states", states);
  }
  if (!read_edges(rest + 2 * (size_t)states, edges, states, automaton->edges) ||
      !read_states(rest, states, edges, automaton)) {
    ge_automaton_free(automaton);
    return ge_fail(error, GE_ERROR_ARGUMENT, "a state or an edge of the grammar leads out of it");
  }
  if (automaton->states[automaton->first].height > GE_GRAMMAR_DEPTH_MAX) {
    ge_automaton_free(automaton);
    return ge_fail(error, GE_ERROR_UNSUPPORTED, "no text of the grammar is at most %u calls deep", GE_GRAMMAR_DEPTH_MAX);
  }
  return GE_OK;
}

void ge_automaton_free(ge_automaton *automaton) {
  free(automaton->states);
  free(automaton->edges);
  *automaton = (ge_automaton){0};
}
