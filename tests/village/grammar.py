"""Writes report texts: seed in, blocks out; the same seed writes the same text on every machine.

It draws sentences from `phrases` and nouns from `trades`. It refuses to know markup, sites and addresses.
"""

from collections.abc import Iterator, Mapping
from random import Random

from tests.village.model import Block
from tests.village.phrases import (
    CAUSES,
    CLOSINGS_OF_OPENING,
    DUTY,
    EFFECTS,
    MANNERS,
    OPENINGS,
    PARTNERS,
    PLANS,
    PROBLEMS,
    SECTIONS,
    TABLE_HEADS,
    TOPICS,
    TOWNS,
)
from tests.village.trades import TRADES, Trade

_DIGITS = "一二三四五六七八九十"


class _Filler(Mapping[str, str]):
    """Answers each slot with a fresh draw, so that one sentence seldom comes out twice."""

    def __init__(self, rng: Random, trade: Trade, year: int) -> None:
        self._rng = rng
        self._fixed = {"we": trade.we, "head": trade.head, "year": str(year), "prev": str(year - 1)}
        self._fixed["next"] = str(year + 1)
        self._lists = {
            "obj": trade.objects,
            "law": trade.laws,
            "matter": trade.matters,
            "drive": trade.drives,
            "venue": trade.venues,
            "risk": trade.risks,
            "paper": tuple(f"《{paper}》" for paper in trade.papers),
            "town": TOWNS,
            "partner": PARTNERS,
            "effect": EFFECTS,
            "manner": MANNERS,
        }

    def __getitem__(self, slot: str) -> str:
        if slot in self._fixed:
            return self._fixed[slot]
        if slot in self._lists:
            return self._rng.choice(self._lists[slot]).format_map(self)
        low, high = {"n": (2, 19), "m": (21, 480), "k": (520, 9800), "mon": (2, 11)}.get(slot, (0, 0))
        if high:
            return str(self._rng.randint(low, high))
        if slot == "p":
            return f"{self._rng.randint(610, 999) / 10}%"
        if slot == "f":
            return f"{self._rng.randint(11, 989) / 10}"
        raise KeyError(slot)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._fixed, **self._lists})

    def __len__(self) -> int:
        return len(self._fixed) + len(self._lists)


def _say(rng: Random, filler: _Filler, patterns: tuple[str, ...], count: int) -> list[str]:
    return [pattern.format_map(filler) for pattern in rng.sample(patterns, min(count, len(patterns)))]


def _measures(rng: Random, filler: _Filler, topics: list[str], table: bool) -> Iterator[Block]:
    numbered = rng.random() < 0.35
    for index, topic in enumerate(topics):
        headings, patterns = TOPICS[topic]
        yield Block(f"（{_DIGITS[index]}）{rng.choice(headings)}", level=2)
        sentences = _say(rng, filler, patterns, rng.randint(3, 4))
        if numbered:
            yield from (Block(f"{number}.{sentence}") for number, sentence in enumerate(sentences, 1))
        elif rng.random() < 0.4:
            yield Block("".join(f"{_DIGITS[n]}是{sentence}" for n, sentence in enumerate(sentences)))
        else:
            yield Block("".join(sentences[:2]))
            yield Block("".join(sentences[2:]))
        if table and index == 1:
            head = rng.choice(TABLE_HEADS)
            rows = tuple((filler[rng.choice(("matter", "drive"))], filler["m"], filler["p"]) for _ in range(4))
            yield Block(rows=(head, *rows))


def report(seed: str, trade: str, year: int, *, table: bool = False) -> tuple[Block, ...]:
    """Write one annual report: opening, measures, duty, shortcomings, plans; at least 800 characters."""
    rng = Random(f"report:{seed}:{year}")
    filler = _Filler(rng, TRADES[trade], year)
    titles = rng.choice(SECTIONS)
    topics = rng.sample(sorted(TOPICS), rng.randint(4, 6))
    opening = _say(rng, filler, OPENINGS, 1)[0]
    blocks = [Block(opening + rng.choice(CLOSINGS_OF_OPENING)), Block(f"一、{titles[0]}", level=1)]
    blocks += _measures(rng, filler, topics, table)
    rest = [
        (titles[1], _say(rng, filler, DUTY, rng.randint(2, 3))),
        (titles[2], [*_say(rng, filler, PROBLEMS, rng.randint(2, 3)), *_say(rng, filler, CAUSES, 1)]),
    ]
    if rng.random() < 0.3:
        rest.reverse()
    rest.append((titles[3], _say(rng, filler, PLANS, rng.randint(3, 4))))
    for number, (title, sentences) in enumerate(rest, 1):
        blocks.append(Block(f"{_DIGITS[number]}、{title}", level=1))
        if number == len(rest):
            blocks += (Block(f"{_DIGITS[n]}是{sentence}") for n, sentence in enumerate(sentences))
        else:
            blocks.append(Block("".join(sentences)))
    return tuple(blocks)


def notice(seed: str, trade: str, year: int) -> tuple[Block, ...]:
    """Write the few paragraphs of a page that is no report: a scheme, an interpretation, a piece of news."""
    rng = Random(f"notice:{seed}:{year}")
    filler = _Filler(rng, TRADES[trade], year)
    topics = rng.sample(sorted(TOPICS), 3)
    return tuple(Block("".join(_say(rng, filler, TOPICS[topic][1], 2))) for topic in topics)
