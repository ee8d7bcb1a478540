/*
 * graviton-engine-run: drives the engine by commands, one a line, and answers each by one line of JSON. It serves the
 * tests and those who look for a fault; the server uses the library itself.
 *
 * Floats are printed as the hexadecimal digits of their bits, so that answers can be compared to the last bit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gguf/gguf.h"
#include "graviton_engine.h"
#include "tools/run/request.h"
#include "tools/run/words.h"

static const char usage[] =
    "usage: graviton-engine-run MODEL.gguf [--OPTION=VALUE]... < commands\n"
    "options: slots, context, cache-tokens, batch-tokens, threads, cores (0,1,..), weights (filed, gk4), variant\n"
    "commands: info | text KEY | open | close SLOT | rewind SLOT LENGTH | cancel SLOT | length SLOT | step | run\n"
    "          take SLOT | logits SLOT | embedding SLOT | constrain SLOT WORD,WORD,..|none\n"
    "          submit SLOT tokens=1,2,.. [max_tokens= temperature= top_k= top_p= min_p= repetition_penalty=\n"
    "          repetition_window= presence_penalty= frequency_penalty= seed= bias=TOKEN:BIAS,.. stop=1,2,..\n"
    "          log_probabilities=1 likeliest= pooling=0|1|2]\n"
    "exit status: 0 all commands were read, whatever they gave; 1 the model was not loaded; 2 wrong use\n";

/* What is no printable ASCII is escaped byte by byte, as if it were Latin-1. */
static void print_string(const char *bytes, size_t length) {
  (void)putchar('"');
  for (size_t i = 0; i < length; i++) {
    const unsigned char byte = (unsigned char)bytes[i];
    if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\') {
      (void)printf("\\u%04x", byte);
    } else {
      (void)putchar(byte);
    }
  }
  (void)putchar('"');
}

static void print_status(ge_status status, const ge_error *error) {
  if (status == GE_OK) {
    (void)printf("{\"ok\":true}\n");
    return;
  }
  (void)printf("{\"ok\":false,\"status\":\"%s\",\"error\":", ge_status_name(status));
  print_string(error->text, strlen(error->text));
  (void)printf("}\n");
}

/* A text of the file's metadata. */
static void print_text(const ge_engine *engine, const char *key) {
  ge_text text;
  if (key == NULL || ge_gguf_get_text(ge_engine_file(engine), key, &text) != GE_GGUF_FOUND) {
    const ge_error error = {"the file has no text of this key"};
    print_status(GE_ERROR_ARGUMENT, &error);
    return;
  }
  (void)printf("{\"ok\":true,\"text\":");
  print_string(text.bytes, text.length);
  (void)printf("}\n");
}

static void print_floats(const char *name, const float *values, size_t count) {
  (void)printf("{\"ok\":true,\"%s\":\"", name);
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    (void)printf("%08x", bits);
  }
  (void)printf("\"}\n");
}

static void print_info(const ge_engine *engine) {
  ge_info info;
  (void)ge_engine_info(engine, &info);
  (void)printf("{\"ok\":true,\"architecture\":\"%s\",\"variant\":\"%s\",\"vocabulary\":%u,\"embeddingLength\":%u,"
               "\"layers\":%u,\"contextLength\":%u,\"trainedContextLength\":%u,\"slots\":%u,\"threads\":%u,"
               "\"weightsBytes\":%llu,\"cacheBytesPerToken\":%llu,\"cacheTokens\":%llu}\n",
               info.architecture, info.variant, info.vocabulary, info.embedding_length, info.layers,
               info.context_length, info.trained_context_length, info.slots, info.threads,
               (unsigned long long)info.weights_bytes, (unsigned long long)info.cache_bytes_per_token,
               (unsigned long long)info.cache_tokens);
}

static void print_step(const ge_step_result *result) {
  (void)printf("{\"ok\":true,\"promptTokens\":%u,\"generatedTokens\":%u,\"workingSlots\":%u}\n", result->prompt_tokens,
               result->generated_tokens, result->working_slots);
}

