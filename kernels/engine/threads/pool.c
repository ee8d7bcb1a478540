#include "threads/pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "errors/fail.h"

/*
 * A step has some hundred short loops: a thread that slept after each would be woken by the kernel each time, so it
 * looks for the next loop this often before it sleeps. After the first tries it lets others run, lest more threads than
 * cores wait for each other.
 */
#define TRIES_BEFORE_SLEEP 2000
#define TRIES_BEFORE_YIELD 200

typedef struct worker {
  ge_pool *pool;
  pthread_t thread;
  uint32_t index;
} worker;

struct ge_pool {
  uint32_t threads;
  uint32_t started;
  worker *workers;

  pthread_mutex_t mutex;
  pthread_cond_t loop_begun; /* for followers that sleep */
  pthread_cond_t job_given;  /* for the leader */
  pthread_cond_t job_done;   /* for the caller */
  bool has_job;
  void (*job)(void *context);
  void *job_context;

  ge_pool_task task;
  void *task_context;
  size_t task_count;
  atomic_size_t next_task;
  atomic_uint following; /* followers that have not finished this loop */
  atomic_uint loop;      /* number of the loop */
  atomic_uint asleep;
  atomic_int failure; /* the first ge_status of this loop that is not GE_OK */
  atomic_bool is_ending;
};

static void pause_try(unsigned tries) {
  if (tries > TRIES_BEFORE_YIELD) {
    (void)sched_yield();
  }
#if defined(__aarch64__)
  __asm__ volatile("yield");
#elif defined(__x86_64__)
  __asm__ volatile("pause");
#endif
}

static void run_tasks(ge_pool *pool, uint32_t thread) {
  for (size_t task; (task = atomic_fetch_add(&pool->next_task, 1)) < pool->task_count;) {
    if (atomic_load_explicit(&pool->failure, memory_order_relaxed) != GE_OK) {
      return;
    }
    int expected = GE_OK;
    const ge_status status = pool->task(pool->task_context, task, thread);
    if (status != GE_OK) {
      (void)atomic_compare_exchange_strong(&pool->failure, &expected, (int)status);
    }
  }
}

/* Waits until the loop's number is another than `seen`. */
static void await_loop(ge_pool *pool, unsigned seen) {
  for (unsigned tries = 0; tries < TRIES_BEFORE_SLEEP; tries++) {
    if (atomic_load(&pool->loop) != seen) {
      return;
    }
    pause_try(tries);
  }
  (void)pthread_mutex_lock(&pool->mutex);
  (void)atomic_fetch_add(&pool->asleep, 1);
  while (atomic_load(&pool->loop) == seen) {
    (void)pthread_cond_wait(&pool->loop_begun, &pool->mutex);
  }
  (void)atomic_fetch_sub(&pool->asleep, 1);
  (void)pthread_mutex_unlock(&pool->mutex);
}

static void begin_loop(ge_pool *pool) {
  (void)atomic_fetch_add(&pool->loop, 1);
  /* A follower counts itself asleep before it looks at the number again, and both under the mutex. */
  if (atomic_load(&pool->asleep) != 0) {
    (void)pthread_mutex_lock(&pool->mutex);
    (void)pthread_cond_broadcast(&pool->loop_begun);
    (void)pthread_mutex_unlock(&pool->mutex);
  }
}

static void *follow(void *argument) {
  const worker *self = argument;
  ge_pool *pool = self->pool;
  for (unsigned seen = 0;; seen++) {
    await_loop(pool, seen);
    if (atomic_load(&pool->is_ending)) {
      return NULL;
    }
    run_tasks(pool, self->index);
    (void)atomic_fetch_sub(&pool->following, 1);
  }
}

