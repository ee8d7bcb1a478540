#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "marks.h"
#include "support.h"

static const char usage[] =
    "graviton-engines-bench ENGINE [--from DIRECTORY] [--weights=filed|gk4] --context=N MODEL count PROMPT ANSWER\n"
    "graviton-engines-bench ENGINE [--from DIRECTORY] [--weights=filed|gk4] --context=N MODEL greedy\n"
    "\n"
    "  ours                           the engine of this project\n"
    "  llama.cpp --from DIRECTORY     libllama and ggml's shared objects\n"
    "\n"
    "  count   a prompt of PROMPT tokens as region 0 and ANSWER tokens one by one as region 1, for qemu's counting\n"
    "          plug-in; a short prompt and answer were run before\n"
    "  greedy  for each line \"COUNT TOKEN,TOKEN...\" of standard input, {\"tokens\": [...], \"logits\": [...]}: the\n"
    "          likeliest COUNT tokens after that prompt, and the bits of all logits before each, in hexadecimal\n";

typedef struct run {
  const engine *subject;
  size_t vocabulary;
  const uint32_t *prompt;
  size_t prompt_length, answer_length;
  uint32_t next;
} run;

static uint32_t likeliest(const float *logits, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; i++) {
    best = logits[i] > logits[best] ? i : best;
  }
  return (uint32_t)best;
}

static void take_prompt(void *context) {
  run *r = context;
  r->next = likeliest(r->subject->feed(r->prompt, r->prompt_length), r->vocabulary);
}

static void answer(void *context) {
  run *r = context;
  for (size_t i = 0; i < r->answer_length; i++) {
    r->next = likeliest(r->subject->feed(&r->next, 1), r->vocabulary);
  }
}

static size_t parse_count(const char *text) {
  char *end;
  const unsigned long count = text == NULL ? 0 : strtoul(text, &end, 10);
  if (count == 0 || count > 1u << 16 || *end != '\0') {
    fail("a count is a number from 1 to 65536: got %s", text == NULL ? "nothing" : text);
  }
  return count;
}

/* The same tokens for every engine; a control token is one like another when nothing is sampled. */
static uint32_t *some_tokens(size_t count, size_t vocabulary) {
  uint32_t *tokens = allocate(count * sizeof *tokens);
  for (size_t i = 0; i < count; i++) {
    tokens[i] = (uint32_t)((i * 37 + i * i % 7 + 11) % vocabulary);
  }
  return tokens;
}

static void count(const engine *subject, size_t vocabulary, size_t prompt_length, size_t answer_length) {
  run r = {subject, vocabulary, some_tokens(prompt_length, vocabulary), prompt_length, answer_length, 0};
  /* What an engine does once; the kinds of pass are those that follow. */
  run first = {subject, vocabulary, r.prompt, prompt_length < 2 ? prompt_length : 2, 1, 0};
  take_prompt(&first);
  answer(&first);
  subject->reset();
  marks_around(0, take_prompt, &r);
  marks_around(1, answer, &r);
}

static void print_bits(const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    (void)printf("%08x", (unsigned)bits);
  }
}

static size_t parse_tokens(char *text, size_t vocabulary, uint32_t *tokens, size_t room) {
  size_t length = 0;
  for (char *part; (part = strsep(&text, ",\n")) != NULL && *part != '\0';) {
    const unsigned long token = strtoul(part, NULL, 10);
    if (token >= vocabulary || length == room) {
      fail("token %s: the vocabulary has %zu, a prompt at most %zu", part, vocabulary, room);
    }
    tokens[length++] = (uint32_t)token;
  }
  return length;
}

static void greedy(const engine *subject, size_t vocabulary, uint32_t context_length) {
  char *line = NULL;
  size_t room = 0;
  uint32_t *tokens = allocate(context_length * sizeof *tokens);
  while (getline(&line, &room, stdin) >= 0) {
    char *rest = line;
    const size_t wanted = parse_count(strsep(&rest, " "));
    size_t length = rest == NULL ? 0 : parse_tokens(rest, vocabulary, tokens, context_length);
    if (length == 0) {
      fail("a line is COUNT TOKEN,TOKEN...: got %s", line);
    }
    subject->reset();
    uint32_t *answers = allocate(wanted * sizeof *answers);
    (void)printf("{\"logits\": [");
    for (size_t i = 0; i < wanted; i++) {
      const float *logits = i == 0 ? subject->feed(tokens, length) : subject->feed(&answers[i - 1], 1);
      answers[i] = likeliest(logits, vocabulary);
      (void)printf(i == 0 ? "\"" : ", \"");
      print_bits(logits, vocabulary);
      (void)printf("\"");
    }
    (void)printf("], \"tokens\": [");
    for (size_t i = 0; i < wanted; i++) {
      (void)printf(i == 0 ? "%u" : ", %u", (unsigned)answers[i]);
    }
    (void)printf("]}\n");
    free(answers);
  }
  free(tokens);
  free(line);
}

static const engine *find_engine(const char *name) {
  static const engine *const known[] = {&engine_ours, &engine_llama_cpp};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (name != NULL && strcmp(known[i]->name, name) == 0) {
      return known[i];
    }
  }
  (void)fputs(usage, stderr);
  exit(2);
}

int main(int argc, char **argv) {
  const engine *subject = find_engine(argc > 1 ? argv[1] : NULL);
  engine_options options = {.weights = "filed", .context_length = 512};
  int at = 2;
  for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
    if (strcmp(argv[at], "--from") == 0 && at + 1 < argc) {
      options.from = argv[++at];
    } else if (strcmp(argv[at], "--weights=gk4") == 0 || strcmp(argv[at], "--weights=filed") == 0) {
      options.weights = argv[at] + strlen("--weights=");
    } else if (strncmp(argv[at], "--context=", 10) == 0) {
      options.context_length = (uint32_t)parse_count(argv[at] + 10);
    } else {
      fail("unknown option %s", argv[at]);
    }
  }
  const char *command = at + 1 < argc ? argv[at + 1] : "";
  if (strcmp(command, "count") == 0 && at + 4 == argc) {
    options.model = argv[at];
    const size_t prompt = parse_count(argv[at + 2]), more = parse_count(argv[at + 3]);
    count(subject, subject->open(&options), prompt, more);
  } else if (strcmp(command, "greedy") == 0 && at + 2 == argc) {
    options.model = argv[at];
    greedy(subject, subject->open(&options), options.context_length);
  } else {
    (void)fputs(usage, stderr);
    return 2;
  }
  return 0;
}
