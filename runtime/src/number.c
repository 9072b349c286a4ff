#include "number.h"
#include "decimal.h"

#include <string.h>

void ingot_put(struct ingot_sink *sink, char c) {
  if (sink->bytes < sink->capacity)
    sink->out[sink->bytes] = c;
  ++sink->bytes;
}

void ingot_puts(struct ingot_sink *sink, const char *text) {
  for (; *text; ++text)
    ingot_put(sink, *text);
}

static void put_times(struct ingot_sink *sink, char c, int64_t times) {
  for (; times > 0; --times)
    ingot_put(sink, c);
}

static void put_unsigned(struct ingot_sink *sink, uint64_t value) {
  char digits[20];
  int count = 0;
  do
    digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count)
    ingot_put(sink, digits[--count]);
}

/*--- Digits of floating-point numbers --------------------------------------*/

static char digit_at(const struct ingot_decimal *decimal, int64_t i) {
  return (char)('0' + (i >= 0 && i < decimal->count ? decimal->digits[i] : 0));
}

/* `places` digits behind the point. */
static void put_fixed(struct ingot_sink *sink, const struct ingot_decimal *decimal, int places) {
  int point = decimal->count ? decimal->point : 0;
  if (point <= 0)
    ingot_put(sink, '0');
  for (int i = 0; i < point; ++i)
    ingot_put(sink, digit_at(decimal, i));
  if (places > 0)
    ingot_put(sink, '.');
  for (int i = 0; i < places; ++i)
    ingot_put(sink, digit_at(decimal, (int64_t)point + i));
}

static void put_scientific(struct ingot_sink *sink, const struct ingot_decimal *decimal,
                           int places) {
  int exponent = decimal->count ? decimal->point - 1 : 0;
  ingot_put(sink, digit_at(decimal, 0));
  if (places > 0)
    ingot_put(sink, '.');
  for (int i = 1; i <= places; ++i)
    ingot_put(sink, digit_at(decimal, i));
  ingot_put(sink, 'e');
  ingot_put(sink, exponent < 0 ? '-' : '+');
  exponent = exponent < 0 ? -exponent : exponent;
  if (exponent < 10)
    ingot_put(sink, '0');
  put_unsigned(sink, (uint64_t)exponent);
}

/* printf's %g of a number that is rounded to `precision` digits. */
static void put_general(struct ingot_sink *sink, const struct ingot_decimal *decimal,
                        int precision) {
  int exponent = decimal->count ? decimal->point - 1 : 0;
  int count = decimal->count ? decimal->count : 1;
  if (exponent < -4 || exponent >= precision)
    put_scientific(sink, decimal, count - 1);
  else
    put_fixed(sink, decimal, count - 1 > exponent ? count - 1 - exponent : 0);
}

/*--- Numbers ---------------------------------------------------------------*/

enum kind { INTEGER, FINITE, INFINITE, NOT_A_NUMBER };

struct number {
  enum kind kind;
  bool is_negative, is_unsigned; /* unsigned: of a type without signs */
  uint64_t magnitude;            /* INTEGER */
  struct ingot_binary binary;    /* FINITE */
  bool is_lowest;                /* the next smaller one is nearer than the next larger one */
  bool is_double;
};

/* A number of the IEEE formats with this many bits. */
static struct number decode(uint64_t bits, int exponent_bits, int fraction_bits) {
  uint64_t fraction = bits & ((UINT64_C(1) << fraction_bits) - 1);
  int most = (1 << exponent_bits) - 1, biased = (int)(bits >> fraction_bits) & most;
  struct number number = {.kind = FINITE};
  number.is_negative = bits >> (exponent_bits + fraction_bits) & 1;
  number.is_double = fraction_bits == 52;
  if (biased == most)
    number.kind = fraction ? NOT_A_NUMBER : INFINITE;
  number.is_lowest = fraction == 0 && biased > 1;
  number.binary.mantissa = fraction | (biased ? UINT64_C(1) << fraction_bits : 0);
  number.binary.exponent = (biased ? biased : 1) - (most >> 1) - fraction_bits;
  return number;
}

/* As a number of 32 bits, in which every one of 16 bits is normal. */
static struct number decode_half(uint16_t bits) {
  struct number number = decode(bits, 5, 10);
  while (number.binary.mantissa && number.binary.mantissa < (1u << 23)) {
    number.binary.mantissa *= 2;
    --number.binary.exponent;
  }
  number.is_lowest = number.binary.mantissa == 1u << 23;
  return number;
}

static struct number integer(bool is_negative, uint64_t value) {
  return (struct number){
      .kind = INTEGER, .is_negative = is_negative, .magnitude = is_negative ? 0 - value : value};
}

#define LOAD(type, name)                                                                           \
  type name;                                                                                       \
  memcpy(&name, (const type *)view->data + index, sizeof name)

#define SIGNED(type)                                                                               \
  do {                                                                                             \
    LOAD(type, value);                                                                             \
    return integer(value < 0, (uint64_t)(int64_t)value);                                           \
  } while (0)

#define UNSIGNED(type)                                                                             \
  do {                                                                                             \
    LOAD(type, value);                                                                             \
    struct number number = integer(false, value);                                                  \
    number.is_unsigned = true;                                                                     \
    return number;                                                                                 \
  } while (0)

static struct number load_float(const struct ingot_view *view, int64_t index, bool is_double) {
  if (is_double) {
    LOAD(uint64_t, bits);
    return decode(bits, 11, 52);
  }
  LOAD(uint32_t, bits);
  return decode(bits, 8, 23);
}

