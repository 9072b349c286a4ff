"""Command lines that ask for what is not there or cannot be."""

import os

import wire as w
from case import add, write
from cases.files import FIXTURES, fixture

LINEAR = os.path.join(FIXTURES, "linear_serving", "model")
FULL = "/dev/full"


def command(*words):
    """OUT stands for a path in the case's folder."""
    def prepare(folder):
        return [word.replace("OUT", os.path.join(folder, "out")) for word in words]
    return prepare


def case(name, *words, says="", code=1, may_pass=False):
    add("usage", name, command(*words), says, code, may_pass)


case("no-verb", code=2)
case("unknown-verb", "frobnicate", code=2)
case("no-model", "compile", code=2)
case("two-models", "compile", LINEAR, LINEAR, code=2)
case("unknown-option", "compile", LINEAR, "--frob", code=2, says="--frob")
case("emit-unknown", "compile", LINEAR, "--emit=elf", code=2, says="--emit")
case("level-unknown", "compile", LINEAR, "-O9", code=2)
case("threads-negative", "run", LINEAR, "--threads", "-1", code=2)
case("threads-no-number", "run", LINEAR, "--threads", "two", code=2)
case("max-ram-no-number", "compile", LINEAR, "--max-ram=lots", code=2)
case("max-ram-negative", "compile", LINEAR, "--max-ram=-5", code=2)
case("tolerance-unknown", "compare", LINEAR, "--golden", "x.npz", "--tolerance", "loose", code=2)
case("shape-no-colon", "compile", LINEAR, "-o", "OUT.o", "--input-shape=2x3", code=2)
case("shape-no-number", "compile", LINEAR, "-o", "OUT.o", "--input-shape=outputs_input:axb", code=2)
case("shape-negative", "compile", LINEAR, "-o", "OUT.o", "--input-shape=outputs_input:-1x2", code=2)
case("shape-overflow", "compile", LINEAR, "-o", "OUT.o",
     "--input-shape=outputs_input:99999999999999999999x2", code=2)
case("shape-unknown-input", "compile", LINEAR, "-o", "OUT.o", "--input-shape=nothing:1x2",
     says="nothing")
case("shape-rank", "compile", LINEAR, "-o", "OUT.o", "--input-shape=outputs_input:1x2x3",
     says="outputs_input")
case("shape-contradicts", "compile", LINEAR, "-o", "OUT.o", "--input-shape=outputs_input:1x77",
     says="outputs_input")
case("shape-2^62", "compile", LINEAR, "-o", "OUT.o",
     f"--input-shape=outputs_input:{1 << 62}x2", says="16 GiB")
case("signature-unknown", "compile", LINEAR, "-o", "OUT.o", "--signature", "nope", says="nope")
case("signature-unknown-run", "run", LINEAR, "--signature", "nope", says="nope")
case("signature-empty", "compile", LINEAR, "-o", "OUT.o", "--signature", "", may_pass=True)
case("target-unknown", "compile", LINEAR, "-o", "OUT.o", "--target=pdp11-dec-unix", code=2, says="pdp11")
case("target-nonsense", "compile", LINEAR, "-o", "OUT.o", "--target=?!", code=2, says="?!")
for triple in ("x86_64-w64-mingw32", "x86_64-apple-darwin", "x86_64-linux-gnux32", "aarch64_be-linux-gnu",
               "aarch64-linux-gnu_ilp32", "aarch64-apple-ios", "i686-linux-gnu", "x86_64-unknown-uefi"):
    case(f"target-{triple}", "compile", LINEAR, "-o", "OUT.o", f"--target={triple}", code=2,
         says=triple.split("-")[0])
for features in ("-sse2", "-sse", "-64bit", "+soft-float"):
    case(f"needs{features}", "compile", LINEAR, "-o", "OUT.o", "--target=x86_64-linux-gnu",
         f"--mattr={features}", code=2, says="+sse2")
for features in ("-neon", "-fp-armv8"):
    case(f"needs{features}", "compile", LINEAR, "-o", "OUT.o", "--target=aarch64-linux-gnu",
         f"--mattr={features}", code=2, says="+neon")
case("cpu-unknown", "compile", LINEAR, "-o", "OUT.o", "--mcpu=i986", code=2, says="i986")
case("cpu-of-32-bits", "compile", LINEAR, "-o", "OUT.o", "--mcpu=i386", code=2, says="i386")
case("feature-unknown", "compile", LINEAR, "-o", "OUT.o", "--mattr=+warp", code=2, says="warp")
case("feature-malformed", "compile", LINEAR, "-o", "OUT.o", "--mattr=avx2", code=2, says="avx2")
for option in ("-o", "--name", "--target", "--mcpu"):
    case(f"value-empty{option}", "compile", LINEAR, option, "", code=2, says=option)
    case(f"value-absent{option}", "compile", LINEAR, option, code=2, says=option)
case("model-empty", "compile", "", code=2, says="model")
for amount in ("nan", "inf", "-1", "1e999", "", "much"):
    case(f"min-time-{amount}", "bench", LINEAR, f"--min-time={amount}", code=2, says="--min-time")
    case(f"tolerance-{amount}", "compare", LINEAR, f"--atol={amount}", code=2, says="--atol")
case("output-is-header", "compile", LINEAR, "-o", "OUT.h", code=2, says="header")
case("shape-twice", "compile", LINEAR, "-o", "OUT.o", "--input-shape=outputs_input:1x2",
     "--input-shape=outputs_input:3x77", says="outputs_input")
case("stage-unknown", "compile", LINEAR, "-o", "OUT.mlir", "--emit=mlir", "--stop-after=dinner",
     says="dinner", code=2)
