/* The object behind affine.h: the binary interface by example. */
#include "affine.h"

#include "ingot/abi.h"

enum { IN = 4, OUT = 3 };

static const float weights[IN][OUT] = {{1, 0, 0}, {0, 2, 0}, {0, 0, 4}, {1, 1, 1}};
static const float bias[OUT] = {0.5f, -1.0f, 0.25f};

typedef struct affine_serving_default_inputs inputs_t;
typedef struct affine_serving_default_outputs outputs_t;

static int check_batch(const inputs_t *in) {
  int64_t batch = in->x_dim0;
  return batch < 0 || batch > INT64_MAX / (int64_t)(IN * sizeof(float)) ? INGOT_BAD_SHAPE
                                                                        : INGOT_OK;
}

/* Scratch: the products before bias and relu, as an unfused model has them. */
size_t affine_serving_default_arena_bytes(const inputs_t *in) {
  if (check_batch(in) != INGOT_OK)
    return 0;
  return (size_t)in->x_dim0 * OUT * sizeof(float);
}

int affine_serving_default_shapes(const inputs_t *in, outputs_t *out) {
  out->y_dim0 = in->x_dim0;
  return check_batch(in);
}

struct frame {
  const float *x;
  float *products, *y;
};

static void multiply_rows(void *data, int64_t begin, int64_t end) {
  const struct frame *frame = data;
  for (int64_t row = begin; row < end; ++row)
    for (int column = 0; column < OUT; ++column) {
      float sum = 0;
      for (int k = 0; k < IN; ++k)
        sum += frame->x[row * IN + k] * weights[k][column];
      frame->products[row * OUT + column] = sum;
    }
}

static void activate_rows(void *data, int64_t begin, int64_t end) {
  const struct frame *frame = data;
  for (int64_t i = begin * OUT; i < end * OUT; ++i) {
    float value = frame->products[i] + bias[i % OUT];
    frame->y[i] = value < 0 ? 0 : value;
  }
}

static void for_rows(const struct affine_context *ctx, int64_t rows, ingot_range_fn body,
                     struct frame *frame) {
  if (ctx->parallel)
    ctx->parallel->parallel_for(ctx->parallel, rows, body, frame);
  else
    body(frame, 0, rows);
}

/* The checks that every entry makes before it touches memory. */
static int enter(struct affine_context *ctx, const inputs_t *in, outputs_t *out) {
  if (!ctx)
    return INGOT_NULL_POINTER;
  ctx->error_node = NULL;
  ctx->error_message = NULL;
  ctx->arena_needed = 0;
  if (!in || !out)
    return INGOT_NULL_POINTER;
  int status = affine_serving_default_shapes(in, out);
  if (status != INGOT_OK)
    return status;
  if (in->x_dim0 > 0 && (!in->x || !out->y))
    return INGOT_NULL_POINTER;
  size_t needed = affine_serving_default_arena_bytes(in);
  if (ctx->arena_bytes < needed) {
    ctx->arena_needed = needed;
    return INGOT_ARENA_TOO_SMALL;
  }
  if (needed && !ctx->arena)
    return INGOT_NULL_POINTER;
  return (uintptr_t)ctx->arena % INGOT_ALIGNMENT ? INGOT_ARENA_MISALIGNED : INGOT_OK;
}

int affine_serving_default(struct affine_context *ctx, const inputs_t *in, outputs_t *out) {
  int status = enter(ctx, in, out);
  if (status != INGOT_OK)
    return status;
  struct frame frame = {in->x, ctx->arena, out->y};
  for_rows(ctx, in->x_dim0, multiply_rows, &frame);
  for_rows(ctx, in->x_dim0, activate_rows, &frame);
  return INGOT_OK;
}

/* The rest is for loaders: present in libraries, left out of objects. */

static int call(struct ingot_context *context, const void *in, void *out) {
  return affine_serving_default((struct affine_context *)context, in, out);
}
static size_t arena_bytes(const void *in) { return affine_serving_default_arena_bytes(in); }
static int shapes(const void *in, void *out) { return affine_serving_default_shapes(in, out); }

static const int64_t x_dims[] = {-1, IN};
static const int64_t y_dims[] = {-1, OUT};

static const struct ingot_tensor inputs[] = {
    {"x", "x", INGOT_FLOAT32, INGOT_FROM_INPUTS, 2, x_dims, offsetof(inputs_t, x),
     offsetof(inputs_t, x_dim0), 0},
};
static const struct ingot_tensor outputs[] = {
    {"y", "y", INGOT_FLOAT32, INGOT_FROM_INPUTS, 2, y_dims, offsetof(outputs_t, y),
     offsetof(outputs_t, y_dim0), 0},
};
static const struct ingot_signature signatures[] = {
    {"serving_default", "affine_serving_default", 1, 1, inputs, outputs, sizeof(inputs_t),
     sizeof(outputs_t), call, arena_bytes, shapes},
};
static const struct ingot_model model = {
    INGOT_ABI, 1,          "affine",
    "by hand", signatures, AFFINE_STATE_BYTES,
    NULL,      0,          sizeof weights + sizeof bias,
};

const struct ingot_model *ingot_model_query(void) { return &model; }
