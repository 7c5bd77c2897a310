"""The operator's page of the documentation: every picture it shows is there, small, and none is left over."""

import json
import re

from stack.airflow import ROOT

PAGE = ROOT / "docs" / "operator-ui.md"
PICTURES = ROOT / "docs" / "images" / "ui"
LARGEST = 120_000


def test_every_picture_is_there_in_both_themes() -> None:
    shown = re.findall(r"\(images/ui/(\S+)\.png\)", PAGE.read_text(encoding="utf-8"))
    kept = {path.stem: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert sorted(shown) == sorted(kept)
    assert {name.rpartition("-")[0] for name in shown if name.endswith("-dark")} == {
        name.rpartition("-")[0] for name in shown if name.endswith("-light")
    }
    made_of = json.loads((PICTURES / "shown.json").read_text(encoding="utf-8"))
    assert {name for name, parts in made_of.items() if parts} == {name.rpartition("-")[0] for name in kept}
    assert {name for name, size in kept.items() if size > LARGEST} == set()
