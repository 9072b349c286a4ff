"""SOURCE FILE: writes a frozen graph whose one node is of an op that nobody knows."""
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1] + "/test/bad")
import wire as w  # noqa: E402

with open(sys.argv[2], "wb") as file:
    file.write(w.graph([w.placeholder("x"), w.node("y", "Frobnicate", ["x"])]))
