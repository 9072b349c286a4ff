#include "npy.h"

#include <stdio.h>
#include <string.h>

static const char MAGIC[] = "\x93NUMPY";
enum { MAGIC_BYTES = 6 };

/* The header is a Python dict literal; this reads the subset that numpy writes,
 * with any spacing and order of keys. */
struct cursor {
  const char *at, *end;
};

struct header {
  struct ingot_array array;
  bool fortran, has_type, has_order, has_shape;
};

static void skip_spaces(struct cursor *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r'))
    ++c->at;
}

static bool accept(struct cursor *c, char wanted) {
  skip_spaces(c);
  if (c->at == c->end || *c->at != wanted)
    return false;
  ++c->at;
  return true;
}

static bool is(struct cursor string, const char *text) {
  size_t length = strlen(text);
  return (size_t)(string.end - string.at) == length && memcmp(string.at, text, length) == 0;
}

static bool accept_word(struct cursor *c, const char *word) {
  size_t length = strlen(word);
  skip_spaces(c);
  if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
    return false;
  c->at += length;
  return true;
}

/* A quoted string without escapes, as a sub-range of the header. */
static bool read_string(struct cursor *c, struct cursor *string) {
  skip_spaces(c);
  if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
    return false;
  const char *start = c->at + 1;
  const char *close = memchr(start, *c->at, (size_t)(c->end - start));
  if (!close)
    return false;
  *string = (struct cursor){start, close};
  c->at = close + 1;
  return true;
}

