"""The village's clock, switches and command: frozen bytes, emptied and silent sites, taken ports, Ctrl-C."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.village import PortInUse, Village, arrivals
from tests.village.visitor import WALKS, listing_url

ROOT = Path(__file__).parent.parent


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def test_the_busy_page_heals_after_two_tries(web: requests.Session) -> None:
    with Village() as village:
        url = next(each.url for each in village.manifest() if each.feature == "heals")
        answers = [web.get(url) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [503, 503, 200, 200]
        assert answers[0].headers["Retry-After"] == "0"
        village.site("hostile-ningdu").restore()
        assert web.get(url).status_code == 503


def every_byte(village: Village, web: requests.Session) -> list[bytes]:
    port = f":{village.port}".encode()
    healthy = [each for each in village.manifest() if each.feature not in {"cut", "elsewhere"}]
    urls = [url for each in healthy for url in (each.url, each.attachment_url) if url]
    urls += re.findall(r'url = "([^"]+)"', village.registry())
    return [web.get(url).content.replace(port, b"") for url in urls]


def test_a_frozen_village_is_equal_over_instances_and_fetches(web: requests.Session) -> None:
    with Village(clock="frozen") as one, Village(clock="frozen") as other:
        first = every_byte(one, web)
        assert first == every_byte(other, web)
        again = every_byte(one, web)
        assert len(again) == len(first)
        assert sum(a != b for a, b in zip(first, again, strict=True)) <= 1, "only the page that heals may differ"


def test_a_frozen_village_is_equal_over_processes() -> None:
    command = [sys.executable, "-m", "tests.village", "--manifest", "--port", "8600"]
    outputs = [
        subprocess.run(command, cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == len(Village(8600).manifest())


def test_an_emptied_listing_lists_nothing_and_comes_back(web: requests.Session) -> None:
    with Village() as village:
        for site in village.sites:
            urls = [listing_url(village, column.source) for column in site.columns]
            site.empty = True
            assert [WALKS[site.system](web, url) for url in urls] == [[] for _ in urls]
            site.restore()
            assert all(WALKS[site.system](web, url) for url in urls)


def test_a_site_answers_so_many_and_holds_the_next_until_it_is_let_go(web: requests.Session) -> None:
    with Village() as village:
        site = village.sites[0]
        url = f"http://{site.host}:{village.port}/"
        site.hold_after(1)
        assert web.get(url, timeout=60).status_code == 200
        with ThreadPoolExecutor() as beside:
            waiting = beside.submit(requests.get, url, timeout=60)
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
            assert len(village.requests) == 1
            site.let_go()
            assert waiting.result(60).status_code == 200
        assert web.get(url, timeout=60).status_code == 200


def test_who_is_interrupted_between_two_clocks_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    def wall() -> float:
        looked.append(1)
        if len(looked) < 3:
            time.sleep(0.05)
        return 1000.0

    monkeypatch.setattr(arrivals.time, "time", wall)
    begun = time.monotonic()
    at, told = arrivals.both_clocks()
    assert (told, at - begun > 0.1, len(looked) >= 3) == (1000.0, True, True)


def test_a_site_that_is_down_closes_connections_and_comes_back(web: requests.Session) -> None:
    with Village() as village:
        site = village.site("gkmlpt-shunde")
        url = f"http://{site.host}:{village.port}/"
        assert web.get(url).status_code == 200
        site.down = True
        with pytest.raises(requests.ConnectionError):
            web.get(url, timeout=5)
        assert web.get(f"http://127.0.0.11:{village.port}/").status_code == 200
        site.restore()
        assert web.get(url).status_code == 200
        site.robots_status = 503
        assert web.get(url + "robots.txt").status_code == 503
        site.restore()
        assert web.get(url + "robots.txt").status_code == 200


def test_connections_are_kept_and_requests_logged(web: requests.Session) -> None:
    with Village() as village:
        url = listing_url(village, "demo-trs-heshan")
        peers = set()
        for _ in range(3):
            with web.get(url, stream=True) as answer:
                peers.add(answer.raw.connection.sock.getsockname() if answer.raw.connection else None)
                assert answer.content
        assert len(peers) == 1
        web.head(url, headers={"If-None-Match": '"x"'})
        assert [(entry.method, entry.path, entry.status, entry.conditional) for entry in village.requests[-2:]] == [
            ("GET", "/zwgk/fzzfjs/", 200, False),
            ("HEAD", "/zwgk/fzzfjs/", 200, True),
        ]
        village.forget()
        assert village.requests == ()


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.13", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} is in use"):
            Village(port).start()
        run = subprocess.run(
            [sys.executable, "-m", "tests.village", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "--port" in run.stderr


def test_a_missing_address_is_not_called_a_taken_port() -> None:
    village = Village()
    village.sites[3].host = "203.0.113.7"
    with pytest.raises(OSError, match=r"Cannot listen on 203\.0\.113\.7") as caught:
        village.start()
    assert not isinstance(caught.value, PortInUse)
    village.stop()


def test_the_command_serves_until_interrupted() -> None:
    with Village() as probe:
        port = probe.port
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.village", "--port", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with process:
        line = next(line for line in process.stdout if "is open" in line)
        assert "Ctrl-C" in line
        assert requests.get(f"http://127.0.0.22:{port}/", timeout=5).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert "closed" in process.stdout.read()
