#ifndef INGOT_FRONTENDS_TENSORFLOW_ATTRIBUTES_H
#define INGOT_FRONTENDS_TENSORFLOW_ATTRIBUTES_H

#include "compiler/frontends/tensorflow/Tensor.h"
#include "compiler/frontends/tensorflow/schema/graph.pb.h"

#include <optional>
#include <string>

namespace ingot::tensorflow {

enum class Padding { Same, Valid, Explicit };
enum class DataFormat { NHWC, NCHW, NDHWC, NCDHW };

/// Typed access to the attributes of one node.
///
/// Writers leave out attributes that have the op's default value, so every
/// getter takes that default; one without it is for attributes that the op
/// requires. A missing or ill-typed attribute is remembered (the first one) and
/// a harmless value returned: read all, then ask takeError() once.
///
///   Attributes attrs(node);
///   bool transposeA = attrs.getBool("transpose_a", false);
///   DataType type = attrs.getType("T");
///   if (llvm::Error error = attrs.takeError()) return error;
class Attributes {
public:
  explicit Attributes(const proto::NodeDef &node) : node(node) {}
  Attributes(const Attributes &) = delete;
  Attributes &operator=(const Attributes &) = delete;
  ~Attributes() { llvm::consumeError(std::move(error)); }

  bool has(llvm::StringRef name) const;
  /// The raw attribute, or null.
  const proto::AttrValue *find(llvm::StringRef name) const;

  DataType getType(llvm::StringRef name, std::optional<DataType> fallback = {});
  int64_t getInt(llvm::StringRef name, std::optional<int64_t> fallback = {});
  float getFloat(llvm::StringRef name, std::optional<float> fallback = {});
  bool getBool(llvm::StringRef name, std::optional<bool> fallback = {});
  llvm::StringRef getString(llvm::StringRef name, std::optional<llvm::StringRef> fallback = {});
  Shape getShape(llvm::StringRef name, std::optional<Shape> fallback = {});
  Tensor getTensor(llvm::StringRef name);
  /// Name of a function of the library; "" if there is none.
  llvm::StringRef getFunction(llvm::StringRef name);

  using Ints = llvm::SmallVector<int64_t, 6>;
  Ints getInts(llvm::StringRef name, std::optional<llvm::ArrayRef<int64_t>> fallback = {});
  std::vector<float> getFloats(llvm::StringRef name,
                               std::optional<llvm::ArrayRef<float>> fallback = {});
  std::vector<bool> getBools(llvm::StringRef name);
  std::vector<DataType> getTypes(llvm::StringRef name,
                                 std::optional<llvm::ArrayRef<DataType>> fallback = {});
  std::vector<llvm::StringRef>
  getStrings(llvm::StringRef name, std::optional<llvm::ArrayRef<llvm::StringRef>> fallback = {});
  std::vector<Shape> getShapes(llvm::StringRef name,
                               std::optional<llvm::ArrayRef<Shape>> fallback = {});
  std::vector<llvm::StringRef> getFunctions(llvm::StringRef name);

  /// "SAME", "VALID" or "EXPLICIT" under `padding`.
  Padding getPadding();
  DataFormat getDataFormat(DataFormat fallback);

  /// Checks those that say element types. Not all of them are read, the operands
  /// say the same; but a file where they are something else is damaged.
  void checkTypes();

  /// Notes that a row cannot take the value that an attribute has.
  void refuse(llvm::StringRef name, const llvm::Twine &what) { fail(name, what); }

  /// The first problem, naming the node and the attribute.
  llvm::Error takeError() { return std::move(error); }

private:
  const proto::AttrValue *require(llvm::StringRef name, bool hasFallback,
                                  proto::AttrValue::ValueCase kind, llvm::StringRef kindName);
  const proto::AttrValue::ListValue *requireList(llvm::StringRef name, bool hasFallback);
  void checkType(llvm::StringRef name, const proto::AttrValue &value);
  DataType checkedType(llvm::StringRef name, int32_t number);
  Shape checkedShape(llvm::StringRef name, const proto::TensorShapeProto &shape);
  void fail(llvm::StringRef name, const llvm::Twine &what);

  const proto::NodeDef &node;
  llvm::Error error = llvm::Error::success();
};

} // namespace ingot::tensorflow

#endif
