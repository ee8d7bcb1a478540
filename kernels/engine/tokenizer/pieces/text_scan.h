/* Steps over a text by characters and their classes, which all cuts are made of. */
#ifndef GTOK_TEXT_SCAN_H
#define GTOK_TEXT_SCAN_H

#include "tokenizer/pieces/character_classes.h"
#include "tokenizer/tokenizer.h"

/* A character of a text; past the end its size is 0 and its class is `GTOK_END`, which no set has. */
typedef struct gtok_step {
  uint32_t code_point;
  uint8_t class;
  uint8_t size;
} gtok_step;

/* A set of classes, as bits. */
typedef unsigned gtok_set;

enum { GTOK_END = 8 };

#define GTOK_IN(class) (1u << (class))
#define GTOK_LETTERS (GTOK_IN(GTOK_CLASS_UPPER) | GTOK_IN(GTOK_CLASS_LOWER) | GTOK_IN(GTOK_CLASS_OTHER_LETTER))
#define GTOK_NUMBERS GTOK_IN(GTOK_CLASS_NUMBER)
#define GTOK_SPACES GTOK_IN(GTOK_CLASS_SPACE)
/* [^\s\p{L}\p{N}] */
#define GTOK_SIGNS (GTOK_IN(GTOK_CLASS_OTHER) | GTOK_IN(GTOK_CLASS_MARK) | GTOK_IN(GTOK_CLASS_PUNCTUATION))

gtok_step gtok_step_at(ge_text text, size_t at);

static inline int gtok_has(gtok_set set, gtok_step step) {
  return (int)(set >> step.class & 1u);
}

/* The end of the longest run of characters of a set, at most `most` of them. */
size_t gtok_run_end(ge_text text, size_t at, gtok_set set, size_t most);

#endif
