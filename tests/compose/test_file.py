"""What a reviewer asks of docker-compose.yml, asked of the parsed file. Needs no Docker."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.dotenv import BYTES
from scrapers.archive.keys import CLEAN_PREFIX, RAW_PREFIX, RELEASE_PREFIX, generation_key
from scrapers.settings import PREFIX
from tests.village import Village

TEXT = Path("docker-compose.yml").read_text(encoding="utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "init")
ENDS = {"init", "volumes", "cli"}
ROOT = {"volumes": ["CHOWN"]}
"""The only service that is root, and what it may do as such: a new volume must be given to its owner."""
SECRET = re.compile(r"\$\{(\w+):\?run make secrets\}")
every = pytest.mark.parametrize("name", SERVICES)


@every
def test_a_service_can_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("cap_add", []) == ROOT.get(name, [])
    assert (service["user"].split(":")[0] == "0") == (name in ROOT)
    assert not service.keys() & {"privileged", "pid", "ipc", "devices", "userns_mode"}
    assert service.get("network_mode", "none") == "none"


@every
def test_a_service_is_bounded(name: str) -> None:
    service = SERVICES[name]
    assert service.keys() >= {"mem_limit", "cpus", "pids_limit", "stop_grace_period"}
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}


@every
def test_a_service_that_stays_is_asked_how_it_is(name: str) -> None:
    service = SERVICES[name]
    if name in ENDS:
        assert service["restart"] == "no"
        return
    assert service["restart"] == "unless-stopped"
    asked = " ".join(service["healthcheck"]["test"])
    # Both cost three seconds of processor time a call.
    assert "airflow jobs check" not in asked
    assert "--app" not in asked


@every
def test_ports_are_on_loopback_and_their_numbers_can_be_changed(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+", port)


@every
def test_images_can_be_pinned_and_none_follows_latest(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.fullmatch(r"\$\{\w+_IMAGE:-[\w./-]+:[\w.-]+\}", image)
    assert "latest" not in image


@every
def test_the_tree_is_mounted_read_only_and_the_engine_never(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        if volume.startswith((".", "/", "${")):
            assert volume.endswith(":ro")
        assert "docker.sock" not in volume


def test_no_secret_is_written_down_or_has_a_default() -> None:
    assert set(SECRET.findall(TEXT)) == set(BYTES)
    for name in BYTES:
        assert re.findall(rf"\$\{{{name}\b(?!:\?run make secrets\}})", TEXT) == []
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|FERNET|_KEY$", variable) and variable != PREFIX + "ACCESS_KEY":
                assert SECRET.fullmatch(value)


def networks(name: str) -> set[str]:
    return set(SERVICES[name].get("networks", ()))


def secrets_of(name: str) -> set[str]:
    return set(SECRET.findall(str(SERVICES[name].get("environment", ""))))


def test_who_meets_hostile_pages_reaches_neither_the_database_nor_a_key_that_signs() -> None:
    for name in ("worker", "cli"):
        assert not networks(name) & {"control", "doors", "notices"}
        assert not secrets_of(name) & {
            "POSTGRES_PASSWORD",
            "AIRFLOW_FERNET_KEY",
            "AIRFLOW_JWT_SECRET",
            "STORE_ROOT_KEY",
        }
    assert [name for name in SERVICES if "egress" in networks(name)] == ["worker", "cli", "village"]


def test_the_database_the_broker_and_the_store_have_no_way_out() -> None:
    for name in ("control", "broker", "execution", "store"):
        assert FILE["networks"][name] == {"internal": True}
    assert networks("database") == {"control"}
    assert networks("broker") == {"broker"}
    assert networks("store") == {"store", "doors"}
    assert FILE["networks"]["doors"]["driver_opts"] == {"com.docker.network.bridge.enable_ip_masquerade": "false"}


def test_each_store_identity_is_held_where_it_is_needed() -> None:
    holders = {
        "STORE_ROOT_KEY": {"store", "init"},
        "STORE_WRITER_KEY": {"store", "worker", "cli"},
        "STORE_AUDITOR_KEY": {"store", "worker"},
        "STORE_READER_KEY": {"store", "api-server"},
        "STORE_LOGS_KEY": {"store", "worker", "triggerer"},
    }
    for key, expected in holders.items():
        assert {name for name in SERVICES if key in secrets_of(name)} == expected


def test_the_reader_s_key_opens_all_that_the_corpus_reads_and_no_ledger() -> None:
    lines = Path("deploy/store.sh").read_text(encoding="utf-8").splitlines()
    (rights,) = (line for line in lines if "$(policy reader " in line)
    read = ["catalog/", RAW_PREFIX, CLEAN_PREFIX, RELEASE_PREFIX, generation_key(1)]
    assert set(re.findall(r"ARCHIVE_BUCKET/(\w+)/\*", rights)) == {key.split("/")[0] for key in read}


@pytest.mark.parametrize("name", AIRFLOW)
def test_airflow_is_set_as_a_reviewer_wants_it(name: str) -> None:
    given = SERVICES[name]["environment"]
    expected = {
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__TEST_CONNECTION": "Disabled",
        "AIRFLOW__API__EXPOSE_CONFIG": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
    }
    assert {variable: given[variable] for variable in expected} == expected
    assert int(given["AIRFLOW__CORE__DEFAULT_TASK_RETRIES"]) >= 2
    assert "ALLOW_ORIGINS" not in str(given)


@pytest.mark.parametrize("name", ["worker", "cli"])
def test_every_setting_of_the_archive_is_handed_on(name: str) -> None:
    told = re.findall(rf"^({PREFIX}\w+)=", Path(".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    image = Path("Dockerfile").read_text(encoding="utf-8")
    assert told
    assert [setting for setting in told if setting not in SERVICES[name]["environment"] and setting not in image] == []


def test_chromium_s_profile_is_laid_over_the_workers_alone_and_lets_no_file_system_be_mounted() -> None:
    over = yaml.safe_load(Path("deploy/browser.yml").read_text(encoding="utf-8"))["services"]
    assert set(over) == {"worker", "cli"}
    for service in over.values():
        assert service.keys() <= {"image", "build", "security_opt", "tmpfs"}
        assert service["security_opt"] == ["seccomp:deploy/chromium-seccomp.json"]
        assert service["build"] == {"target": "browser"}
    profile = json.loads(Path("deploy/chromium-seccomp.json").read_text(encoding="utf-8"))
    allowed = {name for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert not allowed & {"mount", "umount2", "pivot_root", "setns", "ptrace", "bpf", "keyctl", "io_uring_setup"}
    assert all(rule.get("args") for rule in profile["syscalls"] if {"clone", "unshare"} & set(rule["names"]))


def test_the_village_answers_to_every_name_of_its_registry() -> None:
    aliases = SERVICES["village"]["networks"]["egress"]["aliases"]
    assert sorted(aliases) == sorted(site.host for site in Village(8600, domain="village").sites)


def test_defaults_are_those_that_the_page_tells() -> None:
    page = Path("docs/deploy.md").read_text(encoding="utf-8")
    told = page.partition("### Settings of `.env`")[2].partition("\n\n#")[0]
    stands = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", TEXT))
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|", told, re.MULTILINE)
    pairs = [zip(re.findall(r"\w+", names), re.findall(r"[\w,-]+\b", values), strict=False) for names, values in rows]
    defaults = {name: value for pair in pairs for name, value in pair if value not in {"public", "tags", "off"}}
    assert len(defaults) == 9
    assert defaults.items() <= stands.items()
