/* The engine of this project, by its public API. */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "graviton_engine.h"
#include "support.h"

static ge_engine *engine_;
static uint32_t slot;
static ge_info info;
static float *logits;

static void require(ge_status status, const ge_error *error) {
  if (status != GE_OK) {
    fail("graviton_engine: status %d: %s", (int)status, error->text);
  }
}

static size_t open_ours(const engine_options *options) {
  ge_options chosen;
  ge_error error;
  ge_options_default(&chosen);
  chosen.slots = 1;
  chosen.threads = 1;
  chosen.context_length = options->context_length;
  chosen.weights = strcmp(options->weights, "gk4") == 0 ? GE_WEIGHTS_GK4 : GE_WEIGHTS_AS_FILED;
  require(ge_open(options->model, &chosen, &engine_, &error), &error);
  (void)ge_engine_info(engine_, &info);
  require(ge_slot_open(engine_, &slot, &error), &error);
  logits = allocate(info.vocabulary * sizeof *logits);
  (void)printf("{\"engine\": \"graviton\", \"variant\": \"%s\", \"weights\": \"%s\"}\n", info.variant,
               options->weights);
  return info.vocabulary;
}

static void reset_ours(void) {
  ge_error error;
  require(ge_slot_rewind(engine_, slot, 0, &error), &error);
}

static const float *feed_ours(const uint32_t *tokens, size_t count) {
  ge_request request;
  ge_step_result result;
  ge_error error;
  ge_request_default(&request);
  request.tokens = tokens;
  request.token_count = count;
  request.max_tokens = 0;
  require(ge_submit(engine_, slot, &request, &error), &error);
  do {
    require(ge_step(engine_, &result, &error), &error);
  } while (result.working_slots != 0);
  require(ge_logits(engine_, slot, logits, info.vocabulary, &error), &error);
  return logits;
}

const engine engine_ours = {"ours", open_ours, reset_ours, feed_ours};
