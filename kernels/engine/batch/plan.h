/* Which tokens a step computes. */
#ifndef GRAVITON_ENGINE_BATCH_PLAN_H
#define GRAVITON_ENGINE_BATCH_PLAN_H

#include "batch/slot.h"

/*
 * First one token of every slot that generates, so that no answer waits for a prompt; then what is left of
 * `batch_tokens` goes to prompts, in the order in which they came.
 *   spans  room for one of each slot
 * Gives the number of spans.
 */
size_t ge_plan(const ge_slot *slots, uint32_t count, uint32_t batch_tokens, ge_span *spans);

#endif
