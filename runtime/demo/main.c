/* An application: two rows through the model, once alone and once on a pool. */
#include "affine.h"
#include "ingot/threads.h"

#include <stdio.h>
#include <string.h>

static _Alignas(AFFINE_ALIGNMENT) unsigned char arena[1024];

static int run(const struct ingot_parallel *pool, float y[2][3]) {
  static const float x[2][4] = {{1, 2, 3, 4}, {-1, -2, -3, 0.5f}};
  struct affine_context ctx = {0};
  ctx.arena = arena;
  ctx.arena_bytes = sizeof arena;
  ctx.parallel = pool;
  struct affine_serving_default_inputs in = {&x[0][0], 2};
  struct affine_serving_default_outputs out = {&y[0][0], 0};
  if (affine_serving_default_arena_bytes(&in) > ctx.arena_bytes)
    return INGOT_ARENA_TOO_SMALL;
  return affine_serving_default(&ctx, &in, &out);
}

int main(void) {
  float alone[2][3], together[2][3];
  struct ingot_parallel *pool = ingot_pool_create(2);
  int status = run(NULL, alone);
  if (status == INGOT_OK && pool)
    status = run(pool, together);
  ingot_pool_destroy(pool);
  if (status != INGOT_OK || !pool) {
    fprintf(stderr, "affine: %s\n", pool ? ingot_status_string(status) : "no threads");
    return 1;
  }
  for (int row = 0; row < 2; ++row)
    printf("%g %g %g\n", alone[row][0], alone[row][1], alone[row][2]);
  return memcmp(alone, together, sizeof alone) != 0;
}
