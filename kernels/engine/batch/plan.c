#include "batch/plan.h"

static ge_span span_of(const ge_slot *slot, uint32_t index, uint32_t rows) {
  const bool reaches_end = slot->cached + rows == slot->filled;
  return (ge_span){
      .slot = index,
      .position = slot->cached,
      .rows = rows,
      .tokens = slot->tokens + slot->cached,
      .wants_logits = reaches_end && (slot->answer_end > slot->answer_start || slot->pooling == GE_POOLING_NONE),
      .wants_hidden = slot->pooling != GE_POOLING_NONE && slot->cached < slot->answer_start,
  };
}

static bool has_prompt_left(const ge_slot *slot) {
  return slot->is_working && slot->filled - slot->cached > 1;
}

/* The slot with a prompt that came first after number `after`, or `count`. */
static uint32_t next_prompt(const ge_slot *slots, uint32_t count, uint64_t after) {
  uint32_t next = count;
  for (uint32_t i = 0; i < count; i++) {
    if (has_prompt_left(&slots[i]) && slots[i].order > after && (next == count || slots[i].order < slots[next].order)) {
      next = i;
    }
  }
  return next;
}

size_t ge_plan(const ge_slot *slots, uint32_t count, uint32_t batch_tokens, ge_span *spans) {
  size_t planned = 0;
  uint32_t left = batch_tokens, next;
  for (uint32_t i = 0; i < count && left > 0; i++) {
    if (slots[i].is_working && slots[i].filled - slots[i].cached == 1) {
      spans[planned++] = span_of(&slots[i], i, 1);
      left--;
    }
  }
  for (uint64_t after = 0; left > 0 && (next = next_prompt(slots, count, after)) < count; after = slots[next].order) {
    const uint32_t pending = slots[next].filled - slots[next].cached;
    const uint32_t rows = pending < left ? pending : left;
    spans[planned++] = span_of(&slots[next], next, rows);
    left -= rows;
  }
  return planned;
}
