/* Reads the words of a command: texts between spaces, of which some are numbers or lists of numbers. */
#ifndef GRAVITON_ENGINE_TOOLS_RUN_WORDS_H
#define GRAVITON_ENGINE_TOOLS_RUN_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next word of a line, which is cut there; NULL at its end. */
char *next_word(char **line);

/* What follows "name=" when a word begins so, else NULL. */
const char *value_of(const char *word, const char *name);

bool parse_u64(const char *text, uint64_t *value);
bool parse_u32(const char *text, uint32_t *value);
bool parse_float(const char *text, float *value);

/* "1,2,3" in any base, to *values, which the caller frees. */
bool parse_list(const char *text, uint32_t **values, size_t *count);

#endif
