/* What a model asks of its surroundings: text of tensors (tf.print, tf.strings,
 * assertions) and the time. An application that needs it sets `host` in its
 * context: to ingot_stdio_host, or to functions of its own. */
#ifndef INGOT_HOST_H
#define INGOT_HOST_H

#include "ingot/ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A tensor to be made text. */
struct ingot_view {
  const void *data;
  const int64_t *dims, *strides; /* `rank` entries each; strides count elements */
  int32_t dtype; /* enum ingot_dtype (ingot/abi.h); INGOT_STRING: the bytes of one */
  int32_t rank;
};

/* How the elements of a view become text. */
enum ingot_style {
  INGOT_SUMMARY = 0,    /* as tf.print shows tensors */
  INGOT_LEGACY = 1,     /* as assertions and the op Print show them */
  INGOT_SHORTEST = 2,   /* one element, as printf's %g or %d; booleans are true or false */
  INGOT_FIXED = 3,      /* the same, numbers with a point as %f */
  INGOT_SCIENTIFIC = 4, /* the same, as %e */
  INGOT_PLAIN = 5       /* strings as they are */
};

/* Text with tensors in it: bytes [ends[i - 1], ends[i]) of `text`, then view i. */
struct ingot_format {
  const char *text;
  const int64_t *ends;            /* count + 1 entries */
  const struct ingot_view *views; /* count entries */
  int64_t count;
  int64_t summarize;        /* how many elements are shown, see tf.print; -1: all */
  int32_t style;            /* enum ingot_style */
  int32_t precision, width; /* as printf's; -1: not given */
  int32_t flag;             /* printf's flag, or 0 */
};

struct ingot_host {
  /* Writes the text, `capacity` bytes of it at most, and returns its size. */
  int64_t (*format)(const struct ingot_host *self, const struct ingot_format *format, char *out,
                    int64_t capacity);
  /* `stream` is 1 for standard output and 2 for the error output. */
  void (*print)(const struct ingot_host *self, int32_t stream, const char *text, int64_t bytes);
  /* Seconds since 1970. */
  double (*timestamp)(const struct ingot_host *self);
};

/* Formats as TensorFlow does, prints everything to the error output. */
extern const struct ingot_host ingot_stdio_host;

#ifdef __cplusplus
}
#endif

#endif /* INGOT_HOST_H */
