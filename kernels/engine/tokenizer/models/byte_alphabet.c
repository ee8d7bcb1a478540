#include "tokenizer/models/byte_alphabet.h"

#include <string.h>

#include "tokenizer/utf8.h"

enum { NO_BYTE = -1, FIRST_STAND_IN = 0x100, STAND_INS = 68 };

/* Bytes that print as themselves in Latin-1; the 68 others have U+0100 onwards, in their order. */
static int prints(uint32_t byte) {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

static int byte_of(uint32_t code_point) {
  if (code_point < 0x100) {
    return prints(code_point) ? (int)code_point : NO_BYTE;
  }
  uint32_t left = code_point - FIRST_STAND_IN;
  if (left >= STAND_INS) {
    return NO_BYTE;
  }
  int byte = 0;
  for (; prints((uint32_t)byte) || left > 0; byte++) {
    left -= prints((uint32_t)byte) ? 0 : 1;
  }
  return byte;
}

size_t gtok_from_byte_alphabet(ge_text text, char *bytes) {
  size_t written = 0;
  for (size_t at = 0; at < text.length;) {
    const gtok_character read = gtok_utf8_read((const unsigned char *)text.bytes + at, text.length - at);
    const int byte = read.kind == GTOK_UTF8_WHOLE ? byte_of(read.code_point) : NO_BYTE;
    if (byte == NO_BYTE) {
      memcpy(bytes, text.bytes, text.length);
      return text.length;
    }
    bytes[written++] = (char)(unsigned char)byte;
    at += read.size;
  }
  return written;
}
