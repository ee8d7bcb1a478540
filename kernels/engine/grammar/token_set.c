#include "grammar/token_set.h"

#include <stdlib.h>

#include "errors/fail.h"
#include "sample/token_bits.h"
#include "tokenizer/utf8.h"

/* Whether texts in UTF-8 need the byte; of control characters none is needed. */
static bool is_needed(unsigned byte) {
  return (byte >= 0x20 && byte <= 0x7e) || (byte >= 0x80 && byte <= 0xf4 && byte != 0xc0 && byte != 0xc1);
}

/* How many characters a text has; 0 when some are not whole, or are quotes, backslashes or control characters. */
static uint32_t plain_length(const ge_token_text *text) {
  uint32_t length = 0;
  for (uint32_t at = 0; at < text->size; length++) {
    const gtok_character read = gtok_utf8_read(text->bytes + at, text->size - at);
    const uint8_t byte = text->bytes[at];
    if (read.kind != GTOK_UTF8_WHOLE || byte < 0x20 || byte == '"' || byte == '\\') {
      return 0;
    }
    at += read.size;
  }
  return length;
}

/* The bytes of all tokens, and which of them end an answer. False when there is no memory. */
static bool read_tokens(const gtok_tokenizer *tokenizer, ge_token_set *set) {
  size_t room = 16, used = 0;
  set->bytes = malloc(room);
  for (uint32_t token = 0; set->bytes != NULL && token < set->count; token++) {
    size_t size;
    set->starts[token] = (uint32_t)used;
    if (gtok_ends_generation(tokenizer, (int32_t)token)) {
      ge_add_token(set->stops, token);
      continue;
    }
    while (gtok_token_output(tokenizer, (int32_t)token, (char *)set->bytes + used, room - used, &size) ==
           GE_ERROR_CAPACITY) {
      uint8_t *more = realloc(set->bytes, room = 2 * (room + size));
      if (more == NULL || room > UINT32_MAX) {
        set->bytes = more == NULL ? set->bytes : more;
        return false;
      }
      set->bytes = more;
    }
    used += size;
    set->longest = size > set->longest ? (uint32_t)size : set->longest;
  }
  set->starts[set->count] = (uint32_t)used;
  return set->bytes != NULL;
}

/* The tokens that continue a text. Unused ones do not, and those that end an answer have no bytes here. */
static size_t list_texts(const gtok_tokenizer *tokenizer, const ge_token_set *set, ge_token_text *texts) {
  size_t count = 0;
  for (uint32_t token = 0; token < set->count; token++) {
    const uint32_t size = set->starts[token + 1] - set->starts[token];
    gtok_type type;
    (void)gtok_token_type(tokenizer, (int32_t)token, &type);
    if (size != 0 && type != GTOK_TYPE_UNUSED) {
      texts[count++] = (ge_token_text){set->bytes + set->starts[token], size, token};
    }
  }
  return count;
}

/* Keeps the tokens that are not plain, and marks the others in the masks of their lengths and above. */
static size_t take_plain_out(ge_token_set *set, ge_token_text *texts, size_t count) {
  size_t left = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t length = plain_length(&texts[i]);
    if (length == 0 || length > GE_PLAIN_MAX) {
      texts[left++] = texts[i];
      continue;
    }
    for (uint32_t room = length; room <= GE_PLAIN_MAX; room++) {
      ge_add_token(set->plain + (size_t)room * set->words, texts[i].token);
    }
  }
  return left;
}

static ge_status check(const ge_token_set *set, const ge_token_text *texts, size_t count, ge_error *error) {
  bool has_byte[256] = {false}, has_stop = false;
  for (size_t i = 0; i < count; i++) {
    has_byte[texts[i].bytes[0]] = has_byte[texts[i].bytes[0]] || texts[i].size == 1;
  }
  for (unsigned byte = 0; byte < 256; byte++) {
    if (is_needed(byte) && !has_byte[byte]) {
      return ge_fail(error, GE_ERROR_UNSUPPORTED, "the vocabulary has no token of the byte 0x%02x alone", byte);
    }
  }
  for (uint32_t i = 0; i < set->words; i++) {
    has_stop = has_stop || set->stops[i] != 0;
  }
  return has_stop ? GE_OK : ge_fail(error, GE_ERROR_UNSUPPORTED, "the vocabulary has no token that ends an answer");
}

static ge_status fill(const gtok_tokenizer *tokenizer, ge_token_set *set, ge_token_text *texts, ge_error *error) {
  if (!read_tokens(tokenizer, set)) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for the bytes of %u tokens", set->count);
  }
  size_t count = list_texts(tokenizer, set, texts);
  const ge_status status = check(set, texts, count, error);
  if (status != GE_OK) {
    return status;
  }
  if (!ge_token_trie_new(texts, count, &set->all) ||
      !ge_token_trie_new(texts, take_plain_out(set, texts, count), &set->others)) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for a trie of %u tokens", set->count);
  }
  return GE_OK;
}

ge_status ge_token_set_new(const gtok_tokenizer *tokenizer, ge_token_set **made, ge_error *error) {
  if (tokenizer == NULL || made == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no tokenizer, or nowhere to put the set");
  }
  const size_t count = gtok_token_count(tokenizer), words = ge_token_words(count);
  ge_token_set *set = calloc(1, sizeof *set);
  ge_token_text *texts = calloc(count, sizeof *texts);
  ge_status status = ge_fail(error, GE_ERROR_MEMORY, "no memory for %zu tokens", count);
  if (set != NULL) {
    *set = (ge_token_set){.count = (uint32_t)count,
                          .words = (uint32_t)words,
                          .starts = calloc(count + 1, sizeof *set->starts),
                          .plain = calloc((GE_PLAIN_MAX + 1) * words, sizeof *set->plain),
                          .stops = calloc(words, sizeof *set->stops)};
    if (texts != NULL && set->starts != NULL && set->plain != NULL && set->stops != NULL) {
      status = fill(tokenizer, set, texts, error);
    }
  }
  free(texts);
  if (status != GE_OK) {
    ge_token_set_free(set);
    return status;
  }
  *made = set;
  return GE_OK;
}

void ge_token_set_free(ge_token_set *set) {
  if (set != NULL) {
    ge_token_trie_free(&set->all);
    ge_token_trie_free(&set->others);
    free(set->bytes);
    free(set->starts);
    free(set->plain);
    free(set->stops);
    free(set);
  }
}
