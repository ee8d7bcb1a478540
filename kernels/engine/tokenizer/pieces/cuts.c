#include "tokenizer/pieces/cuts.h"

#include "tokenizer/pieces/text_scan.h"

static const size_t ANY = SIZE_MAX;

static int is_newline(gtok_step step) {
  return step.code_point == '\n' || step.code_point == '\r';
}

/* U+017F is a lower-case s too: it folds to s where a pattern ignores case. */
static uint32_t folded(gtok_step step) {
  const uint32_t c = step.code_point;
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c == 0x17f ? 's' : c;
}

/* The end of 's|'t|'re|'ve|'m|'ll|'d, or `at`. */
static size_t contraction_end(ge_text text, size_t at, int ignore_case) {
  const gtok_step quote = gtok_step_at(text, at);
  if (quote.size == 0 || quote.code_point != '\'') {
    return at;
  }
  const gtok_step first = gtok_step_at(text, at + quote.size);
  const size_t after_first = at + quote.size + first.size;
  const gtok_step second = gtok_step_at(text, after_first);
  const uint32_t a = ignore_case ? folded(first) : first.code_point;
  const uint32_t b = ignore_case ? folded(second) : second.code_point;
  if (first.size == 0) {
    return at;
  }
  if (a == 's' || a == 't' || a == 'm' || a == 'd') {
    return after_first;
  }
  const int two = second.size > 0 && ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l'));
  return two ? after_first + second.size : at;
}

/* \s+(?!\S)|\s+ : a run of spaces leaves its last one to what follows it. */
static size_t spaces_end(ge_text text, size_t at) {
  size_t last = at;
  size_t end = at;
  for (gtok_step step = gtok_step_at(text, at); gtok_has(GTOK_SPACES, step); step = gtok_step_at(text, end)) {
    last = end;
    end += step.size;
  }
  return end < text.length && last > at ? last : end;
}

/* \s*[\r\n]+ : up to the last line end among the spaces, or `at` when there is none. */
static size_t lines_end(ge_text text, size_t at) {
  size_t result = at;
  size_t end = at;
  for (gtok_step step = gtok_step_at(text, at); gtok_has(GTOK_SPACES, step); step = gtok_step_at(text, end)) {
    end += step.size;
    if (is_newline(step)) {
      result = end;
    }
  }
  return result;
}

/* The end of ` ?X+` for a set X, or `at`. */
static size_t spaced_run_end(ge_text text, size_t at, gtok_set set) {
  const gtok_step step = gtok_step_at(text, at);
  const size_t from = step.code_point == ' ' ? at + step.size : at;
  const size_t end = gtok_run_end(text, from, set, ANY);
  return end > from ? end : at;
}

/* 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
size_t gtok_cut_gpt2(ge_text text, size_t at) {
  static const gtok_set runs[] = {GTOK_LETTERS, GTOK_NUMBERS, GTOK_SIGNS};
  size_t end = contraction_end(text, at, 0);
  for (size_t i = 0; end == at && i < sizeof runs / sizeof runs[0]; i++) {
    end = spaced_run_end(text, at, runs[i]);
  }
  return end > at ? end : spaces_end(text, at);
}

/* [^\r\n\p{L}\p{N}] */
static int may_lead_a_word(gtok_step step) {
  return gtok_has(GTOK_SIGNS | GTOK_SPACES, step) && !is_newline(step);
}

/* [^\r\n\p{L}\p{N}]?\p{L}+ , or `at`. */
static size_t led_word_end(ge_text text, size_t at) {
  const gtok_step step = gtok_step_at(text, at);
  const size_t from = may_lead_a_word(step) ? at + step.size : at;
  const size_t end = gtok_run_end(text, from, GTOK_LETTERS, ANY);
  return end > from ? end : at;
}

/* ` ?[^\s\p{L}\p{N}]+` and then line ends, and slashes too where `slashes` is set; or `at`. */
static size_t signs_end(ge_text text, size_t at, int slashes) {
  size_t end = spaced_run_end(text, at, GTOK_SIGNS);
  if (end == at) {
    return at;
  }
  for (gtok_step step = gtok_step_at(text, end); is_newline(step) || (slashes && step.code_point == '/');
       step = gtok_step_at(text, end)) {
    end += step.size;
  }
  return end;
}

/* \p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+ : what follows the words, which end at `at`. */
static size_t rest_end(ge_text text, size_t at, size_t digits, int slashes) {
  size_t end = gtok_run_end(text, at, GTOK_NUMBERS, digits);
  end = end > at ? end : signs_end(text, at, slashes);
  end = end > at ? end : lines_end(text, at);
  return end > at ? end : spaces_end(text, at);
}

static size_t cut_words(ge_text text, size_t at, size_t digits) {
  size_t end = contraction_end(text, at, 1);
  end = end > at ? end : led_word_end(text, at);
  return end > at ? end : rest_end(text, at, digits, 0);
}

