/* Tokens on their way to the caller's array, counted beyond its end. */
#ifndef GTOK_OUTPUT_H
#define GTOK_OUTPUT_H

#include "tokenizer/tokenizer.h"

typedef struct gtok_output {
  int32_t *tokens;
  size_t capacity;
  size_t count;
} gtok_output;

static inline void gtok_put(gtok_output *output, int32_t token) {
  if (output->count < output->capacity) {
    output->tokens[output->count] = token;
  }
  output->count++;
}

#endif
