/* A fork-join pool. A job's range is cut into chunks; every thread owns a
 * contiguous share of them and, when that is empty, takes chunks from the
 * others' shares. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "ingot/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  MAX_THREADS = 1024,
  CHUNKS_PER_THREAD = 8, /* room to even out cores of different speed */
  SPINS = 1 << 13,       /* some ten microseconds: a network's layers follow each other closely */
  CACHE_LINE = 64
};

/* Chunks [next, end) of one thread; `next` may run past `end`. */
struct share {
  _Alignas(CACHE_LINE) atomic_int_least64_t next;
  int64_t end;
};

struct job {
  int64_t count, chunks;
  ingot_range_fn body;
  void *data;
};

struct pool {
  struct ingot_parallel parallel; /* first: the address that users hold */
  struct share *shares;
  pthread_t *workers;
  int started;      /* workers that run */
  atomic_bool busy; /* a job is under way, or the pool ends */
  struct job job;

  /* A worker raises `active` and then looks whether the job is open; the caller closes
   * it and then waits until nobody is active. One of the two sees the other, as all of
   * these are sequentially consistent. The lock is for those who sleep. */
  atomic_uint generation; /* number of the job */
  atomic_bool open;
  atomic_int active;   /* workers inside the job, or about to see that it is closed */
  atomic_int sleepers; /* workers that must be woken */
  atomic_bool waiting; /* the caller sleeps until nobody is active */

  pthread_mutex_t lock;
  pthread_cond_t wake, idle;
  atomic_bool stopping;
};

struct seat {
  struct pool *pool;
  int index;
};

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#endif
}

static int64_t min64(int64_t a, int64_t b) { return a < b ? a : b; }

/* First index of part `i` when `count` is cut into `parts` nearly equal ones. */
static int64_t part_begin(int64_t count, int64_t parts, int64_t i) {
  return count / parts * i + min64(i, count % parts);
}

static void run_share(const struct job *job, struct share *share) {
  for (;;) {
    int64_t chunk = atomic_fetch_add_explicit(&share->next, 1, memory_order_relaxed);
    if (chunk >= share->end)
      return;
    job->body(job->data, part_begin(job->count, job->chunks, chunk),
              part_begin(job->count, job->chunks, chunk + 1));
  }
}

static void run_job(struct pool *pool, int seat) {
  int64_t threads = pool->parallel.threads;
  for (int64_t i = 0; i < threads; ++i)
    run_share(&pool->job, &pool->shares[(seat + i) % threads]);
}

static bool is_open(struct pool *pool, unsigned seen) {
  return atomic_load(&pool->open) && atomic_load(&pool->generation) != seen;
}

static void sleep_until_open(struct pool *pool, unsigned seen) {
  pthread_mutex_lock(&pool->lock);
  atomic_fetch_add(&pool->sleepers, 1);
  while (!atomic_load(&pool->stopping) && !is_open(pool, seen))
    pthread_cond_wait(&pool->wake, &pool->lock);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->lock);
}

static void leave_job(struct pool *pool) {
  if (atomic_fetch_sub(&pool->active, 1) > 1 || !atomic_load(&pool->waiting))
    return;
  /* Taking the lock orders the signal after the caller's check of `active`. */
  pthread_mutex_lock(&pool->lock);
  pthread_cond_signal(&pool->idle);
  pthread_mutex_unlock(&pool->lock);
}

/* Enters a job after `seen`, once there is one; false when the pool ends. */
static bool enter_job(struct pool *pool, unsigned seen) {
  for (;;) {
    for (int i = 0; i < SPINS && !is_open(pool, seen) && !atomic_load(&pool->stopping); ++i)
      pause_briefly();
    if (!is_open(pool, seen))
      sleep_until_open(pool, seen);
    if (atomic_load(&pool->stopping))
      return false;
    atomic_fetch_add(&pool->active, 1);
    if (is_open(pool, seen))
      return true;
    leave_job(pool);
  }
}

static void *work(void *argument) {
  struct seat seat = *(struct seat *)argument;
  free(argument);
  unsigned seen = 0;
  while (enter_job(seat.pool, seen)) {
    seen = atomic_load(&seat.pool->generation);
    run_job(seat.pool, seat.index);
    leave_job(seat.pool);
  }
  return NULL;
}