/*
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
 */
size_t gtok_cut_llama3(ge_text text, size_t at) {
  return cut_words(text, at, 3);
}

/* The same with \p{N} in place of \p{N}{1,3}. */
size_t gtok_cut_qwen2(ge_text text, size_t at) {
  return cut_words(text, at, 1);
}

/* [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}] and [\p{Ll}\p{Lm}\p{Lo}\p{M}] */
#define CASELESS (GTOK_IN(GTOK_CLASS_OTHER_LETTER) | GTOK_IN(GTOK_CLASS_MARK))
#define UPPERS (GTOK_IN(GTOK_CLASS_UPPER) | CASELESS)
#define LOWERS (GTOK_IN(GTOK_CLASS_LOWER) | CASELESS)

/*
 * UPPERS*LOWERS+ , or `at`. Where no lower-case letter follows the run, a regular expression gives characters back until
 * one of both sets is found: the last caseless one.
 */
static size_t lower_word_end(ge_text text, size_t at) {
  size_t caseless_end = at;
  size_t end = at;
  for (gtok_step step = gtok_step_at(text, at); gtok_has(UPPERS, step); step = gtok_step_at(text, end)) {
    end += step.size;
    caseless_end = gtok_has(CASELESS, step) ? end : caseless_end;
  }
  const size_t lower_end = gtok_run_end(text, end, LOWERS, ANY);
  return lower_end > end ? lower_end : caseless_end;
}

/* UPPERS+LOWERS* , or `at`; asked only where UPPERS*LOWERS+ does not match, so that no LOWERS can follow. */
static size_t upper_word_end(ge_text text, size_t at) {
  return gtok_run_end(text, at, UPPERS, ANY);
}

/* [^\r\n\p{L}\p{N}]? before either kind of word, or `at`. A mark can be the lead, or a part of the word. */
static size_t cased_word_end(ge_text text, size_t at) {
  size_t (*const kinds[])(ge_text, size_t) = {lower_word_end, upper_word_end};
  const gtok_step step = gtok_step_at(text, at);
  const size_t after_lead = may_lead_a_word(step) ? at + step.size : at;
  for (size_t kind = 0; kind < 2; kind++) {
    const size_t led = kinds[kind](text, after_lead);
    if (led > after_lead) {
      return led;
    }
    const size_t bare = kinds[kind](text, at);
    if (bare > at) {
      return bare;
    }
  }
  return at;
}

/*
 * [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|
 * [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|
 * \p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
 */
size_t gtok_cut_tekken(ge_text text, size_t at) {
  const size_t end = cased_word_end(text, at);
  return end > at ? end : rest_end(text, at, 1, 1);
}

/* The same with (?i:'s|'t|'re|'ve|'m|'ll|'d)? after both kinds of words, and \p{N}{1,3}. */
size_t gtok_cut_gpt4o(ge_text text, size_t at) {
  const size_t end = cased_word_end(text, at);
  return end > at ? contraction_end(text, end, 1) : rest_end(text, at, 3, 1);
}

size_t gtok_cut_digit(ge_text text, size_t at) {
  const size_t end = gtok_run_end(text, at, GTOK_NUMBERS, 1);
  return end > at ? end : gtok_run_end(text, at, ~GTOK_NUMBERS & ~GTOK_IN(GTOK_END), ANY);
}

size_t gtok_cut_digits(ge_text text, size_t at) {
  const size_t end = gtok_run_end(text, at, GTOK_NUMBERS, ANY);
  return end > at ? end : gtok_run_end(text, at, ~GTOK_NUMBERS & ~GTOK_IN(GTOK_END), ANY);
}

static int three_digits_at(ge_text text, size_t at) {
  for (size_t i = at; i < at + 3; i++) {
    if (i >= text.length || text.bytes[i] < '0' || text.bytes[i] > '9') {
      return 0;
    }
  }
  return 1;
}

size_t gtok_cut_three_digits(ge_text text, size_t at) {
  if (three_digits_at(text, at)) {
    return at + 3;
  }
  do {
    at += gtok_step_at(text, at).size;
  } while (at < text.length && !three_digits_at(text, at));
  return at;
}

static int is_listed_punctuation(gtok_step step) {
  switch (step.code_point) {
  case '$':
  case '+':
  case '<':
  case '=':
  case '>':
  case '^':
  case '~':
  case '|':
    return 1;
  default:
    return step.class == GTOK_CLASS_PUNCTUATION;
  }
}

size_t gtok_cut_punctuation(ge_text text, size_t at) {
  const int wanted = is_listed_punctuation(gtok_step_at(text, at));
  do {
    at += gtok_step_at(text, at).size;
  } while (at < text.length && is_listed_punctuation(gtok_step_at(text, at)) == wanted);
  return at;
}
