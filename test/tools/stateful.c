/* A model by hand with what the demo's lacks: state, an output that only the
 * data sizes, a call without inputs, one without outputs, failures, and other
 * element types. */
#include "ingot/abi.h"

#include <string.h>

struct state {
  int64_t total;
};

static int init_state(void *memory) {
  ((struct state *)memory)->total = 100;
  return INGOT_OK;
}

static size_t no_arena(const void *inputs) {
  (void)inputs;
  return 0;
}

static int fixed_shapes(const void *inputs, void *outputs) {
  (void)inputs, (void)outputs;
  return INGOT_OK;
}

/* add: total += value. */
struct add_inputs {
  const int64_t *value;
};
struct empty {
  char unused;
};
static const struct ingot_tensor add_inputs[] = {{"value", "value", INGOT_INT64, INGOT_STATIC, 0,
                                                  NULL, offsetof(struct add_inputs, value), 0, 0}};

static int add(struct ingot_context *context, const void *inputs, void *outputs) {
  (void)outputs;
  const struct add_inputs *in = inputs;
  if (*in->value < 0) {
    context->error_node = "model/add/Assert";
    context->error_message = "value must not be negative";
    return INGOT_ASSERTION;
  }
  ((struct state *)context->state)->total += *in->value;
  return INGOT_OK;
}

/* total: the state, as an output. */
struct total_outputs {
  int64_t *total;
};
static const struct ingot_tensor total_outputs[] = {{"total", "total", INGOT_INT64, INGOT_STATIC, 0,
                                                     NULL, offsetof(struct total_outputs, total), 0,
                                                     0}};

static int total(struct ingot_context *context, const void *inputs, void *outputs) {
  (void)inputs;
  *((struct total_outputs *)outputs)->total = ((struct state *)context->state)->total;
  return INGOT_OK;
}

/* positive: the elements of x above 0; the arena holds them. */
struct positive_inputs {
  const float *x;
  int64_t x_dims[1];
};
struct positive_outputs {
  struct {
    float *data;
    size_t capacity;
    int64_t dims[1];
  } y;
};
static const int64_t any[] = {-1};
static const struct ingot_tensor positive_inputs[] = {
    {"x", "x", INGOT_FLOAT32, INGOT_FROM_INPUTS, 1, any, offsetof(struct positive_inputs, x),
     offsetof(struct positive_inputs, x_dims), 0}};
static const struct ingot_tensor positive_outputs[] = {
    {"y", "y", INGOT_FLOAT32, INGOT_FROM_DATA, 1, any, offsetof(struct positive_outputs, y), 0, 0}};

static size_t positive_arena(const void *inputs) {
  return (size_t)((const struct positive_inputs *)inputs)->x_dims[0] * sizeof(float);
}

static int positive(struct ingot_context *context, const void *inputs, void *outputs) {
  const struct positive_inputs *in = inputs;
  struct positive_outputs *out = outputs;
  if (context->arena_bytes < positive_arena(inputs))
    return INGOT_ARENA_TOO_SMALL;
  float *result = context->arena;
  int64_t count = 0;
  for (int64_t i = 0; i < in->x_dims[0]; ++i)
    if (in->x[i] > 0)
      result[count++] = in->x[i];
  out->y.dims[0] = count;
  if (!out->y.data)
    out->y.data = result;
  else if (out->y.capacity < (size_t)count)
    return INGOT_CAPACITY;
  else
    memcpy(out->y.data, result, (size_t)count * sizeof(float));
  return INGOT_OK;
}

/* types: passes arrays of two elements through. */
enum { TYPES = 8 };
struct types_io {
  void *member[TYPES];
};
static const int64_t two[] = {2};
#define TYPE(name, dtype, index)                                                                   \
  {name, name, dtype, INGOT_STATIC, 1, two, index * sizeof(void *), 0, 0}
static const struct ingot_tensor types[TYPES] = {
    TYPE("bool", INGOT_BOOL, 0),     TYPE("i8", INGOT_INT8, 1),       TYPE("u16", INGOT_UINT16, 2),
    TYPE("f16", INGOT_FLOAT16, 3),   TYPE("bf16", INGOT_BFLOAT16, 4), TYPE("f64", INGOT_FLOAT64, 5),
    TYPE("c64", INGOT_COMPLEX64, 6), TYPE("u64", INGOT_UINT64, 7)};

static int copy_types(struct ingot_context *context, const void *inputs, void *outputs) {
  static const size_t bytes[TYPES] = {1, 1, 2, 2, 2, 8, 8, 8};
  (void)context;
  for (int i = 0; i < TYPES; ++i)
    memcpy(((struct types_io *)outputs)->member[i], ((const struct types_io *)inputs)->member[i],
           2 * bytes[i]);
  return INGOT_OK;
}

static const struct ingot_signature signatures[] = {
    {"add", "stateful_add", 1, 0, add_inputs, NULL, sizeof(struct add_inputs), sizeof(struct empty),
     add, no_arena, fixed_shapes},
    {"total", "stateful_total", 0, 1, NULL, total_outputs, sizeof(struct empty),
     sizeof(struct total_outputs), total, no_arena, fixed_shapes},
    {"positive", "stateful_positive", 1, 1, positive_inputs, positive_outputs,
     sizeof(struct positive_inputs), sizeof(struct positive_outputs), positive, positive_arena,
     fixed_shapes},
    {"types", "stateful_types", TYPES, TYPES, types, types, sizeof(struct types_io),
     sizeof(struct types_io), copy_types, no_arena, fixed_shapes},
};
static const struct ingot_model model = {
    INGOT_ABI, 4, "stateful", "by hand", signatures, sizeof(struct state), init_state, 0, 0};

const struct ingot_model *ingot_model_query(void) { return &model; }
