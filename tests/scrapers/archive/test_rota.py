"""Every object's turn comes in time, whatever day the watching begins and whichever days it misses."""

from datetime import UTC, date, datetime, timedelta

from scrapers.archive.keys import clean_key, raw_key
from scrapers.archive.objects import Listed
from scrapers.archive.rota import SLICES, rota
from scrapers.fingerprint import digest

OLD = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = date(2026, 3, 1)
KEYS = [
    key for n in range(3000) for key in (raw_key(digest(str(n).encode())), clean_key("g1", digest(str(n).encode())))
]


def due_on(day, keys=KEYS, modified=OLD):
    return {key for key in keys if rota(day)(Listed(key, 1, modified))}


def test_everything_is_due_within_thirty_days_and_three_times_within_ninety():
    days = [due_on(TODAY + timedelta(days=n), KEYS[:400]) for n in range(90)]
    times = {key: sum(key in due for due in days) for key in KEYS[:400]}
    assert set(times.values()) == {90 // SLICES}


def test_a_day_reads_about_a_thirtieth():
    shares = [len(due_on(TODAY + timedelta(days=n))) / len(KEYS) for n in range(SLICES)]
    assert min(shares) > 0.02
    assert max(shares) < 0.05


def test_what_is_new_is_read_the_next_day_whatever_its_slice():
    written = datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert due_on(TODAY, modified=written) == set(KEYS)
    assert due_on(TODAY + timedelta(days=2), modified=written) != set(KEYS)
