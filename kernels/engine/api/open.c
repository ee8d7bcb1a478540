/* Opening and closing an engine. */
#include <stdlib.h>

#include "api/engine.h"
#include "errors/fail.h"

void ge_options_default(ge_options *options) {
  if (options != NULL) {
    *options = (ge_options){.slots = 4, .batch_tokens = 512, .threads = 1, .weights = GE_WEIGHTS_AS_FILED};
  }
}

uint32_t ge_abi_version(void) {
  return GE_ABI_VERSION;
}

static ge_status check_options(const ge_options *options, ge_error *error) {
  if (options->slots < 1 || options->slots > GE_SLOTS_MAX) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "%u slots; 1..%u are allowed", options->slots, GE_SLOTS_MAX);
  }
  if (options->threads < 1 || options->threads > GE_THREADS_MAX) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "%u threads; 1..%u are allowed", options->threads, GE_THREADS_MAX);
  }
  if (options->batch_tokens < options->slots || options->batch_tokens > GE_BATCH_MAX) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "batches of %u tokens; %u (the slots)..%u are allowed",
                   options->batch_tokens, options->slots, GE_BATCH_MAX);
  }
  if (options->weights != GE_WEIGHTS_AS_FILED && options->weights != GE_WEIGHTS_GK4) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "weights %d; 0 (as filed) and 1 (GK4) are known", (int)options->weights);
  }
  if (options->context_length > GE_CONTEXT_MAX) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "a context of %u tokens; at most %u are allowed",
                   options->context_length, GE_CONTEXT_MAX);
  }
  return GE_OK;
}

/* A name can only lower what the CPU runs: no option leads to an instruction that it lacks. */
static ge_status load_kernels(const char *name, const gk_ops **kernels, ge_error *error) {
  gk_status status;
  if (name == NULL) {
    status = gk_load(kernels);
  } else {
    const gk_cpu cpu = gk_read_cpu();
    gk_variant variant;
    status = gk_limit_variant(gk_detect(cpu.hwcap, cpu.hwcap2, cpu.midr), name, &variant);
    if (status == GK_OK) {
      status = gk_load_variant(variant, kernels);
    }
  }
  return status == GK_OK ? GE_OK
                         : ge_fail(error, GE_ERROR_KERNELS, "the kernels cannot be loaded: %s%s%s",
                                   gk_status_name(status), name == NULL ? "" : ", variant ", name == NULL ? "" : name);
}

typedef struct loading {
  ge_engine *engine;
  ge_gguf *file;
  bool wants_gk4;
  ge_status status;
  ge_error *error;
} loading;

static void load_job(void *context) {
  loading *work = context;
  work->status = ge_model_load(work->engine->kernels, work->engine->pool, work->file, work->wants_gk4,
                               &work->engine->model, work->error);
}

static ge_status load_model(ge_engine *engine, const char *path, const ge_options *options, ge_error *error) {
  loading work = {.engine = engine, .wants_gk4 = options->weights == GE_WEIGHTS_GK4, .error = error};
  const ge_status status = ge_gguf_open(path, &work.file, error);
  if (status != GE_OK) {
    return status;
  }
  ge_pool_lead(engine->pool, load_job, &work);
  return work.status;
}

/* The cache has no way to forget the oldest tokens, so the context ends where a sliding window would begin to. */
static ge_status find_context(const ge_parameters *parameters, uint32_t wanted, uint32_t *context, ge_error *error) {
  const uint32_t window = parameters->window == 0 ? GE_CONTEXT_MAX : parameters->window;
  const uint32_t trained = parameters->trained_context;
  uint32_t most = trained < window ? trained : window;
  most = most < GE_CONTEXT_MAX ? most : GE_CONTEXT_MAX;
  if (wanted > most) {
    return ge_fail(error, GE_ERROR_ARGUMENT,
                   "a context of %u tokens; the model was trained for %u, with a window of %u (0: none): ask for at "
                   "most %u",
                   wanted, trained, parameters->window, most);
  }
  *context = wanted == 0 ? most : wanted;
  return GE_OK;
}

