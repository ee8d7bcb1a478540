#include "grammar/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "errors/fail.h"
#include "sample/token_bits.h"

/* Steps of one call of the API: a few times what a vocabulary of 256 000 tokens needs where all of them fit. */
#define WORK_MAX ((uint64_t)1 << 25)

/* Calls after which unused ones are looked for. */
#define CALLS_MANY 4096u

static ge_status fail_reading(const ge_matcher *matcher, ge_error *error) {
  return matcher->failure == GE_ERROR_MEMORY
             ? ge_fail(error, GE_ERROR_MEMORY, "no memory for the ways in which the grammar can be read")
             : ge_fail(error, GE_ERROR_UNSUPPORTED, "the grammar can be read in too many ways at once");
}

static void start_work(ge_matcher *matcher) {
  matcher->work_left = WORK_MAX;
  matcher->thread_count = matcher->reading.end;
  matcher->call_count = matcher->reading.calls;
}

static bool allocate(ge_matcher *matcher) {
  const size_t levels = (size_t)matcher->set->longest + 1;
  matcher->thread_room = matcher->call_room = 256;
  matcher->threads = malloc(matcher->thread_room * sizeof *matcher->threads);
  matcher->calls = malloc(matcher->call_room * sizeof *matcher->calls);
  matcher->walk = malloc(levels * sizeof *matcher->walk);
  matcher->mask = malloc(((size_t)matcher->set->words + 1) * sizeof *matcher->mask);
  return matcher->threads != NULL && matcher->calls != NULL && matcher->walk != NULL && matcher->mask != NULL;
}

static ge_status begin(ge_matcher *matcher, ge_error *error) {
  if (!allocate(matcher)) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for a matcher");
  }
  matcher->calls[0] = (ge_call){0};
  matcher->reading.calls = 1;
  start_work(matcher);
  return ge_read_nothing(matcher, &matcher->reading) ? GE_OK : fail_reading(matcher, error);
}

ge_status ge_matcher_new(const ge_token_set *set, const uint32_t *grammar, size_t words, ge_matcher **made,
                         ge_error *error) {
  if (set == NULL || made == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no tokens, or nowhere to put the matcher");
  }
  ge_matcher *matcher = calloc(1, sizeof *matcher);
  if (matcher == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for a matcher");
  }
  matcher->set = set;
  ge_status status = ge_automaton_read(grammar, words, &matcher->automaton, error);
  if (status == GE_OK) {
    status = begin(matcher, error);
  }
  if (status != GE_OK) {
    ge_matcher_free(matcher);
    return status;
  }
  *made = matcher;
  return GE_OK;
}

void ge_matcher_free(ge_matcher *matcher) {
  if (matcher != NULL) {
    ge_automaton_free(&matcher->automaton);
    free(matcher->threads);
    free(matcher->calls);
    free(matcher->moved);
    free(matcher->walk);
    free(matcher->mask);
    free(matcher);
  }
}

/* Characters that a thread has room for in a string; 0 when it is in none. */
static uint32_t room_of(const ge_matcher *matcher, ge_thread thread) {
  const ge_automaton *automaton = &matcher->automaton;
  const ge_state *state = &automaton->states[thread.state];
  if (thread.state == automaton->character && thread.call != 0) {
    const uint32_t further = automaton->states[matcher->calls[thread.call].target].run;
    return further == GE_GRAMMAR_RUN_FREE ? further : further + 1;
  }
  return state->has_further ? 0 : state->run;
}

/* Up to how many characters plain tokens fit; *is_all: longer ones do not, so that no plain token is to be tried. */
static uint32_t room_for_plain(const ge_matcher *matcher, bool *is_all) {
  uint32_t most = 0;
  *is_all = true;
  for (size_t i = matcher->reading.begin; i < matcher->reading.end; i++) {
    const ge_thread thread = matcher->threads[i];
    const uint32_t room = room_of(matcher, thread);
    *is_all = *is_all && (room != 0 || !matcher->automaton.states[thread.state].takes_plain);
    most = room > most ? room : most;
  }
  *is_all = *is_all || most >= GE_PLAIN_MAX;
  return most < GE_PLAIN_MAX ? most : GE_PLAIN_MAX;
}

