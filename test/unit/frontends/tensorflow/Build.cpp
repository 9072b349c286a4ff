#include "test/unit/frontends/tensorflow/Build.h"

#include "compiler/frontends/tensorflow/Crc32c.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/raw_ostream.h"

using namespace ingot;
using namespace ingot::tensorflow;
using namespace ingot::test;
using NodeList = google::protobuf::RepeatedPtrField<test::proto::NodeDef>;

test::proto::NodeDef &test::addNode(NodeList &list, const std::string &name, const std::string &op,
                                    const Inputs &inputs) {
  auto &node = *list.Add();
  node.set_name(name);
  node.set_op(op);
  for (const std::string &input : inputs)
    node.add_input(input);
  return node;
}

test::proto::FunctionDef &test::addFunction(proto::GraphDef &graph, const std::string &name,
                                            const Inputs &arguments,
                                            const std::map<std::string, std::string> &results) {
  auto &function = *graph.mutable_library()->add_function();
  function.mutable_signature()->set_name(name);
  for (const std::string &argument : arguments)
    function.mutable_signature()->add_input_arg()->set_name(argument);
  for (const auto &[result, source] : results) {
    function.mutable_signature()->add_output_arg()->set_name(result);
    (*function.mutable_ret())[result] = source;
  }
  return function;
}

void test::setShape(proto::TensorShapeProto &proto, llvm::ArrayRef<int64_t> dims) {
  for (int64_t dim : dims)
    proto.add_dim()->set_size(dim);
}

test::proto::NodeDef &test::addCall(NodeList &list, const std::string &name,
                                    const std::string &function, const Inputs &inputs) {
  auto &node = addNode(list, name, "PartitionedCall", inputs);
  (*node.mutable_attr())["f"].mutable_func()->set_name(function);
  return node;
}

test::proto::NodeDef &test::addVariable(proto::GraphDef &graph, const std::string &name,
                                        int32_t dtype, llvm::ArrayRef<int64_t> dims) {
  auto &node = addNode(graph, name, "VarHandleOp");
  (*node.mutable_attr())["dtype"].set_type(dtype);
  setShape(*(*node.mutable_attr())["shape"].mutable_shape(), dims);
  return node;
}

test::proto::NodeDef &test::addStrings(NodeList &list, const std::string &name,
                                       const std::vector<std::string> &strings) {
  auto &node = addNode(list, name, "Const");
  auto &tensor = *(*node.mutable_attr())["value"].mutable_tensor();
  tensor.set_dtype(7);
  setShape(*tensor.mutable_tensor_shape(), {int64_t(strings.size())});
  for (const std::string &string : strings)
    tensor.add_string_val(string);
  return node;
}

static void putVarint(std::string &out, uint64_t value) {
  llvm::raw_string_ostream stream(out);
  llvm::encodeULEB128(value, stream);
}

static void putFixed32(std::string &out, uint32_t value) {
  char bytes[4];
  llvm::support::endian::write32le(bytes, value);
  out.append(bytes, 4);
}

std::string test::blockContent(const std::vector<std::pair<std::string, std::string>> &entries) {
  std::string content, last;
  for (const auto &[key, value] : entries) {
    size_t shared = 0;
    while (shared < std::min(key.size(), last.size()) && key[shared] == last[shared])
      ++shared;
    putVarint(content, shared);
    putVarint(content, key.size() - shared);
    putVarint(content, value.size());
    content += key.substr(shared) + value;
    last = key;
  }
  putFixed32(content, 0); // one restart point, at the start
  putFixed32(content, 1);
  return content;
}

/// Appends a block; returns where it lies.
static std::string putBlock(std::string &file, const Block &block) {
  std::string handle;
  putVarint(handle, file.size());
  putVarint(handle, block.content.size());
  std::string checked = block.content + block.compression;
  file += checked;
  putFixed32(file, maskCrc(crc32c(checked)));
  return handle;
}

std::string test::writeTable(const std::vector<Block> &blocks) {
  std::string file;
  std::vector<std::pair<std::string, std::string>> handles;
  for (const Block &block : blocks)
    handles.emplace_back("k" + std::to_string(handles.size()), putBlock(file, block));
  std::string footer = putBlock(file, {blockContent({})});
  footer += putBlock(file, {blockContent(handles)});
  footer.resize(40);
  char magic[8];
  llvm::support::endian::write64le(magic, 0xdb4775248b80fb57);
  return file + footer + std::string(magic, 8);
}

test::proto::BundleEntryProto &test::BundleWriter::add(const std::string &key, int32_t dtype,
                                                       llvm::ArrayRef<int64_t> dims,
                                                       const std::string &data) {
  auto &entry = entries[key];
  entry.set_dtype(dtype);
  setShape(*entry.mutable_shape(), dims);
  entry.set_offset(int64_t(bytes.size()));
  entry.set_size(int64_t(data.size()));
  entry.set_crc32c(maskCrc(crc32c(data)));
  bytes += data;
  return entry;
}

test::proto::BundleEntryProto &
test::BundleWriter::addStrings(const std::string &key, const std::vector<std::string> &strings) {
  std::string lengths, data, summed;
  for (const std::string &string : strings) {
    putVarint(lengths, string.size());
    putFixed32(summed, uint32_t(string.size()));
    data += string;
  }
  std::string check;
  putFixed32(check, maskCrc(crc32c(summed)));
  auto &entry = add(key, 7, {int64_t(strings.size())}, lengths + check + data);
  entry.set_crc32c(maskCrc(crc32c(summed + check + data)));
  return entry;
}

std::string test::BundleWriter::index() const {
  proto::BundleHeaderProto header;
  header.set_num_shards(shards);
  header.set_endianness(endianness);
  std::vector<std::pair<std::string, std::string>> all{{"", header.SerializeAsString()}};
  for (const auto &[key, entry] : entries)
    all.emplace_back(key, entry.SerializeAsString());
  return writeTable({{blockContent(all)}});
}
