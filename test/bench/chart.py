"""The benchmark's chart: how long each engine takes, as a multiple of Ingot's time."""

from xml.sax.saxutils import escape

COLOURS = {"ingot": "#c8553d", "litert": "#588b8b", "onnxruntime": "#7d6b91", "openvino": "#d9a441", "iree": "#93a8ac"}
LEFT, WIDTH, BAR = 160, 520, 11


def bar(y: float, engine: str, ratio: float, longest: float, label: str) -> str:
    width = WIDTH * min(ratio, longest) / longest
    return (f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 2}" fill="{COLOURS[engine]}"/>'
            f'<text x="{LEFT + width + 4:.1f}" y="{y + BAR - 3}" font-size="9">{escape(label)}</text>')


def draw(result: dict, engines: list[str], longest: float = 4.0) -> str:
    """SVG with a group of bars by model; bars longer than `longest` times Ingot's are cut."""
    groups: dict[str, dict[str, float]] = {}
    for row in result["rows"]:
        if "median_us" in row:
            groups.setdefault(row["model"], {})[row["engine"]] = row["median_us"]
    parts, y = [], 30
    for model, times in groups.items():
        parts.append(f'<text x="{LEFT - 8}" y="{y + BAR}" text-anchor="end" font-size="11">{escape(model)}</text>')
        for engine in (name for name in engines if name in times):
            ratio = times[engine] / times["ingot"]
            parts.append(bar(y, engine, ratio, longest, f"{times[engine] / 1e3:.3g} ms"))
            y += BAR
        y += BAR
    legend = "".join(f'<tspan fill="{COLOURS[name]}" dx="10">{escape(name)}</tspan>' for name in engines)
    title = f'{result["cpu"]}, {result["threads"]} thread(s): time of one call relative to Ingot'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 90}" height="{y + 10}" '
            f'font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>'
            f'<text x="8" y="14" font-size="11">{escape(title)}</text>'
            f'<text x="{LEFT - 10}" y="26" font-size="11">{legend}</text>{"".join(parts)}</svg>\n')
