/* Opening, asking and closing an engine. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "reporter.h"
#include "values.h"

static bool read_host(napi_env env, napi_value value, host **found) {
  return read_wrapped(env, value, &host_tag, "the engine", (void **)found);
}

bool read_open_host(napi_env env, napi_value value, host **found) {
  if (!read_host(env, value, found)) {
    return false;
  }
  if (!host_is_open(*found)) {
    (void)throw_error(env, "the model is not loaded");
    return false;
  }
  return true;
}

static bool read_cores(napi_env env, napi_value object, ge_options *engine) {
  napi_value value;
  void *elements;
  size_t count;
  if (!read_property(env, object, "cores", &value)) {
    return false;
  }
  if (is_undefined(env, value)) {
    return true;
  }
  if (!read_array(env, value, "cores", napi_uint32_array, &elements, &count)) {
    return false;
  }
  if (count != engine->threads) {
    (void)throw_error(env, "cores has not as many elements as there are threads");
    return false;
  }
  uint32_t *cores = malloc((count + 1) * sizeof *cores);
  if (cores == NULL) {
    (void)throw_error(env, "no memory for the cores");
    return false;
  }
  memcpy(cores, elements, count * sizeof *cores);
  engine->cores = cores;
  return true;
}

static bool read_engine_options(napi_env env, napi_value object, ge_options *engine) {
  uint32_t weights;
  ge_options_default(engine);
  if (!read_u32_of(env, object, "slots", &engine->slots) ||
      !read_u32_of(env, object, "contextLength", &engine->context_length) ||
      !read_u32_of(env, object, "batchTokens", &engine->batch_tokens) ||
      !read_u32_of(env, object, "threads", &engine->threads) || !read_u32_of(env, object, "weights", &weights)) {
    return false;
  }
  engine->weights = weights == 0 ? GE_WEIGHTS_AS_FILED : GE_WEIGHTS_GK4;
  return read_cores(env, object, engine);
}

static bool read_options(napi_env env, const napi_value *arguments, host_options *options) {
  size_t size;
  *options = (host_options){0};
  if (!read_text(env, arguments[0], "the path", &options->path, &size) ||
      !read_engine_options(env, arguments[1], &options->engine)) {
    host_options_free(options);
    return false;
  }
  return true;
}

static void finalize_host(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  host_close(data);
  host_release(data);
}

/* The object of a host, which closes it when nobody has it any more. */
static napi_value wrap_host(napi_env env, host *made) {
  napi_value object = NULL;
  if (napi_create_object(env, &object) != napi_ok ||
      napi_wrap(env, object, made, finalize_host, NULL, NULL) != napi_ok) {
    finalize_host(env, made, NULL);
    return throw_error(env, "no memory for an engine");
  }
  (void)napi_type_tag_object(env, object, &host_tag);
  return object;
}

napi_value addon_open(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  host_options options;
  if (!read_arguments(env, info, arguments) || !read_options(env, arguments, &options)) {
    return NULL;
  }
  reporter *reports = reporter_new(env, arguments[2]);
  if (reports == NULL) {
    host_options_free(&options);
    return NULL;
  }
  host *made = host_start(&options, reporter_take, reports);
  if (made == NULL) {
    reporter_abandon(reports);
    return throw_error(env, "no memory, or no thread, for an engine");
  }
  reporter_watch(reports, made);
  return wrap_host(env, made);
}

static void set_text(napi_env env, napi_value object, const char *name, const char *text) {
  (void)napi_set_named_property(env, object, name, make_text(env, text));
}

static void set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  if (napi_create_double(env, number, &value) == napi_ok) {
    (void)napi_set_named_property(env, object, name, value);
  }
}

napi_value addon_facts(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  napi_value facts;
  host *self;
  if (!read_arguments(env, info, arguments) || !read_open_host(env, arguments[0], &self) ||
      napi_create_object(env, &facts) != napi_ok) {
    return NULL;
  }
  set_text(env, facts, "architecture", self->architecture);
  set_text(env, facts, "variant", self->variant);
  set_text(env, facts, "name", self->name);
  set_text(env, facts, "chatTemplate", self->chat_template);
  set_text(env, facts, "grammarProblem", self->grammar_problem);
  set_number(env, facts, "vocabulary", self->info.vocabulary);
  set_number(env, facts, "embeddingLength", self->info.embedding_length);
  set_number(env, facts, "contextLength", self->info.context_length);
  set_number(env, facts, "slots", self->info.slots);
  set_number(env, facts, "threads", self->info.threads);
  set_number(env, facts, "weightsBytes", (double)self->info.weights_bytes);
  set_number(env, facts, "cacheBytesPerToken", (double)self->info.cache_bytes_per_token);
  set_number(env, facts, "cacheTokens", (double)self->info.cache_tokens);
  set_number(env, facts, "tokenCount", (double)gtok_token_count(self->tokenizer));
  set_number(env, facts, "bos", gtok_bos(self->tokenizer));
  set_number(env, facts, "eos", gtok_eos(self->tokenizer));
  set_number(env, facts, "normalForm", gtok_expected_normal_form(self->tokenizer));
  return facts;
}