static void open_job(struct pool *pool, const struct job *job) {
  pool->job = *job;
  int64_t threads = pool->parallel.threads;
  for (int64_t i = 0; i < threads; ++i) {
    atomic_store_explicit(&pool->shares[i].next, part_begin(job->chunks, threads, i),
                          memory_order_relaxed);
    pool->shares[i].end = part_begin(job->chunks, threads, i + 1);
  }
  atomic_fetch_add(&pool->generation, 1);
  atomic_store(&pool->open, true);
  if (atomic_load(&pool->sleepers) == 0)
    return;
  pthread_mutex_lock(&pool->lock);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
}

/* No worker enters any more; returns when those inside have left. */
static void close_job(struct pool *pool) {
  atomic_store(&pool->open, false);
  for (int i = 0; i < SPINS && atomic_load(&pool->active); ++i)
    pause_briefly();
  if (!atomic_load(&pool->active))
    return;
  pthread_mutex_lock(&pool->lock);
  atomic_store(&pool->waiting, true);
  while (atomic_load(&pool->active))
    pthread_cond_wait(&pool->idle, &pool->lock);
  atomic_store(&pool->waiting, false);
  pthread_mutex_unlock(&pool->lock);
}

static void parallel_for(const struct ingot_parallel *self, int64_t count, ingot_range_fn body,
                         void *data) {
  /* The pool was allocated by ingot_pool_create and is not const there. */
  struct pool *pool = (struct pool *)(uintptr_t)self;
  if (count <= 0)
    return;
  if (count == 1 || pool->parallel.threads == 1 || atomic_exchange(&pool->busy, true)) {
    body(data, 0, count);
    return;
  }
  struct job job = {count, min64(count, pool->parallel.threads * CHUNKS_PER_THREAD), body, data};
  open_job(pool, &job);
  run_job(pool, 0);
  close_job(pool);
  atomic_store(&pool->busy, false);
}

static int usable_processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)min64(online, MAX_THREADS) : 1;
}

static bool start_worker(struct pool *pool, int index) {
  struct seat *seat = malloc(sizeof *seat);
  if (!seat)
    return false;
  *seat = (struct seat){pool, index};
  if (pthread_create(&pool->workers[index - 1], NULL, work, seat) != 0) {
    free(seat);
    return false;
  }
  ++pool->started;
  return true;
}

static struct pool *allocate_pool(int threads) {
  struct pool *pool = calloc(1, sizeof *pool);
  if (!pool)
    return NULL;
  pool->parallel = (struct ingot_parallel){parallel_for, threads};
  pool->shares = aligned_alloc(CACHE_LINE, (size_t)threads * sizeof *pool->shares);
  pool->workers = calloc((size_t)threads, sizeof *pool->workers);
  if (!pool->shares || !pool->workers) {
    free(pool->shares);
    free(pool->workers);
    free(pool);
    return NULL;
  }
  memset(pool->shares, 0, (size_t)threads * sizeof *pool->shares);
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->idle, NULL);
  return pool;
}

struct ingot_parallel *ingot_pool_create(int threads) {
  if (threads == 0)
    threads = usable_processors();
  if (threads < 1 || threads > MAX_THREADS)
    return NULL;
  struct pool *pool = allocate_pool(threads);
  if (!pool)
    return NULL;
  for (int i = 1; i < threads; ++i)
    if (!start_worker(pool, i)) {
      ingot_pool_destroy(&pool->parallel);
      return NULL;
    }
  return &pool->parallel;
}

void ingot_pool_destroy(struct ingot_parallel *parallel) {
  struct pool *pool = (struct pool *)parallel;
  if (!pool)
    return;
  pthread_mutex_lock(&pool->lock);
  atomic_store(&pool->stopping, true);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
  for (int i = 0; i < pool->started; ++i)
    pthread_join(pool->workers[i], NULL);
  pthread_cond_destroy(&pool->idle);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->lock);
  free(pool->workers);
  free(pool->shares);
  free(pool);
}
