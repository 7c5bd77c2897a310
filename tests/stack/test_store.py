"""The local server: hardened, honest about being ready, and safe to kill."""

import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from scrapers.archive.store import Store
from scrapers.errors import ArchiveError, StoreRefused, UserError
from stack.store import LocalStore

KEYS = {"access_key": "local-access", "secret_key": "local-secret"}


@pytest.fixture
def server(tmp_path):
    with LocalStore(tmp_path / "data", **KEYS) as one:
        yield one
        one.kill()


def test_it_serves_until_it_is_stopped_and_again_with_the_same_data(tmp_path):
    local = LocalStore(tmp_path / "data", **KEYS)
    with pytest.raises(ArchiveError, match="before it is started"):
        _ = local.endpoint
    with local:
        address = local.endpoint
        assert local.connect().put_once("a/1", b"kept")
    assert local.pid is None
    with local:
        assert local.endpoint == address
        assert local.connect().get("a/1") == b"kept"
        local.kill()


def test_a_port_that_is_asked_for_is_used_and_one_in_use_is_told_with_the_fix(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=rf"port {port} .*in use.*another port"):
            LocalStore(tmp_path / "data", port=port, **KEYS).start()
    assert not (tmp_path / "data").exists()
    with LocalStore(tmp_path / "data", port=port, **KEYS) as local:
        assert local.endpoint == f"http://127.0.0.1:{port}"
        local.kill()


def test_two_servers_live_side_by_side_but_not_on_one_directory(server, tmp_path):
    with LocalStore(tmp_path / "other", **KEYS) as other:
        assert other.connect().put_once("only/here", b"x")
        assert server.connect().get("only/here") is None
        other.kill()
    with pytest.raises(UserError, match=rf"already runs on .*data \(process {server.pid}\)"):
        LocalStore(server.directory, **KEYS).start()


def test_a_server_that_cannot_start_is_told_with_its_last_words(tmp_path, monkeypatch):
    false = tmp_path / "bin" / "python"
    false.parent.mkdir()
    weed = false.with_name("weed")
    weed.write_text("#!/bin/sh\necho cannot do it >&2\nexit 1\n")
    weed.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(false))
    with pytest.raises(UserError, match=r"data\.log ends with: .*cannot do it"):
        LocalStore(tmp_path / "data", **KEYS).start()
    weed.unlink()
    with pytest.raises(UserError, match="install the locked requirements"):
        LocalStore(tmp_path / "data", **KEYS).start()


def test_only_loopback_is_bound_and_nobody_gets_in_without_a_key(server):
    assert listening(server.pid) == {"127.0.0.1"}
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{server.endpoint}/reports/probe/x", timeout=5)
    with pytest.raises(StoreRefused):
        Store.connect(endpoint=server.endpoint, bucket="new-bucket", **KEYS).put_once("a/1", b"x")


def test_no_secret_is_on_the_command_line_or_in_the_log(server):
    line = Path(f"/proc/{server.pid}/cmdline").read_bytes()
    assert KEYS["secret_key"].encode() not in line
    assert KEYS["secret_key"] not in server.log.read_text()


def test_the_terminals_interrupt_does_not_reach_it(server):
    assert os.getpgid(server.pid) != os.getpgid(os.getpid())


def test_nothing_acknowledged_is_lost_when_it_is_killed_while_written_to(server):
    store = server.connect(retry_seconds=30)
    acknowledged: list[int] = []
    done = threading.Event()

    def write(worker: int) -> None:
        n = worker
        while not done.is_set():
            if store.put_once(f"written/{n:06d}", f"body {n}".encode() * 500):
                acknowledged.append(n)
            n += 3

    writers = [threading.Thread(target=write, args=(worker,)) for worker in range(3)]
    for one in writers:
        one.start()
    for kills in range(1, 4):
        more_than(25 * kills, acknowledged)
        server.kill()
        server.start()
    more_than(100, acknowledged)
    done.set()
    for one in writers:
        one.join()
    for n in acknowledged:
        assert store.get(f"written/{n:06d}", must=True) == f"body {n}".encode() * 500


def more_than(count: int, acknowledged: list[int]) -> None:
    end = time.monotonic() + 60
    while len(acknowledged) <= count:
        assert time.monotonic() < end, f"only {len(acknowledged)} puts were acknowledged"
        time.sleep(0.01)


def test_a_gentle_stop_ends_the_process(tmp_path):
    local = LocalStore(tmp_path / "data", **KEYS).start()
    pid = local.pid
    local.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIG_DFL)


def listening(pid: int) -> set[str]:
    """Return the addresses a process listens on, from the kernel's table."""
    inodes = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()}
    found = set()
    for name in ("tcp", "tcp6"):
        for row in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                packed = bytes.fromhex(fields[1].partition(":")[0])
                found.add(".".join(str(byte) for byte in reversed(packed)) if len(packed) == 4 else packed.hex())
    return found