static bool read_sampling(napi_env env, napi_value object, ge_sampling *sampling) {
  napi_value seed;
  bool lossless;
  if (!read_float_of(env, object, "temperature", &sampling->temperature) ||
      !read_u32_of(env, object, "topK", &sampling->top_k) || !read_float_of(env, object, "topP", &sampling->top_p) ||
      !read_float_of(env, object, "minP", &sampling->min_p) ||
      !read_float_of(env, object, "repetitionPenalty", &sampling->repetition_penalty) ||
      !read_float_of(env, object, "presencePenalty", &sampling->presence_penalty) ||
      !read_float_of(env, object, "frequencyPenalty", &sampling->frequency_penalty) ||
      !read_property(env, object, "seed", &seed)) {
    return false;
  }
  if (napi_get_value_bigint_uint64(env, seed, &sampling->seed, &lossless) != napi_ok) {
    (void)napi_throw_type_error(env, NULL, "seed is not a bigint");
    return false;
  }
  return true;
}

/* The biases, which the caller frees. */
static bool read_biases(napi_env env, napi_value object, ge_logit_bias **biases, size_t *count) {
  napi_value of_tokens;
  napi_value of_values;
  void *tokens;
  void *values;
  size_t value_count;
  if (!read_property(env, object, "biasTokens", &of_tokens) || !read_property(env, object, "biases", &of_values) ||
      !read_array(env, of_tokens, "biasTokens", napi_uint32_array, &tokens, count) ||
      !read_array(env, of_values, "biases", napi_float32_array, &values, &value_count)) {
    return false;
  }
  if (*count != value_count) {
    (void)throw_error(env, "biasTokens and biases differ in length");
    return false;
  }
  ge_logit_bias *made = malloc((*count + 1) * sizeof *made);
  if (made == NULL) {
    (void)throw_error(env, "no memory for the biases");
    return false;
  }
  for (size_t i = 0; i < *count; i++) {
    made[i] = (ge_logit_bias){((const uint32_t *)tokens)[i], ((const float *)values)[i]};
  }
  *biases = made;
  return true;
}

static bool read_request(napi_env env, const napi_value *arguments, ge_request *request, ge_logit_bias **biases) {
  void *tokens;
  uint32_t pooling, log_probabilities;
  ge_request_default(request);
  if (!read_u32_of(env, arguments[3], "maxTokens", &request->max_tokens) ||
      !read_u32_of(env, arguments[3], "pooling", &pooling) ||
      !read_u32_of(env, arguments[3], "logProbabilities", &log_probabilities) ||
      !read_u32_of(env, arguments[3], "likeliest", &request->likeliest) ||
      !read_sampling(env, arguments[3], &request->sampling) ||
      !read_biases(env, arguments[3], biases, &request->sampling.bias_count)) {
    return false;
  }
  /* Last, for a getter among the settings could take the array's memory away. */
  if (!read_array(env, arguments[2], "the tokens", napi_uint32_array, &tokens, &request->token_count)) {
    free(*biases);
    return false;
  }
  request->tokens = tokens;
  request->log_probabilities = log_probabilities != 0;
  request->sampling.biases = *biases;
  request->pooling = pooling == 0 ? GE_POOLING_NONE : GE_POOLING_MEAN;
  return true;
}

/* A matcher of the request's grammar, or NULL where it has none. */
static bool read_grammar(napi_env env, const host *self, napi_value settings, ge_matcher **matcher) {
  napi_value grammar;
  void *words;
  size_t count;
  ge_error error;
  *matcher = NULL;
  if (!read_property(env, settings, "grammar", &grammar)) {
    return false;
  }
  if (is_undefined(env, grammar)) {
    return true;
  }
  if (!read_array(env, grammar, "grammar", napi_uint32_array, &words, &count)) {
    return false;
  }
  if (self->tokens == NULL) {
    (void)throw_error(env, self->grammar_problem);
    return false;
  }
  if (ge_matcher_new(self->tokens, words, count, matcher, &error) != GE_OK) {
    (void)throw_error(env, error.text);
    return false;
  }
  return true;
}

napi_value addon_submit(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  host *self;
  uint32_t number;
  ge_request request;
  ge_logit_bias *biases;
  ge_matcher *matcher;
  if (!read_arguments(env, info, arguments) || !read_open_host(env, arguments[0], &self) ||
      !read_u32(env, arguments[1], "the request's number", &number) ||
      !read_grammar(env, self, arguments[3], &matcher)) {
    return NULL;
  }
  if (!read_request(env, arguments, &request, &biases)) {
    ge_matcher_free(matcher);
    return NULL;
  }
  const char *refusal = host_submit(self, number, &request, matcher);
  free(biases);
  return refusal == NULL ? NULL : throw_error(env, refusal);
}

napi_value addon_cancel(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  host *self;
  uint32_t number;
  if (!read_arguments(env, info, arguments) || !read_host(env, arguments[0], &self) ||
      !read_u32(env, arguments[1], "the request's number", &number)) {
    return NULL;
  }
  const char *refusal = host_cancel(self, number);
  return refusal == NULL ? NULL : throw_error(env, refusal);
}

napi_value addon_close(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  host *self;
  if (read_arguments(env, info, arguments) && read_host(env, arguments[0], &self)) {
    host_close(self);
  }
  return NULL;
}
