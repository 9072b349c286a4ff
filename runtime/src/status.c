#include "ingot/ingot.h"

const char *ingot_status_string(int status) {
  switch (status) {
  case INGOT_OK:
    return "success";
  case INGOT_ARENA_TOO_SMALL:
    return "the arena is too small for this call";
  case INGOT_ARENA_MISALIGNED:
    return "the arena is not aligned to INGOT_ALIGNMENT bytes";
  case INGOT_NULL_POINTER:
    return "a required pointer is NULL";
  case INGOT_BAD_SHAPE:
    return "the dimensions of the inputs do not fit each other or the model";
  case INGOT_OUT_OF_RANGE:
    return "an index is out of range";
  case INGOT_DIVIDE_BY_ZERO:
    return "integer division by zero";
  case INGOT_CAPACITY:
    return "an output's capacity is too small";
  case INGOT_ASSERTION:
    return "an assertion of the model failed";
  case INGOT_UNINITIALIZED:
    return "a variable was read before it was written";
  case INGOT_NO_HOOK:
    return "the model needs a hook that the context does not have";
  case INGOT_INVALID_ARGUMENT:
    return "invalid argument";
  case INGOT_ABI_MISMATCH:
    return "object and loader were made for different versions of Ingot's binary interface";
  default:
    return "unknown status";
  }
}
