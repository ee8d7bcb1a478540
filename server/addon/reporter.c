#include "reporter.h"

#include <stdlib.h>

#include "values.h"

struct reporter {
  atomic_uint references; /* the function's finalizer, and the host's thread */
  napi_env env;
  napi_threadsafe_function function;
  host *watched;
  pthread_mutex_t mutex;
  bool is_gone; /* the environment ends, and the function with it */
};

static void release(reporter *self) {
  if (atomic_fetch_sub(&self->references, 1) == 1) {
    (void)pthread_mutex_destroy(&self->mutex);
    free(self);
  }
}

static void end_watch(void *argument) {
  reporter *self = argument;
  (void)pthread_mutex_lock(&self->mutex);
  self->is_gone = true;
  (void)pthread_mutex_unlock(&self->mutex);
  host_close(self->watched);
  host_release(self->watched);
  self->watched = NULL;
}

/* Makes what the function threw an uncaught exception: Node.js alone would only warn, and a request would hang. */
static void raise_thrown(napi_env env) {
  napi_value thrown;
  if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) {
    (void)napi_fatal_exception(env, thrown);
  }
}

static void call(napi_env env, napi_value function, void *context, void *data) {
  reporter *self = context;
  report *made = data;
  napi_value arguments[8];
  napi_value nothing;
  if (env != NULL && napi_get_undefined(env, &nothing) == napi_ok) {
    (void)napi_create_uint32(env, (uint32_t)made->kind, &arguments[0]);
    (void)napi_create_uint32(env, made->request, &arguments[1]);
    (void)napi_create_uint32(env, (uint32_t)made->finish, &arguments[2]);
    arguments[3] = make_text(env, made->error);
    arguments[4] = made->tokens == NULL ? nothing
                                        : make_array(env, napi_uint32_array, made->tokens, made->token_count);
    arguments[5] = made->embedding == NULL
                       ? nothing
                       : make_array(env, napi_float32_array, made->embedding, made->embedding_length);
    arguments[6] = made->log_probabilities == NULL
                       ? nothing
                       : make_array(env, napi_float32_array, made->log_probabilities,
                                    made->token_count + made->likeliest_count);
    arguments[7] = made->likeliest == NULL
                       ? nothing
                       : make_array(env, napi_uint32_array, made->likeliest, made->likeliest_count);
    if (made->kind == REPORT_CLOSED && self->watched != NULL) {
      (void)napi_remove_env_cleanup_hook(env, end_watch, self);
      host_release(self->watched);
      self->watched = NULL;
    }
    if (napi_call_function(env, nothing, function, 8, arguments, NULL) == napi_pending_exception) {
      raise_thrown(env);
    }
  }
  report_free(made);
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  release(data);
}

reporter *reporter_new(napi_env env, napi_value function) {
  reporter *self = calloc(1, sizeof *self);
  napi_value name;
  if (self == NULL) {
    (void)throw_error(env, "no memory for an engine");
    return NULL;
  }
  self->env = env;
  atomic_init(&self->references, 2);
  (void)pthread_mutex_init(&self->mutex, NULL);
  if (napi_create_string_utf8(env, "graviton-engine", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, function, NULL, name, 0, 1, self, finalize, self, call, &self->function) !=
          napi_ok) {
    (void)napi_throw_type_error(env, NULL, "the receiver of reports is not a function");
    free(self);
    return NULL;
  }
  return self;
}

void reporter_take(void *context, report *made) {
  reporter *self = context;
  const bool is_last = made->kind == REPORT_CLOSED;
  (void)pthread_mutex_lock(&self->mutex);
  if (self->is_gone || napi_call_threadsafe_function(self->function, made, napi_tsfn_nonblocking) != napi_ok) {
    report_free(made);
  }
  if (is_last && !self->is_gone) {
    (void)napi_release_threadsafe_function(self->function, napi_tsfn_release);
  }
  (void)pthread_mutex_unlock(&self->mutex);
  if (is_last) {
    release(self);
  }
}

void reporter_watch(reporter *self, host *watched) {
  host_retain(watched);
  self->watched = watched;
  (void)napi_add_env_cleanup_hook(self->env, end_watch, self);
}

void reporter_abandon(reporter *self) {
  (void)napi_release_threadsafe_function(self->function, napi_tsfn_abort);
  release(self);
}