static ge_status make_slots(ge_engine *engine, ge_error *error) {
  engine->slots = calloc(engine->slot_count, sizeof *engine->slots);
  engine->spans = calloc(engine->slot_count, sizeof *engine->spans);
  if (engine->slots == NULL || engine->spans == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for %u slots", engine->slot_count);
  }
  ge_status status = GE_OK;
  for (uint32_t i = 0; status == GE_OK && i < engine->slot_count; i++) {
    status = ge_slot_new(&engine->slots[i], &engine->shape, error);
  }
  return status;
}

static ge_status make_engine(ge_engine *engine, const char *path, const ge_options *options, ge_error *error) {
  const ge_parameters *p = &engine->model.parameters;
  ge_status status = load_kernels(options->variant, &engine->kernels, error);
  if (status == GE_OK) {
    status = ge_pool_new(options->threads, options->cores, &engine->pool, error);
  }
  if (status == GE_OK) {
    status = load_model(engine, path, options, error);
  }
  uint32_t context = 0;
  if (status == GE_OK) {
    status = find_context(p, options->context_length, &context, error);
  }
  if (status != GE_OK) {
    return status;
  }
  engine->shape = (ge_slot_shape){engine->kernels, p->vocabulary, p->width, context};
  engine->slot_count = options->slots;
  engine->batch_tokens = options->batch_tokens;
  /* Slots hold whole pages, which all of them have at once. */
  const uint64_t all = (uint64_t)ge_kv_cache_pages(context) * GK_KV_PAGE * options->slots;
  const bool wants_all = options->cache_tokens == 0 || options->cache_tokens > all;
  engine->cache_tokens = wants_all ? all : options->cache_tokens;
  status = ge_kv_cache_new(engine->kernels, options->slots, p->layers, p->kv_heads, p->head_width, context,
                           engine->cache_tokens, &engine->cache, error);
  if (status == GE_OK) {
    const ge_forward_limits limits = {options->batch_tokens, options->slots, context};
    status = ge_forward_new(engine->kernels, engine->pool, &engine->model, &engine->cache, &limits, &engine->forward,
                            error);
  }
  return status == GE_OK ? make_slots(engine, error) : status;
}

ge_status ge_open(const char *path, const ge_options *options, ge_engine **engine, ge_error *error) {
  if (path == NULL || options == NULL || engine == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no path, no options, or nowhere to put the engine");
  }
  ge_status status = check_options(options, error);
  if (status != GE_OK) {
    return status;
  }
  ge_engine *made = calloc(1, sizeof *made);
  if (made == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for the engine");
  }
  status = make_engine(made, path, options, error);
  if (status != GE_OK) {
    ge_close(made);
    return status;
  }
  *engine = made;
  return GE_OK;
}

void ge_close(ge_engine *engine) {
  if (engine == NULL) {
    return;
  }
  ge_pool_free(engine->pool);
  for (uint32_t i = 0; engine->slots != NULL && i < engine->slot_count; i++) {
    ge_slot_free(&engine->slots[i], &engine->shape);
  }
  free(engine->slots);
  free(engine->spans);
  ge_forward_free(engine->forward);
  ge_kv_cache_free(&engine->cache);
  ge_model_free(&engine->model);
  free(engine);
}

ge_status ge_engine_info(const ge_engine *engine, ge_info *info) {
  if (engine == NULL || info == NULL) {
    return GE_ERROR_ARGUMENT;
  }
  const ge_parameters *p = &engine->model.parameters;
  *info = (ge_info){
      .architecture = p->architecture->name,
      .variant = engine->kernels->name,
      .vocabulary = p->vocabulary,
      .embedding_length = p->width,
      .layers = p->layers,
      .context_length = engine->shape.context,
      .trained_context_length = p->trained_context,
      .slots = engine->slot_count,
      .threads = ge_pool_threads(engine->pool),
      .weights_bytes = ge_model_weights_bytes(&engine->model),
      .cache_bytes_per_token = (uint64_t)4 * p->head_width * p->kv_heads * p->layers,
      .cache_tokens = engine->cache_tokens,
  };
  return GE_OK;
}

const struct ge_gguf *ge_engine_file(const ge_engine *engine) {
  return engine == NULL ? NULL : engine->model.file;
}
