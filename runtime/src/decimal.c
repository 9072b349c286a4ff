#include "decimal.h"

#include <string.h>

/* A natural number, base 10^9, least significant limb first. */
enum { LIMBS = 92, BASE = 1000000000, LIMB_DIGITS = 9 };
struct natural {
  int count;
  uint32_t limbs[LIMBS];
};

static void multiply(struct natural *n, uint32_t factor) {
  uint64_t carry = 0;
  for (int i = 0; i < n->count; ++i) {
    carry += (uint64_t)n->limbs[i] * factor;
    n->limbs[i] = (uint32_t)(carry % BASE);
    carry /= BASE;
  }
  for (; carry && n->count < LIMBS; carry /= BASE)
    n->limbs[n->count++] = (uint32_t)(carry % BASE);
}

static void multiply_power(struct natural *n, uint32_t base, int exponent, uint32_t many,
                           int step) {
  for (; exponent >= step; exponent -= step)
    multiply(n, many);
  for (; exponent > 0; --exponent)
    multiply(n, base);
}

/* Digits from the first that is not 0; returns how many there are. */
static int write_digits(const struct natural *n, char *digits) {
  int count = 0;
  for (int i = n->count; i-- > 0;) {
    uint32_t limb = n->limbs[i];
    for (uint32_t unit = BASE / 10; unit; unit /= 10) {
      char digit = (char)(limb / unit % 10);
      if (count || digit)
        digits[count++] = digit;
    }
  }
  return count;
}

static void trim(struct ingot_decimal *decimal) {
  while (decimal->count && decimal->digits[decimal->count - 1] == 0)
    --decimal->count;
}

void ingot_decimal_exact(struct ingot_binary value, struct ingot_decimal *decimal) {
  struct natural n = {0};
  for (uint64_t rest = value.mantissa; rest; rest /= BASE)
    n.limbs[n.count++] = (uint32_t)(rest % BASE);
  if (value.exponent >= 0)
    multiply_power(&n, 2, value.exponent, 1u << 30, 30);
  else /* m / 2^e = m * 5^e / 10^e */
    multiply_power(&n, 5, -value.exponent, 1220703125u, 13);
  decimal->count = write_digits(&n, decimal->digits);
  decimal->point = decimal->count + (value.exponent < 0 ? value.exponent : 0);
  trim(decimal);
}

void ingot_decimal_round(struct ingot_decimal *decimal, int count) {
  if (count >= decimal->count)
    return;
  if (count < 0) {
    decimal->count = 0;
    return;
  }
  const char *rest = decimal->digits + count;
  bool is_tie = rest[0] == 5 && count + 1 == decimal->count;
  bool is_odd = count && decimal->digits[count - 1] % 2;
  bool is_up = is_tie ? is_odd : rest[0] >= 5;
  decimal->count = count;
  while (is_up && decimal->count && decimal->digits[decimal->count - 1] == 9)
    --decimal->count;
  if (is_up && decimal->count) {
    ++decimal->digits[decimal->count - 1];
  } else if (is_up) {
    decimal->digits[0] = 1;
    decimal->count = 1;
    ++decimal->point;
  }
  trim(decimal);
}

static int compare(const struct ingot_decimal *a, const struct ingot_decimal *b) {
  if (!a->count || !b->count)
    return (a->count > 0) - (b->count > 0);
  if (a->point != b->point)
    return a->point < b->point ? -1 : 1;
  int common = a->count < b->count ? a->count : b->count;
  int order = memcmp(a->digits, b->digits, (size_t)common);
  return order ? order : (a->count > b->count) - (a->count < b->count);
}

bool ingot_decimal_reads_as(const struct ingot_decimal *decimal, struct ingot_binary value,
                            bool is_lowest) {
  struct ingot_decimal middle;
  bool is_even = value.mantissa % 2 == 0; /* ties are read as the even one */
  struct ingot_binary bound = {4 * value.mantissa - (is_lowest ? 1 : 2), value.exponent - 2};
  ingot_decimal_exact(bound, &middle);
  int below = compare(decimal, &middle);
  bound.mantissa = 4 * value.mantissa + 2;
  ingot_decimal_exact(bound, &middle);
  int above = compare(decimal, &middle);
  return (below > 0 || (below == 0 && is_even)) && (above < 0 || (above == 0 && is_even));
}
