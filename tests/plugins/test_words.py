"""Our words: every sentence of the templates has its Chinese, every cause its line of what to do."""

import re

import pytest

from plugins.archive_ui.pages import HERE
from plugins.archive_ui.runbook import RUNBOOK
from plugins.archive_ui.words import ZH
from stack.airflow import ROOT
from tests.dags.operation import causes

TEMPLATES = sorted((HERE / "templates").glob("*.html"))
SAID = {text for path in TEMPLATES for text in re.findall(r"""\bt\((?:"([^"]+)"|'[^']+')""", path.read_text()) if text}
SAID |= {text for path in TEMPLATES for text in re.findall(r"\bt\('([^']+)'", path.read_text())}


def test_every_sentence_is_translated_and_none_is_left_over() -> None:
    facts = {"title", "agency", "division", "report_year", "published_on", "signed_on"}
    assert SAID - set(ZH) == set()
    assert set(ZH) - SAID - facts == set()


@pytest.mark.parametrize("english", sorted(ZH))
def test_a_translation_keeps_what_is_filled_in(english: str) -> None:
    assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", ZH[english]))


def test_every_cause_has_its_line() -> None:
    assert set(RUNBOOK) == causes()
    assert all(len(lines) == 2 for lines in RUNBOOK.values())


def test_every_cause_is_in_the_runbook() -> None:
    written = set(re.findall(r"^#### (\w+)$", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(RUNBOOK) <= written
