"""Our commit order survives everything the model can do to it, and every mutant of it is caught."""

import pytest

from scrapers.archive import ORDER
from tests.scrapers.archive.protocol import (
    AHEAD,
    CHANGED,
    DANGLING,
    DENIED,
    LOST,
    TWO_FIRSTS,
    Protocol,
    explore,
)

SOUND = {
    "two attempts at one address": (Protocol(), 500),
    "two addresses with one text": (Protocol(addresses=("A", "B")), 500),
    "two attempts and another address": (Protocol(addresses=("A", "A", "B")), 10_000),
    "the site always serves the same bytes": (Protocol(fresh_bytes=False), 150),
    "puts that tear": (Protocol(torn=True), 1_000),
}
MUTANTS = {
    "segment before raw": (Protocol(order=("segment", "raw", "clean", "catalog")), DANGLING),
    "segment before clean": (Protocol(order=("raw", "segment", "clean", "catalog")), DANGLING),
    "catalog before segment": (Protocol(order=("raw", "clean", "catalog", "segment")), AHEAD),
    "catalog first: the cursor that skips what is not committed": (
        Protocol(order=("catalog", "raw", "clean", "segment")),
        LOST,
    ),
    "a 412 is a failure": (Protocol(on_exists="fail"), DENIED),
    "a 412 is believed unseen: two firsts": (Protocol(on_exists="believe", addresses=("A", "B")), TWO_FIRSTS),
    "a 412 is believed unseen: a twin's segment taken for ours": (
        Protocol(on_exists="believe", addresses=("A", "B")),
        LOST,
    ),
    "a 412 is believed unseen on a store that tears": (Protocol(on_exists="believe", torn=True), DANGLING),
    "the server ignores the condition": (Protocol(conditional=False), CHANGED),
    "orphans are collected at once": (Protocol(collector=True), DANGLING),
    "orphans are collected at once, bytes always the same": (Protocol(collector=True, fresh_bytes=False), DANGLING),
}


@pytest.mark.parametrize("name", SOUND)
def test_the_protocol_keeps_every_promise_in_every_interleaving(name):
    protocol, least = SOUND[name]
    states, broken = explore(protocol)
    assert broken == set()
    assert states > least


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name):
    protocol, promise = MUTANTS[name]
    assert promise in explore(protocol)[1]


def test_the_model_explores_the_order_the_code_declares():
    assert Protocol().order is ORDER
    assert ORDER == ("raw", "clean", "segment", "catalog")
