#include <string.h>

#include "tokenizer/model.h"
#include "tokenizer/utf8.h"

/* UTF-8 of U+FFFD: no other output is longer than the bytes that it is made of. */
static const char replacement[] = "\xef\xbf\xbd";
enum { REPLACEMENT_SIZE = 3, HELD_MAX = 3 };

void gtok_stream_begin(const gtok_tokenizer *tokenizer, int at_start_of_text, gtok_stream *stream) {
  memset(stream, 0, sizeof *stream);
  stream->drop_space = at_start_of_text && tokenizer->adds_space_prefix;
}

size_t gtok_stream_bound(const gtok_tokenizer *tokenizer) {
  return REPLACEMENT_SIZE * (tokenizer->longest_text + HELD_MAX);
}

typedef struct writer {
  char *text;
  size_t capacity;
  size_t size; /* wanted so far, also beyond the capacity */
} writer;

static void put(writer *out, const char *bytes, size_t size) {
  if (out->size + size <= out->capacity) {
    memcpy(out->text + out->size, bytes, size);
  }
  out->size += size;
}

/* Takes one byte; a character, or what can be none, is written as soon as that is certain. */
static void take(gtok_stream *stream, unsigned char byte, writer *out) {
  stream->held[stream->held_size++] = byte;
  while (stream->held_size > 0) {
    const gtok_character read = gtok_utf8_read(stream->held, stream->held_size);
    if (read.kind == GTOK_UTF8_INCOMPLETE) {
      return;
    }
    if (read.kind == GTOK_UTF8_WHOLE) {
      put(out, (const char *)stream->held, read.size);
    } else {
      put(out, replacement, REPLACEMENT_SIZE);
    }
    stream->held_size = (uint8_t)(stream->held_size - read.size);
    memmove(stream->held, stream->held + read.size, stream->held_size);
  }
}

static int byte_of(const gtok_tokenizer *tokenizer, int32_t token) {
  for (int byte = 0; tokenizer->types[token] == GTOK_TYPE_BYTE && byte < 256; byte++) {
    if (tokenizer->byte_tokens[byte] == token) {
      return byte;
    }
  }
  return -1;
}

/* Whether U+2581 stands there, which SentencePiece writes for a space. */
static int is_space_mark(const gtok_tokenizer *tokenizer, ge_text text, size_t at) {
  return tokenizer->is_sentencepiece && text.length - at >= 3 && memcmp(text.bytes + at, "\xe2\x96\x81", 3) == 0;
}

/* Whether a token that stands for no byte adds nothing to a text. */
static int is_silent(const gtok_tokenizer *tokenizer, int32_t token) {
  return tokenizer->types[token] == GTOK_TYPE_CONTROL || tokenizer->types[token] == GTOK_TYPE_UNKNOWN;
}

/* The text of a token, byte by byte. */
static void take_text(const gtok_tokenizer *tokenizer, gtok_stream *stream, ge_text text, writer *out) {
  for (size_t at = 0; at < text.length;) {
    const int space = is_space_mark(tokenizer, text, at);
    if (!(space && stream->drop_space)) {
      take(stream, space ? ' ' : (unsigned char)text.bytes[at], out);
    }
    stream->drop_space = 0;
    at += space ? 3 : 1;
  }
}

ge_status gtok_token_output(const gtok_tokenizer *tokenizer, int32_t token, char *bytes, size_t capacity,
                            size_t *size) {
  *size = 0;
  if (!gtok_has_token(tokenizer, token)) {
    return GE_ERROR_ARGUMENT;
  }
  const int byte = byte_of(tokenizer, token);
  writer out = {bytes, capacity, 0};
  if (byte >= 0) {
    put(&out, &(char){(char)byte}, 1);
  } else if (!is_silent(tokenizer, token)) {
    const ge_text text = tokenizer->texts[token];
    for (size_t at = 0; at < text.length;) {
      const int space = is_space_mark(tokenizer, text, at);
      put(&out, space ? " " : text.bytes + at, 1);
      at += space ? 3 : 1;
    }
  }
  *size = out.size;
  return out.size > capacity ? GE_ERROR_CAPACITY : GE_OK;
}

ge_status gtok_stream_push(const gtok_tokenizer *tokenizer, gtok_stream *stream, int32_t token, unsigned flags,
                           char *text, size_t capacity, size_t *size) {
  *size = 0;
  if (!gtok_has_token(tokenizer, token)) {
    return GE_ERROR_ARGUMENT;
  }
  const gtok_stream before = *stream;
  writer out = {text, capacity, 0};
  const int byte = byte_of(tokenizer, token);
  if (byte >= 0) {
    stream->drop_space = 0;
    take(stream, (unsigned char)byte, &out);
  } else if ((flags & GTOK_SHOW_SPECIAL) != 0 || !is_silent(tokenizer, token)) {
    take_text(tokenizer, stream, tokenizer->texts[token], &out);
  }
  *size = out.size;
  if (out.size > capacity) {
    *stream = before;
    return GE_ERROR_CAPACITY;
  }
  return GE_OK;
}

ge_status gtok_stream_end(gtok_stream *stream, char *text, size_t capacity, size_t *size) {
  *size = stream->held_size > 0 ? REPLACEMENT_SIZE : 0;
  if (*size > capacity) {
    return GE_ERROR_CAPACITY;
  }
  if (*size > 0) {
    memcpy(text, replacement, REPLACEMENT_SIZE);
  }
  stream->held_size = 0;
  return GE_OK;
}
