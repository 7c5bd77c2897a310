import json

import polars as pl

from scrapers.catalog.quality import FACTS, quality, quality_json

KNOWN = dict.fromkeys(FACTS, "x") | {"flags": "too_short replaced_characters:3 replaced_characters:4"}
UNKNOWN = dict.fromkeys(FACTS) | {"flags": None}


def test_every_fact_and_flag_is_counted():
    found = quality(pl.DataFrame([KNOWN, UNKNOWN, KNOWN | {"county": None}]))
    assert found.rows == 3
    assert found.filled == {name: 1 if name == "county" else 2 for name in FACTS}
    assert found.flags == {"replaced_characters": 2, "too_short": 2}


def test_no_rows_are_no_error():
    assert json.loads(quality_json([])) == {"rows": 0, "filled": dict.fromkeys(FACTS, 0), "flags": {}}


def test_rows_without_any_flag_or_fact_are_counted():
    assert json.loads(quality_json([UNKNOWN])) == {"rows": 1, "filled": dict.fromkeys(FACTS, 0), "flags": {}}
