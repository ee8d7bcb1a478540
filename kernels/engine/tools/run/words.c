#include "tools/run/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

char *next_word(char **line) {
  char *word = *line + strspn(*line, " \n");
  char *end = word + strcspn(word, " \n");
  if (*word == '\0') {
    return NULL;
  }
  *line = *end == '\0' ? end : end + 1;
  *end = '\0';
  return word;
}

const char *value_of(const char *word, const char *name) {
  const size_t length = strlen(name);
  return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

bool parse_u64(const char *text, uint64_t *value) {
  char *end;
  errno = 0;
  *value = strtoull(text, &end, 0);
  return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

bool parse_u32(const char *text, uint32_t *value) {
  uint64_t wide;
  if (!parse_u64(text, &wide) || wide > UINT32_MAX) {
    return false;
  }
  *value = (uint32_t)wide;
  return true;
}

bool parse_float(const char *text, float *value) {
  char *end;
  *value = strtof(text, &end);
  return *text != '\0' && *end == '\0';
}

bool parse_list(const char *text, uint32_t **values, size_t *count) {
  size_t room = 1;
  for (const char *at = text; *at != '\0'; at++) {
    room += *at == ',' ? 1 : 0;
  }
  uint32_t *list = calloc(room, sizeof *list);
  char *copy = strdup(text);
  bool is_good = list != NULL && copy != NULL;
  char *rest = copy;
  *count = 0;
  for (char *part; is_good && (part = strsep(&rest, ",")) != NULL;) {
    is_good = parse_u32(part, &list[(*count)++]);
  }
  free(copy);
  if (!is_good) {
    free(list);
    return false;
  }
  *values = list;
  return true;
}
