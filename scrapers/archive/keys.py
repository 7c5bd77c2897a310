"""The only speller of keys: digests and names in, object keys out.

Keys are made of hashes, run names and host names, never of page text. The alphabet is `[a-z0-9/._-]`, no `//`,
no dot segment, at most 200 bytes, so that every S3 server and every file system keeps them as they are
(SeaweedFS collapses `//`). Nothing here touches the store.
"""

import hashlib
import re
from dataclasses import dataclass

SUMS = "SHA256SUMS"
"""The file that makes a release one. It alone is spelt in capitals: every tool looks for it so."""
LONGEST = 200
"""Bytes of the longest key we may spell."""

PROBE_PREFIX = "probe/"
QUARANTINE_PREFIX = "quarantine/"
RAW_PREFIX = "raw/"
CLEAN_PREFIX = "clean/"
LEDGER_PREFIX = "ledger/"
CATALOG_PREFIX = "catalog/"
RELEASE_PREFIX = "release/"
GENERATION_PREFIX = "generation/"
LEASE_PREFIX = "lease/"
TWIN_PREFIX = "twin/"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_SHORT = 60
"""Longest host or run part kept as it is; longer ones end in a hash."""

_RAW = re.compile(r"raw/sha256/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
_CLEAN = re.compile(r"clean/([a-z0-9]+)/sha256/([0-9a-f]{2})/([0-9a-f]{2})/(\2\3[0-9a-f]{60})\.txt")
_RELEASE = re.compile(r"release/([a-z0-9][a-z0-9.-]{0,39})/([a-z0-9][a-z0-9._-]*|SHA256SUMS)")
_SWITCH = re.compile(r"generation/(\d{5})\.json")
_PART = re.compile(r"ledger/([^/]+)/([^/]+)/([a-z0-9._-]+)-([a-z0-9]+)-(\d{5})\.(jsonl|closed)")


@dataclass(frozen=True, slots=True, order=True)
class Writer:
    """The one writer of a chain of segments: an attempt of a stage of a run on a host, as spelled in keys."""

    host: str
    run: str
    attempt: str
    stage: str


def raw_key(digest: str) -> str:
    """Return the key of raw bytes by the SHA-256 hex digest of the payload as served."""
    return f"{RAW_PREFIX}sha256/{_fan(digest)}"


def clean_key(generation: str, content_hash: str) -> str:
    """Return the key of a clean text by its generation and the SHA-256 hex of its canonical text."""
    return f"{CLEAN_PREFIX}{_name(generation)}/sha256/{_fan(content_hash)}.txt"


def segment_key(host: str, run: str, attempt: int | str, stage: str, n: int) -> str:
    """Return the key of the n-th ledger segment (from 0) of one attempt of a stage."""
    return f"{_chain(host, run, attempt, stage)}-{n:05d}.jsonl"


def closed_key(host: str, run: str, attempt: int | str, stage: str, n: int) -> str:
    """Return the key of the empty object that says: this attempt ended well after n segments."""
    return f"{_chain(host, run, attempt, stage)}-{n:05d}.closed"


def segments_prefix(host: str = "", run: str = "") -> str:
    """Return the narrowest prefix that holds the segments of a host, of a host's run, or of all."""
    if not host:
        return LEDGER_PREFIX
    inside = f"{LEDGER_PREFIX}{host_slug(host)}/"
    return f"{inside}{run_slug(run)}/" if run else inside


def lease_key(host: str) -> str:
    """Return the key of the one object that says who crawls a host until when."""
    return f"{LEASE_PREFIX}{host_slug(host)}"


def probe_prefix(token: str) -> str:
    """Return the prefix of one doctor's visit."""
    return f"{PROBE_PREFIX}{_name(token)}/"


def quarantine_key(digest: str) -> str:
    """Return where bytes are kept that were found under a name they do not hash to, by their own digest."""
    return f"{QUARANTINE_PREFIX}sha256/{_fan(digest)}"


def generation_key(n: int) -> str:
    """Return the key of the n-th switch of generations, from 1."""
    return f"{GENERATION_PREFIX}{n:05d}.json"


def twin_key(key: str) -> str:
    """Return where the second copy lies of an object that nothing else in the bucket would miss."""
    return f"{TWIN_PREFIX}{key}"


def release_key(name: str, file: str) -> str:
    """Return the key of a release's file."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,39}", name) or ".." in name:
        raise ValueError(f"{name!r} cannot name a release: use lowercase letters, digits, dots and dashes")
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*|SHA256SUMS", file):
        raise ValueError(f"{file!r} cannot name a file of a release")
    return f"{RELEASE_PREFIX}{name}/{file}"


def host_slug(host: str) -> str:
    """Return a host (`name` or `name:port`) as one key part, the same for no two hosts: none ends in `_` and digits."""
    return _slug(host, host.replace(":", "_"))


def run_slug(run: str) -> str:
    """Return a run's id as one key part; a plain lowercase id is its own slug, so slugs name runs too."""
    return _slug(run, run)


def raw_digest(key: str) -> str | None:
    """Return the payload digest a raw key names, or None when it is no raw key of ours."""
    found = _RAW.fullmatch(key)
    return found[3] if found else None


def clean_name(key: str) -> tuple[str, str] | None:
    """Return (generation, content hash) of a clean key, or None when it is no clean key of ours."""
    found = _CLEAN.fullmatch(key)
    return (found[1], found[4]) if found else None


def part_name(key: str) -> tuple[Writer, int, bool] | None:
    """Return (writer, n, whether it is the closing mark) of a ledger key, or None when it is not ours."""
    found = _PART.fullmatch(key)
    return (Writer(*found.group(1, 2, 3, 4)), int(found[5]), found[6] == "closed") if found else None


def release_name(key: str) -> tuple[str, str] | None:
    """Return (release, file) of a release's key, or None when it is none of ours."""
    found = _RELEASE.fullmatch(key)
    return (found[1], found[2]) if found else None


def switch_number(key: str) -> int | None:
    """Return the number of a switch of generations by its key, or None when it is none of ours."""
    found = _SWITCH.fullmatch(key)
    return int(found[1]) if found else None


def has_twin(key: str) -> bool:
    """Return whether an object is written twice, since no other object shows its loss.

    Closing marks are, switches, and the sums that make a release one.
    """
    part, file = part_name(key), release_name(key)
    return switch_number(key) is not None or (part is not None and part[2]) or (file is not None and file[1] == SUMS)


def _chain(host: str, run: str, attempt: int | str, stage: str) -> str:
    if not host:
        raise ValueError("a segment needs a host")
    tried = f"{attempt:03d}" if isinstance(attempt, int) else _slug(attempt, attempt)
    if not re.fullmatch(r"[a-z0-9]+", stage):
        raise ValueError(f"{stage!r} cannot name a stage: use lowercase letters and digits")
    return f"{segments_prefix(host, run)}{tried}-{stage}"


def _fan(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is not a SHA-256 hex digest")
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]{1,40}", text):
        raise ValueError(f"{text!r} cannot be part of a key: use lowercase letters and digits")
    return text


def _slug(full: str, plain: str) -> str:
    # The hash keeps two ids apart that differ only in what the alphabet cannot show. A slug is a fixed point.
    if not full:
        raise ValueError("an empty name cannot be part of a key")
    if len(plain) <= _SHORT and _PLAIN.fullmatch(plain) and ".." not in plain:
        return plain
    shown = re.sub(r"[^a-z0-9]+", "-", full.lower()).strip("-")[: _SHORT - 13].strip("-")
    return f"{shown or 'x'}-{hashlib.sha256(full.encode()).hexdigest()[:12]}"
