#include "tools/run/request.h"

#include <stdlib.h>

#include "tools/run/words.h"

/* "token:bias,token:bias" */
static bool read_biases(const char *text, run_request *read) {
  for (const char *at = text; *at != '\0';) {
    char *end;
    const size_t count = read->request.sampling.bias_count;
    const unsigned long token = strtoul(at, &end, 10);
    if (end == at || *end != ':') {
      return false;
    }
    ge_logit_bias *more = realloc(read->biases, (count + 1) * sizeof *more);
    if (more == NULL) {
      return false;
    }
    at = end + 1;
    read->biases = more;
    read->biases[count] = (ge_logit_bias){(uint32_t)token, strtof(at, &end)};
    if (end == at || (*end != ',' && *end != '\0')) {
      return false;
    }
    read->request.sampling.biases = read->biases;
    read->request.sampling.bias_count = count + 1;
    at = *end == ',' ? end + 1 : end;
  }
  return true;
}

static bool read_pooling(const char *text, ge_pooling *pooling) {
  uint32_t number;
  const bool is_good = parse_u32(text, &number) && number <= GE_POOLING_LAST;
  *pooling = is_good ? (ge_pooling)number : GE_POOLING_NONE;
  return is_good;
}

static bool read_float_word(const char *word, ge_sampling *sampling, bool *is_known) {
  const struct {
    const char *name;
    float *value;
  } floats[] = {
      {"temperature", &sampling->temperature},
      {"top_p", &sampling->top_p},
      {"min_p", &sampling->min_p},
      {"repetition_penalty", &sampling->repetition_penalty},
      {"presence_penalty", &sampling->presence_penalty},
      {"frequency_penalty", &sampling->frequency_penalty},
  };
  for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
    const char *value = value_of(word, floats[i].name);
    if (value != NULL) {
      *is_known = true;
      return parse_float(value, floats[i].value);
    }
  }
  *is_known = false;
  return false;
}

static bool read_word(const char *word, run_request *read) {
  ge_request *request = &read->request;
  const char *value;
  bool is_known;
  const bool is_good = read_float_word(word, &request->sampling, &is_known);
  if (is_known) {
    return is_good;
  }
  if ((value = value_of(word, "tokens")) != NULL && read->tokens == NULL) {
    const bool are_good = parse_list(value, &read->tokens, &request->token_count);
    request->tokens = read->tokens;
    return are_good;
  }
  if ((value = value_of(word, "stop")) != NULL && read->stop_tokens == NULL) {
    const bool are_good = parse_list(value, &read->stop_tokens, &request->stop_token_count);
    request->stop_tokens = read->stop_tokens;
    return are_good;
  }
  if ((value = value_of(word, "max_tokens")) != NULL) {
    return parse_u32(value, &request->max_tokens);
  }
  if ((value = value_of(word, "top_k")) != NULL) {
    return parse_u32(value, &request->sampling.top_k);
  }
  if ((value = value_of(word, "repetition_window")) != NULL) {
    return parse_u32(value, &request->sampling.repetition_window);
  }
  if ((value = value_of(word, "seed")) != NULL) {
    return parse_u64(value, &request->sampling.seed);
  }
  if ((value = value_of(word, "pooling")) != NULL) {
    return read_pooling(value, &request->pooling);
  }
  if ((value = value_of(word, "bias")) != NULL) {
    return read_biases(value, read);
  }
  if ((value = value_of(word, "likeliest")) != NULL) {
    return parse_u32(value, &request->likeliest);
  }
  value = value_of(word, "log_probabilities");
  request->log_probabilities = value != NULL && *value == '1';
  return value != NULL;
}

bool read_request(char *line, run_request *read, const char **bad) {
  *read = (run_request){0};
  ge_request_default(&read->request);
  for (char *word; (word = next_word(&line)) != NULL;) {
    if (!read_word(word, read)) {
      *bad = word;
      return false;
    }
  }
  return true;
}

void free_request(run_request *read) {
  free(read->tokens);
  free(read->stop_tokens);
  free(read->biases);
}