static bool is_digit(const struct cursor *c) {
  return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

static bool read_integer(struct cursor *c, int64_t *value) {
  skip_spaces(c);
  if (!is_digit(c))
    return false;
  *value = 0;
  for (; is_digit(c); ++c->at) {
    int digit = *c->at - '0';
    if (*value > (INT64_MAX - digit) / 10)
      return false;
    *value = *value * 10 + digit;
  }
  return true;
}

static bool read_shape(struct cursor *c, struct header *header, struct ingot_failure *failure) {
  struct ingot_array *array = &header->array;
  bool more = accept(c, '(');
  if (!more)
    return ingot_fail(failure, "not a valid .npy header: shape is not a tuple");
  while (!accept(c, ')')) {
    int64_t dim;
    if (!more || !read_integer(c, &dim))
      return ingot_fail(failure, "not a valid .npy header: bad dimension in shape");
    if (array->rank == INGOT_MAX_RANK)
      return ingot_fail(failure, "array has more than %d dimensions", INGOT_MAX_RANK);
    array->dims[array->rank++] = dim;
    accept(c, 'L'); /* Python 2's long integers */
    more = accept(c, ',');
  }
  header->has_shape = true;
  return true;
}

static bool read_type(struct cursor *c, struct header *header, struct ingot_failure *failure) {
  struct cursor type;
  int64_t item;
  if (!read_string(c, &type))
    return ingot_fail(failure, "structured element types are not supported "
                               "(save each field as an array of its own)");
  int length = (int)(type.end - type.at > 32 ? 32 : type.end - type.at);
  const char *text = type.at;
  char order = type.at < type.end ? *type.at++ : 0;
  char kind = type.at < type.end ? *type.at++ : 0;
  if (kind == 'O')
    return ingot_fail(failure, "arrays of Python objects are not supported");
  if (kind == 'U')
    return ingot_fail(failure,
                      "unicode strings are not supported (encode them: numpy.char.encode)");
  if (!order || !strchr("<>|=", order) || !kind || !strchr("biufcSV", kind) ||
      !read_integer(&type, &item) || type.at != type.end || item == 0)
    return ingot_fail(failure, "element type '%.*s' is not supported", length, text);
  if (order == '>' && item > 1 && kind != 'S' && kind != 'V')
    return ingot_fail(failure, "big-endian arrays are not supported "
                               "(convert with array.astype(array.dtype.newbyteorder('<')))");
  header->array.kind = kind;
  header->array.item = (size_t)item;
  header->has_type = true;
  return true;
}

static bool read_value(struct cursor *c, struct cursor key, struct header *header,
                       struct ingot_failure *failure) {
  if (is(key, "descr"))
    return read_type(c, header, failure);
  if (is(key, "shape"))
    return header->has_shape ? ingot_fail(failure, "not a valid .npy header: two shapes")
                             : read_shape(c, header, failure);
  if (!is(key, "fortran_order"))
    return ingot_fail(failure, "not a valid .npy header: unknown key");
  header->fortran = accept_word(c, "True");
  header->has_order = header->fortran || accept_word(c, "False");
  return header->has_order ||
         ingot_fail(failure, "not a valid .npy header: fortran_order is not a boolean");
}

static bool read_dict(struct cursor *c, struct header *header, struct ingot_failure *failure) {
  bool more = accept(c, '{');
  while (more && !accept(c, '}')) {
    struct cursor key;
    if (!read_string(c, &key) || !accept(c, ':'))
      return ingot_fail(failure, "not a valid .npy header: no key where one is expected");
    if (!read_value(c, key, header, failure))
      return false;
    if (!accept(c, ',') && (c->at == c->end || *c->at != '}'))
      more = false;
  }
  if (!more || !header->has_type || !header->has_order || !header->has_shape)
    return ingot_fail(failure, "not a valid .npy header: incomplete");
  return true;
}

/* Where the header's text lies; the elements begin at its end. */
static bool find_header(const unsigned char *bytes, size_t size, struct cursor *text,
                        struct ingot_failure *failure) {
  if (size < MAGIC_BYTES + 4 || memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
    return ingot_fail(failure, "not a .npy file");
  unsigned major = bytes[6];
  if (major < 1 || major > 3)
    return ingot_fail(failure, ".npy version %u.%u is not supported", major, bytes[7]);
  size_t start = major == 1 ? 10 : 12;
  if (size < start)
    return ingot_fail(failure, ".npy file is truncated");
  size_t length = bytes[8] | (size_t)bytes[9] << 8;
  if (major > 1)
    length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
  if (length > size - start)
    return ingot_fail(failure, ".npy file is truncated");
  *text = (struct cursor){(const char *)bytes + start, (const char *)bytes + start + length};
  return true;
}

/* Copies column-major elements to row-major order. */
static void transpose(const struct ingot_array *array, const char *from) {
  int64_t index[INGOT_MAX_RANK] = {0};
  size_t strides[INGOT_MAX_RANK], stride = array->item, offset = 0;
  for (int32_t i = 0; i < array->rank; ++i) {
    strides[i] = stride;
    stride *= (size_t)array->dims[i];
  }
  char *to = array->data;
  for (char *end = to + stride; to < end; to += array->item) {
    memcpy(to, from + offset, array->item);
    for (int32_t i = array->rank - 1; i >= 0; --i) {
      offset += strides[i];
      if (++index[i] < array->dims[i])
        break;
      offset -= strides[i] * (size_t)array->dims[i];
      index[i] = 0;
    }
  }
}

bool ingot_npy_load(const void *bytes, size_t size, struct ingot_array *array,
                    struct ingot_failure *failure) {
  struct cursor text;
  struct header header = {0};
  size_t expected;
  array->data = NULL;
  if (!find_header(bytes, size, &text, failure))
    return false;
  size_t present = (size_t)((const char *)bytes + size - text.end);
  const char *elements = text.end;
  if (!read_dict(&text, &header, failure))
    return false;
  if (!ingot_array_bytes(&header.array, &expected) || expected != present)
    return ingot_fail(failure, ".npy file has %zu bytes of elements, which its shape contradicts",
                      present);
  *array = header.array;
  if (!ingot_array_allocate(array, failure))
    return false;
  if (header.fortran && array->rank > 1 && expected)
    transpose(array, elements);
  else if (expected)
    memcpy(array->data, elements, expected);
  return true;
}

size_t ingot_npy_header(const struct ingot_array *array, char *header) {
  enum { PREFIX = 10, ALIGN = 64 };
  char *text = header + PREFIX;
  size_t space = INGOT_NPY_HEADER_MAX - PREFIX;
  bool swappable = array->item > 1 && array->kind != 'S' && array->kind != 'V';
  size_t used =
      (size_t)snprintf(text, space, "{'descr': '%c%c%zu', 'fortran_order': False, 'shape': (",
                       swappable ? '<' : '|', array->kind, array->item);
  for (int32_t i = 0; i < array->rank; ++i) /* at most 64 times 21 characters */
    used += (size_t)snprintf(text + used, space - used, i ? " %lld," : "%lld,",
                             (long long)array->dims[i]);
  if (array->rank > 1)
    --used; /* only a tuple of one keeps its comma */
  used += (size_t)snprintf(text + used, space - used, "), }");
  size_t total = (PREFIX + used + 1 + ALIGN - 1) / ALIGN * ALIGN;
  memset(text + used, ' ', total - PREFIX - used);
  header[total - 1] = '\n';
  memcpy(header, MAGIC, MAGIC_BYTES);
  header[6] = 1;
  header[7] = 0;
  header[8] = (char)((total - PREFIX) & 0xff);
  header[9] = (char)((total - PREFIX) >> 8);
  return total;
}

void ingot_npy_type_name(const struct ingot_array *array, char *text, size_t size) {
  static const struct {
    char kind;
    const char *name;
  } names[] = {{'i', "int"}, {'u', "uint"}, {'f', "float"}, {'c', "complex"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (names[i].kind == array->kind) {
      snprintf(text, size, "%s%zu", names[i].name, array->item * 8);
      return;
    }
  if (array->kind == 'b')
    snprintf(text, size, "bool");
  else
    snprintf(text, size, "%c%zu", array->kind, array->item);
}
