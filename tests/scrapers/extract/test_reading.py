"""What holds of a reading whatever the format: a body in traditional characters is marked as such."""

from scrapers.extract import read
from tests.scrapers.extract.test_pool import GOOD, HINT
from tests.village.mirror import glossed, traditional


def test_a_converted_body_is_marked() -> None:
    plain, mirrored = read(GOOD, HINT), read(glossed(traditional(GOOD.decode()), "mill").encode(), HINT)
    assert plain.report
    assert mirrored.report
    assert "converted" not in plain.report.flags
    assert mirrored.report.flags == (*plain.report.flags, "converted")
    assert mirrored.fingerprint == plain.fingerprint