static void *lead(void *argument) {
  const worker *self = argument;
  ge_pool *pool = self->pool;
  (void)pthread_mutex_lock(&pool->mutex);
  for (;;) {
    while (!pool->has_job && !atomic_load(&pool->is_ending)) {
      (void)pthread_cond_wait(&pool->job_given, &pool->mutex);
    }
    if (!pool->has_job) {
      break;
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    pool->job(pool->job_context);
    (void)pthread_mutex_lock(&pool->mutex);
    pool->has_job = false;
    (void)pthread_cond_signal(&pool->job_done);
  }
  (void)pthread_mutex_unlock(&pool->mutex);
  return NULL;
}

ge_status ge_pool_loop(ge_pool *pool, size_t count, ge_pool_task task, void *context) {
  pool->task = task;
  pool->task_context = context;
  pool->task_count = count;
  atomic_store(&pool->next_task, 0);
  atomic_store(&pool->failure, GE_OK);
  if (count > 1 && pool->threads > 1) {
    atomic_store(&pool->following, pool->threads - 1);
    begin_loop(pool);
  }
  run_tasks(pool, 0);
  for (unsigned tries = 0; atomic_load(&pool->following) != 0; tries++) {
    pause_try(tries);
  }
  return (ge_status)atomic_load(&pool->failure);
}

void ge_pool_lead(ge_pool *pool, void (*work)(void *context), void *context) {
  (void)pthread_mutex_lock(&pool->mutex);
  pool->job = work;
  pool->job_context = context;
  pool->has_job = true;
  (void)pthread_cond_signal(&pool->job_given);
  while (pool->has_job) {
    (void)pthread_cond_wait(&pool->job_done, &pool->mutex);
  }
  (void)pthread_mutex_unlock(&pool->mutex);
}

uint32_t ge_pool_threads(const ge_pool *pool) {
  return pool->threads;
}

static ge_status start(ge_pool *pool, const uint32_t *cores, ge_error *error) {
  const uint32_t index = pool->started;
  worker *self = &pool->workers[index];
  pthread_attr_t attributes;
  *self = (worker){.pool = pool, .index = index};
  int failure = pthread_attr_init(&attributes);
  if (failure != 0) {
    return ge_fail(error, GE_ERROR_THREADS, "thread %u cannot be started: %s", index, strerror(failure));
  }
  if (cores != NULL) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cores[index], &set);
    failure = cores[index] < CPU_SETSIZE ? pthread_attr_setaffinity_np(&attributes, sizeof set, &set) : EINVAL;
  }
  if (failure == 0) {
    failure = pthread_create(&self->thread, &attributes, index == 0 ? lead : follow, self);
  }
  (void)pthread_attr_destroy(&attributes);
  if (failure != 0 && cores != NULL) {
    return ge_fail(error, GE_ERROR_THREADS, "thread %u cannot be started on core %u: %s", index, cores[index],
                   strerror(failure));
  }
  if (failure != 0) {
    return ge_fail(error, GE_ERROR_THREADS, "thread %u cannot be started: %s", index, strerror(failure));
  }
  pool->started++;
  return GE_OK;
}

ge_status ge_pool_new(uint32_t threads, const uint32_t *cores, ge_pool **pool, ge_error *error) {
  ge_pool *made = calloc(1, sizeof *made);
  worker *workers = calloc(threads, sizeof *workers);
  if (made == NULL || workers == NULL) {
    free(made);
    free(workers);
    return ge_fail(error, GE_ERROR_MEMORY, "no memory for %u threads", threads);
  }
  made->workers = workers;
  made->threads = threads;
  (void)pthread_mutex_init(&made->mutex, NULL);
  (void)pthread_cond_init(&made->loop_begun, NULL);
  (void)pthread_cond_init(&made->job_given, NULL);
  (void)pthread_cond_init(&made->job_done, NULL);
  ge_status status = GE_OK;
  while (status == GE_OK && made->started < threads) {
    status = start(made, cores, error);
  }
  if (status != GE_OK) {
    ge_pool_free(made);
    return status;
  }
  *pool = made;
  return GE_OK;
}

void ge_pool_free(ge_pool *pool) {
  if (pool == NULL) {
    return;
  }
  (void)pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->is_ending, true);
  (void)pthread_cond_signal(&pool->job_given);
  (void)pthread_mutex_unlock(&pool->mutex);
  begin_loop(pool);
  for (uint32_t i = 0; i < pool->started; i++) {
    (void)pthread_join(pool->workers[i].thread, NULL);
  }
  (void)pthread_cond_destroy(&pool->loop_begun);
  (void)pthread_cond_destroy(&pool->job_given);
  (void)pthread_cond_destroy(&pool->job_done);
  (void)pthread_mutex_destroy(&pool->mutex);
  free(pool->workers);
  free(pool);
}
