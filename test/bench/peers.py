#!/usr/bin/env python3
"""One engine with one model loaded, commanded by lines on stdin; what run.py measures engines with.

    peers.py ENGINE FOLDER INPUTS.npz OUTPUTS.npz --threads N

FOLDER holds the model as `model` (SavedModel), model.tflite and model.onnx. Prints {"version"} once the
model is loaded and its outputs for the inputs are written, or {"error"}; then for each line `SECONDS` of
input {"us": [...]}, the times of single calls.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import sys
import time

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}

import numpy as np  # noqa: E402


def pick(inputs: dict[str, np.ndarray], name: str) -> np.ndarray:
    """The array meant by an engine's name of an input, as `serving_default_x:0` for x."""
    plain = name.split(":")[0].removeprefix("serving_default_")
    if len(inputs) == 1:
        return next(iter(inputs.values()))
    return inputs[plain]


class LiteRT:
    """TFLite's interpreter with XNNPACK."""

    package = "ai-edge-litert"

    def __init__(self, folder: pathlib.Path, inputs: dict[str, np.ndarray], threads: int):
        from ai_edge_litert.interpreter import Interpreter
        self.net = Interpreter(str(folder / "model.tflite"), num_threads=threads)
        for detail in self.net.get_input_details():
            array = pick(inputs, detail["name"])
            if list(detail["shape"]) != list(array.shape):
                self.net.resize_tensor_input(detail["index"], array.shape)
        self.net.allocate_tensors()
        for detail in self.net.get_input_details():
            self.net.set_tensor(detail["index"], pick(inputs, detail["name"]))

    def call(self) -> None:
        self.net.invoke()

    def outputs(self) -> list[np.ndarray]:
        return [self.net.get_tensor(detail["index"]) for detail in self.net.get_output_details()]


class OnnxRuntime:
    """ONNX Runtime's CPU provider, on what tf2onnx makes of the .tflite."""

    package = "onnxruntime"

    def __init__(self, folder: pathlib.Path, inputs: dict[str, np.ndarray], threads: int):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.net = onnxruntime.InferenceSession(str(folder / "model.onnx"), options,
                                                providers=["CPUExecutionProvider"])
        self.feed = {node.name: pick(inputs, node.name) for node in self.net.get_inputs()}

    def call(self) -> None:
        self.results = self.net.run(None, self.feed)

    def outputs(self) -> list[np.ndarray]:
        return self.results


class OpenVINO:
    """OpenVINO's CPU plugin in float32, with the input's shapes fixed."""

    package = "openvino"

    def __init__(self, folder: pathlib.Path, inputs: dict[str, np.ndarray], threads: int):
        import openvino
        core = openvino.Core()
        net = core.read_model(str(folder / "model"))
        net.reshape({port: list(pick(inputs, port.get_any_name()).shape) for port in net.inputs})
        settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1,
                    "INFERENCE_PRECISION_HINT": "f32"}
        self.request = core.compile_model(net, "CPU", settings).create_infer_request()
        for port in self.request.model_inputs:
            self.request.set_tensor(port, openvino.Tensor(pick(inputs, port.get_any_name())))

    def call(self) -> None:
        self.request.infer()

    def outputs(self) -> list[np.ndarray]:
        return [np.array(self.request.get_tensor(port).data) for port in self.request.model_outputs]


class IREE:
    """IREE's CPU backend for this machine with data tiling, on the .onnx."""

    package = "iree-base-runtime"

    def __init__(self, folder: pathlib.Path, inputs: dict[str, np.ndarray], threads: int):
        import subprocess
        import iree.runtime as runtime
        tools = pathlib.Path(sys.executable).parent
        imported, module = folder / "iree.mlir", folder / "iree.vmfb"
        quiet = {"check": True, "capture_output": True}
        subprocess.run([tools / "iree-import-onnx", folder / "model.onnx", "-o", imported], **quiet)
        subprocess.run([tools / "iree-compile", imported, "--iree-hal-target-device=local",
                        "--iree-hal-local-target-device-backends=llvm-cpu", "--iree-llvmcpu-target-cpu=host",
                        "--iree-opt-data-tiling", "-o", module], **quiet)
        config = runtime.Config("local-sync" if threads == 1 else "local-task")
        loaded = runtime.load_vm_module(runtime.VmModule.mmap(config.vm_instance, str(module)), config)
        names = [name for name in loaded.vm_module.function_names if not name.startswith("_")]
        self.function = loaded[next(name for name in names if not name.endswith("$async"))]
        import onnx
        graph = onnx.load(str(folder / "model.onnx"), load_external_data=False).graph
        order = [pick(inputs, node.name) for node in graph.input]
        self.feed = [runtime.asdevicearray(config.device, array) for array in order]

    def call(self) -> None:
        self.results = self.function(*self.feed)

    def outputs(self) -> list[np.ndarray]:
        results = self.results if isinstance(self.results, (list, tuple)) else [self.results]
        return [np.asarray(result) for result in results]


ENGINES = {"litert": LiteRT, "onnxruntime": OnnxRuntime, "openvino": OpenVINO, "iree": IREE}


def tell(**what) -> None:
    print(json.dumps(what), flush=True)


def measure(net, seconds: float) -> list[float]:
    """Times of single calls in microseconds, for about so long, at least three."""
    times, end = [], time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        net.call()
        times.append(1e6 * (time.perf_counter() - start))
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("inputs", type=pathlib.Path)
    parser.add_argument("outputs", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    engine = ENGINES[arguments.engine]
    try:
        inputs = dict(np.load(arguments.inputs))
        net = engine(arguments.folder, inputs, arguments.threads)
        for _ in range(3):
            net.call()
        np.savez(arguments.outputs, *net.outputs())
    except Exception as error:  # whatever an engine refuses a model with
        tell(error=f"{type(error).__name__}: {error}".splitlines()[0][:200])
        return 1
    tell(version=importlib.metadata.version(engine.package))
    for line in sys.stdin:
        tell(us=measure(net, float(line)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
