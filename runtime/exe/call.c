#include "call.h"

#include "npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The struct of an output whose size only the data tells. */
struct sized_by_data {
  void *data;
  size_t capacity;
  int64_t dims[];
};

static void *member(const void *object, size_t offset) {
  return (char *)(uintptr_t)object + offset;
}

const struct ingot_signature *ingot_find_signature(const struct ingot_model *model,
                                                   const char *name,
                                                   struct ingot_failure *failure) {
  const char *wanted = name ? name : "serving_default";
  for (int32_t i = 0; i < model->signature_count; ++i)
    if (strcmp(model->signatures[i].name, wanted) == 0)
      return &model->signatures[i];
  if (!name && model->signature_count == 1)
    return model->signatures;
  char known[512] = "";
  for (int32_t i = 0; i < model->signature_count; ++i) {
    size_t used = strlen(known);
    snprintf(known + used, sizeof known - used, "%s'%s'", i ? ", " : "", model->signatures[i].name);
  }
  ingot_fail(failure, "no signature '%s' (it has: %s)", wanted, known);
  return NULL;
}

static bool check_type(const struct ingot_tensor *tensor, const struct ingot_array *array,
                       struct ingot_failure *failure) {
  char given[32], kind;
  size_t item;
  if (tensor->dtype == INGOT_STRING)
    return ingot_fail(failure, "input '%s': string tensors are not supported yet", tensor->name);
  if (ingot_dtype_accepts(tensor->dtype, array))
    return true;
  ingot_npy_type_name(array, given, sizeof given);
  ingot_dtype_to_numpy(tensor->dtype, &kind, &item);
  struct ingot_array wanted = {.kind = kind, .item = item};
  char hint[32];
  ingot_npy_type_name(&wanted, hint, sizeof hint);
  return ingot_fail(failure, "input '%s' is %s, the model takes %s (convert with .%s('%s'))",
                    tensor->name, given, ingot_dtype_name(tensor->dtype),
                    tensor->dtype == INGOT_BFLOAT16 ? "view" : "astype", hint);
}

static bool check_shape(const struct ingot_tensor *tensor, const struct ingot_array *array,
                        struct ingot_failure *failure) {
  bool fits = array->rank == tensor->rank;
  for (int32_t i = 0; fits && i < tensor->rank; ++i)
    fits = tensor->dims[i] < 0 || tensor->dims[i] == array->dims[i];
  if (fits)
    return true;
  char given[256], wanted[256];
  ingot_print_shape(given, sizeof given, array->rank, array->dims);
  ingot_print_shape(wanted, sizeof wanted, tensor->rank, tensor->dims);
  return ingot_fail(failure, "input '%s' has shape %s, the model takes %s", tensor->name, given,
                    wanted);
}

static int load_any_key(struct ingot_source *source, const struct ingot_tensor *tensor,
                        struct ingot_array *array, struct ingot_failure *failure) {
  char key[1024];
  int found = source->load(source, tensor->name, array, failure);
  if (found || tensor->dtype != INGOT_BFLOAT16 || !ingot_output_key(tensor, key, sizeof key))
    return found;
  return source->load(source, key, array, failure);
}

static bool set_input(struct ingot_call *call, int32_t i, struct ingot_source *source,
                      struct ingot_failure *failure) {
  const struct ingot_tensor *tensor = &call->signature->inputs[i];
  struct ingot_array *array = &call->in_arrays[i];
  int found = load_any_key(source, tensor, array, failure);
  if (found < 0)
    return false;
  if (!found)
    return ingot_fail(failure, "no input '%s' (signature '%s' takes %d)", tensor->name,
                      call->signature->name, (int)call->signature->input_count);
  if (!check_type(tensor, array, failure) || !check_shape(tensor, array, failure))
    return false;
  memcpy(member(call->inputs, tensor->offset), &array->data, sizeof array->data);
  int64_t *dynamic = member(call->inputs, tensor->dims_offset);
  for (int32_t d = 0; d < tensor->rank; ++d)
    if (tensor->dims[d] < 0)
      *dynamic++ = array->dims[d];
  return true;
}

/* Describes an output whose dimensions its struct holds. */
static bool describe_output(const struct ingot_call *call, const struct ingot_tensor *tensor,
                            struct ingot_array *array, struct ingot_failure *failure) {
  const int64_t *dynamic = member(call->outputs, tensor->dims_offset);
  const struct sized_by_data *sized = member(call->outputs, tensor->offset);
  size_t bytes;
  ingot_dtype_to_numpy(tensor->dtype, &array->kind, &array->item);
  array->rank = tensor->rank;
  for (int32_t d = 0; d < tensor->rank; ++d)
    array->dims[d] = tensor->sizing == INGOT_FROM_DATA ? sized->dims[d]
                     : tensor->dims[d] < 0             ? *dynamic++
                                                       : tensor->dims[d];
  if (array->item && ingot_array_bytes(array, &bytes))
    return true;
  return ingot_fail(failure, "output '%s' is of a type or size that is not supported",
                    tensor->name);
}

