"""Turns a report into what a template mill sells: traditional characters with tone-marked pinyin glosses.

A document in, a document with its own text out. The printed page carries the glosses, the expected text does not.
"""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from tests.village.model import Block, Document

GLOSSES = {
    "結": "jié", "進": "jìn", "設": "shè", "級": "jí", "務": "wù", "辦": "bàn", "機": "jī", "關": "guān", "領": "lǐng",
    "導": "dǎo", "應": "yīng", "強": "qiáng", "實": "shí", "統": "tǒng", "執": "zhí", "規": "guī",
    "監": "jiān", "責": "zé", "會": "huì", "對": "duì", "經": "jīng", "報": "bào", "決": "jué", "學": "xué",
}  # fmt: skip
SHARE = 0.6
"""How often a character that can carry a gloss does."""


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    """Return the text in traditional characters."""
    return str(_converter().convert(text))


def glossed(text: str, seed: str, share: float = SHARE) -> str:
    """Return the text with pinyin in brackets after a share of its characters, the same ones for one seed."""
    rng = Random(f"gloss:{seed}")
    return "".join(f"{char}({GLOSSES[char]})" if char in GLOSSES and rng.random() < share else char for char in text)


def converted(original: Document, number: int) -> Document:
    """Return the mill's copy: converted characters, another day, no sign-off date kept from the original."""
    blocks = tuple(
        Block(traditional(block.text), block.level, tuple(tuple(map(traditional, row)) for row in block.rows))
        for block in original.blocks
    )
    return replace(
        original,
        number=number,
        title=glossed(traditional(original.title), "title", 1.0),
        agency=traditional(original.agency),
        blocks=blocks,
        published=original.published + timedelta(days=190),
        signed=None,
        dress="plain",
        heads_body=False,
        feature="mirror",
        text_id=f"mirror-{original.text_id}",
        copy_of=original.text_id,
    )
