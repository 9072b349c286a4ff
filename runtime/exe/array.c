#include "array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ingot_fail(struct ingot_failure *failure, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure->text, sizeof failure->text, format, arguments);
  va_end(arguments);
  return false;
}

/* Zero dimensions are left out of the product that must fit, as in numpy: no
 * stride of an empty array overflows either. */
bool ingot_array_bytes(const struct ingot_array *array, size_t *bytes) {
  size_t product = array->item;
  bool empty = false;
  for (int32_t i = 0; i < array->rank; ++i) {
    uint64_t dim = (uint64_t)array->dims[i];
    if (array->dims[i] < 0 || (dim && product > PTRDIFF_MAX / dim))
      return false;
    if (dim)
      product *= (size_t)dim;
    empty |= dim == 0;
  }
  *bytes = empty ? 0 : product;
  return true;
}

bool ingot_array_allocate(struct ingot_array *array, struct ingot_failure *failure) {
  size_t bytes;
  array->data = NULL;
  if (!ingot_array_bytes(array, &bytes) || bytes > PTRDIFF_MAX - INGOT_ALIGNMENT)
    return ingot_fail(failure, "array is too large for the address space");
  if (!bytes)
    return true;
  size_t rounded = (bytes + INGOT_ALIGNMENT - 1) / INGOT_ALIGNMENT * INGOT_ALIGNMENT;
  array->data = aligned_alloc(INGOT_ALIGNMENT, rounded);
  return array->data || ingot_fail(failure, "out of memory for an array of %zu bytes", bytes);
}

void ingot_array_free(struct ingot_array *array) {
  free(array->data);
  array->data = NULL;
}

void ingot_print_shape(char *text, size_t size, int32_t rank, const int64_t *dims) {
  size_t used = (size_t)snprintf(text, size, "[");
  for (int32_t i = 0; i < rank; ++i) {
    if (used + 32 > size) {
      snprintf(text + used, size - used, "...]");
      return;
    }
    const char *comma = i ? ", " : "";
    used += (size_t)(dims[i] < 0
                         ? snprintf(text + used, size - used, "%s?", comma)
                         : snprintf(text + used, size - used, "%s%lld", comma, (long long)dims[i]));
  }
  snprintf(text + used, size - used, "]");
}

static const struct {
  const char *name;
  int32_t dtype;
  char kind;
  size_t item;
} types[] = {
    {"float32", INGOT_FLOAT32, 'f', 4},
    {"float64", INGOT_FLOAT64, 'f', 8},
    {"int32", INGOT_INT32, 'i', 4},
    {"uint8", INGOT_UINT8, 'u', 1},
    {"int16", INGOT_INT16, 'i', 2},
    {"int8", INGOT_INT8, 'i', 1},
    {"string", INGOT_STRING, 'S', 0},
    {"complex64", INGOT_COMPLEX64, 'c', 8},
    {"int64", INGOT_INT64, 'i', 8},
    {"bool", INGOT_BOOL, 'b', 1},
    {"bfloat16", INGOT_BFLOAT16, 'u', 2},
    {"uint16", INGOT_UINT16, 'u', 2},
    {"complex128", INGOT_COMPLEX128, 'c', 16},
    {"float16", INGOT_FLOAT16, 'f', 2},
    {"uint32", INGOT_UINT32, 'u', 4},
    {"uint64", INGOT_UINT64, 'u', 8},
};
enum { TYPES = sizeof types / sizeof types[0] };

static int find_type(int32_t dtype) {
  for (int i = 0; i < TYPES; ++i)
    if (types[i].dtype == dtype)
      return i;
  return -1;
}

size_t ingot_dtype_bytes(int32_t dtype) {
  int i = find_type(dtype);
  return i < 0 ? 0 : types[i].item;
}

const char *ingot_dtype_name(int32_t dtype) {
  int i = find_type(dtype);
  return i < 0 ? "unknown type" : types[i].name;
}

void ingot_dtype_to_numpy(int32_t dtype, char *kind, size_t *item) {
  int i = find_type(dtype);
  *kind = i < 0 ? 'V' : types[i].kind;
  *item = i < 0 ? 0 : types[i].item;
}

bool ingot_dtype_accepts(int32_t dtype, const struct ingot_array *array) {
  char kind;
  size_t item;
  ingot_dtype_to_numpy(dtype, &kind, &item);
  if (dtype == INGOT_BFLOAT16 && array->kind == 'V')
    return array->item == 2;
  return array->kind == kind && (array->item == item || dtype == INGOT_STRING);
}
