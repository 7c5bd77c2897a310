"""Secrets of the compose stack: `.env` in, `.env` out with every secret the stack needs, each its own.

`python3 deploy/dotenv.py` adds what is missing; `--check` changes nothing and refuses a file that is missing,
readable by others, or holds a secret that is missing, short, well known or used twice; `--ports` refuses a port that
something else listens on, before anything is built for it. Runs on any Python 3.9, without the environment: a machine
that has Docker needs nothing else.
"""

import argparse
import base64
import os
import secrets
import socket
import stat
import sys
from pathlib import Path

PATH = Path(__file__).resolve().parent.parent / ".env"
BYTES = {
    "POSTGRES_PASSWORD": 24,
    "REDIS_PASSWORD": 24,
    "AIRFLOW_FERNET_KEY": 32,
    "AIRFLOW_JWT_SECRET": 64,
    "AIRFLOW_SECRET_KEY": 64,
    "STORE_ROOT_KEY": 30,
    "STORE_WRITER_KEY": 30,
    "STORE_AUDITOR_KEY": 30,
    "STORE_READER_KEY": 30,
    "STORE_LOGS_KEY": 30,
    "ENGINEER_PASSWORD": 15,
    "ANALYST_PASSWORD": 15,
    "VIEWER_PASSWORD": 15,
}
"""Secret -> how many random bytes it is made of; a given one must be as long as that many bytes are in base64."""
PORTS = {"AIRFLOW_PORT": "8080", "STORE_PORT": "8333"}
"""Variable -> the port that docker-compose.yml publishes on loopback without it; the environment's word goes first."""
KNOWN = ("airflow", "admin", "password", "secret", "changeme", "minioadmin", "redis", "postgres", "12345", "test")
"""A secret that is one of these words over and over is known to everybody."""


def read(path: Path) -> dict[str, str]:
    """Return the assignments of an environment file; a missing file has none."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if line.strip() and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def make(name: str) -> str:
    """Return a new secret: base64 of random bytes, in the alphabet that addresses and shells leave alone."""
    value = base64.urlsafe_b64encode(secrets.token_bytes(BYTES[name])).decode()
    return value if name == "AIRFLOW_FERNET_KEY" else value.rstrip("=")


def faults(values: "dict[str, str]", names: "tuple[str, ...]" = tuple(BYTES)) -> "list[str]":
    """Return one line for each secret that must not be used, with its reason; never the secret itself."""
    found = []
    for name in names:
        value = values.get(name, "")
        others = [other for other in names if other != name and values.get(other) == value]
        if not value:
            found.append(f"{name} is missing")
        elif any(not value.lower().replace(word, "") for word in KNOWN):
            found.append(f"{name} is a well-known word")
        elif len(value) < BYTES[name] * 4 // 3 or len(set(value)) < 8:
            found.append(f"{name} is weak: {BYTES[name] * 4 // 3} varied characters are needed")
        elif not all(c.isascii() and (c.isalnum() or c in "-_=") for c in value):
            found.append(f"{name} holds characters that an address would break; use letters, digits, - and _")
        elif others:
            found.append(f"{name} equals {others[0]}; each needs its own")
        elif name == "AIRFLOW_FERNET_KEY" and not is_fernet(value):
            found.append(f"{name} is no Fernet key: 32 bytes in base64")
    return found


def is_fernet(value: str) -> bool:
    """Return whether Airflow could encrypt with this key."""
    try:
        return len(base64.urlsafe_b64decode(value)) == 32
    except ValueError:
        return False


def write(path: Path) -> "list[str]":
    """Add every missing secret to the file, readable by its owner only; return the names that were added."""
    known = read(path)
    missing = [name for name in BYTES if not known.get(name)]
    if not path.exists():
        path.touch(mode=0o600)
    path.chmod(0o600)
    old = path.read_text(encoding="utf-8")
    kept = [line for line in old.splitlines() if line.partition("=")[0].strip() not in missing]
    path.write_text("\n".join([*kept, *(f"{name}={make(name)}" for name in missing)]) + "\n", encoding="utf-8")
    return missing


def check(path: Path) -> "list[str]":
    """Return everything that is wrong with the file."""
    if not path.exists():
        return [f"there is no {path.name}"]
    open_to = stat.S_IMODE(path.stat().st_mode) & 0o077
    return [*([f"{path.name} can be read by others; chmod 600 {path.name}"] if open_to else []), *faults(read(path))]


def taken(values: "dict[str, str]") -> "list[str]":
    """Return one line for each of the stack's ports that cannot be had on loopback."""
    found = []
    for name, usual in PORTS.items():
        given = os.environ.get(name) or values.get(name) or usual
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what was closed a moment ago is free
            try:
                probe.bind(("127.0.0.1", int(given)))
            except (OSError, ValueError, OverflowError) as error:
                found.append(f"{name}: port {given} cannot be had: {error}. Set {name} in .env to a free one")
    return found


def main() -> int:
    """Run the command; 0 when the file is good, 2 when it must be changed."""
    parser = argparse.ArgumentParser(prog="deploy/dotenv.py", description="Secrets of the compose stack.")
    parser.add_argument("--check", action="store_true", help="change nothing; refuse a weak or missing secret")
    parser.add_argument("--file", type=Path, default=PATH)
    parser.add_argument("--ports", action="store_true", help="change nothing; refuse a port that is taken")
    options = parser.parse_args()
    if options.ports:
        wrong = taken(read(options.file))
        print("".join(f"{line}\n" for line in wrong), end="", file=sys.stderr)
        return 2 if wrong else 0
    if not options.check:
        added = write(options.file)
        print(f"{options.file.name}: {', '.join(added) or 'nothing'} added")
    wrong = check(options.file)
    for line in wrong:
        print(f"secrets: {line}", file=sys.stderr)
    if wrong:
        print(
            f"Remove these lines from {options.file.name} and run `make secrets`: it makes new ones.", file=sys.stderr
        )
    return 2 if wrong else 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
