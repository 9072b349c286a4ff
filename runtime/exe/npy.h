/* The .npy format, versions 1 to 3: https://numpy.org/neps/nep-0001-npy-format.html */
#ifndef INGOT_EXE_NPY_H
#define INGOT_EXE_NPY_H

#include "array.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a whole .npy file in memory; the bytes may be any. Fortran order is
 * put into row-major order. Refused: big-endian, objects, unicode strings,
 * structured types. ingot_array_free releases the result. */
bool ingot_npy_load(const void *bytes, size_t size, struct ingot_array *array,
                    struct ingot_failure *failure);

/* Writes the bytes that precede the elements; returns how many, at most
 * INGOT_NPY_HEADER_MAX. */
enum { INGOT_NPY_HEADER_MAX = 1536 };
size_t ingot_npy_header(const struct ingot_array *array, char *header);

/* "float32", "S5", ...: numpy's name of the element type. */
void ingot_npy_type_name(const struct ingot_array *array, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_EXE_NPY_H */
