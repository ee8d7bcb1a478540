/* The side of the host that the JavaScript thread calls. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

void report_free(report *made) {
  if (made != NULL) {
    free(made->error);
    free(made->tokens);
    free(made->log_probabilities);
    free(made->likeliest);
    free(made->embedding);
    free(made);
  }
}

void host_options_free(host_options *options) {
  free(options->path);
  free((void *)(uintptr_t)options->engine.cores);
}

static void free_commands(command *first) {
  while (first != NULL) {
    command *next = first->next;
    ge_matcher_free(first->matcher);
    free(first);
    first = next;
  }
}

static void free_host(host *self) {
  ge_token_set_free(self->tokens);
  gtok_destroy(self->tokenizer);
  host_options_free(&self->options);
  free_commands(self->first);
  free(self->architecture);
  free(self->variant);
  free(self->name);
  free(self->chat_template);
  free(self->grammar_problem);
  free(self->stops);
  free(self->mask);
  free(self->grammar_mask);
  free(self->work);
  (void)pthread_cond_destroy(&self->wake);
  (void)pthread_mutex_destroy(&self->mutex);
  free(self);
}

void host_retain(host *self) {
  (void)atomic_fetch_add(&self->references, 1);
}

void host_release(host *self) {
  if (atomic_fetch_sub(&self->references, 1) == 1) {
    free_host(self);
  }
}

host *host_start(host_options *options, report_sink *sink, void *sink_context) {
  host *self = calloc(1, sizeof *self);
  if (self == NULL) {
    host_options_free(options);
    return NULL;
  }
  *self = (host){.options = *options, .sink = sink, .sink_context = sink_context};
  self->last = &self->first;
  (void)pthread_mutex_init(&self->mutex, NULL);
  (void)pthread_cond_init(&self->wake, NULL);
  atomic_init(&self->references, 2);
  if (pthread_create(&self->thread, NULL, host_run, self) != 0) {
    free_host(self);
    return NULL;
  }
  (void)pthread_detach(self->thread);
  return self;
}

bool host_is_open(host *self) {
  (void)pthread_mutex_lock(&self->mutex);
  const bool is_open = self->is_open;
  (void)pthread_mutex_unlock(&self->mutex);
  return is_open;
}

static const char *leave(host *self, command *made) {
  (void)pthread_mutex_lock(&self->mutex);
  const char *refusal = !self->is_open ? "the model is not loaded" : self->is_closing ? "the engine is closed" : NULL;
  if (refusal == NULL) {
    *self->last = made;
    self->last = &made->next;
    (void)pthread_cond_signal(&self->wake);
  } else {
    ge_matcher_free(made->matcher);
    free(made);
  }
  (void)pthread_mutex_unlock(&self->mutex);
  return refusal;
}

/* Moves an array into a command's data. */
static void *pack(uint64_t **at, const void *values, size_t bytes) {
  void *to = *at;
  if (bytes != 0) {
    memcpy(to, values, bytes);
  }
  *at += (bytes + 7) / 8;
  return to;
}

const char *host_submit(host *self, uint32_t number, const ge_request *request, ge_matcher *matcher) {
  const size_t tokens = request->token_count * sizeof *request->tokens;
  const size_t biases = request->sampling.bias_count * sizeof *request->sampling.biases;
  command *made = calloc(1, sizeof *made + tokens + biases + 16);
  if (made == NULL) {
    ge_matcher_free(matcher);
    return "no memory for the request";
  }
  made->number = number;
  made->matcher = matcher;
  made->request = *request;
  uint64_t *at = made->data;
  made->request.tokens = pack(&at, request->tokens, tokens);
  made->request.sampling.biases = pack(&at, request->sampling.biases, biases);
  return leave(self, made);
}

const char *host_cancel(host *self, uint32_t number) {
  command *made = calloc(1, sizeof *made);
  if (made == NULL) {
    return "no memory for the request";
  }
  made->number = number;
  made->is_cancel = true;
  (void)leave(self, made);
  return NULL;
}

void host_close(host *self) {
  (void)pthread_mutex_lock(&self->mutex);
  self->is_closing = true;
  (void)pthread_cond_signal(&self->wake);
  (void)pthread_mutex_unlock(&self->mutex);
}

bool host_take_commands(host *self, bool idle, command **taken) {
  (void)pthread_mutex_lock(&self->mutex);
  while (idle && self->first == NULL && !self->is_closing) {
    (void)pthread_cond_wait(&self->wake, &self->mutex);
  }
  *taken = self->first;
  self->first = NULL;
  self->last = &self->first;
  const bool closing = self->is_closing;
  (void)pthread_mutex_unlock(&self->mutex);
  return closing;
}
