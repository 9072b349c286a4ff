/* An array as .npy files and model calls exchange it, and how a failure is told. */
#ifndef INGOT_EXE_ARRAY_H
#define INGOT_EXE_ARRAY_H

#include "ingot/abi.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { INGOT_MAX_RANK = 64 }; /* as numpy */

struct ingot_array {
  char kind;   /* numpy's: b i u f c S V */
  size_t item; /* bytes of an element */
  int32_t rank;
  int64_t dims[INGOT_MAX_RANK];
  void *data; /* row-major, aligned to INGOT_ALIGNMENT; NULL if there are no elements */
};

struct ingot_failure {
  char text[1024]; /* "WHAT (HINT)", without a newline */
};

/* Sets the text; always returns false. */
bool ingot_fail(struct ingot_failure *failure, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* Bytes of the elements; false when they do not fit the address space. */
bool ingot_array_bytes(const struct ingot_array *array, size_t *bytes);

/* Allocates `data`, which ingot_array_free releases; contents undefined. */
bool ingot_array_allocate(struct ingot_array *array, struct ingot_failure *failure);
void ingot_array_free(struct ingot_array *array);

/* "[2, 3]"; shortened with "..." if it does not fit. -1 prints as "?". */
void ingot_print_shape(char *text, size_t size, int32_t rank, const int64_t *dims);

/* Elements of an ABI type; 0 for strings and for unknown numbers. */
size_t ingot_dtype_bytes(int32_t dtype);
const char *ingot_dtype_name(int32_t dtype);

/* The numpy type that an ABI type is written as: bfloat16 as uint16. */
void ingot_dtype_to_numpy(int32_t dtype, char *kind, size_t *item);
/* Whether an array may be given for an ABI type. */
bool ingot_dtype_accepts(int32_t dtype, const struct ingot_array *array);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_EXE_ARRAY_H */
