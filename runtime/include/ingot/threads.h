/* A ready thread pool behind `struct ingot_parallel`. Needs POSIX threads;
 * an application that has its own pool leaves this file out. */
#ifndef INGOT_THREADS_H
#define INGOT_THREADS_H

#include "ingot/ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A pool of `threads` threads, the calling one included (at least 1; 0 stands
 * for the number of processors that this process may use). Returns NULL when
 * memory or threads are not to be had.
 *
 * Every index of [0, count) is run once, whatever the number of threads; a
 * call that comes while the pool is busy (from inside a body, or from another
 * thread) runs on its calling thread alone. */
struct ingot_parallel *ingot_pool_create(int threads);

/* Ends the threads and frees the pool. No call may be under way. NULL is fine. */
void ingot_pool_destroy(struct ingot_parallel *pool);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_THREADS_H */
