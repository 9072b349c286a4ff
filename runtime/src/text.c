/* Tensors as text, as TensorFlow's Tensor::SummarizeValue writes them. */
#include "number.h"

#include <stdio.h>
#include <time.h>

/* A view while it is written. */
struct summary {
  struct ingot_sink *sink;
  const struct ingot_format *format;
  const struct ingot_view *view;
  int64_t limit; /* elements at either end of a dimension; LEGACY: of all */
  int64_t shown; /* LEGACY: elements written so far */
};

static void put_at(struct summary *s, int64_t offset) {
  ingot_put_element(s->sink, s->format, s->view, offset);
}

/*--- tf.print --------------------------------------------------------------*/

static void put_gap(struct summary *s, int32_t dim) {
  int32_t inner = s->view->rank - dim - 1;
  if (inner == 0) {
    ingot_put(s->sink, ' ');
    return;
  }
  for (int32_t i = 0; i < inner; ++i)
    ingot_put(s->sink, '\n');
  for (int32_t i = 0; i <= dim; ++i)
    ingot_put(s->sink, ' ');
}

/* The first and the last elements of each dimension. Recursion as deep as the rank. */
static void put_ends(struct summary *s, int32_t dim, int64_t offset) {
  if (dim == s->view->rank) {
    put_at(s, offset);
    return;
  }
  int64_t count = s->view->dims[dim], stride = s->view->strides[dim], limit = s->limit;
  int64_t rest = limit > count - limit ? limit : count - limit;
  ingot_put(s->sink, '[');
  for (int64_t i = 0; i < limit && i < count; ++i) {
    if (i > 0)
      put_gap(s, dim);
    put_ends(s, dim + 1, offset + i * stride);
  }
  if (count > limit && count - limit > limit) {
    put_gap(s, dim);
    ingot_puts(s->sink, "...");
  }
  for (int64_t i = rest; i < count; ++i) {
    put_gap(s, dim);
    put_ends(s, dim + 1, offset + i * stride);
  }
  ingot_put(s->sink, ']');
}

/*--- Assert, Print ---------------------------------------------------------*/

static void put_last_dim(struct summary *s, int32_t dim, int64_t offset) {
  for (int64_t i = 0; i < s->view->dims[dim]; ++i) {
    if (s->shown >= s->limit) {
      ingot_puts(s->sink, dim ? "..." : "");
      return;
    }
    if (i > 0)
      ingot_put(s->sink, ' ');
    put_at(s, offset + i * s->view->strides[dim]);
    ++s->shown;
  }
}

/* The first elements of all. */
static void put_first(struct summary *s, int32_t dim, int64_t offset) {
  if (s->shown >= s->limit)
    return;
  if (dim == s->view->rank - 1) {
    put_last_dim(s, dim, offset);
    return;
  }
  for (int64_t i = 0; i < s->view->dims[dim] && s->shown < s->limit; ++i) {
    ingot_put(s->sink, '[');
    put_first(s, dim + 1, offset + i * s->view->strides[dim]);
    ingot_put(s->sink, ']');
  }
}

/*--- Formats ---------------------------------------------------------------*/

static int64_t count_elements(const struct ingot_view *view) {
  int64_t count = 1;
  for (int32_t d = 0; d < view->rank; ++d)
    count *= view->dims[d];
  return count;
}

/* TensorFlow shows no more of complex numbers. */
static void put_marks(struct ingot_sink *sink, int64_t count, int64_t limit, bool is_legacy) {
  ingot_puts(sink, is_legacy ? "" : "[");
  for (int64_t i = 0; i < limit; ++i)
    ingot_puts(sink, i ? " ?" : "?");
  ingot_puts(sink, count > limit ? "..." : "");
  ingot_puts(sink, is_legacy ? "" : "]");
}

static bool is_complex(const struct ingot_view *view) {
  return view->dtype == INGOT_COMPLEX64 || view->dtype == INGOT_COMPLEX128;
}

static void put_tensor(struct ingot_sink *sink, const struct ingot_format *format,
                       const struct ingot_view *view) {
  int64_t count = count_elements(view), limit = format->summarize;
  if (limit < 0 || limit > count)
    limit = count;
  struct summary summary = {sink, format, view, limit, 0};
  bool is_legacy = format->style == INGOT_LEGACY;
  if (is_complex(view) && (is_legacy || format->style == INGOT_SUMMARY)) {
    put_marks(sink, count, limit, is_legacy);
    return;
  }
  if (view->rank == 0 && limit > 0)
    put_at(&summary, 0);
  if (view->rank > 0 && is_legacy)
    put_first(&summary, 0, 0);
  if (view->rank > 0 && !is_legacy)
    put_ends(&summary, 0, 0);
  if (count > limit && (is_legacy || view->rank == 0))
    ingot_puts(sink, "...");
}

/* As absl::CEscape. */
static void put_escaped(struct ingot_sink *sink, unsigned char c) {
  static const char special[] = "\n\r\t\"'\\", names[] = "nrt\"'\\";
  for (int i = 0; special[i]; ++i)
    if ((unsigned char)special[i] == c) {
      ingot_put(sink, '\\');
      ingot_put(sink, names[i]);
      return;
    }
  if (c >= 0x20 && c < 0x7f) {
    ingot_put(sink, (char)c);
    return;
  }
  ingot_put(sink, '\\');
  for (int shift = 6; shift >= 0; shift -= 3)
    ingot_put(sink, (char)('0' + (c >> shift & 7)));
}

static void put_string(struct ingot_sink *sink, const struct ingot_format *format,
                       const struct ingot_view *view) {
  const unsigned char *bytes = view->data;
  bool is_plain = format->style == INGOT_PLAIN, is_quoted = format->style == INGOT_SUMMARY;
  if (is_quoted)
    ingot_put(sink, '"');
  for (int64_t i = 0; i < view->dims[0]; ++i)
    if (is_plain)
      ingot_put(sink, (char)bytes[i * view->strides[0]]);
    else
      put_escaped(sink, bytes[i * view->strides[0]]);
  if (is_quoted)
    ingot_put(sink, '"');
}

static int64_t format_text(const struct ingot_host *self, const struct ingot_format *format,
                           char *out, int64_t capacity) {
  (void)self;
  struct ingot_sink sink = {out, capacity, 0};
  int64_t at = 0;
  for (int64_t i = 0; i <= format->count; ++i) {
    for (; at < format->ends[i]; ++at)
      ingot_put(&sink, format->text[at]);
    if (i == format->count)
      break;
    const struct ingot_view *view = &format->views[i];
    if (view->dtype == INGOT_STRING)
      put_string(&sink, format, view);
    else
      put_tensor(&sink, format, view);
  }
  return sink.bytes;
}

/*--- Host ------------------------------------------------------------------*/

static void print_text(const struct ingot_host *self, int32_t stream, const char *text,
                       int64_t bytes) {
  (void)self;
  (void)stream;
  fwrite(text, 1, (size_t)bytes, stderr);
}

static double timestamp(const struct ingot_host *self) {
  (void)self;
  struct timespec now = {0};
  timespec_get(&now, TIME_UTC);
  return (double)now.tv_sec + (double)(now.tv_nsec / 1000) * 1e-6;
}

const struct ingot_host ingot_stdio_host = {format_text, print_text, timestamp};
