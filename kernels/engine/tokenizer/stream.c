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

static int is_space_mark(const char *bytes, size_t size) {
  return size >= 3 && memcmp(bytes, "\xe2\x96\x81", 3) == 0;
}

/* The text of a token, byte by byte; SentencePiece writes spaces as marks. */
static void take_text(const gtok_tokenizer *tokenizer, gtok_stream *stream, gtok_text text, writer *out) {
  for (size_t at = 0; at < text.size;) {
    const int space = tokenizer->is_sentencepiece && is_space_mark(text.data + at, text.size - at);
    if (!(space && stream->drop_space)) {
      take(stream, space ? ' ' : (unsigned char)text.data[at], out);
    }
    stream->drop_space = 0;
    at += space ? 3 : 1;
  }
}

gtok_status gtok_token_output(const gtok_tokenizer *tokenizer, int32_t token, char *bytes, size_t capacity,
                              size_t *size) {
  *size = 0;
  if (token < 0 || (size_t)token >= tokenizer->token_count) {
    return GTOK_ERROR_TOKEN;
  }
  const uint8_t type = tokenizer->types[token];
  const int byte = byte_of(tokenizer, token);
  writer out = {bytes, capacity, 0};
  if (byte >= 0) {
    put(&out, &(char){(char)byte}, 1);
  } else if (type != GTOK_TYPE_CONTROL && type != GTOK_TYPE_UNKNOWN) {
    const gtok_text text = tokenizer->texts[token];
    for (size_t at = 0; at < text.size;) {
      const int space = tokenizer->is_sentencepiece && is_space_mark(text.data + at, text.size - at);
      put(&out, space ? " " : text.data + at, 1);
      at += space ? 3 : 1;
    }
  }
  *size = out.size;
  return out.size > capacity ? GTOK_ERROR_BUFFER_TOO_SMALL : GTOK_OK;
}

gtok_status gtok_stream_push(const gtok_tokenizer *tokenizer, gtok_stream *stream, int32_t token, unsigned flags,
                             char *text, size_t capacity, size_t *size) {
  *size = 0;
  if (token < 0 || (size_t)token >= tokenizer->token_count) {
    return GTOK_ERROR_TOKEN;
  }
  const gtok_stream before = *stream;
  writer out = {text, capacity, 0};
  const uint8_t type = tokenizer->types[token];
  const int byte = byte_of(tokenizer, token);
  if (byte >= 0) {
    stream->drop_space = 0;
    take(stream, (unsigned char)byte, &out);
  } else if ((flags & GTOK_SHOW_SPECIAL) != 0 || (type != GTOK_TYPE_CONTROL && type != GTOK_TYPE_UNKNOWN)) {
    take_text(tokenizer, stream, tokenizer->texts[token], &out);
  }
  *size = out.size;
  if (out.size > capacity) {
    *stream = before;
    return GTOK_ERROR_BUFFER_TOO_SMALL;
  }
  return GTOK_OK;
}

gtok_status gtok_stream_end(gtok_stream *stream, char *text, size_t capacity, size_t *size) {
  *size = stream->held_size > 0 ? REPLACEMENT_SIZE : 0;
  if (*size > capacity) {
    return GTOK_ERROR_BUFFER_TOO_SMALL;
  }
  if (*size > 0) {
    memcpy(text, replacement, REPLACEMENT_SIZE);
  }
  stream->held_size = 0;
  return GTOK_OK;
}
