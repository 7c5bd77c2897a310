"""The commit protocol as a machine small enough to explore whole.

Workers archive one text each, from one address or from several, side by side. Every step is one request to a
create-only store; before and after any step a worker may die and start again, and any answer may be lost, so
that the same request is made twice. `explore` walks every interleaving and names each promise that breaks.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from scrapers.archive import ORDER

LOST = "success without a line in the ledger"
DANGLING = "a line names an object that is not whole"
CHANGED = "an acknowledged object was changed"
TWO_FIRSTS = "two addresses claim to have been first"
AHEAD = "the catalog is ahead of the ledger"
DENIED = "committed, and yet every attempt says it failed"


@dataclass(frozen=True)
class Protocol:
    """Our protocol, or a mutant of it."""

    order: tuple[str, ...] = ORDER
    on_exists: str = "read back"
    """Or "fail", or "believe": what a worker makes of an answer that says the key exists."""
    conditional: bool = True
    """Whether the server honours If-None-Match."""
    torn: bool = False
    """Whether a dying put can leave half an object behind."""
    collector: bool = False
    """Whether somebody deletes objects that no line names yet."""
    fresh_bytes: bool = True
    """Whether the site changes its bytes at every fetch."""
    addresses: tuple[str, ...] = ("A", "A")
    """The address each worker works on; equal ones are overlapping attempts at one task."""
    tries: int = 2


class Worker(NamedTuple):
    status: str  # run, ok, failed, dead
    step: int
    attempt: int
    segment: int


class Line(NamedTuple):
    address: str
    raw: str
    first: bool


class State(NamedTuple):
    store: frozenset  # of (key, value)
    catalog: frozenset  # of Line
    workers: tuple[Worker, ...]
    collected: bool


def explore(protocol: Protocol) -> tuple[int, set[str]]:
    """Return how many states there are, and every promise that one of them breaks."""
    start = State(frozenset(), frozenset(), tuple(Worker("run", 0, 0, 0) for _ in protocol.addresses), False)
    seen, queue, broken = {start}, deque([start]), set()
    while queue:
        state = queue.popleft()
        broken.update(_broken(protocol, state))
        for following, wrong in _following(protocol, state):
            broken.update(wrong)
            if following not in seen:
                seen.add(following)
                queue.append(following)
    return len(seen), broken


def lines(store: frozenset) -> set[Line]:
    """Return the lines of every segment."""
    return {value[0] for key, value in store if key[0] == "segment"}


def _broken(protocol: Protocol, state: State) -> Iterator[str]:
    held = dict(state.store)
    told = lines(state.store)
    if any(held.get(("raw", line.raw)) != "whole" or held.get(("clean",), ("torn",))[0] != "whole" for line in told):
        yield DANGLING
    if len({line.address for line in told if line.first}) > 1:
        yield TWO_FIRSTS
    if state.catalog - told:
        yield AHEAD
    over = all(worker.status != "run" for worker in state.workers)
    well = {address for worker, address in zip(state.workers, protocol.addresses, strict=True) if worker.status == "ok"}
    if over and well - {line.address for line in told}:
        yield LOST
    if told and all(worker.status == "failed" for worker in state.workers):
        yield DENIED


def _following(protocol: Protocol, state: State) -> Iterator[tuple[State, set[str]]]:
    for n, worker in enumerate(state.workers):
        if worker.status != "run":
            continue
        for store, catalog, after, wrong in _steps(protocol, state, n, worker):
            workers = (*state.workers[:n], after, *state.workers[n + 1 :])
            yield State(store, catalog, workers, state.collected), wrong
    if protocol.collector and not state.collected:
        named = {("raw", line.raw) for line in lines(state.store)}
        named |= {("clean",)} if named else set()
        kept = frozenset(one for one in state.store if one[0][0] == "segment" or one[0] in named)
        yield state._replace(store=kept, collected=True), set()


def _steps(protocol: Protocol, state: State, n: int, worker: Worker) -> Iterator[tuple]:
    """Yield every way the worker's next moment can go: (store, catalog, worker, promises broken on the way)."""
    store, catalog, address = state.store, state.catalog, protocol.addresses[n]
    again = _again(protocol, state, worker, address)
    yield store, catalog, again, set()  # dies before the step
    if worker.step == len(protocol.order):
        yield store, catalog, worker._replace(status="ok"), set()
        return
    effect = protocol.order[worker.step]
    done = worker._replace(step=worker.step + 1, segment=0)
    line = _line(protocol, store, n, worker, address)
    if effect == "catalog":
        # One idempotent commit of what the ledger holds; a mutant that has no segment yet can only tell its own line.
        own = {line} if protocol.order.index("catalog") < protocol.order.index("segment") else set()
        yield store, catalog | lines(store) | own, done, set()
        return
    key, value = _object(effect, line, worker, n, address)
    for stored, answer, wrong in _put(protocol, store, key, value):
        if answer == "created":
            yield stored, catalog, done, wrong
        elif answer == "died":
            yield stored, catalog, again, wrong
        else:
            yield from ((s, catalog, w, wrong) for s, w in _exists(protocol, stored, key, value, worker, done))


