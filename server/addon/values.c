#include "values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Random numbers, for each kind its own. */
const napi_type_tag host_tag = {0x6d1f6c5e0f8b4a52, 0xa1c3b7e9d2f40618};
const napi_type_tag decoder_tag = {0x35c09a7be4d1428f, 0x8e62fd05917bc3a4};

static bool refuse(napi_env env, const char *name, const char *wanted) {
  char message[160];
  (void)snprintf(message, sizeof message, "%s is not %s", name, wanted);
  (void)napi_throw_type_error(env, NULL, message);
  return false;
}

napi_value throw_error(napi_env env, const char *message) {
  (void)napi_throw_error(env, NULL, message);
  return NULL;
}

bool read_arguments(napi_env env, napi_callback_info info, napi_value arguments[ARGUMENTS_MAX]) {
  size_t count = ARGUMENTS_MAX;
  return napi_get_cb_info(env, info, &count, arguments, NULL, NULL) == napi_ok;
}

bool read_wrapped(napi_env env, napi_value value, const napi_type_tag *tag, const char *name, void **wrapped) {
  bool matches = false;
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object ||
      napi_check_object_type_tag(env, value, tag, &matches) != napi_ok || !matches ||
      napi_unwrap(env, value, wrapped) != napi_ok) {
    return refuse(env, name, "an object that this add-on made");
  }
  return true;
}

bool read_text(napi_env env, napi_value value, const char *name, char **text, size_t *size) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) {
    return refuse(env, name, "a string");
  }
  char *copy = malloc(length + 1);
  if (copy == NULL || napi_get_value_string_utf8(env, value, copy, length + 1, size) != napi_ok) {
    free(copy);
    (void)throw_error(env, "no memory for a text");
    return false;
  }
  *text = copy;
  return true;
}

bool read_whole(napi_env env, napi_value value, const char *name, uint64_t most, uint64_t *number) {
  double given;
  if (napi_get_value_double(env, value, &given) != napi_ok || !(given >= 0) || given > (double)most ||
      floor(given) < given) {
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "a whole number from 0 to %llu", (unsigned long long)most);
    return refuse(env, name, wanted);
  }
  *number = (uint64_t)given;
  return true;
}

bool read_u32(napi_env env, napi_value value, const char *name, uint32_t *number) {
  uint64_t given;
  if (!read_whole(env, value, name, UINT32_MAX, &given)) {
    return false;
  }
  *number = (uint32_t)given;
  return true;
}

bool read_array(napi_env env, napi_value value, const char *name, napi_typedarray_type type, void **elements,
                size_t *count) {
  bool is_array = false;
  napi_typedarray_type given;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, value, &given, count, elements, NULL, NULL) != napi_ok || given != type) {
    return refuse(env, name, type == napi_uint32_array ? "a Uint32Array" : "a Float32Array");
  }
  return true;
}

bool read_property(napi_env env, napi_value object, const char *name, napi_value *value) {
  napi_valuetype type;
  if (napi_typeof(env, object, &type) != napi_ok || type != napi_object) {
    return refuse(env, "the argument with the settings", "an object");
  }
  /* A getter may throw: its exception is then pending. */
  return napi_get_named_property(env, object, name, value) == napi_ok;
}

bool read_u32_of(napi_env env, napi_value object, const char *name, uint32_t *number) {
  napi_value value;
  return read_property(env, object, name, &value) && read_u32(env, value, name, number);
}

bool read_float_of(napi_env env, napi_value object, const char *name, float *number) {
  napi_value value;
  double given;
  if (!read_property(env, object, name, &value)) {
    return false;
  }
  if (napi_get_value_double(env, value, &given) != napi_ok) {
    return refuse(env, name, "a number");
  }
  *number = (float)given;
  return true;
}

bool is_undefined(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_undefined;
}

napi_value make_array(napi_env env, napi_typedarray_type type, const void *elements, size_t count) {
  napi_value buffer;
  napi_value array = NULL;
  void *bytes;
  if (napi_create_arraybuffer(env, count * 4, &bytes, &buffer) == napi_ok) {
    if (count > 0) {
      memcpy(bytes, elements, count * 4);
    }
    (void)napi_create_typedarray(env, type, count, buffer, 0, &array);
  }
  return array;
}

napi_value make_text(napi_env env, const char *text) {
  napi_value value = NULL;
  if (text == NULL) {
    (void)napi_get_undefined(env, &value);
  } else {
    (void)napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  }
  return value;
}
