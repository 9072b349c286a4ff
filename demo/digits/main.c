/* An application with a compiled model in it: classifies the held-out digits,
 * draws a few of them, and measures. Usage: digits-demo IMAGES.npz, which holds
 * images [N, 8, 8, 1] float32 and labels [N] int32. */
#define _POSIX_C_SOURCE 200809L
#include "digits.h"
#include "exe/npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SIDE = 8, PIXELS = SIDE * SIDE, CLASSES = 10, DRAWN = 3 };

static int load(const struct ingot_bytes *file, const char *key, char kind,
                struct ingot_array *array) {
  struct ingot_failure failure = {"no such array"};
  if (ingot_npz_load(file, key, array, &failure) != 1)
    fprintf(stderr, "digits-demo: %s: %s\n", key, failure.text);
  else if (array->kind != kind || array->item != 4)
    fprintf(stderr, "digits-demo: %s: wrong element type\n", key);
  else
    return 1;
  return 0;
}

static int classify(struct digits_context *ctx, const float *image, float *confidence) {
  float scores[CLASSES];
  struct digits_serving_default_inputs in = {0};
  struct digits_serving_default_outputs out = {0};
  in.image = image;
  in.image_dim0 = 1; /* the batch */
  out.output_0 = scores;
  int status = digits_serving_default(ctx, &in, &out);
  if (status != INGOT_OK) {
    fprintf(stderr, "digits-demo: %s\n", ingot_status_string(status));
    exit(1);
  }
  int best = 0;
  for (int i = 1; i < CLASSES; ++i)
    if (scores[i] > scores[best])
      best = i;
  *confidence = scores[best];
  return best;
}

static void draw(const float *image, int digit, float confidence, int label) {
  static const char shades[] = " .:-=+*#%@";
  for (int row = 0; row < SIDE; ++row) {
    printf("    ");
    for (int column = 0; column < SIDE; ++column) {
      char shade = shades[(int)(image[row * SIDE + column] * 9.0f + 0.5f)];
      printf("%c%c", shade, shade);
    }
    puts("");
  }
  printf("  this is a %d (%.1f %% sure; it is a %d)\n\n", digit, (double)(100 * confidence), label);
}

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int run(struct digits_context *ctx, const float *images, const int32_t *labels,
               size_t count) {
  double *times = malloc(count * sizeof *times);
  size_t right = 0;
  if (!times)
    return 1;
  for (size_t i = 0; i < count; ++i) {
    float confidence;
    double start = now_us();
    int digit = classify(ctx, images + i * PIXELS, &confidence);
    times[i] = now_us() - start;
    right += digit == labels[i];
    if (i < DRAWN)
      draw(images + i * PIXELS, digit, confidence, labels[i]);
  }
  qsort(times, count, sizeof *times, ascending);
  printf("accuracy  %zu of %zu images (%.2f %%)\n", right, count,
         100.0 * (double)right / (double)count);
  printf("latency   %.1f us per image (median), one thread\n", times[count / 2]);
  printf("arena     %zu bytes\n", ctx->arena_bytes);
  free(times);
  return 0;
}

/* All the memory that the model works in. */
static int allocate_arena(struct digits_context *ctx) {
  struct digits_serving_default_inputs one = {0};
  one.image_dim0 = 1;
  size_t bytes = digits_serving_default_arena_bytes(&one);
  ctx->arena_bytes = (bytes + INGOT_ALIGNMENT) / INGOT_ALIGNMENT * INGOT_ALIGNMENT;
  ctx->arena = aligned_alloc(INGOT_ALIGNMENT, ctx->arena_bytes);
  return ctx->arena != NULL;
}

int main(int argc, char **argv) {
  struct ingot_bytes file;
  struct ingot_failure failure;
  struct ingot_array images, labels;
  struct digits_context ctx = {0};
  if (argc != 2 || !ingot_read_file(argv[1], &file, &failure)) {
    fprintf(stderr, "digits-demo: %s\n",
            argc != 2 ? "usage: digits-demo IMAGES.npz" : failure.text);
    return 2;
  }
  if (!load(&file, "images", 'f', &images) || !load(&file, "labels", 'i', &labels))
    return 1;
  if (images.rank != 4 || labels.rank != 1 || images.dims[0] != labels.dims[0] ||
      images.dims[0] == 0 || images.dims[1] * images.dims[2] * images.dims[3] != PIXELS) {
    fprintf(stderr, "digits-demo: images are not [N, 8, 8, 1] with N labels\n");
    return 1;
  }
  int code = allocate_arena(&ctx) ? run(&ctx, images.data, labels.data, (size_t)images.dims[0]) : 1;
  free(ctx.arena);
  ingot_array_free(&images);
  ingot_array_free(&labels);
  free(file.data);
  return code;
}