case("print-stage-unknown", "compile", LINEAR, "-o", "OUT.o", "--print-ir-after=dinner",
     says="dinner", code=2)
case("report-of-text", "compile", LINEAR, "-o", "OUT.s", "--emit=asm", "--report", code=2,
     says="--report")
case("limit-of-text", "compile", LINEAR, "-o", "OUT.h", "--emit=header", "--max-ram=9", code=2,
     says="--max-ram")
case("flash-exceeded", "compile", LINEAR, "-o", "OUT.o", "--max-flash=0", says="flash")
case("exe-for-other-machine", "compile", LINEAR, "-o", "OUT", "--emit=exe",
     "--target=aarch64-linux-gnu", says="--emit=obj")
case("ptx", "compile", LINEAR, "-o", "OUT.ptx", "--emit=ptx", says="PTX")
case("ram-exceeded", "compile", os.path.join(FIXTURES, "digits", "model"), "-o", "OUT.o", "-O0",
     "--max-ram=10", says="RAM")
case("flash-exceeded", "compile", LINEAR, "-o", "OUT.o", "--max-flash=10", says="flash")

case("output-folder-absent", "compile", LINEAR, "-o", "OUT/nowhere/x.o", says="nowhere")
case("output-below-file", "compile", LINEAR, "-o", "/etc/passwd/x.o", says="passwd")
case("output-is-full", "compile", LINEAR, "-o", FULL, says=FULL)
case("output-name-too-long", "compile", LINEAR, "-o", "OUT" + "x" * 5000)
case("output-empty-name", "compile", LINEAR, "-o", "OUT/", says="out")
for kind in ("obj", "lib", "exe", "asm", "llvm", "mlir", "header"):
    case(f"full-{kind}", "compile", LINEAR, "-o", FULL, f"--emit={kind}", says=FULL)
    case(f"absent-{kind}", "compile", LINEAR, "-o", "OUT/x", f"--emit={kind}", says="out")
case("reproducer-absent", "compile", LINEAR, "-o", "OUT.o", "--reproducer=OUT/x/y", may_pass=True)


def output_is_folder(folder):
    os.mkdir(os.path.join(folder, "out.o"))
    return ["compile", LINEAR, "-o", os.path.join(folder, "out.o")]


def header_is_folder(folder):
    os.mkdir(os.path.join(folder, "out.h"))
    return ["compile", LINEAR, "-o", os.path.join(folder, "out.o")]


def model_is_library(folder):
    return ["compile", write(folder, "x.so", b"\x7fELF\2\1\1" + bytes(200)), "-o",
            os.path.join(folder, "out.o")]


def library_of_zeros(folder):
    header = b"\x7fELF\2\1\1" + bytes(9) + b"\x03\x00\x3e\x00\x01\x00\x00\x00"
    return ["run", write(folder, "x.so", header + bytes(200))]


def model_unreadable(folder):
    os.symlink("/proc/self/mem", os.path.join(folder, "m.pb"))
    return ["compile", os.path.join(folder, "m.pb"), "-o", os.path.join(folder, "out.o")]


def pipe(folder, name):
    path = os.path.join(folder, name)
    os.mkfifo(path)
    return path


def loop(folder):
    os.symlink("loop", os.path.join(folder, "loop"))
    return ["compile", os.path.join(folder, "loop"), "-o", os.path.join(folder, "out.o")]


def tflite(folder):
    path = write(folder, "m.tflite", fixture("dense_tflite", "model.tflite")[:60])
    return ["show", path]


add("usage", "output-is-folder", output_is_folder, "out.o")
add("usage", "header-is-folder", header_is_folder, "out.h")
add("usage", "model-is-library", model_is_library, "x.so")
add("usage", "library-of-zeros", library_of_zeros, "x.so")
add("usage", "model-in-circles", loop, "loop")
for verb in ("compile", "check", "show", "run", "bench", "compare"):
    add("usage", f"model-is-pipe-{verb}", lambda folder, verb=verb: [verb, pipe(folder, "m.pb")],
        "m.pb: not a regular file")
add("usage", "input-is-pipe", lambda folder: [
    "run", LINEAR, "--inputs", "outputs_input=" + pipe(folder, "x.npy")], "x.npy: not a regular file")
add("usage", "inputs-are-pipe", lambda folder: [
    "run", LINEAR, "--inputs", pipe(folder, "x.npz")], "x.npz")
case("input-endless", "run", LINEAR, "--inputs", "outputs_input=/dev/zero", says="/dev/zero")
add("usage", "model-is-arrays", lambda folder: [
    "compile", write(folder, "x.npz", w.npz(x=("<f4", (1,), bytes(4))))], "numpy arrays")
add("usage", "model-unreadable", model_unreadable, "m.pb")
add("usage", "tflite-cut", tflite, "m.tflite")
for verb in ("compile", "check", "show", "run", "bench", "compare"):
    words = ["--golden", "x.npz"] if verb == "compare" else []
    case(f"absent-model-{verb}", verb, "OUT.pb", *words)
    add("usage", f"folder-without-model-{verb}",
        lambda folder, verb=verb, words=words: [verb, folder, *words],
        "" if verb == "compare" else "saved_model.pb")
case("name-odd", "compile", LINEAR, "-o", "OUT.o", "--name", "9 lives; int", may_pass=True)
case("name-empty", "compile", LINEAR, "-o", "OUT.o", "--name=", code=2)
case("arena-negative", "run", LINEAR, "--arena-bytes", "-1", code=2)
case("name-keyword", "compile", LINEAR, "-o", "OUT.o", "--name=int", may_pass=True)
