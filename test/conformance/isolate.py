"""Runs a compiled library in a forked child, so that a crash or an endless loop is a finding."""

import os
import pickle
import select
import signal
import struct
import traceback

from conformance import loader

TIMEOUT = 20.0  # seconds for one call
HEADER = struct.Struct("<Q")


class Crash(str):
    """How the child ended in a call."""


def run(library: str, calls: list[tuple[str, dict]]) -> list:
    """For each call (signature, inputs): (status, outputs, text), or Crash."""
    results = []
    while len(results) < len(calls):
        results += attempt(library, calls[len(results):])
    return results


def load_error(library: str) -> str | None:
    """Why the library cannot be loaded: by itself in a child, as its initialisers are ours too."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            loader.Library(library)
            os._exit(0)
        except (OSError, loader.Failed) as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(1)
    os.close(writer)
    with open(reader, "rb") as stream:
        text = stream.read().decode()
    _, status = os.waitpid(child, 0)
    return None if status == 0 else text or f"status {status} while it was loaded"


def attempt(library: str, calls: list) -> list:
    """The results up to the first crash, that one included."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        serve(library, calls, writer)
    os.close(writer)
    results = []
    with open(reader, "rb", buffering=0) as stream:
        while len(results) < len(calls) and (frame := receive(stream)) is not None:
            results.append(pickle.loads(frame))
    ending = reap(child, len(results) == len(calls))
    return results if len(results) == len(calls) else results + [ending]


def serve(library: str, calls: list, writer: int) -> None:
    """The child: never returns."""
    try:
        with open(writer, "wb") as stream:
            opened = loader.Library(library)
            for name, inputs in calls:
                frame = pickle.dumps(answer(opened, name, inputs))
                stream.write(HEADER.pack(len(frame)) + frame)
                stream.flush()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def answer(opened: loader.Library, name: str, inputs: dict):
    try:
        return opened.call(name, inputs)
    except loader.Failed as error:
        return Crash(error)


def receive(stream) -> bytes | None:
    """The next frame; None when the child ended or took too long."""
    header = exactly(stream, HEADER.size)
    return exactly(stream, HEADER.unpack(header)[0]) if header else None


def exactly(stream, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        ready, _, _ = select.select([stream], [], [], TIMEOUT)
        part = stream.read(size - len(data)) if ready else b""
        if not part:
            return None
        data += part
    return data


def reap(child: int, finished: bool) -> Crash:
    """Waits for the child; one that still runs in the middle of a call is stopped."""
    pid, status = os.waitpid(child, 0 if finished else os.WNOHANG)
    for _ in range(100):
        if pid:
            break
        select.select([], [], [], 0.02)  # a child that crashed needs a moment to end
        pid, status = os.waitpid(child, os.WNOHANG)
    if not pid:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return Crash(f"no end within {TIMEOUT:.0f} s")
    if os.WIFSIGNALED(status):
        return Crash(signal.Signals(os.WTERMSIG(status)).name)
    return Crash(f"the loader ended with {os.waitstatus_to_exitcode(status)}")
