# Configuration of the lit tests: what they may call and which features exist.
import os
import platform
import shutil

import lit.formats
from lit.llvm.subst import ToolSubst
from lit.llvm import llvm_config

config.name = "ingot"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.ingot_build, "lit")

# Our programs are looked for in bin/ only, LLVM's in its own folder.
search = [config.ingot_bin, config.llvm_tools_dir]
ours = ["ingot", "make-npz", "ingot-npz-dump"]
ours += [tool for tool in ["ingot-opt", "ingot-lsp-server"] if os.path.exists(os.path.join(config.ingot_bin, tool))]
llvm_config.with_environment("PATH", search, append_path=True)
llvm_config.add_tool_substitutions(ours + ["FileCheck", "count", "not", "split-file"], search)

config.substitutions += [
    ("%python3", '"%s"' % config.python),
    ("%lib", config.ingot_lib),
    ("%bin", config.ingot_bin),
    ("%source", config.ingot_source),
    ("%cc", config.cc),
    # A .tflite of a model written as JSON: %tflite FOLDER %schema FILE.json
    ("%tflite", '"%s" -b -o' % config.flatc),
    # A frozen graph of its text, on stdin.
    ("%graphdef", '"%s" -I "%s" --encode=ingot.tensorflow.proto.GraphDef '
     'compiler/frontends/tensorflow/schema/graph.proto' % (config.protoc, config.ingot_source)),
    ("%schema", config.ingot_source + "/compiler/frontends/tflite/schema/tflite.fbs"),
]

if "ingot-opt" in ours:
    config.available_features.add("ingot-opt")
if platform.machine() in ("x86_64", "AMD64"):
    config.available_features.add("x86")
if config.sanitize:
    config.available_features.add("sanitize")
if lit_config.params.get("slow", "1") != "0":
    config.available_features.add("slow")
# Models of the project, found by hand: not in every checkout.
models = os.environ.get("INGOT_SHARED_MODELS", "")
if models and os.path.isdir(models):
    config.available_features.add("shared-models")
    config.substitutions.append(("%models", models))
if shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc"):
    config.available_features.add("qemu-aarch64")
