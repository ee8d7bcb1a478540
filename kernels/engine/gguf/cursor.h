/* Reads numbers and texts from bytes that may be anything. */
#ifndef GRAVITON_ENGINE_GGUF_CURSOR_H
#define GRAVITON_ENGINE_GGUF_CURSOR_H

#include <string.h>

#include "gguf/gguf.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers of the file are copied as they are");

typedef struct ge_cursor {
  const uint8_t *bytes;
  size_t size;
  size_t at; /* 0..size */
} ge_cursor;

static inline bool ge_cursor_skip(ge_cursor *cursor, uint64_t count) {
  if (count > cursor->size - cursor->at) {
    return false;
  }
  cursor->at += (size_t)count;
  return true;
}

static inline bool ge_cursor_read(ge_cursor *cursor, void *value, size_t size) {
  const uint8_t *from = cursor->bytes + cursor->at;
  if (!ge_cursor_skip(cursor, size)) {
    return false;
  }
  memcpy(value, from, size);
  return true;
}

static inline bool ge_cursor_text(ge_cursor *cursor, ge_text *text) {
  uint64_t length;
  if (!ge_cursor_read(cursor, &length, sizeof length)) {
    return false;
  }
  const char *bytes = (const char *)cursor->bytes + cursor->at;
  if (!ge_cursor_skip(cursor, length)) {
    return false;
  }
  *text = (ge_text){bytes, (size_t)length};
  return true;
}

/* Bytes of a number or bool of this type; 0 for texts, arrays and unknown types. */
static inline size_t ge_gguf_type_size(uint32_t type) {
  switch (type) {
  case GE_GGUF_UINT8:
  case GE_GGUF_INT8:
  case GE_GGUF_BOOL:
    return 1;
  case GE_GGUF_UINT16:
  case GE_GGUF_INT16:
    return 2;
  case GE_GGUF_UINT32:
  case GE_GGUF_INT32:
  case GE_GGUF_FLOAT32:
    return 4;
  case GE_GGUF_UINT64:
  case GE_GGUF_INT64:
  case GE_GGUF_FLOAT64:
    return 8;
  default:
    return 0;
  }
}

#endif
