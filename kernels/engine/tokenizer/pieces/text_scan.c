#include "tokenizer/pieces/text_scan.h"

#include "tokenizer/utf8.h"

gtok_step gtok_step_at(ge_text text, size_t at) {
  if (at >= text.length) {
    return (gtok_step){0, GTOK_END, 0};
  }
  const gtok_character read = gtok_utf8_read((const unsigned char *)text.bytes + at, text.length - at);
  return (gtok_step){read.code_point, (uint8_t)gtok_class_of(read.code_point), read.size};
}

size_t gtok_run_end(ge_text text, size_t at, gtok_set set, size_t most) {
  for (size_t taken = 0; taken < most; taken++) {
    const gtok_step step = gtok_step_at(text, at);
    if (!gtok_has(set, step)) {
      break;
    }
    at += step.size;
  }
  return at;
}
