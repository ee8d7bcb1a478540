/*
 * graviton-tokenizer-run: answers requests about the tokenizer of a GGUF file, for tests and for looking at a model.
 *
 * A request on standard input is an operation (one byte), flags and a size (32 bits each, little-endian), and so many
 * bytes. The answer on standard output is a status and a size (32 bits each), and so many bytes:
 *   e  encode; flags of gtok_encode; the bytes are text, the answer tokens of 32 bits
 *   d  decode; flags of gtok_stream_push, and 256: the tokens begin a text; the bytes are tokens, the answer is text, in
 *      front of what each token gave its size in 32 bits
 *   q  what is known beside: token count, BOS, EOS, normal form, then for each token in the bytes whether it ends a turn
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tokenizer/from_gguf.h"

enum { EXIT_DONE = 0, EXIT_FAIL = 1, EXIT_USAGE = 2, AT_START = 256 };

typedef struct bytes {
  unsigned char *data;
  size_t size;
  size_t capacity;
} bytes;

static void append(bytes *to, const void *data, size_t size) {
  if (to->size + size > to->capacity) {
    to->capacity = 2 * (to->size + size);
    to->data = realloc(to->data, to->capacity);
    if (to->data == NULL) {
      (void)fputs("graviton-tokenizer-run: no memory\n", stderr);
      exit(EXIT_FAIL);
    }
  }
  if (size > 0) {
    memcpy(to->data + to->size, data, size);
    to->size += size;
  }
}

static void append_number(bytes *to, int32_t number) {
  append(to, &number, sizeof number);
}

static ge_status encode(const gtok_tokenizer *tokenizer, unsigned flags, bytes in, bytes *out) {
  const ge_text text = {(const char *)in.data, in.size};
  size_t count;
  ge_status status = gtok_encode(tokenizer, text, flags, NULL, 0, &count);
  if (status == GE_ERROR_CAPACITY) {
    int32_t *tokens = malloc(count * sizeof *tokens);
    status = tokens == NULL ? GE_ERROR_MEMORY : gtok_encode(tokenizer, text, flags, tokens, count, &count);
    append(out, tokens, status == GE_OK ? count * sizeof *tokens : 0);
    free(tokens);
  }
  return status;
}

static ge_status decode(const gtok_tokenizer *tokenizer, unsigned flags, bytes in, bytes *out) {
  gtok_stream stream;
  gtok_stream_begin(tokenizer, (flags & AT_START) != 0, &stream);
  const size_t bound = gtok_stream_bound(tokenizer);
  char *text = malloc(bound);
  ge_status status = text == NULL ? GE_ERROR_MEMORY : GE_OK;
  size_t size = 0;
  for (size_t at = 0; at + sizeof(int32_t) <= in.size && status == GE_OK; at += sizeof(int32_t)) {
    int32_t token;
    memcpy(&token, in.data + at, sizeof token);
    status = gtok_stream_push(tokenizer, &stream, token, flags, text, bound, &size);
    append_number(out, (int32_t)size);
    append(out, text, status == GE_OK ? size : 0);
  }
  if (status == GE_OK) {
    status = gtok_stream_end(&stream, text, bound, &size);
    append_number(out, (int32_t)size);
    append(out, text, size);
  }
  free(text);
  return status;
}

static ge_status query(const gtok_tokenizer *tokenizer, bytes in, bytes *out) {
  append_number(out, (int32_t)gtok_token_count(tokenizer));
  append_number(out, gtok_bos(tokenizer));
  append_number(out, gtok_eos(tokenizer));
  append_number(out, (int32_t)gtok_expected_normal_form(tokenizer));
  for (size_t at = 0; at + sizeof(int32_t) <= in.size; at += sizeof(int32_t)) {
    int32_t token;
    memcpy(&token, in.data + at, sizeof token);
    append_number(out, gtok_ends_generation(tokenizer, token));
  }
  return GE_OK;
}

static ge_status answer(const gtok_tokenizer *tokenizer, char operation, unsigned flags, bytes in, bytes *out) {
  switch (operation) {
  case 'e':
    return encode(tokenizer, flags, in, out);
  case 'd':
    return decode(tokenizer, flags, in, out);
  default:
    return query(tokenizer, in, out);
  }
}

static int serve(const gtok_tokenizer *tokenizer) {
  bytes in = {0};
  bytes out = {0};
  unsigned char head[9];
  while (fread(head, 1, sizeof head, stdin) == sizeof head) {
    uint32_t flags, size;
    memcpy(&flags, head + 1, sizeof flags);
    memcpy(&size, head + 5, sizeof size);
    unsigned char *room = realloc(in.data, (size_t)size + 1);
    if (room == NULL || fread(room, 1, size, stdin) != size) {
      (void)fputs("graviton-tokenizer-run: a request ends too early\n", stderr);
      return EXIT_FAIL;
    }
    in = (bytes){room, size, (size_t)size + 1};
    out.size = 0;
    const int32_t status = (int32_t)answer(tokenizer, (char)head[0], flags, in, &out);
    const uint32_t answer_size = (uint32_t)out.size;
    if (fwrite(&status, sizeof status, 1, stdout) != 1 || fwrite(&answer_size, sizeof answer_size, 1, stdout) != 1 ||
        fwrite(out.data == NULL ? (void *)"" : out.data, 1, out.size, stdout) != out.size || fflush(stdout) != 0) {
      return EXIT_FAIL;
    }
  }
  free(in.data);
  free(out.data);
  return EXIT_DONE;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    (void)fputs("usage: graviton-tokenizer-run MODEL.gguf\n", stderr);
    return EXIT_USAGE;
  }
  gtok_tokenizer *tokenizer;
  ge_error error;
  if (gtok_create_from_file(argv[1], &tokenizer, &error) != GE_OK) {
    (void)fprintf(stderr, "graviton-tokenizer-run: %s\n", error.text);
    return EXIT_FAIL;
  }
  const int result = serve(tokenizer);
  gtok_destroy(tokenizer);
  return result;
}
