/* The classes of characters that pre-tokenizers tell apart, by Unicode 16.0. */
#ifndef GTOK_CHARACTER_CLASSES_H
#define GTOK_CHARACTER_CLASSES_H

#include <stddef.h>
#include <stdint.h>

/* The generated table has these numbers. */
typedef enum gtok_class {
  GTOK_CLASS_OTHER = 0,
  GTOK_CLASS_UPPER = 1,        /* Lu, Lt */
  GTOK_CLASS_LOWER = 2,        /* Ll */
  GTOK_CLASS_OTHER_LETTER = 3, /* Lm, Lo */
  GTOK_CLASS_MARK = 4,         /* M */
  GTOK_CLASS_NUMBER = 5,       /* N */
  GTOK_CLASS_PUNCTUATION = 6,  /* P */
  GTOK_CLASS_SPACE = 7         /* White_Space */
} gtok_class;

extern const uint32_t gtok_class_starts[];
extern const size_t gtok_class_start_count;

gtok_class gtok_class_of(uint32_t code_point);

static inline int gtok_is_letter(gtok_class class) {
  return class == GTOK_CLASS_UPPER || class == GTOK_CLASS_LOWER || class == GTOK_CLASS_OTHER_LETTER;
}

#endif
