#include "compiler/frontends/tflite/ops/Custom.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

FailureOr<flexbuffers::Map> tflite::customOptions(Node &n) {
  ArrayRef<uint8_t> bytes = n.op.customOptions;
  constexpr size_t kLeast = 3; // a value, its type, its width
  if (bytes.size() < kLeast || !flexbuffers::VerifyBuffer(bytes.data(), bytes.size()))
    return n.fail("the custom options are no flexbuffer");
  auto root = flexbuffers::GetRoot(bytes.data(), bytes.size());
  if (!root.IsMap())
    return n.fail("the custom options are no map");
  return root.AsMap();
}

const CustomTable &tflite::customRows() {
  static const CustomTable table = [] {
    CustomTable t;
    addMediaPipeRows(t);
    addSuppressionRows(t);
    return t;
  }();
  return table;
}
