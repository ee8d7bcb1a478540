/* The host's thread: it alone calls the engine. */
#include <stdlib.h>
#include <string.h>

#include "host.h"

/* Tokens that are taken of an answer at a time; a step gives one. */
#define TAKEN_AT_A_TIME 64

/* Without memory for a report nothing can be told: then the process has no use, and the system would end it anyway. */
static void send(host *self, const report *made) {
  report *copy = malloc(sizeof *copy);
  if (copy == NULL) {
    abort();
  }
  *copy = *made;
  self->sink(self->sink_context, copy);
}

static void send_failure(host *self, report_kind kind, uint32_t request, const ge_error *error) {
  send(self, &(report){.kind = kind, .request = request, .error = strndup(error->text, sizeof error->text)});
}

/* The grammar is the request's own: that it cannot be followed is told apart from what fails in the engine. */
static void send_grammar_failure(host *self, uint32_t request, const ge_error *error) {
  char *text = strndup(error->text, sizeof error->text);
  send(self, &(report){.kind = REPORT_FINISHED, .request = request, .finish = GE_FINISH_NO_TOKEN, .error = text});
}

static bool open_model(host *self) {
  ge_error error;
  ge_status status = ge_open(self->options.path, &self->options.engine, &self->engine, &error);
  if (status == GE_OK) {
    status = host_read_model(self, &error);
  }
  (void)pthread_mutex_lock(&self->mutex);
  self->is_open = status == GE_OK;
  (void)pthread_mutex_unlock(&self->mutex);
  if (status != GE_OK) {
    send_failure(self, REPORT_OPENED, 0, &error);
    return false;
  }
  send(self, &(report){.kind = REPORT_OPENED});
  return true;
}

/* Forgets a request whose slot is open. */
static void drop(host *self, size_t index) {
  (void)ge_slot_close(self->engine, self->work[index].slot, NULL);
  ge_matcher_free(self->work[index].matcher);
  self->work[index] = self->work[--self->work_count];
}

/* Allows what the matcher does, in a mask that may have further words for rows that are no tokens. */
static ge_status follow_grammar(host *self, uint32_t slot, ge_matcher *matcher, ge_error *error) {
  const uint32_t *mask;
  const ge_status status = ge_matcher_mask(matcher, &mask, error);
  if (status != GE_OK) {
    return status;
  }
  memcpy(self->grammar_mask, mask, (gtok_token_count(self->tokenizer) + 31) / 32 * sizeof *mask);
  return ge_constrain(self->engine, slot, self->grammar_mask, self->mask_words, error);
}

static ge_status give_work(host *self, uint32_t slot, command *given, ge_error *error) {
  given->request.stop_tokens = self->stops;
  given->request.stop_token_count = self->stop_count;
  given->request.pooling = given->request.pooling == GE_POOLING_NONE ? GE_POOLING_NONE : self->pooling;
  const ge_status status = ge_submit(self->engine, slot, &given->request, error);
  if (status == GE_OK && given->matcher != NULL) {
    return follow_grammar(self, slot, given->matcher, error);
  }
  return status == GE_OK && self->mask != NULL
             ? ge_constrain(self->engine, slot, self->mask, self->mask_words, error)
             : status;
}

static void submit(host *self, command *given) {
  ge_error error;
  uint32_t slot = 0;
  ge_status status = ge_slot_open(self->engine, &slot, &error);
  if (status == GE_OK) {
    status = give_work(self, slot, given, &error);
    if (status == GE_OK) {
      self->work[self->work_count++] = (working){.request = given->number,
                                                 .slot = slot,
                                                 .wants_embedding = given->request.pooling != GE_POOLING_NONE,
                                                 .wants_log_probabilities = given->request.log_probabilities,
                                                 .matcher = given->matcher};
      return;
    }
    (void)ge_slot_close(self->engine, slot, NULL);
  }
  const bool is_of_grammar = given->matcher != NULL && status == GE_ERROR_UNSUPPORTED;
  ge_matcher_free(given->matcher);
  if (is_of_grammar) {
    send_grammar_failure(self, given->number, &error);
  } else {
    send_failure(self, REPORT_FINISHED, given->number, &error);
  }
}

static void cancel(host *self, uint32_t number) {
  for (size_t i = 0; i < self->work_count; i++) {
    if (self->work[i].request == number) {
      drop(self, i);
      send(self, &(report){.kind = REPORT_FINISHED, .request = number, .finish = GE_FINISH_CANCELLED});
      return;
    }
  }
}

static void obey(host *self, command *given) {
  while (given != NULL) {
    command *next = given->next;
    if (given->is_cancel) {
      cancel(self, given->number);
    } else {
      submit(self, given);
    }
    free(given);
    given = next;
  }
}

static void *allocate(size_t count, size_t size) {
  void *made = calloc(count + 1, size);
  if (made == NULL) {
    abort();
  }
  return made;
}

