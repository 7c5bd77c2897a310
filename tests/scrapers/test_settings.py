"""Settings say which variable is wrong and what to write instead; `.env.example` knows them all."""

import re
from pathlib import Path

import pytest

from scrapers import settings
from scrapers.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "REPORT_ARCHIVE_ENDPOINT": "https://s3.example.org/",
    "REPORT_ARCHIVE_BUCKET": "reports",
    "REPORT_ARCHIVE_ACCESS_KEY": "key",
    "REPORT_ARCHIVE_SECRET_KEY": "secret",
}


def test_good_settings_load() -> None:
    loaded = settings.load(GOOD)
    assert loaded.endpoint == "https://s3.example.org"
    assert loaded.table_options()["AWS_ALLOW_HTTP"] == "false"
    assert loaded.delay is None


def test_an_endpoint_may_have_a_port_and_be_a_number() -> None:
    for endpoint in ("http://[::1]:8333", "http://127.0.0.1", "https://s3.example.org:9000/base"):
        assert settings.load({**GOOD, "REPORT_ARCHIVE_ENDPOINT": endpoint}).endpoint == endpoint


def test_given_values_come_before_the_environment() -> None:
    assert settings.load(GOOD, bucket="other", region=None).bucket == "other"
    assert settings.load(GOOD, region=None).region == "us-east-1"


@pytest.mark.parametrize(("word", "ocr"), [("", False), ("off", False), ("No", False), ("on", True), (" YES ", True)])
def test_a_switch_takes_every_usual_word(word: str, ocr: bool) -> None:
    assert settings.load({**GOOD, "REPORT_ARCHIVE_OCR": word}).ocr is ocr


def test_what_is_set_to_nothing_is_as_good_as_unset() -> None:
    loaded = settings.load({**GOOD, "REPORT_ARCHIVE_REGION": " ", "REPORT_ARCHIVE_SOURCES": ""})
    assert (loaded.region, loaded.sources) == ("us-east-1", Path("sources"))
    assert settings.sources_directory({"REPORT_ARCHIVE_SOURCES": ""}) == Path("sources")


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings.load({**GOOD, name: " "})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ENDPOINT", "s3.example.org", "not an http"),
        ("ENDPOINT", "http://127.0.0.1:99999", "not an http"),
        ("ENDPOINT", "http://127.0.0.1:8xx", "not an http"),
        ("ENDPOINT", "https://s3.example.org:", "not an http"),
        ("ENDPOINT", "http://s3.example.org", "in the clear"),
        ("ENDPOINT", "http://127.0.0.1@evil.example", "user information"),
        ("ENDPOINT", "http://127.evil.example", "in the clear"),
        ("ENDPOINT", "http://localhost.evil.example", "in the clear"),
        ("PRIVATE_NETWORKS", "127.0.0.1/8", "CIDR"),
        ("DELAY", "1", "PRIVATE_NETWORKS"),
        ("OCR", "maybe", "true or false"),
        ("ALLOW_HTTP", "ja", "true or false"),
    ],
)
def test_a_wrong_variable_is_named_with_the_fix(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refused:
        settings.load({**GOOD, f"REPORT_ARCHIVE_{name}": value})
    assert f"REPORT_ARCHIVE_{name}" in str(refused.value)


def test_a_password_in_the_endpoint_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="user information") as refused:
        settings.load({**GOOD, "REPORT_ARCHIVE_ENDPOINT": "https://me:hunter2@s3.example.org"})
    assert "hunter2" not in str(refused.value)


def test_a_delay_must_be_a_number_of_seconds() -> None:
    private = {**GOOD, "REPORT_ARCHIVE_PRIVATE_NETWORKS": "127.0.0.0/8"}
    assert settings.load({**private, "REPORT_ARCHIVE_DELAY": "0.5"}).delay == 0.5
    for wrong in ("soon", "-1", "nan"):
        with pytest.raises(SettingsError, match="DELAY"):
            settings.load({**private, "REPORT_ARCHIVE_DELAY": wrong})


def test_plain_http_is_fine_on_loopback_and_where_allowed() -> None:
    for endpoint in ("http://127.0.0.1:8333", "http://localhost:8333", "http://[::1]:8333"):
        assert settings.load({**GOOD, "REPORT_ARCHIVE_ENDPOINT": endpoint}).endpoint == endpoint
    allowed = {**GOOD, "REPORT_ARCHIVE_ENDPOINT": "http://s3", "REPORT_ARCHIVE_ALLOW_HTTP": "true"}
    assert settings.load(allowed).table_options()["AWS_ALLOW_HTTP"] == "true"


def test_the_example_lists_every_variable_and_no_other() -> None:
    code = (ROOT / "scrapers" / "settings.py").read_text(encoding="utf-8")
    read = set(
        re.findall(
            r"(?:PREFIX \+ |_(?:required|number|is_on)\((?:env|os\.environ if environ is None else environ), )"
            r'"([A-Z_]+)"',
            code,
        )
    )
    documented = re.findall(
        r"^REPORT_ARCHIVE_([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert read == set(documented)


def test_the_secret_is_not_in_the_value_s_text() -> None:
    assert "very-secret" not in repr(settings.load({**GOOD, "REPORT_ARCHIVE_SECRET_KEY": "very-secret"}))


def test_notifiers_are_a_json_list_that_names_each() -> None:
    assert settings.notifiers({}) == []
    text = '[{"notifier": "a.B", "to": "x@example.org"}]'
    assert settings.notifiers({"REPORT_ARCHIVE_NOTIFY": text}) == [("a.B", {"to": "x@example.org"})]
    for wrong in ("{", "[1]", '[{"to": "x"}]', '{"notifier": "a.B"}'):
        with pytest.raises(SettingsError, match="REPORT_ARCHIVE_NOTIFY is no JSON list"):
            settings.notifiers({"REPORT_ARCHIVE_NOTIFY": wrong})


def test_a_deadline_is_a_number_of_hours() -> None:
    assert settings.deadline({}).total_seconds() == 8 * 3600
    assert settings.deadline({"REPORT_ARCHIVE_DEADLINE_HOURS": "0"}).total_seconds() == 0
    with pytest.raises(SettingsError, match="DEADLINE_HOURS='soon' is not a number of hours"):
        settings.deadline({"REPORT_ARCHIVE_DEADLINE_HOURS": "soon"})
