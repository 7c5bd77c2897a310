"""`python -m tests.village`: serve the village until Ctrl-C, or print its registry or its manifest.

python -m tests.village --port 8600 --clock running
python -m tests.village --registry > sources/demo.toml
python -m tests.village --domain village --registry > deploy/village/village.toml
"""

import argparse
import signal
import sys
import threading

import msgspec

from tests.village.model import Logged
from tests.village.village import Village

DEFAULT_PORT = 8600


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code: 0 after Ctrl-C, 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m tests.village", description="Sample county sites on loopback.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="one port for every site (default %(default)s)")
    parser.add_argument("--clock", choices=("running", "frozen"), default="running", help="frozen: equal bytes always")
    parser.add_argument("--extra", type=int, default=0, metavar="N", help="add N generated reports, for load")
    parser.add_argument("--furnished", action="store_true", help="give article pages the weight of real ones")
    parser.add_argument("--domain", default="", help="serve names in this domain instead of loopback addresses")
    parser.add_argument("--journal", action="store_true", help="print every request, one JSON object a line")
    parser.add_argument("--registry", action="store_true", help="print sources/demo.toml for that port and exit")
    parser.add_argument("--manifest", action="store_true", help="print the truth, one JSON object a line, and exit")
    options = parser.parse_args(arguments)
    if not 0 < options.port < 65536 or options.extra < 0:
        parser.error("--port is 1 to 65535, --extra is 0 or more")
    village = Village(
        options.port,
        clock=options.clock,
        extra_reports=options.extra,
        furnished=options.furnished,
        domain=options.domain,
        heard=_tell if options.journal else None,
    )
    if options.registry:
        sys.stdout.write(village.registry())
        return 0
    if options.manifest:
        sys.stdout.writelines(msgspec.json.encode(expected).decode() + "\n" for expected in village.manifest())
        return 0
    return _serve(village)


def _tell(entry: Logged) -> None:
    sys.stdout.write(msgspec.json.encode(entry).decode() + "\n")
    sys.stdout.flush()


def _serve(village: Village) -> int:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        village.start()
    except OSError as error:  # PortInUse among them; each says what to do
        print(error.strerror or error, file=sys.stderr)
        return 1
    for site in village.sites:
        print(f"http://{site.host}:{village.port}/  {site.name}: {site.title}")
    print("The village is open. Ctrl-C closes it.", flush=True)
    ended.wait()
    village.stop()
    print("The village is closed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
