/* One byte after another through the automaton, along all edges that fit. */
#include <stdlib.h>

#include "grammar/matcher.h"

/* Threads and calls of one matcher: what a deep grammar with a thousand ways of reading takes. */
#define ROOM_MAX ((size_t)1 << 22)

static bool fail(ge_matcher *matcher, ge_status status) {
  matcher->failure = status;
  return false;
}

/* Counts steps; false when there were too many. */
static bool work(ge_matcher *matcher, size_t steps) {
  if (matcher->work_left <= steps) {
    return fail(matcher, GE_ERROR_UNSUPPORTED);
  }
  matcher->work_left -= steps + 1;
  return true;
}

static bool grow(void **items, size_t *room, size_t item_size) {
  void *more = *room >= ROOM_MAX ? NULL : realloc(*items, 2 * *room * item_size);
  if (more == NULL) {
    return false;
  }
  *items = more;
  *room *= 2;
  return true;
}

/* Adds a thread to those that begin at `begin`, unless it is there, or cannot end within the depth. */
static bool add(ge_matcher *matcher, size_t begin, uint32_t state, uint32_t call) {
  const size_t count = matcher->thread_count - begin;
  if (matcher->calls[call].depth + matcher->automaton.states[state].height > GE_GRAMMAR_DEPTH_MAX) {
    return true;
  }
  for (size_t i = begin; i < matcher->thread_count; i++) {
    if (matcher->threads[i].state == state && matcher->threads[i].call == call) {
      return true;
    }
  }
  if (count >= GE_THREADS_OF_TEXT_MAX || !work(matcher, count)) {
    return fail(matcher, GE_ERROR_UNSUPPORTED);
  }
  if (matcher->thread_count == matcher->thread_room &&
      !grow((void **)&matcher->threads, &matcher->thread_room, sizeof *matcher->threads)) {
    return fail(matcher, GE_ERROR_MEMORY);
  }
  matcher->threads[matcher->thread_count++] = (ge_thread){state, call};
  return true;
}

/* Opens a call around which the thread's own is, and enters the called rule. */
static bool enter(ge_matcher *matcher, size_t begin, const ge_edge *edge, uint32_t around) {
  if (matcher->call_count == matcher->call_room &&
      !grow((void **)&matcher->calls, &matcher->call_room, sizeof *matcher->calls)) {
    return fail(matcher, GE_ERROR_MEMORY);
  }
  const uint32_t depth = matcher->calls[around].depth;
  if (depth + matcher->automaton.states[edge->target].height > GE_GRAMMAR_DEPTH_MAX) {
    return true;
  }
  matcher->calls[matcher->call_count] = (ge_call){around, edge->target, depth + 1};
  return add(matcher, begin, edge->called, (uint32_t)matcher->call_count++);
}

/* Follows the edges of a thread that take no byte. */
static bool expand(ge_matcher *matcher, size_t begin, ge_thread thread, bool *is_whole) {
  const ge_state *state = &matcher->automaton.states[thread.state];
  if (!work(matcher, state[1].first_edge - state[0].first_edge)) {
    return false;
  }
  if (state->accepts) {
    const ge_call *call = &matcher->calls[thread.call];
    *is_whole = *is_whole || thread.call == 0;
    if (thread.call != 0 && !add(matcher, begin, call->target, call->around)) {
      return false;
    }
  }
  for (uint32_t i = state[0].first_edge; i < state[1].first_edge; i++) {
    const ge_edge *edge = &matcher->automaton.edges[i];
    if ((edge->kind == GE_EDGE_EMPTY && !add(matcher, begin, edge->target, thread.call)) ||
        (edge->kind == GE_EDGE_CALL && !enter(matcher, begin, edge, thread.call))) {
      return false;
    }
  }
  return true;
}

/* Makes a reading of the threads that were added from `begin` on. */
static bool finish(ge_matcher *matcher, size_t begin, ge_reading *made) {
  const ge_state *states = matcher->automaton.states;
  bool is_whole = false;
  size_t kept = begin;
  for (size_t i = begin; i < matcher->thread_count; i++) {
    if (states[matcher->threads[i].state].has_further && !expand(matcher, begin, matcher->threads[i], &is_whole)) {
      return false;
    }
  }
  for (size_t i = begin; i < matcher->thread_count; i++) {
    if (states[matcher->threads[i].state].has_bytes) {
      matcher->threads[kept++] = matcher->threads[i];
    }
  }
  matcher->thread_count = kept;
  *made = (ge_reading){begin, kept, matcher->call_count, is_whole};
  return true;
}

bool ge_read_byte(ge_matcher *matcher, const ge_reading *from, uint8_t byte, ge_reading *made) {
  const ge_automaton *automaton = &matcher->automaton;
  const size_t begin = matcher->thread_count;
  for (size_t t = from->begin; t < from->end; t++) {
    const ge_thread thread = matcher->threads[t];
    const ge_state *state = &automaton->states[thread.state];
    if (!work(matcher, state[1].first_edge - state[0].first_edge)) {
      return false;
    }
    for (uint32_t i = state[0].first_edge; i < state[1].first_edge; i++) {
      const ge_edge *edge = &automaton->edges[i];
      if (edge->kind == GE_EDGE_BYTES && byte >= edge->low && byte <= edge->high &&
          !add(matcher, begin, edge->target, thread.call)) {
        return false;
      }
    }
  }
  return finish(matcher, begin, made);
}

bool ge_read_nothing(ge_matcher *matcher, ge_reading *made) {
  const size_t begin = matcher->thread_count;
  return add(matcher, begin, matcher->automaton.first, 0) && finish(matcher, begin, made);
}

void ge_drop_calls(ge_matcher *matcher) {
  ge_call *calls = matcher->calls;
  size_t kept = 1;
  for (size_t i = 0; i < matcher->call_count; i++) {
    matcher->moved[i] = 0;
  }
  /* Marks, from each thread outwards up to where another one has been. */
  for (size_t t = matcher->reading.begin; t < matcher->reading.end; t++) {
    for (uint32_t call = matcher->threads[t].call; call != 0 && matcher->moved[call] == 0; call = calls[call].around) {
      matcher->moved[call] = 1;
    }
  }
  /* A call is made after the one around it, which has its new place already. */
  for (size_t i = 1; i < matcher->call_count; i++) {
    if (matcher->moved[i] != 0) {
      calls[kept] = (ge_call){matcher->moved[calls[i].around], calls[i].target, calls[i].depth};
      matcher->moved[i] = (uint32_t)kept++;
    }
  }
  for (size_t t = matcher->reading.begin; t < matcher->reading.end; t++) {
    matcher->threads[t].call = matcher->moved[matcher->threads[t].call];
  }
  matcher->call_count = matcher->reading.calls = kept;
}
