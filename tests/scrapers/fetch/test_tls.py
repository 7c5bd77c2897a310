"""Encrypted connections are verified, guarded and bounded like plain ones."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3.util.ssl_ import create_urllib3_context

from scrapers.fetch import Fetcher
from scrapers.fetch.transport import trust
from scrapers.model import Outcome, PageRequest
from tests.faults.clients import policy
from tests.faults.site import Site, reply, says
from tests.faults.site_matrix import REPORT

NOW = datetime.now(UTC)


def certificate(directory: Path, *, address: str = "127.0.0.1", expires: timedelta = timedelta(days=1)) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=9))
        .not_valid_after(NOW + expires)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = directory / "pair.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


def offering(pair: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    return context


def trusting(pair: Path) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_verify_locations(pair)
    return context


def fetched(netloc: str, tls: ssl.SSLContext | None) -> Outcome | None:
    with Fetcher(policy(netloc), tls=tls) as fetcher:
        return fetcher.fetch(PageRequest(f"https://{netloc}/a")).capture.outcome


def test_a_trusted_site_is_read_over_one_connection(tmp_path: Path) -> None:
    pair = certificate(tmp_path)
    robots = reply(b"User-agent: *\n", kind="text/plain")
    with (
        Site(says(reply(REPORT), keep=True), robots=robots, tls=offering(pair)) as site,
        Fetcher(policy(site.netloc), tls=trusting(pair)) as fetcher,
    ):
        payloads = {fetcher.fetch(PageRequest(site.url())).payload for _ in range(3)}
    assert payloads == {REPORT}
    assert {seen.connection for seen in site.requests} == {1}


@pytest.mark.parametrize(
    ("address", "expires", "trusted"),
    [
        ("127.0.0.1", timedelta(days=1), False),
        ("127.0.0.1", timedelta(days=-1), True),
        ("127.0.0.9", timedelta(days=1), True),
    ],
    ids=["unknown issuer", "expired", "another host's"],
)
def test_a_bad_certificate_parks_the_host(tmp_path: Path, address: str, expires: timedelta, trusted: bool) -> None:
    pair = certificate(tmp_path, address=address, expires=expires)
    with Site(says(reply(REPORT)), tls=offering(pair)) as site:
        assert fetched(site.netloc, trusting(pair) if trusted else None) is Outcome.TLS_ERROR


def test_a_dripped_body_is_bounded(tmp_path: Path) -> None:
    pair = certificate(tmp_path)
    with Site(lambda _, wire: wire.drip(reply(REPORT), every=0.05), tls=offering(pair)) as site:
        started = time.monotonic()
        assert fetched(site.netloc, trusting(pair)) is Outcome.TIMEOUT
        assert time.monotonic() - started < 30


@pytest.mark.parametrize("hello", [b"", b"\x16\x03\x03\x40\x00"], ids=["silent", "dripped"])
def test_a_handshake_without_end_is_bounded(hello: bytes) -> None:
    with handshaking(hello, b"\x02", every=0.05) as netloc:
        started = time.monotonic()
        assert fetched(netloc, None) is Outcome.ROBOTS_UNREACHABLE
        assert time.monotonic() - started < 30


def test_plain_text_on_an_encrypted_port_is_a_tls_error() -> None:
    with handshaking(reply(REPORT), b"", every=9.0) as netloc:
        assert fetched(netloc, None) is Outcome.TLS_ERROR


@contextlib.contextmanager
def handshaking(hello: bytes, then: bytes, *, every: float) -> Iterator[str]:
    """Answer every connection with `hello`, then with `then` again and again."""
    closing = threading.Event()

    def talk() -> None:
        with contextlib.suppress(OSError):
            while not closing.is_set():
                connection, _ = listener.accept()
                with contextlib.suppress(OSError), connection:
                    connection.settimeout(every)
                    connection.sendall(hello)
                    while hello and not closing.wait(every):
                        connection.sendall(then)
                    closing.wait(1.0)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield "{}:{}".format(*listener.getsockname())
        closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def test_the_public_roots_are_verified_against() -> None:
    context = trust()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.cert_store_stats()["x509_ca"] > 50
