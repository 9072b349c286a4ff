/* Calls a compiled model as a hostile caller may: with every buffer between
 * pages that cannot be touched, an arena that is short or misaligned, and two
 * contexts in two threads. One argument more than a model's .npz of cases:
 *
 *   abi-harness MODEL.so SIGNATURE GOLDEN.npz CASE
 */
#define _DEFAULT_SOURCE
#include "exe/call.h"
#include "exe/npz.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { THREADS = 2, ROUNDS = 20, MOST_FROM_DATA = 1 << 20 };

static void require(int holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "abi-harness: %s\n", what);
  exit(1);
}

/* --- memory between guard pages ------------------------------------------ */

struct guarded {
  char *map;
  size_t map_bytes;
  char *data;
};

/* `bytes` that end as close to a forbidden page as `align` lets them, or begin
 * behind one. */
static struct guarded guarded(size_t bytes, size_t align, int at_end) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), inner = (bytes + page - 1) / page * page;
  struct guarded g = {NULL, inner + 2 * page, NULL};
  g.map = mmap(NULL, g.map_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  require(g.map != MAP_FAILED, "mmap failed");
  if (inner)
    require(mprotect(g.map + page, inner, PROT_READ | PROT_WRITE) == 0, "mprotect failed");
  g.data = g.map + page + (at_end ? (inner - bytes) / align * align : 0);
  memset(g.data, 0xA5, bytes); /* memory is not zero when the call begins */
  return g;
}

static void release(struct guarded *g) { munmap(g->map, g->map_bytes); }

/* --- one call -------------------------------------------------------------- */

struct case_source {
  struct ingot_source source;
  struct ingot_bytes archive;
  const char *prefix;
};

static int load_case(struct ingot_source *self, const char *key, struct ingot_array *array,
                     struct ingot_failure *failure) {
  const struct case_source *source = (const struct case_source *)self;
  char full[1100];
  snprintf(full, sizeof full, "%s/in/%s", source->prefix, key);
  return ingot_npz_load(&source->archive, full, array, failure);
}

/* What a call takes from the arena beyond arena_bytes(), because only the data
 * tells its size. */
static size_t from_data;

static struct ingot_call prepare(const struct ingot_signature *signature,
                                 struct case_source *source) {
  struct ingot_call call;
  struct ingot_failure failure = {""};
  if (!ingot_call_prepare(&call, signature, &source->source, &failure)) {
    fprintf(stderr, "abi-harness: %s\n", failure.text);
    exit(1);
  }
  call.arena_bytes += from_data;
  return call;
}

static void *arena(size_t bytes) {
  void *memory = aligned_alloc(INGOT_ALIGNMENT, (bytes + 127) / 64 * 64);
  require(memory != NULL, "out of memory");
  return memory;
}

/* The outputs' bytes, one after the other. */
struct results {
  char *bytes;
  size_t size;
};

static struct results collect(const struct ingot_call *call) {
  struct results all = {NULL, 0};
  for (int32_t i = 0; i < call->signature->output_count; ++i) {
    struct ingot_array array;
    struct ingot_failure failure;
    size_t bytes = 0;
    require(ingot_call_output(call, i, &array, &failure), "an output has no array");
    require(ingot_array_bytes(&array, &bytes), "an output is too large");
    all.bytes = realloc(all.bytes, all.size + bytes + 1);
    require(all.bytes != NULL, "out of memory");
    if (bytes)
      memcpy(all.bytes + all.size, array.data, bytes);
    all.size += bytes;
  }
  return all;
}

static void require_equal(const struct ingot_call *call, const struct results *wanted,
                          const char *what) {
  struct results have = collect(call);
  require(have.size == wanted->size, what);
  require(!have.size || memcmp(have.bytes, wanted->bytes, have.size) == 0, what);
  free(have.bytes);
}

static const struct ingot_model *model;

static int invoke_over(struct ingot_call *call, void *state, void *arena, size_t bytes,
                       size_t *needed) {
  struct ingot_session session = {0};
  session.context.state = state;
  session.context.arena = arena;
  session.context.arena_bytes = bytes;
  int status = ingot_call_invoke(&session, call);
  if (needed)
    *needed = session.context.arena_needed;
  return status;
}

