#include "model/forward.h"

#include <math.h>
#include <string.h>

#include "model/forward_state.h"
#include "weights/rows.h"

/* Rows of norms and embeddings that are one task. */
#define TASK_ROWS 8u

static void lay_out(ge_forward *forward, ge_span *spans, size_t count) {
  forward->spans = spans;
  forward->span_count = count;
  forward->rows = 0;
  forward->block_count = 0;
  for (size_t i = 0; i < count; i++) {
    spans[i].first_row = (uint32_t)forward->rows;
    for (uint32_t row = 0; row < spans[i].rows; row++) {
      forward->span_of_row[forward->rows++] = &spans[i];
      if (row % GE_ATTENTION_TOKENS == 0) {
        forward->blocks[forward->block_count++] = (ge_attention_block){
            &spans[i], row, (uint32_t)ge_least(GE_ATTENTION_TOKENS, spans[i].rows - row)};
      }
    }
  }
}

static ge_status embed_task(void *context, size_t task, uint32_t thread) {
  const ge_forward *forward = context;
  const ge_parameters *p = &forward->model->parameters;
  const size_t first = task * TASK_ROWS, pairs = p->rotated / 2;
  (void)thread;
  for (size_t row = first; row < ge_least(first + TASK_ROWS, forward->rows); row++) {
    const ge_span *span = forward->span_of_row[row];
    const size_t index = row - span->first_row;
    ge_read_row(forward->model->embedding, p->width, span->tokens[index], forward->state + row * p->width);
    ge_model_rope(forward->model, span->position + (uint32_t)index, forward->cosine + row * pairs,
                  forward->sine + row * pairs);
  }
  return GE_OK;
}

typedef struct norm {
  ge_forward *forward;
  const float *weight;
} norm;

static ge_status norm_task(void *context, size_t task, uint32_t thread) {
  const norm *work = context;
  const ge_forward *forward = work->forward;
  const ge_parameters *p = &forward->model->parameters;
  const size_t first = task * TASK_ROWS, stride = p->width * sizeof(float);
  (void)thread;
  return ge_of_kernels(forward->kernels->elementwise.rmsnorm_f32_f32(
      ge_least(TASK_ROWS, forward->rows - first), p->width, forward->state + first * p->width, stride, work->weight,
      p->epsilon, forward->normalised + first * p->width, stride));
}

static ge_status normalise(ge_forward *forward, const float *weight) {
  norm work = {forward, weight};
  return ge_pool_loop(forward->pool, ge_parts(forward->rows, TASK_ROWS), norm_task, &work);
}

/* A product that is added to the residual stream. */
typedef struct addition {
  ge_forward *forward;
  const ge_matrix *matrix;
  const float *bias;
  size_t chunk;
} addition;

static ge_status add_task(void *context, size_t task, uint32_t thread) {
  const addition *work = context;
  const ge_forward *forward = work->forward;
  const size_t width = work->matrix->n, first = task * work->chunk, count = ge_least(work->chunk, width - first);
  const ge_status status = ge_forward_multiply(forward, work->matrix, first, count, thread, forward->normalised);
  for (size_t row = 0; status == GE_OK && row < forward->rows; row++) {
    float *state = forward->state + row * width + first;
    const float *added = forward->normalised + row * width + first;
    for (size_t j = 0; j < count; j++) {
      state[j] += work->bias == NULL ? added[j] : added[j] + work->bias[first + j];
    }
  }
  return status;
}

static ge_status add_product(ge_forward *forward, const float *source, const ge_matrix *matrix, const float *bias) {
  const ge_status status = ge_forward_prepare(forward, source, forward->rows, matrix->k, &matrix, 1);
  addition work = {forward, matrix, bias, ge_forward_chunk(forward, matrix->n)};
  return status == GE_OK ? ge_pool_loop(forward->pool, ge_parts(matrix->n, work.chunk), add_task, &work) : status;
}

