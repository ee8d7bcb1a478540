#include <stdlib.h>

#include "tokenizer/model.h"

/* A token without bytes would be found everywhere. */
static int is_unit(const gtok_tokenizer *tokenizer, size_t token) {
  const uint8_t type = tokenizer->types[token];
  return (type == GTOK_TYPE_CONTROL || type == GTOK_TYPE_USER_DEFINED || type == GTOK_TYPE_UNKNOWN) &&
         tokenizer->texts[token].length > 0;
}

static int compare(const void *left, const void *right) {
  const gtok_unit *a = left;
  const gtok_unit *b = right;
  const int order = ge_text_compare(a->text, b->text);
  return order != 0 ? order : (a->token > b->token) - (a->token < b->token);
}

ge_status gtok_units_create(gtok_tokenizer *tokenizer) {
  gtok_units *units = &tokenizer->units;
  size_t count = 0;
  for (size_t token = 0; token < tokenizer->token_count; token++) {
    count += (size_t)is_unit(tokenizer, token);
  }
  units->all = malloc((count + 1) * sizeof *units->all);
  if (units->all == NULL) {
    return GE_ERROR_MEMORY;
  }
  for (size_t token = 0; token < tokenizer->token_count; token++) {
    if (is_unit(tokenizer, token)) {
      const uint8_t is_control = tokenizer->types[token] != GTOK_TYPE_USER_DEFINED;
      units->all[units->count++] = (gtok_unit){tokenizer->texts[token], (int32_t)token, is_control};
    }
  }
  qsort(units->all, units->count, sizeof *units->all, compare);
  return GE_OK;
}

static int byte_at(const gtok_unit *unit, size_t depth) {
  return depth < unit->text.length ? (unsigned char)unit->text.bytes[depth] : -1;
}

/* The first unit from `low` on, and before `high`, whose byte at `depth` is at least `byte`. */
static size_t lower_bound(const gtok_units *units, size_t low, size_t high, size_t depth, int byte) {
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (byte_at(&units->all[middle], depth) < byte) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* The longest unit that begins the text, or NULL. The range of those that begin like the text narrows byte by byte. */
static const gtok_unit *longest_unit(const gtok_units *units, ge_text text, int control) {
  const gtok_unit *found = NULL;
  size_t low = 0;
  size_t high = units->count;
  for (size_t depth = 0; depth < text.length && low < high; depth++) {
    const int byte = (unsigned char)text.bytes[depth];
    low = lower_bound(units, low, high, depth, byte);
    high = lower_bound(units, low, high, depth, byte + 1);
    /* The one that ends here sorts before those that go on. */
    for (size_t i = low; i < high && units->all[i].text.length == depth + 1; i++) {
      if (control || !units->all[i].is_control) {
        found = &units->all[i];
        break;
      }
    }
  }
  return found;
}

size_t gtok_units_find(const gtok_tokenizer *tokenizer, ge_text text, size_t at, int control,
                       const gtok_unit **unit) {
  for (; at < text.length; at++) {
    *unit = longest_unit(&tokenizer->units, (ge_text){text.bytes + at, text.length - at}, control);
    if (*unit != NULL) {
      return at;
    }
  }
  *unit = NULL;
  return text.length;
}
