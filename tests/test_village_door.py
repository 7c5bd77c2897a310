"""The village behind one door: twelve names, one address, as a container network gives it."""

import http.client
from pathlib import Path

from tests.village import Village


def asked(port: int, host: str, path: str = "/robots.txt") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_every_site_answers_to_its_name_and_a_stranger_is_told_off() -> None:
    heard = []
    with Village(domain="village", heard=heard.append) as village, Village() as plain:
        for named, other in zip(village.sites, plain.sites, strict=True):
            assert named.host == f"{named.name}.village"
            assert asked(village.port, f"{named.host}:{village.port}")[0] == (404 if other.robots is None else 200)
        assert asked(village.port, "elsewhere.village")[0] == 421
        assert [entry.host for entry in heard] == [site.host for site in village.sites]


def test_names_change_nothing_but_the_host() -> None:
    for ours, theirs in zip(Village(8600, domain="village").manifest(), Village(8600).manifest(), strict=True):
        assert ours.url.partition(":8600")[2] == theirs.url.partition(":8600")[2]
        assert (ours.body, ours.outcome, ours.source) == (theirs.body, theirs.outcome, theirs.source)


def test_the_registry_of_the_compose_profile_is_the_villages() -> None:
    written = Path("deploy/village/village.toml").read_text(encoding="utf-8")
    assert written == Village(8600, domain="village").registry(), (
        "run: python -m tests.village --domain village --registry > deploy/village/village.toml"
    )
