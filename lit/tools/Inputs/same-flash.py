"""Two reports: the second has the weights of the first, and at most RATIO times its code: ONE TWO RATIO."""

import json
import sys

one, two = ({row["name"]: row["bytes"] for row in json.load(open(path))["flash"]} for path in sys.argv[1:3])
if one["weights"] != two["weights"] or two["code"] > one["code"] * float(sys.argv[3]):
    sys.exit(f"{one} and {two}")
