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
  self->work[index] = self->work[--self->work_count];
}

static ge_status give_work(host *self, uint32_t slot, command *given, ge_error *error) {
  given->request.stop_tokens = self->stops;
  given->request.stop_token_count = self->stop_count;
  const ge_status status = ge_submit(self->engine, slot, &given->request, error);
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
      self->work[self->work_count++] = (working){given->number, slot, given->request.pooling != GE_POOLING_NONE};
      return;
    }
    (void)ge_slot_close(self->engine, slot, NULL);
  }
  send_failure(self, REPORT_FINISHED, given->number, &error);
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

static void send_tokens(host *self, const working *work, const ge_token *tokens, size_t count) {
  report made = {.kind = REPORT_TOKENS, .request = work->request, .token_count = count};
  made.tokens = malloc((count + 1) * sizeof *made.tokens);
  if (made.tokens == NULL) {
    abort();
  }
  for (size_t i = 0; i < count; i++) {
    made.tokens[i] = tokens[i].id;
  }
  send(self, &made);
}

static void send_end(host *self, const working *work, ge_finish finish) {
  report made = {.kind = REPORT_FINISHED, .request = work->request, .finish = finish};
  if (work->wants_embedding && finish != GE_FINISH_CANCELLED) {
    ge_error error;
    made.embedding_length = self->info.embedding_length;
    made.embedding = malloc((made.embedding_length + 1) * sizeof *made.embedding);
    if (made.embedding == NULL) {
      abort();
    }
    if (ge_embedding(self->engine, work->slot, made.embedding, made.embedding_length, &error) != GE_OK) {
      free(made.embedding);
      send_failure(self, REPORT_FINISHED, work->request, &error);
      return;
    }
  }
  send(self, &made);
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
  } while (count == TAKEN_AT_A_TIME);
  if (finish == GE_FINISH_NONE) {
    return false;
  }
  send_end(self, work, finish);
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
