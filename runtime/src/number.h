/* Numbers as text. */
#ifndef INGOT_NUMBER_H
#define INGOT_NUMBER_H

#include "ingot/abi.h"
#include "ingot/host.h"

#include <stdbool.h>

/* Where text goes: what is behind the capacity is only counted. */
struct ingot_sink {
  char *out;
  int64_t capacity, bytes;
};

void ingot_put(struct ingot_sink *sink, char c);
void ingot_puts(struct ingot_sink *sink, const char *text);

/* Element `index` of the view, of any type but INGOT_STRING, in the format's style. */
void ingot_put_element(struct ingot_sink *sink, const struct ingot_format *format,
                       const struct ingot_view *view, int64_t index);

#endif