static bool set_output(struct ingot_call *call, int32_t i, struct ingot_failure *failure) {
  const struct ingot_tensor *tensor = &call->signature->outputs[i];
  struct ingot_array *array = &call->out_arrays[i];
  if (tensor->dtype == INGOT_STRING)
    return ingot_fail(failure, "output '%s': string tensors are not supported yet", tensor->name);
  if (tensor->sizing == INGOT_FROM_DATA)
    return true; /* data stays NULL: the call points it into the arena */
  if (!describe_output(call, tensor, array, failure) || !ingot_array_allocate(array, failure))
    return false;
  memcpy(member(call->outputs, tensor->offset), &array->data, sizeof array->data);
  return true;
}

static bool set_outputs(struct ingot_call *call, struct ingot_failure *failure) {
  int status = call->signature->shapes(call->inputs, call->outputs);
  if (status != INGOT_OK)
    return ingot_fail(failure, "signature '%s': %s", call->signature->name,
                      ingot_status_string(status));
  for (int32_t i = 0; i < call->signature->output_count; ++i)
    if (!set_output(call, i, failure))
      return false;
  call->arena_bytes = call->signature->arena_bytes(call->inputs);
  return true;
}

static void *zeros(size_t count, size_t bytes) {
  return calloc(count ? count : 1, bytes ? bytes : 1);
}

bool ingot_call_prepare(struct ingot_call *call, const struct ingot_signature *signature,
                        struct ingot_source *source, struct ingot_failure *failure) {
  *call = (struct ingot_call){
      .signature = signature,
      .inputs = zeros(1, signature->inputs_bytes),
      .outputs = zeros(1, signature->outputs_bytes),
      .in_arrays = zeros((size_t)signature->input_count, sizeof(struct ingot_array)),
      .out_arrays = zeros((size_t)signature->output_count, sizeof(struct ingot_array))};
  bool ready = call->inputs && call->outputs && call->in_arrays && call->out_arrays;
  if (!ready)
    ingot_fail(failure, "out of memory");
  for (int32_t i = 0; ready && i < signature->input_count; ++i)
    ready = set_input(call, i, source, failure);
  ready = ready && set_outputs(call, failure);
  if (!ready)
    ingot_call_release(call);
  return ready;
}

static void free_arrays(struct ingot_array *arrays, int32_t count) {
  for (int32_t i = 0; arrays && i < count; ++i)
    ingot_array_free(&arrays[i]);
  free(arrays);
}

void ingot_call_release(struct ingot_call *call) {
  free_arrays(call->in_arrays, call->signature->input_count);
  free_arrays(call->out_arrays, call->signature->output_count);
  free(call->inputs);
  free(call->outputs);
  call->in_arrays = call->out_arrays = NULL;
  call->inputs = call->outputs = NULL;
}

/* A pointer that a former call has set into the arena would be taken as the
 * caller's memory. */
static void forget_results(struct ingot_call *call) {
  for (int32_t i = 0; i < call->signature->output_count; ++i) {
    const struct ingot_tensor *tensor = &call->signature->outputs[i];
    struct sized_by_data *sized = member(call->outputs, tensor->offset);
    if (tensor->sizing == INGOT_FROM_DATA) {
      sized->data = NULL;
      sized->capacity = 0;
    }
  }
}

int ingot_call_invoke(struct ingot_session *session, struct ingot_call *call) {
  forget_results(call);
  return call->signature->call(&session->context, call->inputs, call->outputs);
}

void ingot_call_explain(const struct ingot_session *session, const struct ingot_call *call,
                        int status, struct ingot_failure *failure) {
  const struct ingot_context *context = &session->context;
  const char *message = context->error_message;
  ingot_fail(failure, "%s%ssignature '%s': %s%s%s (status %d)",
             context->error_node ? context->error_node : "", context->error_node ? ": " : "",
             call->signature->name, ingot_status_string(status), message ? ": " : "",
             message ? message : "", status);
}

bool ingot_call_output(const struct ingot_call *call, int32_t i, struct ingot_array *array,
                       struct ingot_failure *failure) {
  const struct ingot_tensor *tensor = &call->signature->outputs[i];
  if (!describe_output(call, tensor, array, failure))
    return false;
  memcpy(&array->data, member(call->outputs, tensor->offset), sizeof array->data);
  return true;
}

bool ingot_output_key(const struct ingot_tensor *tensor, char *key, size_t size) {
  const char *suffix = tensor->dtype == INGOT_BFLOAT16 ? "__bf16" : "";
  int length = snprintf(key, size, "%s%s", tensor->name, suffix);
  return length >= 0 && (size_t)length < size;
}
