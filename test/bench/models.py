"""The networks of the benchmark, made on the spot: FOLDER/{model,model.tflite,model.onnx,inputs.npz}."""

import pathlib
import shutil
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "models" / "fixtures"

# Made by test/fixtures/large.py with random weights.
LARGE = ["mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0", "resnet50", "densenet121", "bert_base_128",
         "bert_4_layers", "lstm_2x256", "gru_stacked", "unet_256"]
# Trained ones of the fixtures, that need no TensorFlow.
SMALL = ["digits", "titanic"]
NAMES = LARGE + SMALL


def first_case(golden: pathlib.Path) -> dict[str, np.ndarray]:
    """The inputs of the first recorded case, by name."""
    with np.load(golden) as arrays:
        case = min((key for key in arrays if "/in/" in key), key=lambda key: int(key.split("/")[-3]))
        prefix = case[: case.index("/in/") + 4]
        return {key.removeprefix(prefix): arrays[key] for key in arrays if key.startswith(prefix)}


def convert(source: list[str], folder: pathlib.Path) -> None:
    """Makes model.onnx; a model that tf2onnx refuses has none."""
    command = [sys.executable, "-m", "tf2onnx.convert", *source, "--output", folder / "model.onnx", "--opset", "18"]
    subprocess.run(command, capture_output=True)


def make_small(name: str, folder: pathlib.Path) -> None:
    """Copies a fixture and converts it for the peers."""
    import tensorflow as tf
    shutil.copytree(FIXTURES / name / "model", folder / "model", dirs_exist_ok=True)
    shutil.copy(FIXTURES / name / "golden.npz", folder)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "model"))
    (folder / "model.tflite").write_bytes(converter.convert())


def prepare(name: str, cache: pathlib.Path) -> pathlib.Path:
    """The folder of the model, made if it is not there yet."""
    folder = cache / name
    if (folder / "inputs.npz").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    if name in SMALL:
        make_small(name, folder)
    elif not (folder / "model.tflite").exists():
        subprocess.run([sys.executable, HERE.parent / "fixtures" / "large.py", cache, "--only", name], check=True)
    convert(["--tflite", folder / "model.tflite"], folder)
    inputs = first_case(folder / "golden.npz")
    np.savez(folder / "inputs.npz", **inputs)
    return folder
