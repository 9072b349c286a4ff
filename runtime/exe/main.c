/* The program that --emit=exe makes of a model: .npz in, .npz out. */
#include "call.h"
#include "ingot/threads.h"
#include "npz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_MODEL = 1, EXIT_USAGE = 2 };

struct request {
  const char *signature, *inputs, *outputs; /* NULL: none */
};

struct options {
  struct request *calls; /* room for one of every argument */
  int call_count;
  struct request single;
  int threads;
  size_t arena_bytes;
};

static int report(const char *where, const char *what, int code) {
  fprintf(stderr, "ingot: error: %s: %s\n", where, what);
  return code;
}

static void print_usage(FILE *file, const char *program) {
  fprintf(
      file,
      "usage: %s [--inputs IN.npz] [--outputs OUT.npz] [--signature S]\n"
      "       %s --call S,IN.npz,OUT.npz [--call ...]\n"
      "  --inputs FILE       arrays under the names of the inputs, stored (numpy.savez)\n"
      "  --outputs FILE      where the outputs are written\n"
      "  --signature S       which function to call (default: serving_default, or the only one)\n"
      "  --call S,IN,OUT     calls in order over one state; IN may be empty\n"
      "  --threads N         threads to use (default 1; 0: all processors)\n"
      "  --arena-bytes N     limit of scratch memory (default: that of the machine)\n"
      "  --help              this text and the signatures\n",
      program, program);
}

static void print_tensor(const char *role, const struct ingot_tensor *tensor) {
  char shape[256];
  ingot_print_shape(shape, sizeof shape, tensor->rank, tensor->dims);
  printf("  %s '%s': %s %s\n", role, tensor->name, ingot_dtype_name(tensor->dtype), shape);
}

static void print_model(const struct ingot_model *model) {
  for (int32_t i = 0; i < model->signature_count; ++i) {
    const struct ingot_signature *signature = &model->signatures[i];
    printf("signature '%s'\n", signature->name);
    for (int32_t k = 0; k < signature->input_count; ++k)
      print_tensor("input ", &signature->inputs[k]);
    for (int32_t k = 0; k < signature->output_count; ++k)
      print_tensor("output", &signature->outputs[k]);
  }
}

static bool parse_number(const char *text, unsigned long long most, unsigned long long *number) {
  char *end;
  errno = 0;
  *number = strtoull(text, &end, 10);
  return *text >= '0' && *text <= '9' && !*end && !errno && *number <= most;
}

/* Cuts "S,IN,OUT" in place. */
static bool parse_call(char *text, struct request *request) {
  char *first = strchr(text, ','), *second = first ? strchr(first + 1, ',') : NULL;
  if (!second || !second[1] || strchr(second + 1, ','))
    return false;
  *first = *second = 0;
  *request = (struct request){*text ? text : NULL, first[1] ? first + 1 : NULL, second + 1};
  return true;
}

static bool set_option(struct options *options, const char *name, char *value) {
  unsigned long long number;
  if (strcmp(name, "--inputs") == 0)
    options->single.inputs = value;
  else if (strcmp(name, "--outputs") == 0)
    options->single.outputs = value;
  else if (strcmp(name, "--signature") == 0)
    options->single.signature = value;
  else if (strcmp(name, "--call") == 0)
    return parse_call(value, &options->calls[options->call_count++]);
  else if (strcmp(name, "--threads") == 0 && parse_number(value, 1024, &number))
    options->threads = (int)number;
  else if (strcmp(name, "--arena-bytes") == 0 && parse_number(value, SIZE_MAX, &number))
    options->arena_bytes = (size_t)number;
  else
    return false;
  return true;
}

/* Options are "--name value" or "--name=value"; returns the argument at fault. */
static const char *parse(int argc, char **argv, struct options *options) {
  for (int i = 1; i < argc; ++i) {
    char *equals = strchr(argv[i], '=');
    if (!equals && i + 1 == argc)
      return argv[i];
    char *name = argv[i], *value = equals ? equals + 1 : argv[++i];
    if (equals)
      *equals = 0;
    if (!set_option(options, name, value))
      return name;
  }
  const struct request *single = &options->single;
  if (options->call_count && (single->inputs || single->outputs || single->signature))
    return "--call";
  if (!options->call_count)
    options->calls[options->call_count++] = *single;
  return NULL;
}

struct file_source {
  struct ingot_source source;
  struct ingot_bytes bytes; /* data is NULL where there is no file */
};