static void add_probabilities(report *made, const ge_token *tokens) {
  const size_t likeliest = tokens[0].likeliest_count;
  float *numbers = allocate(made->token_count * (1 + likeliest), sizeof *numbers);
  uint32_t *ids = allocate(made->token_count * likeliest, sizeof *ids);
  made->log_probabilities = numbers;
  made->likeliest = ids;
  made->likeliest_count = made->token_count * likeliest;
  for (size_t i = 0; i < made->token_count; i++) {
    *numbers++ = tokens[i].log_probability;
    for (size_t j = 0; j < likeliest; j++) {
      *numbers++ = tokens[i].likeliest[j].log_probability;
      *ids++ = tokens[i].likeliest[j].id;
    }
  }
}

static void send_tokens(host *self, const working *work, const ge_token *tokens, size_t count) {
  report made = {.kind = REPORT_TOKENS, .request = work->request, .token_count = count};
  made.tokens = allocate(count, sizeof *made.tokens);
  for (size_t i = 0; i < count; i++) {
    made.tokens[i] = tokens[i].id;
  }
  if (work->wants_log_probabilities) {
    add_probabilities(&made, tokens);
  }
  send(self, &made);
}

static void send_end(host *self, const working *work, ge_finish finish) {
  report made = {.kind = REPORT_FINISHED, .request = work->request, .finish = finish};
  if (work->wants_embedding && finish != GE_FINISH_CANCELLED) {
    ge_error error;
    made.embedding_length = self->info.embedding_length;
    made.embedding = allocate(made.embedding_length, sizeof *made.embedding);
    if (ge_embedding(self->engine, work->slot, made.embedding, made.embedding_length, &error) != GE_OK) {
      free(made.embedding);
      send_failure(self, REPORT_FINISHED, work->request, &error);
      return;
    }
  }
  send(self, &made);
}

/* Reads the answer on, and allows what may follow. */
static ge_status read_on(host *self, const working *work, const ge_token *tokens, size_t count, ge_error *error) {
  for (size_t i = 0; i < count; i++) {
    const ge_status status = ge_matcher_accept(work->matcher, tokens[i].id, error);
    if (status != GE_OK) {
      return status;
    }
  }
  return count == 0 ? GE_OK : follow_grammar(self, work->slot, work->matcher, error);
}

/* Whether the answer so far is a whole text of its grammar. */
static bool is_whole(const host *self, const working *work) {
  const uint32_t *mask;
  ge_error error;
  bool may_stop = false;
  if (work->matcher == NULL || ge_matcher_mask(work->matcher, &mask, &error) != GE_OK) {
    return false;
  }
  for (size_t i = 0; i < self->stop_count; i++) {
    may_stop = may_stop || (mask[self->stops[i] / 32] >> (self->stops[i] % 32) & 1) != 0;
  }
  return may_stop;
}

/* Reports what a slot has made. True when its request is finished. */
static bool collect(host *self, const working *work) {
  ge_token tokens[TAKEN_AT_A_TIME];
  ge_finish finish = GE_FINISH_NONE;
  size_t count;
  do {
    if (ge_take(self->engine, work->slot, tokens, TAKEN_AT_A_TIME, &count, &finish, NULL) != GE_OK) {
      return false;
    }
    /* A step makes one token, so a stop token comes alone or last. It is no part of the answer. */
    const size_t shown = finish == GE_FINISH_STOP && count > 0 && count < TAKEN_AT_A_TIME ? count - 1 : count;
    if (shown > 0) {
      send_tokens(self, work, tokens, shown);
    }
    ge_error error;
    if (work->matcher != NULL && finish == GE_FINISH_NONE && read_on(self, work, tokens, count, &error) != GE_OK) {
      send_grammar_failure(self, work->request, &error);
      return true;
    }
  } while (count == TAKEN_AT_A_TIME);
  if (finish == GE_FINISH_NONE) {
    return false;
  }
  /* Where only the tokens that end an answer could follow, and a bias forbids those, it has ended all the same. */
  send_end(self, work, finish == GE_FINISH_NO_TOKEN && is_whole(self, work) ? GE_FINISH_STOP : finish);
  return true;
}

/* The engine cannot go on with anything that it has. */
static void fail_all(host *self, const ge_error *error) {
  while (self->work_count > 0) {
    send_failure(self, REPORT_FINISHED, self->work[0].request, error);
    drop(self, 0);
  }
}

static void step(host *self) {
  ge_step_result result;
  ge_error error;
  const ge_status status = ge_step(self->engine, &result, &error);
  (void)atomic_fetch_add(&self->steps, 1);
  if (status != GE_OK) {
    fail_all(self, &error);
    return;
  }
  for (size_t i = 0; i < self->work_count;) {
    if (collect(self, &self->work[i])) {
      drop(self, i);
    } else {
      i++;
    }
  }
}

void *host_run(void *argument) {
  host *self = argument;
  if (open_model(self)) {
    command *given = NULL;
    while (!host_take_commands(self, self->work_count == 0, &given)) {
      obey(self, given);
      if (self->work_count > 0) {
        step(self);
      }
    }
    obey(self, given);
    static const ge_error closed = {"the engine was closed"};
    fail_all(self, &closed);
  }
  ge_close(self->engine);
  self->engine = NULL;
  send(self, &(report){.kind = REPORT_CLOSED});
  host_release(self);
  return NULL;
}
