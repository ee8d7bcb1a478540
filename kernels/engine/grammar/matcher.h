/* Where a matcher stands in its grammar. */
#ifndef GRAVITON_ENGINE_GRAMMAR_MATCHER_H
#define GRAVITON_ENGINE_GRAMMAR_MATCHER_H

#include "grammar/automaton.h"
#include "grammar/token_set.h"

/* Most ways of reading a text that are followed at once. */
#define GE_THREADS_OF_TEXT_MAX 1024u

/* An open call: where it goes on, and the call around it. Number 0 is around all of them, and is no call. */
typedef struct ge_call {
  uint32_t around;
  uint32_t target;
  uint32_t depth;
} ge_call;

/* One way of reading the text so far: a state with edges of bytes, in a call. */
typedef struct ge_thread {
  uint32_t state;
  uint32_t call;
} ge_thread;

/* The ways of reading a text: threads from `begin` to `end`, whose calls were made before there were `calls`. */
typedef struct ge_reading {
  size_t begin, end;
  size_t calls;
  bool is_whole; /* the text matches */
} ge_reading;

struct ge_matcher {
  const ge_token_set *set;
  ge_automaton automaton;

  ge_reading reading; /* of what was accepted; it begins at 0 */
  ge_thread *threads; /* those of further readings follow */
  size_t thread_count, thread_room;
  ge_call *calls;
  size_t call_count, call_room;
  uint32_t *moved; /* where a call lies after unused ones were dropped; room as for calls */

  ge_reading *walk; /* the reading of each beginning of a token, while tokens are tried */
  uint32_t *mask;
  bool has_mask;

  uint64_t work_left; /* until a call of the API gives up */
  ge_status failure;  /* of the reading that is being made */
};

/* Reads `byte` after `from`; what comes of it follows all threads. False after a failure, which the matcher has. */
bool ge_read_byte(ge_matcher *matcher, const ge_reading *from, uint8_t byte, ge_reading *made);

/* The reading of nothing. */
bool ge_read_nothing(ge_matcher *matcher, ge_reading *made);

/* Drops calls that no thread of the matcher's reading is in. */
void ge_drop_calls(ge_matcher *matcher);

#endif