static void take(ge_engine *engine, uint32_t slot) {
  static const char *const finishes[] = {"none", "length", "stop", "cancelled", "no_token", "not_numbers"};
  ge_token tokens[256];
  ge_finish finish;
  ge_error error;
  size_t count;
  const ge_status status = ge_take(engine, slot, tokens, 256, &count, &finish, &error);
  if (status != GE_OK) {
    print_status(status, &error);
    return;
  }
  (void)printf("{\"ok\":true,\"finish\":\"%s\",\"tokens\":[", finishes[finish]);
  for (size_t i = 0; i < count; i++) {
    (void)printf(i == 0 ? "%u" : ",%u", tokens[i].id);
  }
  (void)printf("],\"logProbabilities\":[");
  for (size_t i = 0; i < count; i++) {
    (void)printf(i == 0 ? "%.9g" : ",%.9g", (double)tokens[i].log_probability);
  }
  (void)printf("],\"likeliest\":[");
  for (size_t i = 0; i < count; i++) {
    (void)printf(i == 0 ? "[" : ",[");
    for (uint32_t j = 0; j < tokens[i].likeliest_count; j++) {
      const ge_likely_token *each = &tokens[i].likeliest[j];
      (void)printf(j == 0 ? "[%u,%.9g]" : ",[%u,%.9g]", each->id, (double)each->log_probability);
    }
    (void)putchar(']');
  }
  (void)printf("]}\n");
}

typedef ge_status (*read_values)(const ge_engine *engine, uint32_t slot, float *values, size_t count, ge_error *error);

static void print_values(const ge_engine *engine, uint32_t slot, const char *name, read_values read) {
  ge_info info;
  ge_error error;
  (void)ge_engine_info(engine, &info);
  const size_t count = read == ge_logits ? info.vocabulary : info.embedding_length;
  float *values = malloc(count * sizeof *values);
  const ge_status status = values == NULL ? GE_ERROR_MEMORY : read(engine, slot, values, count, &error);
  if (status == GE_OK) {
    print_floats(name, values, count);
  } else {
    print_status(status, &error);
  }
  free(values);
}

static void submit(ge_engine *engine, uint32_t slot, char *words) {
  run_request read;
  ge_error error;
  const char *bad;
  if (read_request(words, &read, &bad)) {
    print_status(ge_submit(engine, slot, &read.request, &error), &error);
  } else {
    (void)snprintf(error.text, sizeof error.text, "not understood: %.200s", bad);
    print_status(GE_ERROR_ARGUMENT, &error);
  }
  free_request(&read);
}

static void constrain(ge_engine *engine, uint32_t slot, const char *words) {
  ge_error error;
  uint32_t *mask = NULL;
  size_t count = 0;
  if (words == NULL || (strcmp(words, "none") != 0 && !parse_list(words, &mask, &count))) {
    (void)snprintf(error.text, sizeof error.text, "not understood: a mask");
    print_status(GE_ERROR_ARGUMENT, &error);
    return;
  }
  print_status(ge_constrain(engine, slot, mask, count, &error), &error);
  free(mask);
}

/* Commands without a slot; false for others. */
static bool run_engine_command(ge_engine *engine, const char *command) {
  ge_error error;
  ge_step_result result;
  uint32_t slot;
  if (strcmp(command, "info") == 0) {
    print_info(engine);
  } else if (strcmp(command, "open") == 0) {
    const ge_status status = ge_slot_open(engine, &slot, &error);
    if (status == GE_OK) {
      (void)printf("{\"ok\":true,\"slot\":%u}\n", slot);
    } else {
      print_status(status, &error);
    }
  } else if (strcmp(command, "step") == 0 || strcmp(command, "run") == 0) {
    ge_status status;
    do {
      status = ge_step(engine, &result, &error);
    } while (status == GE_OK && *command == 'r' && result.working_slots != 0);
    if (status == GE_OK) {
      print_step(&result);
    } else {
      print_status(status, &error);
    }
  } else {
    return false;
  }
  return true;
}

