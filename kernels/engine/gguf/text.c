#include "gguf/text.h"

#include <string.h>

bool ge_text_is(ge_text text, const char *string) {
  return text.length == strlen(string) && memcmp(text.bytes, string, text.length) == 0;
}

int ge_text_compare(ge_text a, ge_text b) {
  const int order = memcmp(a.bytes, b.bytes, a.length < b.length ? a.length : b.length);
  return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}
