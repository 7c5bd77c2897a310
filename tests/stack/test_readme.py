"""Every command that README and CONTRIBUTING name is one, README's run, and the registry entry shown is valid."""

import re
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers import divisions, platforms, registry
from scrapers.cli import parser
from scrapers.corpus import open_corpus
from scrapers.harvest import Selection
from stack.airflow import ROOT
from tests.stack.conftest import Site
from tests.stack.test_cli import command

pytestmark = pytest.mark.stack
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
SPANS = [span for page in PAGES.values() for span in re.findall(r"`([^`\n]+)`", page)]
BLOCKS = [
    line
    for page in PAGES.values()
    for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    for line in block.splitlines()
]
PYTHON = re.compile(r"(?:\. \.demo/environment && )?\.venv/bin/python -m scrapers (.+)")


def test_every_make_verb_is_in_the_makefile() -> None:
    verbs = {verb for text in [*SPANS, *BLOCKS] for verb in re.findall(r"\bmake ([a-z]+)", text)}
    declared = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "check"} <= verbs <= declared


def test_every_link_leads_somewhere() -> None:
    for name, page in PAGES.items():
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page):
            assert (ROOT / target).exists(), f"{name} links to {target}"


def test_the_three_lines_are_those_of_the_quick_starts() -> None:
    (lines,) = (
        block for block in re.findall(r"```sh\n(.*?)```", PAGES["README.md"], re.DOTALL) if "git clone" in block
    )
    assert len(lines.splitlines()) == 3
    for name in ("quickstart.md", "quickstart.zh-CN.md"):
        assert lines in (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_command_in_a_block_is_one_of_ours() -> None:
    asked = [found[1] for line in BLOCKS if (found := PYTHON.fullmatch(line))]
    assert len(asked) >= 2
    for words in asked:
        assert parser().parse_args(shlex.split(words)).verb


def test_the_entry_shown_is_valid(tmp_path: Path) -> None:
    (entry,) = re.findall(r"```toml\n(.*?)```", PAGES["CONTRIBUTING.md"], re.DOTALL)
    path = tmp_path / "43-hunan.toml"
    path.write_text('province = "430000"\n' + entry, encoding="utf-8")
    (source,) = registry.load(path, platforms.PLATFORMS, divisions.codes()).sources
    assert source.id == "hunan-heshan-education"


def test_the_readme_s_commands_run(archive, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    site: Site = archive()
    site.harvest("readme", Selection(sources=("demo-trs-heshan",)))
    report = open_corpus(site.settings).reports().collect()["report_id"][0]
    asked = [found[1] for text in SPANS if (found := PYTHON.fullmatch(text))]
    assert len(asked) >= 4
    for words in asked:
        named = words.replace("REPORT", report).replace("MOMENT", datetime.now(UTC).isoformat())
        argv, environment = command(site, *shlex.split(named))
        environment["PYTHONPATH"] = str(ROOT)
        done = subprocess.run(
            argv, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, (words, done.stdout[-500:], done.stderr[-500:])
