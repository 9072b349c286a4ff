#include "codegen/abi/Header.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace ingot;
using llvm::formatv;
using llvm::StringRef;

static StringRef dtypeName(ingot_dtype dtype) {
  switch (dtype) {
  case INGOT_FLOAT32:
    return "float32";
  case INGOT_FLOAT64:
    return "float64";
  case INGOT_INT32:
    return "int32";
  case INGOT_UINT8:
    return "uint8";
  case INGOT_INT16:
    return "int16";
  case INGOT_INT8:
    return "int8";
  case INGOT_STRING:
    return "string";
  case INGOT_COMPLEX64:
    return "complex64";
  case INGOT_INT64:
    return "int64";
  case INGOT_BOOL:
    return "bool";
  case INGOT_BFLOAT16:
    return "bfloat16";
  case INGOT_UINT16:
    return "uint16";
  case INGOT_COMPLEX128:
    return "complex128";
  case INGOT_FLOAT16:
    return "float16";
  case INGOT_UINT32:
    return "uint32";
  case INGOT_UINT64:
    return "uint64";
  }
  return "";
}

/// "float32 [x_dim0, 28, 28, 1] of "name in the model""
static std::string describe(const InterfaceTensor &t) {
  std::string text = (dtypeName(t.dtype) + " [").str();
  for (auto [d, extent] : llvm::enumerate(t.dims)) {
    text += d ? ", " : "";
    bool isDynamic = t.isDynamic(d);
    text += !isDynamic                    ? std::to_string(extent)
            : t.sizing == INGOT_FROM_DATA ? formatv("dims[{0}]", d).str()
                                          : formatv("{0}_dim{1}", t.member, d).str();
  }
  text += "]";
  if (t.name != t.member && !t.name.empty()) {
    std::string shown;
    for (char c : t.name)
      shown += llvm::isPrint(c) && c != '*' && c != '\\' && c != '/' ? c : '?';
    if (StringRef(t.name).contains('/'))
      shown = llvm::join(llvm::split(t.name, '/'), "/ ");
    text += ", \"" + shown + "\" in the model";
  }
  return text;
}

static void writeStruct(llvm::raw_ostream &os, StringRef name,
                        llvm::ArrayRef<InterfaceTensor> tensors, bool isInput) {
  os << "struct " << name << " {\n";
  for (const InterfaceTensor &t : tensors) {
    os << "  /* " << describe(t) << " */\n";
    if (t.sizing == INGOT_FROM_DATA) {
      os << "  struct {\n    " << cType(t.dtype)
         << " *data; /* NULL: left in the arena until the next call */\n"
         << "    size_t capacity; /* of data, in elements */\n    int64_t dims["
         << std::max<size_t>(t.dims.size(), 1) << "];\n  } " << t.member << ";\n";
      continue;
    }
    os << "  " << (isInput ? "const " : "") << cType(t.dtype) << " *" << t.member << ";\n";
    for (size_t d = 0; d < t.dims.size(); ++d)
      if (t.isDynamic(d))
        os << "  int64_t " << t.member << "_dim" << d << ";"
           << (isInput ? "\n" : " /* set by the call */\n");
  }
  if (tensors.empty())
    os << "  char unused;\n";
  os << "};\n";
}

static std::string upper(StringRef text) { return text.upper(); }

static void writeMacros(llvm::raw_ostream &os, const InterfaceSignature &s) {
  std::string prefix = upper(s.symbol);
  os << "#define " << prefix << "_ARENA_BYTES " << s.arenaBytes << "\n";
  os << "#define " << prefix << "_INPUTS " << s.inputs.size() << "\n";
  os << "#define " << prefix << "_OUTPUTS " << s.outputs.size() << "\n";
  auto shapes = [&](llvm::ArrayRef<InterfaceTensor> tensors) {
    for (const InterfaceTensor &t : tensors) {
      std::string name = prefix + "_" + upper(t.member);
      os << "#define " << name << "_RANK " << t.dims.size() << "\n";
      for (auto [d, extent] : llvm::enumerate(t.dims))
        if (extent >= 0)
          os << "#define " << name << "_DIM" << d << " " << extent << "\n";
      if (t.sizing == INGOT_STATIC) {
        int64_t count = 1;
        for (int64_t d : t.dims)
          count *= d;
        os << "#define " << name << "_ELEMENTS " << count << "\n";
      }
    }
  };
  shapes(s.inputs);
  shapes(s.outputs);
}