/* Over a new state, between guards: every call is the first. */
static int invoke(struct ingot_call *call, void *arena, size_t bytes, size_t *needed) {
  if (!model->state_bytes)
    return invoke_over(call, NULL, arena, bytes, needed);
  struct guarded state = guarded(model->state_bytes, INGOT_ALIGNMENT, 1);
  require(model->init_state(state.data) == INGOT_OK, "init_state failed");
  int status = invoke_over(call, state.data, arena, bytes, needed);
  release(&state);
  return status;
}

/* --- the tests ------------------------------------------------------------- */

/* Puts one array of the call between guards; inputs may not be written. */
static struct guarded fence(void *structs, const struct ingot_tensor *tensor,
                            struct ingot_array *array, int is_input, int at_end) {
  size_t bytes = 0;
  require(ingot_array_bytes(array, &bytes), "an array is too large");
  struct guarded g = guarded(bytes, array->item, at_end);
  if (is_input && bytes) {
    memcpy(g.data, array->data, bytes);
    mprotect(g.map, g.map_bytes, PROT_READ);
    mprotect(g.map, (size_t)sysconf(_SC_PAGESIZE), PROT_NONE);
    mprotect(g.map + g.map_bytes - sysconf(_SC_PAGESIZE), (size_t)sysconf(_SC_PAGESIZE), PROT_NONE);
  }
  memcpy((char *)structs + tensor->offset, &g.data, sizeof g.data);
  return g;
}

static void test_guards(const struct ingot_signature *signature, struct case_source *source,
                        const struct results *wanted, int at_end) {
  struct ingot_call call = prepare(signature, source);
  int32_t inputs = signature->input_count, count = inputs + signature->output_count;
  struct guarded *fences = calloc((size_t)count + 1, sizeof *fences);
  for (int32_t i = 0; i < count; ++i) {
    int is_input = i < inputs;
    const struct ingot_tensor *tensor =
        is_input ? &signature->inputs[i] : &signature->outputs[i - inputs];
    struct ingot_array *array = is_input ? &call.in_arrays[i] : &call.out_arrays[i - inputs];
    if (tensor->sizing != INGOT_FROM_DATA)
      fences[i] = fence(is_input ? call.inputs : call.outputs, tensor, array, is_input, at_end);
  }
  fences[count] = guarded(call.arena_bytes, INGOT_ALIGNMENT, at_end);
  require(invoke(&call, fences[count].data, call.arena_bytes, NULL) == INGOT_OK,
          "the call with guarded memory failed");
  require_equal(&call, wanted, "results with guarded memory differ");
  for (int32_t i = 0; i <= count; ++i)
    if (fences[i].map)
      release(&fences[i]);
  free(fences);
  ingot_call_release(&call);
}

static void test_arena(struct ingot_call *call) {
  size_t bytes = call->arena_bytes - from_data, needed = 0;
  if (!bytes)
    return;
  char *memory = arena(bytes + INGOT_ALIGNMENT);
  require(invoke(call, memory, bytes - 1, &needed) == INGOT_ARENA_TOO_SMALL,
          "an arena one byte short is taken");
  require(needed == bytes, "arena_needed is not what arena_bytes() says");
  require(invoke(call, memory, 0, NULL) == INGOT_ARENA_TOO_SMALL, "an empty arena is taken");
  require(invoke(call, memory + 1, bytes, NULL) == INGOT_ARENA_MISALIGNED,
          "a misaligned arena is taken");
  require(invoke(call, NULL, bytes, NULL) == INGOT_NULL_POINTER, "a NULL arena is taken");
  free(memory);
}