static bool run_slot_command(ge_engine *engine, const char *command, uint32_t slot, char *rest) {
  ge_error error;
  uint32_t length;
  if (strcmp(command, "submit") == 0) {
    submit(engine, slot, rest);
  } else if (strcmp(command, "take") == 0) {
    take(engine, slot);
  } else if (strcmp(command, "logits") == 0) {
    print_values(engine, slot, "logits", ge_logits);
  } else if (strcmp(command, "embedding") == 0) {
    print_values(engine, slot, "embedding", ge_embedding);
  } else if (strcmp(command, "close") == 0) {
    print_status(ge_slot_close(engine, slot, &error), &error);
  } else if (strcmp(command, "cancel") == 0) {
    print_status(ge_cancel(engine, slot, &error), &error);
  } else if (strcmp(command, "constrain") == 0) {
    constrain(engine, slot, next_word(&rest));
  } else if (strcmp(command, "length") == 0) {
    const ge_status status = ge_slot_length(engine, slot, &length, &error);
    if (status == GE_OK) {
      (void)printf("{\"ok\":true,\"length\":%u}\n", length);
    } else {
      print_status(status, &error);
    }
  } else if (strcmp(command, "rewind") == 0) {
    const char *word = next_word(&rest);
    if (word == NULL || !parse_u32(word, &length)) {
      return false;
    }
    print_status(ge_slot_rewind(engine, slot, length, &error), &error);
  } else {
    return false;
  }
  return true;
}

static void run_command(ge_engine *engine, const char *command, char *rest) {
  uint32_t slot;
  if (run_engine_command(engine, command)) {
    return;
  }
  const char *word = next_word(&rest);
  if (strcmp(command, "text") == 0) {
    print_text(engine, word);
    return;
  }
  if (word == NULL || !parse_u32(word, &slot) || !run_slot_command(engine, command, slot, rest)) {
    const ge_error error = {"not understood: the command"};
    print_status(GE_ERROR_ARGUMENT, &error);
  }
}

static void run_commands(ge_engine *engine) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) >= 0) {
    char *rest = line;
    const char *command = next_word(&rest);
    if (command != NULL) {
      run_command(engine, command, rest);
      (void)fflush(stdout);
    }
  }
  free(line);
}

/* One of the words after the model; the list of cores is the caller's to free. */
static bool read_option(const char *word, ge_options *options, uint32_t **cores) {
  const char *value;
  size_t count = 0;
  if ((value = value_of(word, "--slots")) != NULL) {
    return parse_u32(value, &options->slots);
  }
  if ((value = value_of(word, "--context")) != NULL) {
    return parse_u32(value, &options->context_length);
  }
  if ((value = value_of(word, "--cache-tokens")) != NULL) {
    return parse_u64(value, &options->cache_tokens);
  }
  if ((value = value_of(word, "--batch-tokens")) != NULL) {
    return parse_u32(value, &options->batch_tokens);
  }
  if ((value = value_of(word, "--threads")) != NULL) {
    return parse_u32(value, &options->threads);
  }
  if ((value = value_of(word, "--cores")) != NULL && *cores == NULL) {
    const bool is_good = parse_list(value, cores, &count);
    options->cores = *cores;
    options->threads = (uint32_t)count;
    return is_good;
  }
  if ((value = value_of(word, "--weights")) != NULL) {
    options->weights = strcmp(value, "gk4") == 0 ? GE_WEIGHTS_GK4 : GE_WEIGHTS_AS_FILED;
    return strcmp(value, "gk4") == 0 || strcmp(value, "filed") == 0;
  }
  options->variant = value_of(word, "--variant");
  return options->variant != NULL;
}

int main(int argc, char **argv) {
  ge_options options;
  ge_engine *engine;
  ge_error error;
  uint32_t *cores = NULL;
  ge_options_default(&options);
  bool is_good = argc >= 2 && argv[1][0] != '-';
  for (int i = 2; is_good && i < argc; i++) {
    is_good = read_option(argv[i], &options, &cores);
  }
  if (!is_good) {
    (void)fputs(usage, stderr);
    free(cores);
    return 2;
  }
  const ge_status status = ge_open(argv[1], &options, &engine, &error);
  free(cores);
  if (status != GE_OK) {
    print_status(status, &error);
    return 1;
  }
  run_commands(engine);
  ge_close(engine);
  return 0;
}
