/* Ingot's public runtime interface: what every generated header includes.
 *
 * Plain C99, no dependency beyond the C standard's headers. Everything that
 * the generated code may change is in memory that the caller owns: the arena
 * (scratch of one call) and the state block (variables). */
#ifndef INGOT_INGOT_H
#define INGOT_INGOT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Number of the binary interface between generated objects, the runtime and
 * loaders. A generated object carries the number that it was made for. */
#define INGOT_ABI 3

/* Alignment, in bytes, of the arena and of the state block. */
#define INGOT_ALIGNMENT 64

/* What a call returns: 0, or one of these. ingot_status_string() explains. */
enum ingot_status {
  INGOT_OK = 0,
  INGOT_ARENA_TOO_SMALL = -1,  /* context->arena_bytes is less than the call needs */
  INGOT_ARENA_MISALIGNED = -2, /* arena or state block is not aligned to INGOT_ALIGNMENT */
  INGOT_NULL_POINTER = -3,     /* a required pointer of context, inputs or outputs is NULL */
  INGOT_BAD_SHAPE = -4,        /* the dimensions of the inputs do not fit each other or the model */
  INGOT_OUT_OF_RANGE = -5,     /* an index outside its table, or a slice outside its tensor */
  INGOT_DIVIDE_BY_ZERO = -6,   /* integer division or remainder by zero */
  INGOT_CAPACITY = -7,      /* an output's capacity is too small; its dims tell the size needed */
  INGOT_ASSERTION = -8,     /* an assertion of the model failed */
  INGOT_UNINITIALIZED = -9, /* a variable was read before it was written */
  INGOT_NO_HOOK = -10,      /* the model needs a hook that the context does not have */
  INGOT_INVALID_ARGUMENT = -11, /* any other value that the op at hand refuses */
  INGOT_ABI_MISMATCH = -12      /* object and loader were made for different INGOT_ABI numbers */
};

/* Text for a status code; never NULL, static storage. */
const char *ingot_status_string(int status);

/* Runs body(data, begin, end) over disjoint ranges that cover [0, count), in
 * any order and on any threads, and returns when all are done. */
typedef void (*ingot_range_fn)(void *data, int64_t begin, int64_t end);
struct ingot_parallel {
  void (*parallel_for)(const struct ingot_parallel *self, int64_t count, ingot_range_fn body,
                       void *data);
  int64_t threads; /* how many ranges are worth making; at least 1 */
};

/* Memory for results whose size only the data tells (strings). */
struct ingot_allocator {
  void *(*allocate)(const struct ingot_allocator *self, size_t bytes);
};

/* What a model asks of its surroundings, see ingot/host.h. */
struct ingot_host;

/* The members of every `struct NAME_context`. Zero-initialise, then set the
 * arena; the rest may stay 0. One context serves one call at a time. */
#define INGOT_CONTEXT_MEMBERS                                                                      \
  void *arena;                             /* scratch, aligned to INGOT_ALIGNMENT */               \
  size_t arena_bytes;                      /* its size */                                          \
  void *state;                             /* state block, or NULL if the model has none */        \
  const struct ingot_parallel *parallel;   /* NULL: the calling thread does all */                 \
  const struct ingot_allocator *allocator; /* NULL: growing results are refused */                 \
  const char *error_node;                  /* after a failed call: the node at fault, or NULL */   \
  const char *error_message;               /* after a failed call: more text, or NULL */           \
  size_t arena_needed;                     /* after INGOT_ARENA_TOO_SMALL: bytes that suffice,     \
                                              where that is known, else 0 */                       \
  const struct ingot_host *host;           /* NULL: nothing is printed; signatures that need       \
                                              more of a host fail */

struct ingot_context {
  INGOT_CONTEXT_MEMBERS
};

#ifdef __cplusplus
}
#endif

#endif /* INGOT_INGOT_H */
