"""Reports whose relations are known, because each was made from another by a known edit.

A number and a seed in; sightings, texts and labelled pairs out. Every report is two of the village's put together,
some 2,900 characters; the same seed makes the same set. It knows what it did to a text and never measures how alike
two are.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from scrapers.catalog.columns import SIGHTINGS
from scrapers.fingerprint import fingerprint
from scrapers.model import Fingerprint
from scrapers.text import clean, simplified
from tests.village import grammar
from tests.village.mirror import glossed, traditional
from tests.village.trades import TRADES

START = datetime(2025, 2, 1, tzinfo=UTC)
PLACES = (
    ("益阳市赫山区", "430903"), ("龙泉市", "331181"), ("清水县", "620521"), ("佛山市顺德区", "440606"),
    ("唐山市丰润区", "130208"), ("重庆市永川区", "500118"), ("遂川县", "360827"), ("青岛市即墨区", "370215"),
)  # fmt: skip
_SENTENCE = re.compile(r"[^。；]*[。；]|[^。；]+$")
Pair = tuple[frozenset[str], str]
"""The content hashes of two texts (of one, when they are the same), and the kind of their relation."""


@dataclass(frozen=True, slots=True)
class Made:
    """One report as it would be harvested."""

    number: int
    text: str
    place: str
    division: str
    office: str
    year: int
    url: str
    named: bool = True
    """Whether the page says whose report it is."""
    dated: bool = True
    """Whether the title says the year."""
    official: bool = True
    minute: int = 0

    @property
    def sighting(self) -> dict[str, Any]:
        """The row of `sightings`, as far as relations look at it."""
        identity = _named(self.text)
        return {
            **dict.fromkeys(column.name for column in SIGHTINGS.columns),
            "url": self.url,
            "generation": identity.generation,
            "content_hash": identity.content_hash,
            "host": self.url.split("/")[2],
            "tier": "official" if self.official else "repost",
            "title": f"{self.year}年法治政府建设年度报告",
            "agency": f"{self.place}{self.office}" if self.named else None,
            "division": self.division if self.named else None,
            "report_year": self.year if self.dated else None,
            "published_on": date(self.year + 1, 2, 1) if self.dated else None,
            "flags": "converted" if simplified(self.text) != self.text else None,
            "payload_digest": hashlib.sha256(self.url.encode()).hexdigest(),
            "first_seen": START + timedelta(minutes=self.minute),
            "run": "made",
        }


@lru_cache(maxsize=4)
def _named(text: str) -> Fingerprint:
    return fingerprint(text)


Edit = Callable[[Random, Made], Made]


def lookalikes(count: int, seed: int = 5) -> Iterator[tuple[Made, Pair | None]]:
    """Yield `count` reports, each with the pair that it makes with the one before it, if it was made from that."""
    rng = Random(f"lookalikes:{seed}")
    for number in range(0, count, 2):
        first = _report(rng, number, f"{seed}:{number}")
        yield first, None
        if number + 1 < count:
            kind, edits = EDITS[number // 2 % len(EDITS)]
            second = replace(first, number=number + 1, url=f"http://n{number + 1}.gov.cn/1.html", minute=60)
            for edit in edits:
                second = edit(rng, second)
            names = frozenset((_named(first.text).content_hash, _named(second.text).content_hash))
            yield second, (names, kind) if kind else None


def _report(rng: Random, number: int, seed: str) -> Made:
    (place, division), trade, year = rng.choice(PLACES), rng.choice(sorted(TRADES)), rng.randint(2016, 2024)
    office = f"{TRADES[trade].office}第{number}分局"
    body = f"{place}{office}{year}年工作如下。" + "".join(_blocks(f"{seed}:{half}", trade, year) for half in "ab")
    return Made(number, body, place, division, office, year, f"http://n{number}.gov.cn/1.html")


def _blocks(seed: str, trade: str, year: int) -> str:
    blocks = grammar.report(seed, trade, year)
    return "\n".join(block.text or " ".join(map(" ".join, block.rows)) for block in blocks) + "\n"


def _cut(rng: Random, made: Made) -> Made:
    sentences = _SENTENCE.findall(made.text)
    for _ in range(max(1, int(len(sentences) * rng.uniform(0.03, 0.15)))):
        del sentences[rng.randrange(len(sentences))]
    return replace(made, text="".join(sentences))


def _insert(rng: Random, made: Made) -> Made:
    sentences = _SENTENCE.findall(made.text)
    others = _SENTENCE.findall(_blocks(f"insert:{made.number}", "town", made.year))
    for sentence in others[: max(1, int(len(sentences) * rng.uniform(0.03, 0.12)))]:
        sentences.insert(rng.randrange(len(sentences)), sentence)
    return replace(made, text="".join(sentences))


def _typos(rng: Random, made: Made) -> Made:
    return replace(made, text="".join(char for char in made.text if rng.random() > 0.012))


def _rewrite(rng: Random, made: Made) -> Made:
    """Keep two sentences in five, as a body does that starts from its last report and writes anew."""
    kept = [sentence for sentence in _SENTENCE.findall(made.text) if rng.random() < 0.4]
    fresh = _SENTENCE.findall(_blocks(f"rewrite:{made.number}", "water", made.year))
    return replace(made, text="".join(kept + fresh))


def _next_year(_rng: Random, made: Made) -> Made:
    text = re.sub(r"20\d\d(?=年)", lambda found: str(int(found[0]) + 1), made.text)
    return replace(made, text=text, year=made.year + 1, minute=90)


def _other_body(rng: Random, made: Made) -> Made:
    place, division = rng.choice([one for one in PLACES if one[0] != made.place])
    return replace(made, text=made.text.replace(made.place, place), place=place, division=division)


def _converted(_rng: Random, made: Made) -> Made:
    text = clean(glossed(traditional(made.text), str(made.number)))
    return replace(made, text=text, official=False, named=False, url=made.url.replace(".gov.cn", ".example.com"))


def _same_address(_rng: Random, made: Made) -> Made:
    return replace(made, url=f"http://n{made.number - 1}.gov.cn/1.html")


def _undated(_rng: Random, made: Made) -> Made:
    return replace(made, dated=False)


def _reposted(_rng: Random, made: Made) -> Made:
    return replace(made, named=False, official=False)


EDITS: tuple[tuple[str, tuple[Edit, ...]], ...] = (
    ("republication", (_cut,)),
    ("republication", (_insert,)),
    ("republication", (_typos, _reposted)),
    ("republication", (_cut, _insert, _reposted)),
    ("republication", (_insert, _undated)),
    ("year_on_year_copy", (_next_year,)),
    ("year_on_year_copy", (_next_year, _cut)),
    ("template", (_next_year, _undated)),
    ("template", (_other_body,)),
    ("template", (_other_body, _insert)),
    ("template", (_other_body, _next_year)),
    ("converted_mirror", (_converted,)),
    ("converted_mirror", (_cut, _converted)),
    ("revision", (_cut, _same_address)),
    ("revision", (_insert, _same_address)),
    ("", (_rewrite,)),
    ("", (_rewrite, _next_year)),
)
"""The kind that each chain of edits ends in; none where too little is left in common. Of a copy that does not tell its
year nobody says that it copies last year's: it is a template."""