static void allow(ge_matcher *matcher, const ge_token_trie *trie, const ge_trie_node *node) {
  for (uint32_t i = 0; i < node->token_count; i++) {
    ge_add_token(matcher->mask, trie->tokens[node->first_token + i]);
  }
}

/* Reads the beginnings of all tokens, and leaves out what continues one that does not fit. */
static bool try_tokens(ge_matcher *matcher, const ge_token_trie *trie) {
  matcher->walk[0] = matcher->reading;
  for (uint32_t i = 0; i < trie->count;) {
    const ge_trie_node *node = &trie->nodes[i];
    const ge_reading *before = &matcher->walk[node->depth - 1];
    ge_reading *after = &matcher->walk[node->depth];
    matcher->thread_count = before->end;
    matcher->call_count = before->calls;
    if (!ge_read_byte(matcher, before, node->byte, after)) {
      return false;
    }
    if (after->begin == after->end && !after->is_whole) {
      i = node->end;
    } else {
      allow(matcher, trie, node);
      i++;
    }
  }
  return true;
}

ge_status ge_matcher_mask(ge_matcher *matcher, const uint32_t **mask, ge_error *error) {
  if (matcher == NULL || mask == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no matcher, or nowhere to put its mask");
  }
  const ge_token_set *set = matcher->set;
  if (!matcher->has_mask) {
    bool is_all;
    const uint32_t room = room_for_plain(matcher, &is_all);
    start_work(matcher);
    memcpy(matcher->mask, set->plain + (size_t)room * set->words, set->words * sizeof *matcher->mask);
    for (uint32_t i = 0; matcher->reading.is_whole && i < set->words; i++) {
      matcher->mask[i] |= set->stops[i];
    }
    if (!try_tokens(matcher, is_all ? &set->others : &set->all)) {
      return fail_reading(matcher, error);
    }
    matcher->has_mask = true;
  }
  *mask = matcher->mask;
  return GE_OK;
}

/* Makes `made`, which lies behind the reading so far, that reading. The mask holds on where nothing has changed. */
static void take(ge_matcher *matcher, const ge_reading *made) {
  const ge_reading *before = &matcher->reading;
  const size_t count = made->end - made->begin, size = count * sizeof *matcher->threads;
  const ge_thread *threads = matcher->threads + made->begin;
  matcher->has_mask = matcher->has_mask && count == before->end && made->is_whole == before->is_whole &&
                      memcmp(matcher->threads, threads, size) == 0;
  memmove(matcher->threads, threads, size);
  matcher->reading = (ge_reading){0, count, made->calls, made->is_whole};
}

/* Room is asked for first: without it the matcher goes on with the calls that it has. */
static void tidy(ge_matcher *matcher) {
  uint32_t *moved = matcher->reading.calls < CALLS_MANY
                        ? NULL
                        : realloc(matcher->moved, matcher->reading.calls * sizeof *moved);
  if (moved != NULL) {
    matcher->moved = moved;
    matcher->call_count = matcher->reading.calls;
    ge_drop_calls(matcher);
  }
}

ge_status ge_matcher_accept(ge_matcher *matcher, uint32_t token, ge_error *error) {
  if (matcher == NULL || token >= matcher->set->count) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no matcher, or %u is no token", token);
  }
  const ge_token_set *set = matcher->set;
  const uint32_t end = set->starts[token + 1];
  ge_reading reading = matcher->reading;
  start_work(matcher);
  for (uint32_t at = set->starts[token]; at < end; at++) {
    const ge_reading before = reading;
    if (!ge_read_byte(matcher, &before, set->bytes[at], &reading)) {
      return fail_reading(matcher, error);
    }
  }
  if (set->starts[token] == end || (reading.begin == reading.end && !reading.is_whole)) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "the grammar does not allow token %u here", token);
  }
  take(matcher, &reading);
  tidy(matcher);
  return GE_OK;
}
