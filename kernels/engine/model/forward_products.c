/* Products of activations with matrices, shared between threads by columns. */
#include "model/forward_state.h"

/* More tasks than threads, so that one that comes late costs little. */
#define TASKS_PER_THREAD 4u

typedef struct preparation {
  const ge_forward *forward;
  const ge_format *format;
  const float *source;
  void *operand;
  size_t rows, k, chunk;
} preparation;

static ge_status prepare_task(void *context, size_t task, uint32_t thread) {
  const preparation *work = context;
  const size_t first = task * work->chunk;
  (void)thread;
  return ge_of_kernels(work->format->prepare(work->forward->kernels, work->rows, work->k, work->source, first,
                                             ge_least(work->chunk, work->rows - first), work->operand));
}

ge_status ge_forward_prepare(ge_forward *forward, const float *source, size_t rows, size_t k,
                             const ge_matrix *const *matrices, size_t count) {
  bool is_done[GE_FORMATS] = {false};
  forward->operands.rows = rows;
  forward->operands.k = k;
  for (size_t i = 0; i < count; i++) {
    const ge_format_id id = matrices[i]->format;
    if (is_done[id]) {
      continue;
    }
    is_done[id] = true;
    preparation work = {forward, ge_format_of(id), source, forward->operands.bytes[id], rows, k, GE_ROW_STEP};
    const ge_status status = ge_pool_loop(forward->pool, ge_parts(rows, work.chunk), prepare_task, &work);
    if (status != GE_OK) {
      return status;
    }
  }
  return GE_OK;
}

size_t ge_forward_chunk(const ge_forward *forward, size_t n) {
  const size_t units = ge_parts(n, GE_COLUMN_UNIT);
  return ge_parts(units, (size_t)ge_pool_threads(forward->pool) * TASKS_PER_THREAD) * GE_COLUMN_UNIT;
}

ge_status ge_forward_multiply(const ge_forward *forward, const ge_matrix *matrix, size_t first, size_t count,
                              uint32_t thread, float *result) {
  const ge_product product = {
      .rows = forward->operands.rows,
      .k = forward->operands.k,
      .operand = forward->operands.bytes[matrix->format],
      .n = matrix->n,
      .matrix = matrix->bytes,
      .result = result,
      .result_stride = matrix->n,
      .scratch = forward->scratch + thread * forward->scratch_size,
      .scratch_size = forward->product_scratch_size,
  };
  return ge_of_kernels(ge_format_of(matrix->format)->multiply(forward->kernels, &product, first, count));
}

static ge_status product_task(void *context, size_t task, uint32_t thread) {
  const ge_products *work = context;
  size_t i = 0;
  while (task >= work->tasks[i]) {
    task -= work->tasks[i];
    i++;
  }
  const size_t first = task * work->chunk;
  return ge_forward_multiply(work->forward, work->matrices[i], first,
                             ge_least(work->chunk, work->matrices[i]->n - first), thread, work->results[i]);
}

ge_status ge_forward_products(ge_forward *forward, const ge_matrix *const *matrices, float *const *results,
                              size_t count) {
  ge_products work = {.forward = forward, .count = count};
  size_t columns = 0, tasks = 0;
  for (size_t i = 0; i < count; i++) {
    columns += matrices[i]->n;
  }
  work.chunk = ge_forward_chunk(forward, columns);
  for (size_t i = 0; i < count; i++) {
    work.matrices[i] = matrices[i];
    work.results[i] = results[i];
    work.tasks[i] = ge_parts(matrices[i]->n, work.chunk);
    tasks += work.tasks[i];
  }
  return ge_pool_loop(forward->pool, tasks, product_task, &work);
}
