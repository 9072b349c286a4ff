#include "compiler/frontends/tensorflow/Variables.h"

#include "compiler/frontends/tensorflow/Attributes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace ingot::tensorflow;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static bool isVariable(const proto::NodeDef &node) {
  static const StringRef kOps[] = {"VarHandleOp", "VariableV2", "Variable"};
  return llvm::is_contained(kOps, StringRef(node.op()));
}

Expected<std::vector<Variable>> ingot::tensorflow::declaredVariables(const Body &graph) {
  std::vector<Variable> variables;
  for (uint32_t i : llvm::seq(graph.size())) {
    if (!isVariable(graph.node(i)))
      continue;
    Attributes attributes(graph.node(i));
    Variable variable;
    variable.node = i;
    variable.dtype = attributes.getType("dtype");
    variable.shape = attributes.getShape("shape");
    if (Error error = attributes.takeError())
      return std::move(error);
    variables.push_back(std::move(variable));
  }
  return variables;
}

Expected<std::vector<Variable>> ingot::tensorflow::readVariables(const Library &library,
                                                                 const proto::SaverDef &,
                                                                 StringRef directory) {
  Expected<std::vector<Variable>> variables = declaredVariables(library.graph());
  if (variables && !variables->empty())
    return createStringError("variables are not read yet");
  return variables;
}