static int load_from_file(struct ingot_source *self, const char *key, struct ingot_array *array,
                          struct ingot_failure *failure) {
  const struct file_source *file = (const struct file_source *)self;
  return file->bytes.data ? ingot_npz_load(&file->bytes, key, array, failure) : 0;
}

static bool read_inputs(const char *path, struct ingot_call *call,
                        const struct ingot_signature *signature, struct ingot_failure *failure) {
  struct file_source file = {{load_from_file}, {NULL, 0}};
  if (path && !ingot_read_file(path, &file.bytes, failure))
    return false;
  bool ready =
      (!path || ingot_npz_is_archive(&file.bytes) || ingot_fail(failure, "not a .npz archive")) &&
      ingot_call_prepare(call, signature, &file.source, failure);
  free(file.bytes.data);
  return ready;
}

static bool write_output(struct ingot_npz_writer *writer, const struct ingot_call *call, int32_t i,
                         struct ingot_failure *failure) {
  char key[1024];
  struct ingot_array array;
  if (!ingot_output_key(&call->signature->outputs[i], key, sizeof key))
    return ingot_fail(failure, "the name of output %d is too long", (int)i);
  return ingot_call_output(call, i, &array, failure) && ingot_npz_add(writer, key, &array, failure);
}

static bool write_outputs(const char *path, const struct ingot_call *call,
                          struct ingot_failure *failure) {
  struct ingot_npz_writer *writer = ingot_npz_create(path, failure);
  if (!writer)
    return false;
  for (int32_t i = 0; i < call->signature->output_count; ++i)
    if (!write_output(writer, call, i, failure)) {
      ingot_npz_abandon(writer);
      return false;
    }
  return ingot_npz_finish(writer, failure);
}

static int invoke(struct ingot_session *session, struct ingot_call *call, const char *output) {
  struct ingot_failure failure;
  const char *program = session->model->name;
  if (!ingot_call_reserve(session, call, &failure))
    return report(program, failure.text, EXIT_MODEL);
  int status = ingot_call_invoke(session, call);
  if (status != INGOT_OK) {
    ingot_call_explain(session, call, status, &failure);
    return report(program, failure.text, EXIT_MODEL);
  }
  if (output && !write_outputs(output, call, &failure))
    return report(output, failure.text, EXIT_MODEL);
  return 0;
}

static int run_request(struct ingot_session *session, const struct request *request) {
  struct ingot_failure failure;
  struct ingot_call call;
  const struct ingot_signature *signature =
      ingot_find_signature(session->model, request->signature, &failure);
  if (!signature)
    return report(session->model->name, failure.text, EXIT_USAGE);
  if (!read_inputs(request->inputs, &call, signature, &failure))
    return report(request->inputs ? request->inputs : "inputs", failure.text, EXIT_MODEL);
  int code = invoke(session, &call, request->outputs);
  ingot_call_release(&call);
  return code;
}

static int run_all(const struct ingot_model *model, const struct options *options) {
  struct ingot_failure failure;
  struct ingot_session session;
  struct ingot_parallel *pool = options->threads == 1 ? NULL : ingot_pool_create(options->threads);
  if (options->threads != 1 && !pool)
    return report("--threads", "cannot start the threads", EXIT_MODEL);
  int code = 0;
  if (!ingot_session_open(&session, model, pool, options->arena_bytes, &failure)) {
    code = report(model->name, failure.text, EXIT_MODEL);
  } else {
    for (int i = 0; i < options->call_count && code == 0; ++i)
      code = run_request(&session, &options->calls[i]);
    ingot_session_close(&session);
  }
  ingot_pool_destroy(pool);
  return code;
}

int main(int argc, char **argv) {
  const struct ingot_model *model = ingot_model_query();
  for (int i = 1; i < argc; ++i)
    if (strcmp(argv[i], "--help") == 0) {
      print_usage(stdout, argv[0]);
      print_model(model);
      return 0;
    }
  struct options options = {.threads = 1};
  options.calls = calloc((size_t)argc + 1, sizeof *options.calls);
  if (!options.calls)
    return report("start", "out of memory", EXIT_MODEL);
  const char *wrong = parse(argc, argv, &options);
  int code = wrong ? report(wrong, "unknown option or bad value (see --help)", EXIT_USAGE)
                   : run_all(model, &options);
  free(options.calls);
  return code;
}
