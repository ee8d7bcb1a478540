/* Text to tokens: at once, or in one of Node.js's own threads while JavaScript goes on. */
#include <stdlib.h>

#include "functions.h"
#include "values.h"

/* A text on its way, and what became of it. */
typedef struct encoding {
  host *owner;
  char *text;
  size_t size;
  uint32_t flags;
  int32_t *tokens;
  size_t count;
  ge_status status;
  napi_deferred promised;
  napi_async_work work;
} encoding;

static void encode(encoding *self) {
  size_t capacity = self->size + 8;
  do {
    free(self->tokens);
    self->tokens = malloc(capacity * sizeof *self->tokens);
    self->status = self->tokens == NULL ? GE_ERROR_MEMORY
                                        : gtok_encode(self->owner->tokenizer, (ge_text){self->text, self->size},
                                                      self->flags, self->tokens, capacity, &self->count);
    capacity = self->count;
  } while (self->status == GE_ERROR_CAPACITY);
}

static const char *refusal_of(const encoding *self) {
  return self->status == GE_OK             ? NULL
         : self->status == GE_ERROR_MEMORY ? "no memory for the tokens of a text"
                                           : "the text cannot be encoded: it is too long";
}

static void free_encoding(encoding *self) {
  free(self->text);
  free(self->tokens);
}

static bool read_encoding(napi_env env, napi_callback_info info, encoding *self) {
  napi_value arguments[ARGUMENTS_MAX];
  *self = (encoding){0};
  return read_arguments(env, info, arguments) && read_open_host(env, arguments[0], &self->owner) &&
         read_u32(env, arguments[2], "the flags", &self->flags) &&
         read_text(env, arguments[1], "the text", &self->text, &self->size);
}

napi_value addon_encode(napi_env env, napi_callback_info info) {
  encoding self;
  if (!read_encoding(env, info, &self)) {
    return NULL;
  }
  encode(&self);
  const char *refusal = refusal_of(&self);
  const napi_value made = refusal == NULL ? make_array(env, napi_uint32_array, self.tokens, self.count)
                                          : throw_error(env, refusal);
  free_encoding(&self);
  return made;
}

static void execute(napi_env env, void *data) {
  (void)env;
  encode(data);
}

static void settle(napi_env env, const encoding *self) {
  const char *refusal = refusal_of(self);
  const napi_value made = refusal == NULL ? make_array(env, napi_uint32_array, self->tokens, self->count) : NULL;
  if (made != NULL) {
    (void)napi_resolve_deferred(env, self->promised, made);
    return;
  }
  napi_value text;
  napi_value error = NULL;
  (void)napi_create_string_utf8(env, refusal == NULL ? "no memory for the tokens of a text" : refusal,
                                NAPI_AUTO_LENGTH, &text);
  (void)napi_create_error(env, NULL, text, &error);
  (void)napi_reject_deferred(env, self->promised, error);
}

static void complete(napi_env env, napi_status status, void *data) {
  encoding *self = data;
  if (status == napi_ok) {
    settle(env, self);
  }
  (void)napi_delete_async_work(env, self->work);
  host_release(self->owner);
  free_encoding(self);
  free(self);
}

/* Leaves the work to a thread. It takes the encoding, but not where it returns false. */
static bool begin(napi_env env, encoding *self, napi_value *promise) {
  napi_value name;
  if (napi_create_string_utf8(env, "graviton-tokenizer", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, NULL, name, execute, complete, self, &self->work) != napi_ok) {
    return false;
  }
  if (napi_create_promise(env, &self->promised, promise) != napi_ok ||
      napi_queue_async_work(env, self->work) != napi_ok) {
    (void)napi_delete_async_work(env, self->work);
    return false;
  }
  host_retain(self->owner);
  return true;
}

napi_value addon_encode_later(napi_env env, napi_callback_info info) {
  encoding given;
  napi_value promise = NULL;
  if (!read_encoding(env, info, &given)) {
    return NULL;
  }
  encoding *self = malloc(sizeof *self);
  if (self != NULL) {
    *self = given;
    if (begin(env, self, &promise)) {
      return promise;
    }
  }
  free(self);
  free_encoding(&given);
  return throw_error(env, "no memory for the tokens of a text");
}
