/* Runs the linear model of the fixtures: y = 2 a - 3 b + 10. */
#include "fixed.h"
#include "linear.h"

#include <stdio.h>

/* With sizes fixed at compile time the structs have no dimensions. */
static int run_fixed(const float x[2][2], float y[2]) {
  struct pair_context context = {0};
  struct pair_serving_default_inputs in = {.outputs_input = x[0]};
  struct pair_serving_default_outputs out = {.outputs = y};
  return pair_serving_default(&context, &in, &out);
}

int main(void) {
  static _Alignas(INGOT_ALIGNMENT) char arena[4096];
  struct linear_context context = {.arena = arena, .arena_bytes = sizeof arena};
  const float x[2][2] = {{1, 2}, {-4, 0.5f}};
  float y[2], z[2];
  struct linear_serving_default_inputs in = {.outputs_input = x[0], .outputs_input_dim0 = 2};
  struct linear_serving_default_outputs out = {.outputs = y};
  int status = linear_serving_default(&context, &in, &out);
  if (status != INGOT_OK || out.outputs_dim0 != 2) {
    fprintf(stderr, "%s\n", ingot_status_string(status));
    return 1;
  }
  printf("%g %g\n", y[0], y[1]);
  if (run_fixed(x, z) != INGOT_OK || z[0] != y[0] || z[1] != y[1])
    return 1;
  return y[0] == 6.0f && y[1] == 0.5f ? 0 : 1;
}
