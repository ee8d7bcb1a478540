/* What the tokens of a model are, and tokens to text. */
#include <stdlib.h>

#include "functions.h"
#include "values.h"

/* The decoding of one answer. */
typedef struct decoder {
  host *owner;
  gtok_stream stream;
  size_t capacity;
  char text[];
} decoder;

/* A host and the number of one of its tokens. */
static bool read_token(napi_env env, napi_callback_info info, host **self, int32_t *token) {
  napi_value arguments[ARGUMENTS_MAX];
  uint64_t number;
  if (!read_arguments(env, info, arguments) || !read_open_host(env, arguments[0], self) ||
      !read_whole(env, arguments[1], "the token", gtok_token_count((*self)->tokenizer) - 1, &number)) {
    return false;
  }
  *token = (int32_t)number;
  return true;
}

napi_value addon_token_text(napi_env env, napi_callback_info info) {
  host *self;
  int32_t token;
  ge_text text;
  napi_value value = NULL;
  if (read_token(env, info, &self, &token) && gtok_token_bytes(self->tokenizer, token, &text) == GE_OK) {
    (void)napi_create_string_utf8(env, text.length == 0 ? "" : text.bytes, text.length, &value);
  }
  return value;
}

napi_value addon_token_output(napi_env env, napi_callback_info info) {
  host *self;
  int32_t token;
  size_t size;
  void *bytes;
  napi_value value = NULL;
  if (read_token(env, info, &self, &token)) {
    (void)gtok_token_output(self->tokenizer, token, NULL, 0, &size);
    if (napi_create_buffer(env, size, &bytes, &value) == napi_ok) {
      (void)gtok_token_output(self->tokenizer, token, bytes, size, &size);
    }
  }
  return value;
}

napi_value addon_token_type(napi_env env, napi_callback_info info) {
  host *self;
  int32_t token;
  gtok_type type;
  napi_value value = NULL;
  if (read_token(env, info, &self, &token) && gtok_token_type(self->tokenizer, token, &type) == GE_OK) {
    (void)napi_create_uint32(env, (uint32_t)type, &value);
  }
  return value;
}

static void finalize_decoder(napi_env env, void *data, void *hint) {
  decoder *self = data;
  (void)env;
  (void)hint;
  host_release(self->owner);
  free(self);
}

napi_value addon_decoder(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  napi_value object;
  host *owner;
  if (!read_arguments(env, info, arguments) || !read_open_host(env, arguments[0], &owner) ||
      napi_create_object(env, &object) != napi_ok) {
    return NULL;
  }
  const size_t capacity = gtok_stream_bound(owner->tokenizer);
  decoder *self = malloc(sizeof *self + capacity);
  if (self == NULL) {
    return throw_error(env, "no memory for a decoder");
  }
  *self = (decoder){.owner = owner, .capacity = capacity};
  host_retain(owner);
  gtok_stream_begin(owner->tokenizer, 0, &self->stream);
  if (napi_wrap(env, object, self, finalize_decoder, NULL, NULL) != napi_ok) {
    finalize_decoder(env, self, NULL);
    return throw_error(env, "no memory for a decoder");
  }
  (void)napi_type_tag_object(env, object, &decoder_tag);
  return object;
}

static napi_value text_of(napi_env env, const decoder *self, ge_status status, size_t size) {
  napi_value value = NULL;
  if (status != GE_OK) {
    return throw_error(env, "the token is none of this model's");
  }
  (void)napi_create_string_utf8(env, self->text, size, &value);
  return value;
}

napi_value addon_decode(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  decoder *self;
  uint64_t token;
  size_t size = 0;
  if (!read_arguments(env, info, arguments) ||
      !read_wrapped(env, arguments[0], &decoder_tag, "the decoder", (void **)&self) ||
      !read_whole(env, arguments[1], "the token", INT32_MAX, &token)) {
    return NULL;
  }
  const ge_status status = gtok_stream_push(self->owner->tokenizer, &self->stream, (int32_t)token, 0, self->text,
                                            self->capacity, &size);
  return text_of(env, self, status, size);
}

napi_value addon_decode_end(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  decoder *self;
  size_t size = 0;
  if (!read_arguments(env, info, arguments) ||
      !read_wrapped(env, arguments[0], &decoder_tag, "the decoder", (void **)&self)) {
    return NULL;
  }
  return text_of(env, self, gtok_stream_end(&self->stream, self->text, self->capacity, &size), size);
}
