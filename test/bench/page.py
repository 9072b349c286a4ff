"""The docs' performance page, from the results of a run of the benchmark."""

import pathlib

from bench import chart

TEXT = """# Performance

Written by `tools/dev bench --docs`: median (minimum) milliseconds of one call, {threads} thread(s), on
{cpu}. The engines take turns of a second, each in a process of its own, pinned to the same
CPUs, with the same inputs; outputs are compared. Machines differ: only what is measured in one run
can be compared. "ahead" is the time of the best other engine by Ingot's.

![Times relative to Ingot's](performance.svg)

{table}

{versions}. Ingot compiles for this CPU (`--mcpu=native`), everything else is as it comes.
{wrong}"""


def cell(row: dict | None) -> str:
    if row is None:
        return ""
    if "error" in row:
        return "refuses"
    mark = "*" if row["disagreement"] > 1 else ""
    return f"{row['median_us'] / 1e3:.3g} ({row['min_us'] / 1e3:.3g}){mark}"


def table(rows: list[dict], engines: list[str]) -> str:
    lines = ["| model | " + " | ".join(engines) + " | ahead | code, KB | arena, KB |",
             "|---|" + "---|" * (len(engines) + 3)]
    for model in dict.fromkeys(row["model"] for row in rows):
        cells = {row["engine"]: row for row in rows if row["model"] == model}
        ours = cells["ingot"]
        others = [row["median_us"] for name, row in cells.items() if name != "ingot" and "error" not in row]
        ahead = f"{min(others) / ours['median_us']:.2f}" if others else ""
        sizes = [f"{ours[key] / 1e3:,.1f}" for key in ("code_bytes", "arena_bytes")]
        lines.append("| " + " | ".join([model, *(cell(cells.get(name)) for name in engines), ahead, *sizes]) + " |")
    return "\n".join(lines)


def versions(rows: list[dict]) -> str:
    known = {row["engine"]: row["version"] for row in rows if "version" in row}
    return ", ".join(f"{engine} {version}" for engine, version in known.items())


def write(folder: pathlib.Path, result: dict, engines: list[str]) -> None:
    """performance.md and performance.svg."""
    rows = result["rows"]
    wrong = any(row.get("disagreement", 0) > 1 for row in rows)
    text = TEXT.format(threads=result["threads"], cpu=result["cpu"], table=table(rows, engines), versions=versions(rows),
                       wrong="\n\\* differs from Ingot's output by more than the tolerance.\n" if wrong else "")
    (folder / "performance.md").write_text(text)
    (folder / "performance.svg").write_text(chart.draw(result, engines))
