/* Exact decimal digits of floating-point numbers, without the C library's
 * formatting, which depends on the locale. */
#ifndef INGOT_DECIMAL_H
#define INGOT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* mantissa * 2^exponent. */
struct ingot_binary {
  uint64_t mantissa; /* less than 2^56 */
  int exponent;
};

/* No number of 64 bits has more digits, nor a point between two of them. */
enum { INGOT_MAX_DIGITS = 800 };

/* 0.d1 d2 d3... * 10^point, d1 > 0; no digits for zero. */
struct ingot_decimal {
  int count, point;
  char digits[INGOT_MAX_DIGITS];
};

/* All digits. The exponent is one that occurs with double: -1077 to 971. */
void ingot_decimal_exact(struct ingot_binary value, struct ingot_decimal *decimal);

/* Rounds to `count` digits at most, ties to even; zeros at the end go. A count
 * of 0 or less rounds to zero, or up to one digit above the first. */
void ingot_decimal_round(struct ingot_decimal *decimal, int count);

/* True if a number format in which `value` has neighbours at a distance of 1 in
 * the mantissa reads `decimal` as `value`. `isLowest`: the next lower one is at
 * half that distance. */
bool ingot_decimal_reads_as(const struct ingot_decimal *decimal, struct ingot_binary value,
                            bool is_lowest);

#endif