/* Complex numbers are two elements. */
static struct number load(const struct ingot_view *view, int64_t index) {
  switch (view->dtype) {
  case INGOT_INT8:
    SIGNED(int8_t);
  case INGOT_INT16:
    SIGNED(int16_t);
  case INGOT_INT32:
    SIGNED(int32_t);
  case INGOT_INT64:
    SIGNED(int64_t);
  case INGOT_BOOL:
  case INGOT_UINT8:
    UNSIGNED(uint8_t);
  case INGOT_UINT16:
    UNSIGNED(uint16_t);
  case INGOT_UINT32:
    UNSIGNED(uint32_t);
  case INGOT_UINT64:
    UNSIGNED(uint64_t);
  case INGOT_FLOAT16: {
    LOAD(uint16_t, bits);
    return decode_half(bits);
  }
  case INGOT_BFLOAT16: {
    LOAD(uint16_t, bits);
    return decode((uint64_t)bits << 16, 8, 23);
  }
  case INGOT_FLOAT64:
  case INGOT_COMPLEX128:
    return load_float(view, index, true);
  default:
    return load_float(view, index, false);
  }
}

/* As few digits as a reader of the type surely needs, or a few more. */
static void put_summary(struct ingot_sink *sink, const struct number *number) {
  int few = number->is_double ? 15 : 6, enough = number->is_double ? 17 : 9;
  struct ingot_decimal decimal;
  ingot_decimal_exact(number->binary, &decimal);
  ingot_decimal_round(&decimal, few);
  if (!number->binary.mantissa ||
      ingot_decimal_reads_as(&decimal, number->binary, number->is_lowest)) {
    put_general(sink, &decimal, few);
    return;
  }
  ingot_decimal_exact(number->binary, &decimal);
  ingot_decimal_round(&decimal, enough);
  put_general(sink, &decimal, enough);
}

static void put_finite(struct ingot_sink *sink, const struct ingot_format *format,
                       const struct number *number) {
  struct ingot_decimal decimal;
  int precision = format->precision < 0 ? 6 : format->precision;
  ingot_decimal_exact(number->binary, &decimal);
  switch (format->style) {
  case INGOT_FIXED: {
    int64_t count = (int64_t)decimal.point + precision;
    ingot_decimal_round(&decimal, count > INGOT_MAX_DIGITS ? INGOT_MAX_DIGITS : (int)count);
    put_fixed(sink, &decimal, precision);
    return;
  }
  case INGOT_SCIENTIFIC:
    ingot_decimal_round(&decimal, precision < INGOT_MAX_DIGITS ? precision + 1 : INGOT_MAX_DIGITS);
    put_scientific(sink, &decimal, precision);
    return;
  case INGOT_SHORTEST:
    precision = precision ? precision : 1;
    ingot_decimal_round(&decimal, precision);
    put_general(sink, &decimal, precision);
    return;
  default:
    put_summary(sink, number);
  }
}

/* The number without its sign. */
static void put_magnitude(struct ingot_sink *sink, const struct ingot_format *format,
                          const struct number *number) {
  switch (number->kind) {
  case INTEGER:
    put_unsigned(sink, number->magnitude);
    return;
  case INFINITE:
    ingot_puts(sink, "inf");
    return;
  case NOT_A_NUMBER:
    ingot_puts(sink, "nan");
    return;
  default:
    put_finite(sink, format, number);
  }
}

static bool is_printf(const struct ingot_format *format) {
  return format->style == INGOT_SHORTEST || format->style == INGOT_FIXED ||
         format->style == INGOT_SCIENTIFIC;
}

static void put_number(struct ingot_sink *sink, const struct ingot_format *format,
                       const struct number *number) {
  char sign = number->is_negative ? '-' : 0, flag = (char)format->flag;
  if (!sign && !number->is_unsigned && (flag == '+' || flag == ' '))
    sign = flag;
  struct ingot_sink counted = {0};
  put_magnitude(&counted, format, number);
  int64_t padding = (int64_t)format->width - counted.bytes - (sign != 0);
  bool is_exact = number->kind == INTEGER || number->kind == FINITE;
  bool has_zeros = flag == '0' && is_exact;
  put_times(sink, ' ', flag == '-' || has_zeros ? 0 : padding);
  put_times(sink, sign, sign != 0);
  put_times(sink, '0', has_zeros ? padding : 0);
  put_magnitude(sink, format, number);
  put_times(sink, ' ', flag == '-' ? padding : 0);
}

static void put_complex(struct ingot_sink *sink, const struct ingot_format *format,
                        const struct ingot_view *view, int64_t index) {
  for (int64_t part = 0; part < 2; ++part) {
    struct number number = load(view, 2 * index + part);
    ingot_put(sink, part ? ',' : '(');
    put_number(sink, format, &number);
  }
  ingot_put(sink, ')');
}

void ingot_put_element(struct ingot_sink *sink, const struct ingot_format *format,
                       const struct ingot_view *view, int64_t index) {
  if (view->dtype == INGOT_COMPLEX64 || view->dtype == INGOT_COMPLEX128) {
    put_complex(sink, format, view, index);
    return;
  }
  struct number number = load(view, index);
  if (view->dtype == INGOT_BOOL && is_printf(format))
    ingot_puts(sink, number.magnitude ? "true" : "false");
  else
    put_number(sink, format, &number);
}
