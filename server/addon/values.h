/* JavaScript values to C and back. What reads a value throws, and returns false, when it is of another kind. */
#ifndef GRAVITON_ADDON_VALUES_H
#define GRAVITON_ADDON_VALUES_H

#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

/* Most arguments of a function of the add-on. */
#define ARGUMENTS_MAX 4

/* Kinds of objects that the add-on makes: nothing else passes for one. */
extern const napi_type_tag host_tag;
extern const napi_type_tag decoder_tag;

/* The arguments of a call; those that are not given are undefined. */
bool read_arguments(napi_env env, napi_callback_info info, napi_value arguments[ARGUMENTS_MAX]);

/* What an object of the add-on wraps. */
bool read_wrapped(napi_env env, napi_value value, const napi_type_tag *tag, const char *name, void **wrapped);

/* A copy in UTF-8 with a final zero, which the caller frees. */
bool read_text(napi_env env, napi_value value, const char *name, char **text, size_t *size);

/* A whole number from 0 to `most`. */
bool read_whole(napi_env env, napi_value value, const char *name, uint64_t most, uint64_t *number);
bool read_u32(napi_env env, napi_value value, const char *name, uint32_t *number);

/* The elements of a typed array; they are the array's own. */
bool read_array(napi_env env, napi_value value, const char *name, napi_typedarray_type type, void **elements,
                size_t *count);

/* The same of a property of an object. */
bool read_u32_of(napi_env env, napi_value object, const char *name, uint32_t *number);
bool read_float_of(napi_env env, napi_value object, const char *name, float *number);
bool read_property(napi_env env, napi_value object, const char *name, napi_value *value);
bool is_undefined(napi_env env, napi_value value);

/* Throws an Error; NULL, for the callback to return. */
napi_value throw_error(napi_env env, const char *message);

/* A typed array with a copy of the elements. */
napi_value make_array(napi_env env, napi_typedarray_type type, const void *elements, size_t count);

/* NULL gives undefined. */
napi_value make_text(napi_env env, const char *text);

#endif
