/* One batch: from the plan to the next tokens. */
#include "api/engine.h"
#include "batch/plan.h"
#include "errors/fail.h"

typedef struct step {
  ge_engine *engine;
  size_t spans;
  ge_status status;
} step;

static ge_status advance_task(void *context, size_t task, uint32_t thread) {
  const step *work = context;
  const ge_span *span = &work->engine->spans[task];
  (void)thread;
  ge_slot_advance(&work->engine->slots[span->slot], &work->engine->shape, span);
  return GE_OK;
}

static void run_step(void *context) {
  step *work = context;
  ge_engine *engine = work->engine;
  work->status = ge_forward_run(engine->forward, engine->spans, work->spans);
  if (work->status == GE_OK) {
    work->status = ge_pool_loop(engine->pool, work->spans, advance_task, work);
  }
}

/* A finished slot keeps only the pages of the tokens that it holds. */
static void release_pages(ge_engine *engine, ge_slot *slot) {
  const size_t pages = ge_kv_cache_pages(slot->filled);
  engine->cache.pages_left += slot->pages - pages;
  slot->pages = pages;
}

ge_status ge_step(ge_engine *engine, ge_step_result *result, ge_error *error) {
  if (engine == NULL || result == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no engine, or nowhere to put the result");
  }
  step work = {.engine = engine};
  ge_step_result done = {0};
  uint32_t answers = 0;
  work.spans = ge_plan(engine->slots, engine->slot_count, engine->batch_tokens, engine->spans);
  for (size_t i = 0; i < work.spans; i++) {
    const ge_slot *slot = &engine->slots[engine->spans[i].slot];
    answers += slot->filled - slot->answer_start;
    const uint32_t prompt_left = slot->cached < slot->answer_start ? slot->answer_start - slot->cached : 0;
    done.prompt_tokens += prompt_left < engine->spans[i].rows ? prompt_left : engine->spans[i].rows;
  }
  if (work.spans != 0) {
    ge_pool_lead(engine->pool, run_step, &work);
  }
  if (work.status != GE_OK) {
    return ge_fail(error, work.status, "the kernels refused a call: the model's numbers lie outside their ranges");
  }
  for (size_t i = 0; i < work.spans; i++) {
    ge_slot *slot = &engine->slots[engine->spans[i].slot];
    done.generated_tokens += slot->filled - slot->answer_start;
    if (!slot->is_working) {
      release_pages(engine, slot);
    }
  }
  done.generated_tokens -= answers;
  for (uint32_t i = 0; i < engine->slot_count; i++) {
    done.working_slots += engine->slots[i].is_working ? 1 : 0;
  }
  *result = done;
  return GE_OK;
}
