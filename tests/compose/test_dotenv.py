"""Secrets: made once, each its own; weak, known, shared or open ones are refused by name, as a taken port is."""

import base64
import hashlib
import socket
import stat
from pathlib import Path

import pytest

from deploy.dotenv import BYTES, PORTS, check, faults, main, make, read, write
from stack.airflow import ROOT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_every_secret_is_made_once_and_only_its_owner_reads_it(path: Path) -> None:
    path.write_text("AIRFLOW_PORT=9090\nPOSTGRES_PASSWORD=\n")
    assert sorted(write(path)) == sorted(BYTES)
    first = read(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first["AIRFLOW_PORT"] == "9090"
    assert len({first[name] for name in BYTES}) == len(BYTES)
    assert write(path) == []
    assert read(path) == first
    assert check(path) == []


LONG = base64.urlsafe_b64encode(hashlib.sha512(b"too long for a key").digest()).decode()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("POSTGRES_PASSWORD", "", "missing"),
        ("POSTGRES_PASSWORD", "airflow", "well-known"),
        ("REDIS_PASSWORD", "PasswordPassword", "well-known"),
        ("STORE_ROOT_KEY", "x7Tq", "weak"),
        ("AIRFLOW_JWT_SECRET", "a" * 90, "weak"),
        ("AIRFLOW_FERNET_KEY", "notbase64!" * 5, "break"),
        ("AIRFLOW_FERNET_KEY", LONG, "no Fernet key"),
        ("REDIS_PASSWORD", "pa/ss:wo@rd" * 4, "break"),
    ],
)
def test_a_bad_secret_is_told_by_name_and_never_shown(name: str, value: str, told: str) -> None:
    values = {other: make(other) for other in BYTES} | {name: value}
    (line,) = faults(values)
    assert line.startswith(name)
    assert told in line
    assert not value or value not in line


def test_one_secret_for_two_is_refused() -> None:
    values = {name: make(name) for name in BYTES}
    values["STORE_READER_KEY"] = values["STORE_WRITER_KEY"]
    assert len(faults(values)) == 2


def test_a_file_that_others_read_is_refused(path: Path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("sys.argv", ["dotenv", "--check", "--file", str(path)])
    assert main() == 2
    assert "there is no .env" in capsys.readouterr().err
    write(path)
    assert main() == 0
    path.chmod(0o644)
    assert main() == 2
    assert "chmod 600" in capsys.readouterr().err


def test_a_taken_port_is_refused_with_the_variable_that_changes_it(path: Path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("sys.argv", ["dotenv", "--ports", "--file", str(path)])
    monkeypatch.delenv("STORE_PORT", raising=False)
    with socket.socket() as listening, socket.socket() as free:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        free.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        path.write_text(f"STORE_PORT={port}\n")
        monkeypatch.setenv("AIRFLOW_PORT", str(free.getsockname()[1]))
        free.close()
        assert main() == 2
        assert capsys.readouterr().err.startswith(f"STORE_PORT: port {port} cannot be had")
        monkeypatch.setenv("STORE_PORT", "none")
        assert main() == 2
    monkeypatch.delenv("STORE_PORT")
    assert main() == 0
    assert path.read_text() == f"STORE_PORT={port}\n"


def test_the_ports_asked_for_are_those_that_are_published() -> None:
    published = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert all(f"127.0.0.1:${{{name}:-{usual}}}:" in published for name, usual in PORTS.items())
