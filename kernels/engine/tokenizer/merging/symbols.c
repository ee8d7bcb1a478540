#include "tokenizer/merging/symbols.h"

#include <stdlib.h>

#include "tokenizer/merging/grow.h"

void gtok_symbols_clear(gtok_symbols *symbols) {
  symbols->count = 0;
  symbols->heap_count = 0;
}

void gtok_symbols_destroy(gtok_symbols *symbols) {
  free(symbols->row);
  free(symbols->heap);
}

ge_status gtok_symbols_add(gtok_symbols *symbols, uint32_t start, uint32_t size, int32_t token) {
  gtok_symbol *row = gtok_grow(symbols->row, &symbols->capacity, symbols->count + 1, sizeof *row);
  if (row == NULL) {
    return GE_ERROR_MEMORY;
  }
  symbols->row = row;
  const uint32_t at = (uint32_t)symbols->count++;
  row[at] = (gtok_symbol){start, size, token, at == 0 ? GTOK_NO_SYMBOL : at - 1, GTOK_NO_SYMBOL};
  if (at > 0) {
    row[at - 1].next = at;
  }
  return GE_OK;
}

static int comes_before(const gtok_candidate *a, const gtok_candidate *b) {
  return a->rank != b->rank ? a->rank < b->rank : a->left < b->left;
}

static ge_status push(gtok_symbols *symbols, gtok_candidate candidate) {
  gtok_candidate *heap = gtok_grow(symbols->heap, &symbols->heap_capacity, symbols->heap_count + 1, sizeof *heap);
  if (heap == NULL) {
    return GE_ERROR_MEMORY;
  }
  symbols->heap = heap;
  size_t at = symbols->heap_count++;
  for (; at > 0 && comes_before(&candidate, &heap[(at - 1) / 2]); at = (at - 1) / 2) {
    heap[at] = heap[(at - 1) / 2];
  }
  heap[at] = candidate;
  return GE_OK;
}

static gtok_candidate pop(gtok_symbols *symbols) {
  gtok_candidate *heap = symbols->heap;
  const gtok_candidate first = heap[0];
  const size_t count = --symbols->heap_count;
  const gtok_candidate last = heap[count];
  size_t at = 0;
  for (size_t child = 1; child < count; child = 2 * at + 1) {
    child += child + 1 < count && comes_before(&heap[child + 1], &heap[child]);
    if (!comes_before(&heap[child], &last)) {
      break;
    }
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}

static ge_status consider(gtok_symbols *symbols, uint32_t left, uint32_t right, gtok_find_merge *find,
                          const void *context) {
  if (left == GTOK_NO_SYMBOL || right == GTOK_NO_SYMBOL) {
    return GE_OK;
  }
  const gtok_symbol *row = symbols->row;
  gtok_candidate candidate = {0, left, right, row[left].size + row[right].size, GTOK_NONE};
  return find(context, row[left], row[right], &candidate) ? push(symbols, candidate) : GE_OK;
}

static ge_status join(gtok_symbols *symbols, const gtok_candidate *candidate, gtok_find_merge *find,
                      const void *context) {
  gtok_symbol *left = &symbols->row[candidate->left];
  gtok_symbol *right = &symbols->row[candidate->right];
  left->size = candidate->size;
  left->token = candidate->token;
  left->next = right->next;
  right->size = 0;
  if (left->next != GTOK_NO_SYMBOL) {
    symbols->row[left->next].previous = candidate->left;
  }
  const ge_status status = consider(symbols, left->previous, candidate->left, find, context);
  return status == GE_OK ? consider(symbols, candidate->left, left->next, find, context) : status;
}

ge_status gtok_symbols_merge(gtok_symbols *symbols, gtok_find_merge *find, const void *context) {
  ge_status status = GE_OK;
  for (size_t i = 1; i < symbols->count && status == GE_OK; i++) {
    status = consider(symbols, (uint32_t)(i - 1), (uint32_t)i, find, context);
  }
  while (status == GE_OK && symbols->heap_count > 0) {
    const gtok_candidate candidate = pop(symbols);
    const gtok_symbol left = symbols->row[candidate.left];
    const gtok_symbol right = symbols->row[candidate.right];
    /* A symbol only grows, or vanishes into the one before it: the sizes tell whether this pair still stands. */
    if (left.size > 0 && right.size > 0 && left.size + right.size == candidate.size) {
      status = join(symbols, &candidate, find, context);
    }
  }
  return status;
}
