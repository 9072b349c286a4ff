/* What the compiler writes for a model "affine" with one signature,
 * serving_default: y[batch, 3] = relu(x[batch, 4] * w + b). Here by hand. */
#ifndef INGOT_AFFINE_H
#define INGOT_AFFINE_H

#include "ingot/ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

#define affine_ABI 1
#define affine_ALIGNMENT 64
#define affine_STATE_BYTES 0
#define affine_ARENA_BYTES 0 /* the part that no dimension changes */

struct affine_context {
  INGOT_CONTEXT_MEMBERS
};

#define affine_serving_default_INPUTS 1
#define affine_serving_default_OUTPUTS 1

struct affine_serving_default_inputs {
  const float *x; /* [x_dims[0], 4] */
  int64_t x_dims[1];
};

struct affine_serving_default_outputs {
  float *y; /* [y_dims[0], 3] */
  int64_t y_dims[1];
};

/* Bytes of arena that a call with these dimensions needs. */
size_t affine_serving_default_arena_bytes(const struct affine_serving_default_inputs *in);

/* Sets the dimensions of the outputs. */
int affine_serving_default_shapes(const struct affine_serving_default_inputs *in,
                                  struct affine_serving_default_outputs *out);

int affine_serving_default(struct affine_context *ctx,
                           const struct affine_serving_default_inputs *in,
                           struct affine_serving_default_outputs *out);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_AFFINE_H */
