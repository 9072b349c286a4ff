/* The description that a compiled library gives of itself: for loaders
 * (`ingot run`, language bindings), not for applications, which include the
 * generated header. The layout of these structs is part of INGOT_ABI. */
#ifndef INGOT_ABI_H
#define INGOT_ABI_H

#include "ingot/ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Element types; the numbers are fixed. Booleans are one byte, 0 or 1;
 * complex numbers are two adjacent floats; bfloat16 and float16 are their
 * 16-bit patterns. */
enum ingot_dtype {
  INGOT_FLOAT32 = 1,
  INGOT_FLOAT64 = 2,
  INGOT_INT32 = 3,
  INGOT_UINT8 = 4,
  INGOT_INT16 = 5,
  INGOT_INT8 = 6,
  INGOT_STRING = 7,
  INGOT_COMPLEX64 = 8,
  INGOT_INT64 = 9,
  INGOT_BOOL = 10,
  INGOT_BFLOAT16 = 14,
  INGOT_UINT16 = 17,
  INGOT_COMPLEX128 = 18,
  INGOT_FLOAT16 = 19,
  INGOT_UINT32 = 22,
  INGOT_UINT64 = 23
};

/* How an output's size is known. */
enum ingot_sizing {
  INGOT_STATIC = 0,      /* at compile time */
  INGOT_FROM_INPUTS = 1, /* from the dimensions of the inputs */
  INGOT_FROM_DATA = 2    /* only when the call has run */
};

/* One named tensor of a signature and where it sits in the generated struct.
 *
 * STATIC and FROM_INPUTS: at `offset` a pointer to the elements, row-major.
 * The dynamic dimensions (dims[i] == -1), in ascending order of i, are
 * adjacent int64_t members from `dims_offset` on; for inputs the caller
 * sets them, for outputs the call (and signature->shapes) does.
 *
 * FROM_DATA: at `offset` a struct {T *data; size_t capacity; int64_t
 * dims[rank];}; capacity counts elements; with data NULL the call points it
 * into the arena. */
struct ingot_tensor {
  const char *name;   /* as in the source model; may be empty */
  const char *member; /* C identifier in the generated struct */
  int32_t dtype;      /* enum ingot_dtype */
  int32_t sizing;     /* enum ingot_sizing */
  int32_t rank;
  const int64_t *dims; /* rank entries, -1 where dynamic */
  size_t offset;
  size_t dims_offset;
  int64_t index_bound; /* integer inputs that index a table: its size, where known, else 0 */
};

struct ingot_signature {
  const char *name;   /* as in the source model */
  const char *symbol; /* C function name */
  int32_t input_count, output_count;
  const struct ingot_tensor *inputs, *outputs;
  size_t inputs_bytes, outputs_bytes; /* sizeof the generated structs */
  int (*call)(struct ingot_context *context, const void *inputs, void *outputs);
  /* Bytes of arena that a call with these dimensions needs. */
  size_t (*arena_bytes)(const void *inputs);
  /* Sets the dynamic dimensions of FROM_INPUTS outputs; returns a status. */
  int (*shapes)(const void *inputs, void *outputs);
};

struct ingot_model {
  uint32_t abi; /* INGOT_ABI of the compiler that made it */
  int32_t signature_count;
  const char *name;
  const char *target; /* triple and CPU, for messages */
  const struct ingot_signature *signatures;
  size_t state_bytes;
  int (*init_state)(void *state); /* NULL if state_bytes is 0 */
  size_t code_bytes, weights_bytes;
};

/* The one function that every library exports for loaders. */
const struct ingot_model *ingot_model_query(void);

/* What the model costs (sections, arena, work by op), as the JSON text of
 * `ingot compile --report=json`. Libraries made by the compiler export it. */
const char *ingot_model_report(void);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_ABI_H */
