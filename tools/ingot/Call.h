// Calls of a compiled model with arrays: runtime/exe's loader with owners and
// Expected. The rules of a call are there.
#ifndef INGOT_TOOLS_CALL_H
#define INGOT_TOOLS_CALL_H

#include "runtime/exe/call.h"
#include "tools/ingot/Library.h"
#include "tools/ingot/Npz.h"

#include "llvm/ADT/StringMap.h"

namespace ingot {

/// Where the inputs of a call come from.
class Source {
public:
  virtual ~Source() = default;
  /// Nothing when there is no array of that key.
  virtual llvm::Expected<std::optional<Array>> load(llvm::StringRef key) = 0;
  /// For messages: the file, or what stands for it.
  virtual std::string where() const = 0;
};

/// --inputs: archives and single arrays; later ones win.
class FileSource : public Source {
public:
  llvm::Error add(llvm::StringRef argument); ///< FILE.npz or NAME=FILE.npy
  llvm::Expected<std::optional<Array>> load(llvm::StringRef key) override;
  std::string where() const override;
  /// Refuses single arrays whose name no input has.
  llvm::Error checkNames(const ingot_signature &signature) const;

private:
  std::vector<NpzReader> archives;
  llvm::StringMap<std::string> files;
};

class Session;

/// One call's arguments and results.
class Call {
public:
  static llvm::Expected<Call> prepare(const ingot_signature &signature, Source &source);
  Call(Call &&other) noexcept;
  ~Call();

  const ingot_signature &signature() const { return *call.signature; }
  size_t arenaBytes() const { return call.arena_bytes; }
  /// A view; with a size that only the data told, valid until the next call.
  llvm::Expected<ingot_array> output(int32_t index) const;
  /// Writes all outputs as .npz.
  llvm::Error write(llvm::StringRef path) const;

private:
  friend class Session;
  Call() = default;
  ingot_call call{};
};

/// State, arena and threads that calls share.
class Session {
public:
  /// `where` stands for the model in messages.
  static llvm::Expected<std::unique_ptr<Session>>
  open(const ingot_model &model, llvm::StringRef where, int threads, uint64_t arenaBytes);
  ~Session();

  /// Reserves the arena for a call, which run() needs; apart for timing.
  llvm::Error reserve(const Call &call);
  llvm::Error run(Call &call);
  int threads() const;

private:
  Session() = default;
  std::string where;
  ingot_parallel *pool = nullptr;
  ingot_session session{};
};

/// The signature of that name; "" is the default one.
llvm::Expected<const ingot_signature *> findSignature(const ingot_model &model,
                                                      llvm::StringRef name, llvm::StringRef where);

} // namespace ingot

#endif // INGOT_TOOLS_CALL_H
