#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "call.h"
#include "ingot/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t round_up(size_t bytes) {
  return (bytes + INGOT_ALIGNMENT - 1) / INGOT_ALIGNMENT * INGOT_ALIGNMENT;
}

bool ingot_session_open(struct ingot_session *session, const struct ingot_model *model,
                        const struct ingot_parallel *parallel, size_t arena_limit,
                        struct ingot_failure *failure) {
  memset(session, 0, sizeof *session);
  session->model = model;
  session->arena_limit = arena_limit;
  session->context.parallel = parallel;
  session->context.host = &ingot_stdio_host;
  if (!model->state_bytes)
    return true;
  if (model->state_bytes <= PTRDIFF_MAX)
    session->context.state = aligned_alloc(INGOT_ALIGNMENT, round_up(model->state_bytes));
  if (!session->context.state)
    return ingot_fail(failure, "out of memory for a state of %zu bytes", model->state_bytes);
  int status = model->init_state(session->context.state);
  if (status == INGOT_OK)
    return true;
  ingot_session_close(session);
  return ingot_fail(failure, "setting the initial state failed: %s", ingot_status_string(status));
}

static void unmap_arena(struct ingot_context *context) {
  if (context->arena)
    munmap(context->arena, context->arena_bytes);
  context->arena = NULL;
  context->arena_bytes = 0;
}

void ingot_session_close(struct ingot_session *session) {
  unmap_arena(&session->context);
  free(session->context.state);
  session->context.state = NULL;
}

static size_t physical_memory(void) {
  long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0 || (size_t)pages > PTRDIFF_MAX / (size_t)page)
    return 0;
  return (size_t)pages * (size_t)page;
}

/* Maps address space that takes memory only where it is touched: `wanted`
 * bytes, or less where limits are tight, but at least `needed`. */
static bool map_arena(struct ingot_context *context, size_t needed, size_t wanted) {
  for (size_t bytes = wanted;; bytes /= 2) {
    if (bytes < needed)
      bytes = needed;
    void *arena = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arena != MAP_FAILED) {
      context->arena = arena;
      context->arena_bytes = bytes;
      return true;
    }
    if (bytes == needed)
      return false;
  }
}

bool ingot_call_reserve(struct ingot_session *session, const struct ingot_call *call,
                        struct ingot_failure *failure) {
  size_t needed = call->arena_bytes ? call->arena_bytes : 1, limit = session->arena_limit;
  if (limit && needed > limit)
    return ingot_fail(failure,
                      "signature '%s' needs %zu bytes of arena, the limit is %zu "
                      "(raise --arena-bytes)",
                      call->signature->name, needed, limit);
  if (session->context.arena_bytes >= needed)
    return true;
  unmap_arena(&session->context);
  size_t wanted = limit ? limit : physical_memory();
  if (map_arena(&session->context, needed, wanted))
    return true;
  return ingot_fail(failure, "cannot reserve an arena of %zu bytes", needed);
}
