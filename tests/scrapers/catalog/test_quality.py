import json

from scrapers.catalog.quality import FACTS, quality, quality_json

KNOWN = dict.fromkeys(FACTS, "x") | {"flags": "too_short replaced_characters:3"}
UNKNOWN = dict.fromkeys(FACTS) | {"flags": None}


def test_every_fact_and_flag_is_counted():
    found = quality([KNOWN, UNKNOWN, KNOWN | {"county": None}])
    assert found.rows == 3
    assert found.filled == {name: 1 if name == "county" else 2 for name in FACTS}
    assert found.flags == {"replaced_characters": 2, "too_short": 2}


def test_no_rows_are_no_error():
    assert json.loads(quality_json([])) == {"rows": 0, "filled": dict.fromkeys(FACTS, 0), "flags": {}}