static ge_status hidden_task(void *context, size_t task, uint32_t thread) {
  const ge_forward *forward = context;
  const ge_layer *layer = forward->layer;
  const size_t n = layer->gate.n, chunk = ge_forward_chunk(forward, n);
  const size_t first = task * chunk, count = ge_least(chunk, n - first);
  ge_status status = ge_forward_multiply(forward, &layer->gate, first, count, thread, forward->gate);
  if (status == GE_OK) {
    status = ge_forward_multiply(forward, &layer->up, first, count, thread, forward->up);
  }
  for (size_t row = 0; status == GE_OK && row < forward->rows; row++) {
    float *gate = forward->gate + row * n + first;
    status = ge_of_kernels(
        forward->kernels->elementwise.swiglu_f32_f32_f32(count, gate, forward->up + row * n + first, gate));
  }
  return status;
}

static ge_status run_hidden(ge_forward *forward) {
  const ge_layer *layer = forward->layer;
  const ge_matrix *const matrices[] = {&layer->gate, &layer->up};
  ge_status status = normalise(forward, layer->hidden_norm);
  if (status == GE_OK) {
    status = ge_forward_prepare(forward, forward->normalised, forward->rows, layer->gate.k, matrices, 2);
  }
  if (status == GE_OK) {
    const size_t tasks = ge_parts(layer->gate.n, ge_forward_chunk(forward, layer->gate.n));
    status = ge_pool_loop(forward->pool, tasks, hidden_task, forward);
  }
  return status == GE_OK ? add_product(forward, forward->gate, &layer->down, NULL) : status;
}

static ge_status run_layer(ge_forward *forward) {
  const ge_layer *layer = forward->layer;
  ge_status status = normalise(forward, layer->attention_norm);
  if (status == GE_OK) {
    status = ge_forward_attention(forward);
  }
  if (status == GE_OK) {
    status = add_product(forward, forward->attended, &layer->o, layer->o_bias);
  }
  return status == GE_OK ? run_hidden(forward) : status;
}

/* The last token attends to all before it, so that what is no number in one of them is in its state as well. */
static bool is_finite(const float *state, size_t width) {
  for (size_t i = 0; i < width; i++) {
    if (!isfinite(state[i])) {
      return false;
    }
  }
  return true;
}

static ge_status run_output(ge_forward *forward) {
  const ge_model *model = forward->model;
  const size_t width = model->parameters.width;
  const ge_matrix *const output = &model->output;
  size_t wanted = 0;
  const ge_status status = normalise(forward, model->output_norm);
  for (size_t i = 0; i < forward->span_count; i++) {
    ge_span *span = &forward->spans[i];
    const float *last = forward->normalised + (span->first_row + span->rows - 1) * width;
    span->is_finite = is_finite(last, width);
    span->hidden = span->wants_hidden ? forward->normalised + span->first_row * width : NULL;
    span->logits = span->wants_logits ? forward->logits + wanted * output->n : NULL;
    if (span->wants_logits) {
      memcpy(forward->last + wanted * width, last, width * sizeof(float));
      wanted++;
    }
  }
  if (status != GE_OK || wanted == 0) {
    return status;
  }
  const ge_status prepared = ge_forward_prepare(forward, forward->last, wanted, width, &output, 1);
  return prepared == GE_OK ? ge_forward_products(forward, &output, &forward->logits, 1) : prepared;
}

ge_status ge_forward_run(ge_forward *forward, ge_span *spans, size_t count) {
  lay_out(forward, spans, count);
  ge_status status = ge_pool_loop(forward->pool, ge_parts(forward->rows, TASK_ROWS), embed_task, forward);
  for (uint32_t i = 0; status == GE_OK && i < forward->model->parameters.layers; i++) {
    forward->layer = &forward->model->layers[i];
    forward->layer_index = i;
    status = run_layer(forward);
  }
  return status == GE_OK ? run_output(forward) : status;
}
