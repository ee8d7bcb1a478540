/* UTF-8, one character at a time, from bytes that may be anything. */
#ifndef GTOK_UTF8_H
#define GTOK_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define GTOK_REPLACEMENT 0xfffdu

/* What the bytes at some place are. */
typedef enum gtok_utf8_kind {
  GTOK_UTF8_WHOLE,      /* a character */
  GTOK_UTF8_INCOMPLETE, /* the beginning of one, cut off by the end */
  GTOK_UTF8_INVALID     /* neither */
} gtok_utf8_kind;

typedef struct gtok_character {
  uint32_t code_point; /* GTOK_REPLACEMENT unless whole */
  uint8_t size;        /* bytes of the character, or of the maximal piece that is none; 1 to 4 */
  uint8_t kind;
} gtok_character;

/* Reads the character at the beginning of `size` bytes, 1 or more. */
gtok_character gtok_utf8_read(const unsigned char *bytes, size_t size);

#endif
