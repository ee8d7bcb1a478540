/*
 * graviton-engine-grammar: walks the tokens of a model's vocabulary through grammars, by commands, one a line, and answers
 * each by one line. It serves the tests; the server uses the library itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/grammar.h"
#include "sample/token_bits.h"
#include "tokenizer/from_gguf.h"

static const char usage[] = "usage: graviton-engine-grammar MODEL.gguf < commands\n"
                            "commands: begin WORD,WORD,.. | mask | accept TOKEN\n"
                            "answers: ok, a mask as hexadecimal words, or what is wrong\n"
                            "exit status: 0 all commands were read; 1 the vocabulary cannot be used; 2 wrong use\n";

static void answer(ge_status status, const ge_error *error) {
  (void)printf("%s %s\n", status == GE_OK ? "ok" : ge_status_name(status), status == GE_OK ? "" : error->text);
}

static void begin(const ge_token_set *set, char *words, ge_matcher **matcher) {
  ge_error error;
  size_t count = 0, room = strlen(words) / 2 + 1;
  uint32_t *grammar = calloc(room, sizeof *grammar);
  if (grammar == NULL) {
    exit(EXIT_FAILURE);
  }
  for (char *word = strtok(words, ",\n"); word != NULL && count < room; word = strtok(NULL, ",\n")) {
    grammar[count++] = (uint32_t)strtoul(word, NULL, 10);
  }
  ge_matcher_free(*matcher);
  *matcher = NULL;
  answer(ge_matcher_new(set, grammar, count, matcher, &error), &error);
  free(grammar);
}

static void print_mask(ge_matcher *matcher, size_t words) {
  ge_error error;
  const uint32_t *mask;
  const ge_status status = ge_matcher_mask(matcher, &mask, &error);
  if (status != GE_OK) {
    answer(status, &error);
    return;
  }
  for (size_t i = 0; i < words; i++) {
    (void)printf("%08x", mask[i]);
  }
  (void)putchar('\n');
}

static void serve(const ge_token_set *set, size_t words) {
  ge_matcher *matcher = NULL;
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) >= 0) {
    if (strncmp(line, "begin ", 6) == 0) {
      begin(set, line + 6, &matcher);
    } else if (strncmp(line, "accept ", 7) == 0) {
      ge_error error;
      answer(ge_matcher_accept(matcher, (uint32_t)strtoul(line + 7, NULL, 10), &error), &error);
    } else if (strcmp(line, "mask\n") == 0) {
      print_mask(matcher, words);
    } else {
      (void)puts("not understood");
    }
    (void)fflush(stdout);
  }
  free(line);
  ge_matcher_free(matcher);
}

static int fail(const ge_error *error) {
  (void)fprintf(stderr, "graviton-engine-grammar: %s\n", error->text);
  return 1;
}

int main(int argc, char **argv) {
  gtok_tokenizer *tokenizer;
  ge_token_set *set;
  ge_error error;
  if (argc != 2) {
    (void)fputs(usage, stderr);
    return 2;
  }
  if (gtok_create_from_file(argv[1], &tokenizer, &error) != GE_OK) {
    return fail(&error);
  }
  const size_t words = ge_token_words(gtok_token_count(tokenizer));
  const ge_status status = ge_token_set_new(tokenizer, &set, &error);
  gtok_destroy(tokenizer);
  if (status != GE_OK) {
    return fail(&error);
  }
  serve(set, words);
  ge_token_set_free(set);
  return 0;
}
