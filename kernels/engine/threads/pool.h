/*
 * Threads, each on its core, that share loops. The first of them leads: work is given to the leader, which runs it and
 * shares loops with the others, so that nothing is computed on the caller's thread.
 */
#ifndef GRAVITON_ENGINE_THREADS_POOL_H
#define GRAVITON_ENGINE_THREADS_POOL_H

#include <stdbool.h>

#include "graviton_engine/status.h"

typedef struct ge_pool ge_pool;

/* `cores` has the core of each thread, or is NULL. Errors: MEMORY, THREADS. */
ge_status ge_pool_new(uint32_t threads, const uint32_t *cores, ge_pool **pool, ge_error *error);

/* Waits for the threads to end. NULL is ignored. */
void ge_pool_free(ge_pool *pool);

uint32_t ge_pool_threads(const ge_pool *pool);

/* Runs work(context) on the leading thread and waits for it. Not for two callers at once. */
void ge_pool_lead(ge_pool *pool, void (*work)(void *context), void *context);

/* One turn of a loop; `thread` is 0..threads - 1, for scratch memory. */
typedef ge_status (*ge_pool_task)(void *context, size_t task, uint32_t thread);

/*
 * Runs tasks 0..count - 1 on all threads, in any order, and waits for all. Only from within ge_pool_lead. Gives the
 * status of a task that failed, after which others are not begun.
 */
ge_status ge_pool_loop(ge_pool *pool, size_t count, ge_pool_task task, void *context);

#endif