def _exists(protocol: Protocol, store: frozenset, key: tuple, value: object, worker: Worker, done: Worker) -> Iterator:
    """Yield what a worker makes of the answer that a key exists."""
    held = dict(store)[key]
    if protocol.on_exists == "fail":
        last = worker.attempt + 1 >= protocol.tries
        yield store, Worker("failed", 0, worker.attempt, 0) if last else Worker("run", 0, worker.attempt + 1, 0)
    elif protocol.on_exists == "believe":
        yield store, done
    elif key[0] == "segment" and held[0] != value[0]:
        yield store, worker._replace(segment=worker.segment + 1)  # somebody else's lines: take the next number
    elif "torn" in (held, held[0]):
        yield (store - {(key, held)}) | {(key, value)}, done  # does not hash to its name: mend it
    else:
        yield store, done


def _put(protocol: Protocol, store: frozenset, key: tuple, value: object) -> Iterator[tuple]:
    """Yield the ways a create can go: (store, answer, promises broken)."""
    held = dict(store).get(key)
    if held is not None and protocol.conditional:
        yield store, "exists", set()
        return
    stored = (store - {(key, held)}) | {(key, value)}
    wrong = {CHANGED} if held not in (None, value) else set()
    yield stored, "created", wrong
    # The answer is lost and the same request is made again: it now exists, unless the server does not care.
    yield stored, "exists" if protocol.conditional else "created", wrong
    if protocol.torn and key[0] != "segment":
        yield store | {(key, "torn" if key[0] == "raw" else ("torn", ""))}, "died", wrong


def _object(effect: str, line: Line, worker: Worker, n: int, address: str) -> tuple[tuple, object]:
    if effect == "raw":
        return ("raw", line.raw), "whole"
    if effect == "clean":
        return ("clean",), ("whole", address)
    # Attempts that share a name, as a redelivered task does, share their segments' numbers too.
    return ("segment", worker.attempt, worker.segment), (line, (n, worker.attempt))


def _line(protocol: Protocol, store: frozenset, n: int, worker: Worker, address: str) -> Line:
    raw = f"{n}.{worker.attempt}" if protocol.fresh_bytes else "same"
    owner = dict(store).get(("clean",), ("", address))[1]
    return Line(address, raw, protocol.on_exists == "believe" or owner == address)


def _again(protocol: Protocol, state: State, worker: Worker, address: str) -> Worker:
    """Return the worker started again: it skips what the ledger or the catalog already hold of its address."""
    attempt = worker.attempt + 1
    if attempt >= protocol.tries:
        return Worker("dead", 0, worker.attempt, 0)
    if address in {line.address for line in state.catalog}:
        return Worker("ok", 0, attempt, 0)
    told = address in {line.address for line in lines(state.store)}
    return Worker("run", protocol.order.index("catalog") if told else 0, attempt, 0)
