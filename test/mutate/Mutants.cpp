#include "test/mutate/Mutants.h"

#include "test/unit/frontends/Support.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <csignal>
#include <unistd.h>

using namespace ingot::test;

/// Seconds that one mutant may take; sanitizers and loaded machines are slow.
static constexpr unsigned kMaxSeconds = 120;

static std::string mainFile(llvm::StringRef model) {
  llvm::SmallString<128> path(model);
  if (llvm::sys::fs::is_directory(model))
    llvm::sys::path::append(path, "saved_model.pb");
  return path.str().str();
}

Mutants::Mutants(llvm::StringRef model, llvm::StringRef folder)
    : mutator(readBytes(mainFile(model))), path(folder) {
  llvm::cantFail(llvm::errorCodeToError(llvm::sys::fs::create_directories(folder)));
  llvm::SmallString<128> target(folder);
  llvm::sys::path::append(target, llvm::sys::path::filename(mainFile(model)));
  file = target.str().str();
  if (!llvm::sys::fs::is_directory(model)) {
    path = file;
    return;
  }
  for (const char *part : {"variables", "assets"}) {
    llvm::SmallString<128> from(model), to(folder);
    llvm::sys::path::append(from, part);
    llvm::sys::path::append(to, part);
    llvm::sys::fs::make_absolute(from);
    llvm::sys::fs::remove(to);
    llvm::cantFail(llvm::errorCodeToError(llvm::sys::fs::create_link(from, to)));
  }
}

/// Counts; an error must be one line that names a file.
void Mutants::judge(llvm::Error error) {
  if (!error) {
    ++taken;
    return;
  }
  ++refused;
  std::string text = llvm::toString(std::move(error));
  bool wellFormed = llvm::StringRef(text).contains(": ") && !llvm::StringRef(text).contains('\n');
  if (wellFormed)
    return;
  ++wrong;
  llvm::errs() << "not one line \"WHERE: WHAT\": " << text << '\n';
}

void Mutants::run(uint32_t i, llvm::function_ref<llvm::Error(llvm::StringRef path)> attempt) {
  std::error_code code;
  llvm::raw_fd_ostream(file, code) << mutator.mutant(i);
  llvm::cantFail(llvm::errorCodeToError(code));
  auto start = std::chrono::steady_clock::now();
  alarm(kMaxSeconds);
  judge(attempt(path));
  alarm(0);
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  slowest = std::max(slowest, seconds.count());
}

int Mutants::finish() const {
  llvm::outs() << taken << " taken, " << refused << " refused, " << wrong << " of them badly, "
               << llvm::format("slowest %.2f s\n", slowest);
  llvm::sys::fs::remove(file);
  return wrong ? 1 : 0;
}

static void onAlarm(int) {
  static const char text[] = "the mutant takes too long\n";
  (void)!write(STDERR_FILENO, text, sizeof text - 1);
  _exit(1);
}

int ingot::test::runMutants(
    int argc, char **argv,
    llvm::function_ref<llvm::Error(uint32_t i, llvm::StringRef path)> attempt) {
  if (argc < 4) {
    llvm::errs() << "usage: " << argv[0] << " MODEL FOLDER COUNT [FIRST]\n";
    return 2;
  }
  std::signal(SIGALRM, onAlarm);
  uint32_t count = std::stoul(argv[3]), first = argc > 4 ? std::stoul(argv[4]) : 0;
  llvm::outs() << "mutants are in " << argv[2] << '\n';
  llvm::outs().flush();
  Mutants mutants(argv[1], argv[2]);
  for (uint32_t i = first; i < first + count; ++i)
    mutants.run(i, [&](llvm::StringRef path) { return attempt(i, path); });
  return mutants.finish();
}
