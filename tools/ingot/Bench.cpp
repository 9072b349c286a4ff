// ingot bench: how long a call takes.
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Call.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Profile.h"
#include "tools/ingot/RandomSource.h"
#include "tools/ingot/Verbs.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sched.h>

using namespace ingot;
using llvm::Error;

namespace {
struct BenchVerb {
  CompileArguments compile;
  DataArguments data;
  double minTime = 1;
  int warmup = 5;
  std::string profile; ///< stem of the files; empty: no profile

  void add(CLI::App &verb);
  Error run() const;
};

/// In microseconds.
struct Times {
  size_t runs;
  double min, median, mean, p90, p99;
};
} // namespace

void BenchVerb::add(CLI::App &verb) {
  verb.add_option("model", compile.model, "a compiled library, or a model, compiled on the spot")
      ->required()
      ->check(checkGiven)
      ->type_name("X");
  verb.add_option("--min-time", minTime, "measure for at least this long (default 1)")
      ->check(checkAmount)
      ->check(CLI::Range(0.0, 86400.0))
      ->type_name("SECONDS");
  verb.add_option("--warmup", warmup, "calls before the first that is timed (default 5)")
      ->check(CLI::Range(0, 1000000))
      ->type_name("N");
  verb.add_flag("--profile{profile}", profile,
                "also time every kernel: a table, STEM.csv and STEM.trace.json, a Chrome trace "
                "(STEM is profile, or =STEM)");
  data.add(verb);
  compile.add(verb);
}

/// One thread stays on its core: moving costs it its caches.
static void pin() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int cpu = sched_getcpu();
  if (cpu >= 0 && cpu < CPU_SETSIZE) {
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set); // if it may not be, it moves
  }
}

static Times summarize(std::vector<float> &samples) {
  std::sort(samples.begin(), samples.end());
  size_t count = samples.size();
  // Nearest rank: the smallest sample that at least this share does not exceed.
  auto rank = [&](double share) {
    size_t rank = size_t(std::ceil(share * double(count)));
    return double(samples[rank ? rank - 1 : 0]);
  };
  double sum = 0;
  for (float sample : samples)
    sum += sample;
  double median = (samples[(count - 1) / 2] + double(samples[count / 2])) / 2;
  return {count, samples[0], median, sum / double(count), rank(0.9), rank(0.99)};
}

static llvm::Expected<Times> measure(Session &session, Call &call, int warmup, double minTime) {
  using Clock = std::chrono::steady_clock;
  constexpr size_t minRuns = 3, maxRuns = size_t(1) << 24;
  for (int i = 0; i < warmup; ++i)
    if (Error error = session.run(call))
      return error;
  std::vector<float> samples;
  samples.reserve(1 << 16);
  Clock::time_point start = Clock::now(), end = start;
  while (
      samples.size() < maxRuns &&
      (samples.size() < minRuns || std::chrono::duration<double>(end - start).count() < minTime)) {
    Clock::time_point before = Clock::now();
    if (Error error = session.run(call))
      return error;
    end = Clock::now();
    samples.push_back(std::chrono::duration<float, std::micro>(end - before).count());
  }
  return summarize(samples);
}

static void print(const ingot_model &model, const Session &session, const Call &call,
                  const Times &times, const Profile *profile, bool json) {
  if (json) {
    llvm::json::Object object{{"name", model.name},
                              {"signature", call.signature().name},
                              {"threads", session.threads()},
                              {"runs", int64_t(times.runs)},
                              {"min_us", times.min},
                              {"median_us", times.median},
                              {"mean_us", times.mean},
                              {"p90_us", times.p90},
                              {"p99_us", times.p99},
                              {"arena_bytes", uint64_t(call.arenaBytes())},
                              {"code_bytes", uint64_t(model.code_bytes)},
                              {"weights_bytes", uint64_t(model.weights_bytes)}};
    if (profile)
      object["profile"] = profile->toJSON();
    llvm::outs() << llvm::json::Value(std::move(object)) << '\n';
    return;
  }
  llvm::outs() << model.name << ", signature " << call.signature().name << ", " << session.threads()
               << " thread(s), " << times.runs << " runs\n"
               << llvm::format("  min %.2f  median %.2f  mean %.2f  p90 %.2f  p99 %.2f us\n",
                               times.min, times.median, times.mean, times.p90, times.p99)
               << "  arena " << call.arenaBytes() << "  code " << model.code_bytes << "  weights "
               << model.weights_bytes << " bytes\n";
  if (profile)
    profile->print(llvm::outs());
}

/// A compile refuses shapes for inputs that do not exist; of a library they would
/// pass unseen.
static Error checkNames(const std::vector<InputShape> &shapes, const ingot_signature &signature) {
  llvm::ArrayRef inputs(signature.inputs, size_t(signature.input_count));
  for (const InputShape &shape : shapes)
    if (llvm::none_of(inputs, [&](auto &input) { return shape.first == input.name; }))
      return failed("--input-shape", "signature '" + llvm::Twine(signature.name) +
                                         "' has no input '" + shape.first + "'");
  return Error::success();
}

Error BenchVerb::run() const {
  if (compile.signatures.size() > 1)
    return misused("--signature", "one bench is one signature");
  auto options = compile.options();
  if (!options)
    return options.takeError();
  if (!profile.empty() && isLibrary(compile.model))
    return misused("--profile", "a compiled library cannot be profiled (give the model)");
  options->instrument = !profile.empty();
  auto library = Library::openOrCompile(*options);
  if (!library)
    return library.takeError();
  const ingot_model &model = library->model();
  auto signature =
      findSignature(model, compile.signatures.empty() ? "" : compile.signatures[0], compile.model);
  if (!signature)
    return signature.takeError();
  FileSource files;
  for (const std::string &argument : data.inputs)
    if (Error error = files.add(argument))
      return error;
  if (Error error = files.checkNames(**signature))
    return error;
  if (isLibrary(compile.model))
    if (Error error = checkNames(options->inputShapes, **signature))
      return error;
  RandomSource source(files, **signature, options->inputShapes);
  auto call = Call::prepare(**signature, source);
  if (!call)
    return call.takeError();
  if (data.threads == 1)
    pin();
  auto session = Session::open(model, compile.model, data.threads, data.arenaBytes);
  if (!session)
    return session.takeError();
  if (Error error = (*session)->reserve(*call))
    return error;
  auto times = measure(**session, *call, warmup, minTime);
  if (!times)
    return times.takeError();
  std::optional<Profile> kernels;
  if (!profile.empty()) {
    kernels.emplace(*library);
    if (Error error = kernels->measure([&] { return (*session)->run(*call); }, minTime))
      return error;
    if (Error error = kernels->write(profile))
      return error;
  }
  print(model, **session, *call, *times, kernels ? &*kernels : nullptr, data.json);
  return Error::success();
}

void ingot::addBench(CLI::App &app, Action &action) {
  auto verb = std::make_shared<BenchVerb>();
  CLI::App *command = app.add_subcommand("bench", "measure how long a call takes");
  verb->add(*command);
  command->callback([verb, &action] { action = [verb] { return verb->run(); }; });
}