static void writeSignature(llvm::raw_ostream &os, const Interface &interface,
                           const InterfaceSignature &s) {
  os << "\n/* Signature \"" << llvm::join(llvm::split(s.name, "*/"), "* /") << "\". */\n";
  writeMacros(os, s);
  os << "\n";
  writeStruct(os, s.symbol + "_inputs", s.inputs, /*isInput=*/true);
  os << "\n";
  writeStruct(os, s.symbol + "_outputs", s.outputs, /*isInput=*/false);
  os << formatv(R"(
/* Runs the signature: 0, or a status that ingot_status_string() explains. */
int {0}(struct {1}_context *ctx, const struct {0}_inputs *in, struct {0}_outputs *out);

/* Bytes of arena that a call with these dimensions needs (at least {2}_ARENA_BYTES). */
size_t {0}_arena_bytes(const struct {0}_inputs *in);

/* Sets the dimensions of the outputs that follow from those of the inputs. */
int {0}_shapes(const struct {0}_inputs *in, struct {0}_outputs *out);
)",
                s.symbol, interface.prefix, upper(s.symbol));
}

/// How the state block is set up, and where its variables are.
static void writeState(llvm::raw_ostream &os, const Interface &interface) {
  os << formatv(R"(
/* Sets a state block of {1}_STATE_BYTES to the values that the model was saved with. */
int {0}_init_state(void *state);

/* Offsets of the variables in the state block. */
)",
                interface.prefix, upper(interface.prefix));
  for (const InterfaceVariable &v : interface.variables) {
    InterfaceTensor shown;
    shown.name = v.name, shown.member = v.member, shown.dtype = v.dtype, shown.dims = v.dims;
    os << "#define " << upper(interface.prefix) << "_STATE_" << upper(v.member) << "_OFFSET "
       << v.offset << " /* " << describe(shown) << " */\n";
  }
}

void ingot::writeHeader(llvm::raw_ostream &os, const Interface &interface) {
  const std::string &prefix = interface.prefix;
  std::string guard = "INGOT_MODEL_" + upper(prefix) + "_H";
  int64_t arena = 0;
  for (const InterfaceSignature &s : interface.signatures)
    arena = std::max(arena, s.arenaBytes);
  os << formatv(R"(/* Interface of the compiled model "{0}". Generated by ingot; do not edit. */
#ifndef {1}
#define {1}

#include "ingot/ingot.h"

#ifdef __cplusplus
extern "C" {{
#endif

#define {2}_ABI {3}
#if {2}_ABI != INGOT_ABI
#error "this header and ingot/ingot.h are of different versions"
#endif

/* Scratch memory of a call, in bytes, without what depends on dynamic
 * dimensions: see ..._arena_bytes(). */
#define {2}_ARENA_BYTES {4}
/* Memory of the variables, in bytes. */
#define {2}_STATE_BYTES {7}
/* Alignment of both, in bytes. */
#define {2}_ALIGNMENT {5}
#define {2}_SIGNATURES {6}

/* What a call works with; zero-initialise, then set the arena. One context
 * serves one call at a time; any number of contexts can be used at once. */
struct {0}_context {{
  INGOT_CONTEXT_MEMBERS
};
)",
                prefix, guard, upper(prefix), INGOT_ABI, arena, INGOT_ALIGNMENT,
                interface.signatures.size(), interface.stateBytes);
  if (interface.stateBytes)
    writeState(os, interface);
  for (const InterfaceSignature &s : interface.signatures)
    writeSignature(os, interface, s);
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}