static void test_null(const struct ingot_signature *signature, struct case_source *source) {
  for (int32_t i = 0; i < signature->input_count; ++i) {
    struct ingot_call call = prepare(signature, source);
    void *memory = arena(call.arena_bytes);
    size_t bytes = 0;
    ingot_array_bytes(&call.in_arrays[i], &bytes);
    memset((char *)call.inputs + signature->inputs[i].offset, 0, sizeof(void *));
    int status = invoke(&call, memory, call.arena_bytes, NULL);
    require(status == INGOT_NULL_POINTER || (!bytes && status == INGOT_OK),
            "a NULL input is taken");
    free(memory);
    ingot_call_release(&call);
  }
}

/* The signature may use no variable: then any state will do. */
static void test_state(struct ingot_call *call, void *memory) {
  if (!model->state_bytes) {
    require(!model->init_state, "there is an init_state without a state");
    return;
  }
  require(model->init_state(NULL) == INGOT_NULL_POINTER, "init_state takes NULL");
  int status = invoke_over(call, NULL, memory, call->arena_bytes, NULL);
  int uses_state = status == INGOT_NULL_POINTER;
  require(uses_state || status == INGOT_OK, "a NULL state is taken");
  struct guarded state = guarded(model->state_bytes + 1, 1, 0);
  status = invoke_over(call, state.data + 1, memory, call->arena_bytes, NULL);
  require(status == (uses_state ? INGOT_ARENA_MISALIGNED : INGOT_OK),
          "a misaligned state is taken");
  release(&state);
}

struct worker {
  const struct ingot_signature *signature;
  struct case_source *source;
  const struct results *wanted;
};

static void *work(void *data) {
  const struct worker *worker = data;
  struct ingot_call call = prepare(worker->signature, worker->source);
  void *memory = arena(call.arena_bytes);
  for (int round = 0; round < ROUNDS; ++round) {
    memset(memory, round, call.arena_bytes);
    require(invoke(&call, memory, call.arena_bytes, NULL) == INGOT_OK, "a call in a thread failed");
    require_equal(&call, worker->wanted, "results in two threads differ");
  }
  free(memory);
  ingot_call_release(&call);
  return NULL;
}

static void test_threads(struct worker *worker) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; ++i)
    require(pthread_create(&threads[i], NULL, work, worker) == 0, "cannot start a thread");
  for (int i = 0; i < THREADS; ++i)
    pthread_join(threads[i], NULL);
}

int main(int argc, char **argv) {
  require(argc == 5, "usage: abi-harness MODEL.so SIGNATURE GOLDEN.npz CASE");
  struct ingot_failure failure = {""};
  struct case_source source = {{load_case}, {NULL, 0}, argv[4]};
  require(ingot_read_file(argv[3], &source.archive, &failure), failure.text);
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  require(library != NULL, "the library cannot be loaded");
  const struct ingot_model *(*query)(void);
  void *symbol = dlsym(library, "ingot_model_query");
  require(symbol != NULL, "the library has no description");
  memcpy(&query, &symbol, sizeof query);
  model = query();
  const struct ingot_signature *signature = ingot_find_signature(model, argv[2], &failure);
  require(signature != NULL, failure.text);

  struct ingot_call call = prepare(signature, &source);
  void *memory = arena(call.arena_bytes);
  int status = invoke(&call, memory, call.arena_bytes, NULL);
  while (status == INGOT_ARENA_TOO_SMALL && from_data < MOST_FROM_DATA) {
    free(memory);
    call.arena_bytes += from_data ? from_data : 4096; /* doubles */
    from_data += from_data ? from_data : 4096;
    memory = arena(call.arena_bytes);
    status = invoke(&call, memory, call.arena_bytes, NULL);
  }
  require(status == INGOT_OK, ingot_status_string(status));
  struct results wanted = collect(&call);
  test_state(&call, memory);
  test_arena(&call);
  test_null(signature, &source);
  test_guards(signature, &source, &wanted, 1);
  test_guards(signature, &source, &wanted, 0);
  struct worker worker = {signature, &source, &wanted};
  test_threads(&worker);
  printf("%s case %s: arena of %zu bytes, %zu bytes of results: right\n", argv[2], argv[4],
         call.arena_bytes, wanted.size);
  free(memory);
  free(wanted.bytes);
  ingot_call_release(&call);
  free(source.archive.data);
  return 0;
}
