// Mutants of a model, in one process: each is read and imported, some are
// compiled. The program ends well if every one is taken or refused in one line; a
// death, a hang or a sanitizer's report leaves the mutant behind.
//
//   mutate MODEL FOLDER COUNT COMPILED [FIRST]
//
// FOLDER is for the mutant at hand; COUNT are imported, COMPILED go through the
// whole compile. FIRST is the number to begin with, to see one again.
#include "compiler/Compiler.h"
#include "compiler/Diagnostics.h"
#include "compiler/frontends/Frontend.h"
#include "passes/Pipeline.h"
#include "test/mutate/Mutator.h"
#include "test/unit/frontends/Support.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include "llvm/Support/Format.h"

#include <chrono>
#include <csignal>
#include <unistd.h>

using namespace ingot;

/// Seconds that one mutant may take; sanitizers and loaded machines are slow.
static constexpr unsigned kMaxSeconds = 120;

/// A context takes longer to make than most mutants, but keeps all attributes.
static constexpr unsigned kContextUses = 100;

namespace {
class Run {
public:
  Run(llvm::StringRef model, llvm::StringRef folder);
  void mutant(uint32_t i, bool compiled);
  int finish() const;

private:
  void import();
  void renewContext();
  void compile(OptLevel level);
  void judge(llvm::Error error);

  test::Mutator mutator;
  std::string path; ///< what is given to the compiler: a file, or a folder with it
  std::string file; ///< what is written for each mutant
  std::unique_ptr<mlir::MLIRContext> context; ///< of imports
  unsigned uses = 0;
  unsigned taken = 0, refused = 0, wrong = 0;
  double slowest = 0;
};
} // namespace

static std::string mainFile(llvm::StringRef model) {
  llvm::SmallString<128> path(model);
  if (llvm::sys::fs::is_directory(model))
    llvm::sys::path::append(path, "saved_model.pb");
  return path.str().str();
}

Run::Run(llvm::StringRef model, llvm::StringRef folder)
    : mutator(test::readBytes(mainFile(model))), path(folder) {
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
void Run::judge(llvm::Error error) {
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

void Run::renewContext() {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
}

void Run::import() {
  auto model = loadModel(path);
  if (!model)
    return judge(model.takeError());
  (void)(*model)->describe();
  if (uses++ % kContextUses == 0)
    renewContext();
  Diagnostics diagnostics(context.get(), path);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(context.get()));
  Options options;
  options.model = path;
  bool imported = mlir::succeeded((*model)->import(*module, options));
  judge(imported ? llvm::Error::success() : diagnostics.takeError());
}

void Run::compile(OptLevel level) {
  Options options;
  options.model = path;
  options.level = level;
  judge(ingot::compile(options).takeError());
}

void Run::mutant(uint32_t i, bool compiled) {
  std::error_code code;
  llvm::raw_fd_ostream(file, code) << mutator.mutant(i);
  llvm::cantFail(llvm::errorCodeToError(code));
  auto start = std::chrono::steady_clock::now();
  alarm(kMaxSeconds);
  if (compiled)
    compile(i % 4 ? OptLevel::O0 : OptLevel::O3);
  else
    import();
  alarm(0);
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  slowest = std::max(slowest, seconds.count());
}

int Run::finish() const {
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

int main(int argc, char **argv) {
  if (argc < 5) {
    llvm::errs() << "usage: mutate MODEL FOLDER COUNT COMPILED [FIRST]\n";
    return 2;
  }
  std::signal(SIGALRM, onAlarm);
  uint32_t count = std::stoul(argv[3]), compiled = std::stoul(argv[4]);
  uint32_t first = argc > 5 ? std::stoul(argv[5]) : 0;
  llvm::outs() << "mutants are in " << argv[2] << '\n';
  llvm::outs().flush();
  Run run(argv[1], argv[2]);
  for (uint32_t i = first; i < first + count; ++i)
    run.mutant(i, false);
  for (uint32_t i = first; i < first + compiled; ++i)
    run.mutant(i, true);
  return run.finish();
}
