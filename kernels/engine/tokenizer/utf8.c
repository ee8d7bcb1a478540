#include "tokenizer/utf8.h"

/*
 * How many bytes a first byte announces, and what its second byte may be: RFC 3629 refuses overlong forms, surrogates
 * and what lies above U+10FFFF by narrowing the second byte.
 */
typedef struct lead {
  uint8_t size;
  uint8_t low;
  uint8_t high;
  uint8_t bits;
} lead;

static lead lead_of(unsigned char byte) {
  if (byte < 0xc2 || byte > 0xf4) {
    return (lead){0, 0, 0, 0};
  }
  if (byte < 0xe0) {
    return (lead){2, 0x80, 0xbf, 0x1f};
  }
  if (byte < 0xf0) {
    return (lead){3, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf, 0x0f};
  }
  return (lead){4, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf, 0x07};
}

gtok_character gtok_utf8_read(const unsigned char *bytes, size_t size) {
  if (bytes[0] < 0x80) {
    return (gtok_character){bytes[0], 1, GTOK_UTF8_WHOLE};
  }
  const lead first = lead_of(bytes[0]);
  if (first.size == 0) {
    return (gtok_character){GTOK_REPLACEMENT, 1, GTOK_UTF8_INVALID};
  }
  uint32_t code_point = bytes[0] & first.bits;
  for (uint8_t at = 1; at < first.size; at++) {
    if (at == size) {
      return (gtok_character){GTOK_REPLACEMENT, at, GTOK_UTF8_INCOMPLETE};
    }
    const unsigned char low = at == 1 ? first.low : 0x80;
    const unsigned char high = at == 1 ? first.high : 0xbf;
    if (bytes[at] < low || bytes[at] > high) {
      return (gtok_character){GTOK_REPLACEMENT, at, GTOK_UTF8_INVALID};
    }
    code_point = code_point << 6 | (bytes[at] & 0x3fu);
  }
  return (gtok_character){code_point, first.size, GTOK_UTF8_WHOLE};
}
