#include "compiler/frontends/tensorflow/Attributes.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

static proto::NodeDef nodeWith(const std::string &name, const proto::AttrValue &value) {
  proto::NodeDef node;
  node.set_name("n");
  node.set_op("Op");
  (*node.mutable_attr())[name] = value;
  return node;
}

TEST_CASE("what the file has goes before the default") {
  proto::AttrValue value;
  value.set_b(true);
  proto::NodeDef node = nodeWith("transpose_a", value);
  Attributes attributes(node);
  CHECK(attributes.getBool("transpose_a", false));
  CHECK_FALSE(attributes.getBool("transpose_b", false));
  CHECK(attributes.getInt("axis", -1) == -1);
  CHECK(attributes.getInts("dilations", llvm::ArrayRef<int64_t>{1, 1, 1, 1}).size() == 4);
  CHECK(test::text(attributes.takeError()) == "");
}

TEST_CASE("a required attribute that is missing is an error, the first one counts") {
  proto::NodeDef node = nodeWith("x", {});
  Attributes attributes(node);
  CHECK(attributes.getType("T") == DataType::Invalid);
  CHECK(attributes.getInts("strides").empty());
  CHECK(test::text(attributes.takeError()) == "node 'n' (Op): attribute 'T' is missing");
}

TEST_CASE("an attribute of another kind is an error, even with a default") {
  proto::AttrValue value;
  value.set_i(3);
  proto::NodeDef node = nodeWith("T", value);
  Attributes attributes(node);
  CHECK(attributes.getType("T", DataType::Float32) == DataType::Float32);
  CHECK(test::text(attributes.takeError()) == "node 'n' (Op): attribute 'T' is not a type");
}

TEST_CASE("types, shapes and tensors are checked") {
  proto::AttrValue value;
  value.set_type(77);
  proto::NodeDef node = nodeWith("T", value);
  Attributes types(node);
  types.getType("T");
  CHECK(test::text(types.takeError()) ==
        "node 'n' (Op): attribute 'T' has the unknown dtype number 77");
  test::setShape(*value.mutable_shape(), {-1, 3});
  node = nodeWith("shape", value);
  Attributes shapes(node);
  CHECK(shapes.getShape("shape").dims == llvm::SmallVector<int64_t, 4>{-1, 3});
  test::setShape(*value.mutable_shape(), {-7, 3});
  node = nodeWith("shape", value);
  Attributes negative(node);
  negative.getShape("shape");
  CHECK(test::text(negative.takeError()) ==
        "node 'n' (Op): attribute 'shape' has a negative dimension");
  value.mutable_tensor()->set_dtype(1);
  test::setShape(*value.mutable_tensor()->mutable_tensor_shape(), {-7});
  node = nodeWith("value", value);
  Attributes tensors(node);
  tensors.getTensor("value");
  CHECK(test::text(tensors.takeError()) ==
        "node 'n' (Op): attribute 'value' is a malformed tensor: a dimension is negative");
}

TEST_CASE("padding and data format are words of a small set") {
  proto::AttrValue value;
  value.set_s("SAME");
  proto::NodeDef node = nodeWith("padding", value);
  Attributes good(node);
  CHECK(good.getPadding() == Padding::Same);
  CHECK(good.getDataFormat(DataFormat::NHWC) == DataFormat::NHWC);
  CHECK(test::text(good.takeError()) == "");
  value.set_s("same");
  node = nodeWith("padding", value);
  Attributes bad(node);
  bad.getPadding();
  CHECK(test::text(bad.takeError()) ==
        "node 'n' (Op): attribute 'padding' is none of SAME, VALID, EXPLICIT");
}
