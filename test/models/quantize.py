#!/usr/bin/env python3
"""The digits classifier, quantized, reads the held-out digits as well as the float one.

Needs nothing but Python's own library. Calibrates with some of the images, runs all of
them, and counts; exit 0 if no mode loses more than half a point.
"""

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

import arrays

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = 100
LOSS = 0.005
MODES = [[], ["--quantize=int8", "--calibrate"], ["--quantize=dynamic"], ["--quantize=f16"],
         ["--quantize=bf16"]]


def write_images(path, images, count):
    """The first images as the model's input."""
    shape = (count,) + tuple(images.shape[1:])
    size = count * len(images.values) // images.shape[0]
    header = str({"descr": "<f4", "fortran_order": False, "shape": shape}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    data = struct.pack(f"<{size}f", *images.values[:size])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("image.npy", b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header +
                         data)


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: {result.stderr}")


def accuracy(ingot, model, mode, folder, labels):
    """Share of the images whose label has the highest probability."""
    library, outputs = os.path.join(folder, "model.so"), os.path.join(folder, "out.npz")
    calibration = [os.path.join(folder, "some.npz")] if mode[-1:] == ["--calibrate"] else []
    run(ingot, "compile", model, "--emit=lib", "--signature=serving_default", "-o", library, *mode,
        *calibration)
    run(ingot, "run", library, "--inputs", os.path.join(folder, "all.npz"), "--outputs", outputs)
    (result,) = arrays.load(outputs).values()
    classes = result.shape[1]
    rows = [result.values[i:i + classes] for i in range(0, len(result.values), classes)]
    return sum(row.index(max(row)) == label for row, label in zip(rows, labels)) / len(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ingot", required=True, help="the program")
    arguments = parser.parse_args()
    fixture = os.path.join(HERE, "fixtures", "digits")
    data = arrays.load(os.path.join(fixture, "images.npz"))
    images, labels = data["images"], data["labels"].values
    with tempfile.TemporaryDirectory() as folder:
        write_images(os.path.join(folder, "all.npz"), images, images.shape[0])
        write_images(os.path.join(folder, "some.npz"), images, SAMPLES)
        results = [accuracy(arguments.ingot, os.path.join(fixture, "model"), mode, folder, labels)
                   for mode in MODES]
    for mode, result in zip(MODES, results):
        print(f"{mode[0] if mode else 'float':20} {result:.4f}")
    if results[0] < 0.9 or min(results) < results[0] - LOSS:
        sys.exit("a quantized model reads digits worse than the float one")


if __name__ == "__main__":
    main()
