"""The process's settings: environment in, one frozen value out.

The only file that reads the environment. Every variable is documented in `.env.example`, and a test holds
the two together. It knows nothing of what the values are used for.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from scrapers.errors import SettingsError

PREFIX = "REPORT_ARCHIVE_"
_LOOPBACK = re.compile(r"(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?")
_SAID = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("", "0", "false", "no", "off"), False)}
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process needs to know about its surroundings."""

    endpoint: str
    """S3 endpoint, e.g. `https://s3.example.org`; plain http only on loopback or with `allow_http`."""
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    sources: Path
    """Directory of registry files."""
    contact: str
    """Where a site's owner can reach the operator; goes into the User-Agent."""
    private_networks: tuple[Network, ...]
    """Networks that fetch may connect to although they are not global. Empty in production."""
    allow_http: bool
    delay: float | None
    """Overrides every source's delay, in seconds. Only for private networks; None in production."""
    ocr: bool = False
    """Whether scans are read; needs requirements-ocr.txt, and about eight processor seconds a page."""
    lease: float = 120.0
    """Seconds after which another attempt may crawl the host of one that was killed."""

    def table_options(self) -> dict[str, str]:
        """Return the storage options that Delta readers and writers take for this store."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": self.region,
            "AWS_ALLOW_HTTP": "true" if self.endpoint.startswith("http://") else "false",
            "aws_conditional_put": "etag",
            "aws_checksum_algorithm": "sha256",  # the audit holds a table's files to what their writer vouched for
        }


def load(environ: Mapping[str, str] | None = None, **given: str | None) -> Settings:
    """Read the settings from the environment; raise SettingsError naming the variable and the fix.

    `given` values (`endpoint=...`) come before the environment's, unless they are None or empty: Airflow keeps
    the store's credentials in a connection.
    """
    env = dict(os.environ if environ is None else environ)
    env.update({PREFIX + name.upper(): value for name, value in given.items() if value})
    networks = _networks(env.get(PREFIX + "PRIVATE_NETWORKS", ""))
    delay = _number(env, "DELAY", 0, 3600, "seconds")
    if delay is not None and not networks:
        raise SettingsError(
            f"{PREFIX}DELAY is set without {PREFIX}PRIVATE_NETWORKS: a source's delay may only be overridden "
            "for test sites. Unset it; each source's delay stands in the registry."
        )
    settings = Settings(
        endpoint=_required(env, "ENDPOINT", "the address of the S3 store, e.g. https://s3.example.org").rstrip("/"),
        bucket=_required(env, "BUCKET", "the bucket that holds the archive"),
        access_key=_required(env, "ACCESS_KEY", "the store's access key"),
        secret_key=_required(env, "SECRET_KEY", "the store's secret key"),
        region=env.get(PREFIX + "REGION", "").strip() or "us-east-1",
        sources=sources_directory(env),
        contact=env.get(PREFIX + "CONTACT", ""),
        private_networks=networks,
        allow_http=_is_on(env, "ALLOW_HTTP"),
        ocr=_is_on(env, "OCR"),
        delay=delay,
        lease=_number(env, "LEASE", 1, 3600, "seconds") or 120.0,
    )
    _check_endpoint(settings)
    return settings


def sources_directory(environ: Mapping[str, str] | None = None) -> Path:
    """Return the registry directory alone, for commands that need no store."""
    env = os.environ if environ is None else environ
    return Path(env.get(PREFIX + "SOURCES", "").strip() or "sources")


def notifiers(environ: Mapping[str, str] | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Return the class path and the options of each notifier that is to hear of failed and late runs."""
    env = os.environ if environ is None else environ
    text = env.get(PREFIX + "NOTIFY", "").strip()
    try:
        given = json.loads(text) if text else []
        return [(str(one.pop("notifier")), one) for one in given]
    except (ValueError, TypeError, AttributeError, KeyError):
        raise SettingsError(
            f'{PREFIX}NOTIFY is no JSON list of objects with a "notifier" each; .env.example shows one of each kind.'
        ) from None


def deadline(environ: Mapping[str, str] | None = None) -> timedelta:
    """Return how long after it was queued a run is late; zero means never."""
    hours = _number(os.environ if environ is None else environ, "DEADLINE_HOURS", 0, 240, "hours")
    return timedelta(hours=8.0 if hours is None else hours)


def private_networks(environ: Mapping[str, str] | None = None) -> tuple[Network, ...]:
    """Return the private networks that fetch may reach, for commands that need no store."""
    env = os.environ if environ is None else environ
    return _networks(env.get(PREFIX + "PRIVATE_NETWORKS", ""))


def contact(environ: Mapping[str, str] | None = None) -> str:
    """Return where a site's owner can reach the operator, for commands that need no store."""
    env = os.environ if environ is None else environ
    return env.get(PREFIX + "CONTACT", "")


def pace(environ: Mapping[str, str] | None = None) -> float | None:
    """Return the delay that overrides every source's on test sites, for commands that need no store; None without."""
    env = os.environ if environ is None else environ
    given = _number(env, "DELAY", 0, 3600, "seconds")
    return given if private_networks(env) else None


def _required(env: Mapping[str, str], name: str, meaning: str) -> str:
    value = env.get(PREFIX + name, "").strip()
    if not value:
        raise SettingsError(f"{PREFIX}{name} is not set. Set it to {meaning}; .env.example lists every variable.")
    return value


def _is_on(env: Mapping[str, str], name: str) -> bool:
    given = env.get(PREFIX + name, "").strip().lower()
    if given not in _SAID:
        raise SettingsError(f"{PREFIX}{name}={given!r} is neither yes nor no. Set it to true or false.")
    return _SAID[given]


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(
            f"{PREFIX}PRIVATE_NETWORKS: {error}. Write networks in CIDR form, separated by commas, e.g. 127.0.0.0/8."
        ) from None


def _number(env: Mapping[str, str], name: str, least: float, most: float, unit: str) -> float | None:
    text = env.get(PREFIX + name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= most:
        raise SettingsError(f"{PREFIX}{name}={text!r} is not a number of {unit} between {least:g} and {most:g}.")
    return value


def _check_endpoint(settings: Settings) -> None:
    scheme, _, rest = settings.endpoint.partition("://")
    host = rest.partition("/")[0]
    number = host.rpartition(":")[2] if re.search(r":[^\]]*\Z", host) else "443"
    if "@" in host:
        raise SettingsError(
            f"{PREFIX}ENDPOINT carries user information, which errors and logs would repeat. "
            f"Set {PREFIX}ACCESS_KEY and {PREFIX}SECRET_KEY instead."
        )
    if scheme not in {"http", "https"} or not host or not (number.isdecimal() and 0 < int(number) < 65536):
        raise SettingsError(f"{PREFIX}ENDPOINT={settings.endpoint!r} is not an http(s) address.")
    local = _LOOPBACK.fullmatch(host) is not None
    if scheme == "http" and not local and not settings.allow_http:
        raise SettingsError(
            f"{PREFIX}ENDPOINT={settings.endpoint!r} would send credentials in the clear. Use https, or set "
            f"{PREFIX}ALLOW_HTTP=true on a network you trust."
        )
