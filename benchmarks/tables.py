"""The benchmark's results as text for people: the dictionary that `--json` prints in, tables out."""

from typing import Any


def show(result: dict[str, Any]) -> str:
    """Return the tables."""
    machine = result["machine"]
    named = {name: one for name, one in result["contenders"].items() if one}
    pages = next(iter(named.values()))
    same = "all fetched the same" if result["same_pages"] else "DIFFERENT PAGES: nothing below can be compared"
    lines = [
        f"{machine['cores']} cores, Python {machine['python']}; {pages['pages']} report pages a round; {same}",
        "",
        f"{'':12}{'CPU ms/page':>22}{'pages/s':>18}{'memory MB':>12}{'of it parent':>14}{'lists':>7}{'texts':>7}",
        f"{'':12}{'best':>11}{'median':>11}{'best':>9}{'median':>9}{'peak':>12}",
    ]
    lines += [_row(name, one) for name, one in named.items()]
    lines += [
        line for name, one in named.items() if name != "ours" and "ours" in named for line in _ratios(named, name)
    ]
    if result["stages_ms_per_page"]:
        lines += ["", *_stages(result["stages_ms_per_page"])]
    return "\n".join(lines)


def _row(name: str, one: dict[str, Any]) -> str:
    return (
        f"{name:12}{one['cpu_ms_best']:11.2f}{one['cpu_ms_median']:11.2f}{one['pages_a_second_best']:9.1f}"
        f"{one['pages_a_second_median']:9.1f}{one['memory_mb']:12.0f}{one['parent_mb']:14.0f}"
        f"{one['lists']:7}{one['texts']:7}"
    )


def _ratios(named: dict[str, Any], other: str) -> list[str]:
    ours, theirs = named["ours"], named[other]
    lines = ["", f"ours / {other}:"]
    for name, label in (("cpu_ms_best", "CPU, best"), ("cpu_ms_median", "CPU, median"), ("memory_mb", "memory")):
        ratio = ours[name] / theirs[name]
        lines.append(f"  {label:12}{ratio:6.3f}  (1/{1 / ratio:.2f})")
    return lines


def _stages(stages: dict[str, float]) -> list[str]:
    whole = sum(stages.values())
    rows = [f"  {name:22}{ms:7.2f} ms {100 * ms / whole:5.1f} %" for name, ms in stages.items()]
    return ["ours by stage, a page, in a round with clocks:", *rows, f"  {'sum':22}{whole:7.2f} ms"]
