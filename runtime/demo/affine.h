/* What the compiler writes for a model "affine" with one signature,
 * serving_default: y[batch, 3] = relu(x[batch, 4] * w + b). Here by hand. */
#ifndef INGOT_AFFINE_H
#define INGOT_AFFINE_H

#include "ingot/ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AFFINE_ABI 3
#if AFFINE_ABI != INGOT_ABI
#error "this header and ingot/ingot.h are of different versions"
#endif

/* Scratch memory of a call, in bytes, without what depends on dynamic
 * dimensions: see ..._arena_bytes(). */
#define AFFINE_ARENA_BYTES 0
/* Memory of the variables, in bytes. */
#define AFFINE_STATE_BYTES 0
/* Alignment of both, in bytes. */
#define AFFINE_ALIGNMENT 64
#define AFFINE_SIGNATURES 1

struct affine_context {
  INGOT_CONTEXT_MEMBERS
};

#define AFFINE_SERVING_DEFAULT_ARENA_BYTES 0
#define AFFINE_SERVING_DEFAULT_INPUTS 1
#define AFFINE_SERVING_DEFAULT_OUTPUTS 1
#define AFFINE_SERVING_DEFAULT_X_RANK 2
#define AFFINE_SERVING_DEFAULT_X_DIM1 4
#define AFFINE_SERVING_DEFAULT_Y_RANK 2
#define AFFINE_SERVING_DEFAULT_Y_DIM1 3

struct affine_serving_default_inputs {
  /* float32 [x_dim0, 4] */
  const float *x;
  int64_t x_dim0;
};

struct affine_serving_default_outputs {
  /* float32 [y_dim0, 3] */
  float *y;
  int64_t y_dim0; /* set by the call */
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
