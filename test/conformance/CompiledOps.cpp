#include "test/conformance/CompiledOps.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::test;

ingot_array Value::array() const {
  ingot_array result{};
  result.kind = type[0] == 'f' ? 'f' : type[0] == 'u' ? 'u' : type == "i1" ? 'b' : 'i';
  result.item = item;
  result.rank = int32_t(dims.size());
  std::copy(dims.begin(), dims.end(), result.dims);
  result.data = const_cast<char *>(bytes.data());
  return result;
}

/// The type as text; `isOpen` tells which dimensions are dynamic.
template <class IsOpen> static std::string typeText(const Value &value, IsOpen isOpen) {
  std::string text = "tensor<";
  for (size_t d = 0; d < value.dims.size(); ++d)
    text += (isOpen(d) ? "?" : std::to_string(value.dims[d])) + "x";
  return text + value.type + ">";
}

static std::string inputType(const Value &value, size_t number, std::optional<Open> open) {
  return typeText(value, [&](size_t d) {
    return open && (open != Open::Images || (number == 0 && d + 1 < value.dims.size()));
  });
}

static std::string resultType(const Value &value, std::optional<Open> open) {
  return typeText(value, [&](size_t d) {
    return open && (open != Open::AllButOnes || value.dims[d] != 1) &&
           (open != Open::Images || d + 1 < value.dims.size());
  });
}

void CompiledOps::addVariant(const std::string &op, const std::string &attributes, const Case &base,
                             std::optional<Open> open) {
  Case c = base;
  std::string name = "f" + std::to_string(cases.size()), result = resultType(c.expected, open);
  std::string parameters, names, types;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    std::string comma = i ? ", " : "", input = "%a" + std::to_string(i),
                type = inputType(c.inputs[i], i, open);
    parameters += comma + input + ": " + type;
    names += comma + input;
    types += comma + type;
  }
  c.text = "func.func @" + name + "(" + parameters + ") -> " + result + " {\n  %r = \"ingot." + op +
           "\"(" + names + ") {" + attributes + "} : (" + types + ") -> " + result +
           "\n  return %r : " + result + "\n}\n";
  cases.push_back(std::move(c));
}

void CompiledOps::add(const std::string &op, const std::string &attributes,
                      std::vector<Value> inputs, Value expected, Rule rule,
                      std::optional<Value> terms, Open open) {
  Case base{"", std::move(inputs), std::move(expected), rule, std::move(terms)};
  addVariant(op, attributes, base, std::nullopt);
  addVariant(op, attributes, base, open);
}

/// One call by the tables of abi.h; empty if the status is 0.
static std::string invoke(const ingot_signature &signature, const std::vector<Value> &inputs,
                          Value &result) {
  std::vector<char> in(signature.inputs_bytes + 8), out(signature.outputs_bytes + 8);
  auto put = [](std::vector<char> &to, size_t offset, const auto &value) {
    std::memcpy(to.data() + offset, &value, sizeof value);
  };
  for (size_t i = 0; i < inputs.size(); ++i) {
    const ingot_tensor &tensor = signature.inputs[i];
    put(in, tensor.offset, inputs[i].bytes.data());
    size_t slot = 0;
    for (int32_t d = 0; d < tensor.rank; ++d)
      if (tensor.dims[d] < 0)
        put(in, tensor.dims_offset + 8 * slot++, inputs[i].dims[size_t(d)]);
  }
  if (int status = signature.shapes(in.data(), out.data()))
    return "shapes: status " + std::to_string(status);
  const ingot_tensor &tensor = signature.outputs[0];
  result.dims.assign(tensor.dims, tensor.dims + tensor.rank);
  size_t slot = 0;
  for (int64_t &d : result.dims)
    if (d < 0)
      std::memcpy(&d, out.data() + tensor.dims_offset + 8 * slot++, 8);
  result.bytes.assign(size_t(reference::elements(result.dims)) * result.item + 1, char(0xff));
  put(out, tensor.offset, result.bytes.data());
  size_t size = signature.arena_bytes(in.data()) / INGOT_ALIGNMENT * INGOT_ALIGNMENT;
  std::unique_ptr<void, decltype(&free)> arena(
      aligned_alloc(INGOT_ALIGNMENT, size + INGOT_ALIGNMENT), free);
  ingot_context context{};
  context.arena = arena.get();
  context.arena_bytes = size + INGOT_ALIGNMENT;
  int status = signature.call(&context, in.data(), out.data());
  return status ? "status " + std::to_string(status) : "";
}

void CompiledOps::check(OptLevel level) const {
  llvm::SmallString<128> path;
  REQUIRE_FALSE(llvm::sys::fs::createTemporaryFile("ops", "mlir", path));
  llvm::FileRemover remover(path);
  std::error_code code;
  llvm::raw_fd_ostream file(path, code);
  for (const Case &c : cases)
    file << c.text;
  file.close();
  Options options;
  options.model = path.str().str();
  options.level = level;
  auto library = Library::openOrCompile(options);
  if (!library)
    FAIL(llvm::toString(library.takeError()));
  for (size_t i = 0; i < cases.size(); ++i) {
    const Case &c = cases[i];
    Value actual = c.expected;
    std::string fault = invoke(library->model().signatures[i], c.inputs, actual);
    ingot_array terms = c.terms ? c.terms->array() : ingot_array{};
    if (fault.empty())
      fault = disagreement(actual.array(), c.expected.array(), c.expected.dtype, c.rule,
                           c.terms ? &terms : nullptr);
    INFO(c.text);
    CHECK(fault == "");
  }
}
