/* Texts of files. */
#ifndef GRAVITON_ENGINE_GGUF_TEXT_H
#define GRAVITON_ENGINE_GGUF_TEXT_H

#include <stdbool.h>

#include "graviton_engine/status.h"

/* Bytes that are a text of `length` bytes: no final zero, and not checked to be UTF-8. */
typedef struct ge_text {
  const char *bytes;
  size_t length;
} ge_text;

/* Whether a text is exactly this C string. */
GE_EXPORT bool ge_text_is(ge_text text, const char *string);

/* Order by bytes, a prefix first. */
int ge_text_compare(ge_text a, ge_text b);

#endif
