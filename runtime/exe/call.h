/* Calls signatures of a compiled model with arrays instead of generated
 * structs, through the tables of abi.h. */
#ifndef INGOT_EXE_CALL_H
#define INGOT_EXE_CALL_H

#include "array.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A model with its state and scratch memory: what calls in a row share. */
struct ingot_session {
  const struct ingot_model *model;
  struct ingot_context context;
  size_t arena_limit;
};

/* Allocates the state and sets it to the checkpoint's values. `parallel` may
 * be NULL. arena_limit: bytes of address space for the arena; 0: the call's
 * need, or all memory of the machine where only the data tells it. */
bool ingot_session_open(struct ingot_session *session, const struct ingot_model *model,
                        const struct ingot_parallel *parallel, size_t arena_limit,
                        struct ingot_failure *failure);
void ingot_session_close(struct ingot_session *session);

/* The signature of that name. NULL: serving_default, else the only one. */
const struct ingot_signature *ingot_find_signature(const struct ingot_model *model,
                                                   const char *name, struct ingot_failure *failure);

/* Where inputs come from. load: 1 when found (the caller frees the array), 0
 * when there is no such key, -1 at a failure. */
struct ingot_source {
  int (*load)(struct ingot_source *self, const char *key, struct ingot_array *array,
              struct ingot_failure *failure);
};

/* One call's structs and the arrays that they point to. */
struct ingot_call {
  const struct ingot_signature *signature;
  void *inputs, *outputs; /* the generated structs */
  struct ingot_array *in_arrays, *out_arrays;
  size_t arena_bytes;
};

/* Loads and checks the inputs and allocates the outputs whose size they tell. */
bool ingot_call_prepare(struct ingot_call *call, const struct ingot_signature *signature,
                        struct ingot_source *source, struct ingot_failure *failure);
void ingot_call_release(struct ingot_call *call);

/* Reserves the arena if that at hand is too small. */
bool ingot_call_reserve(struct ingot_session *session, const struct ingot_call *call,
                        struct ingot_failure *failure);

/* Makes the call: once for every invocation. */
int ingot_call_invoke(struct ingot_session *session, struct ingot_call *call);

/* Text for a status other than 0: the node, what happened, the message. */
void ingot_call_explain(const struct ingot_session *session, const struct ingot_call *call,
                        int status, struct ingot_failure *failure);

/* After a call: output i as an array that points to the call's memory or, when
 * only the data told its size, to the session's arena. */
bool ingot_call_output(const struct ingot_call *call, int32_t i, struct ingot_array *array,
                       struct ingot_failure *failure);

/* The key under which an output is written: its name, or NAME__bf16. */
bool ingot_output_key(const struct ingot_tensor *tensor, char *key, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_EXE_CALL_H */
