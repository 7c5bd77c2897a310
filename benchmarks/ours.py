"""The archive as a contender: the command line's harvest of the job's listings, nothing left out.

A job on standard input, what was done on standard output. Run as `python -m benchmarks.ours`.
"""

import time

BEGAN = time.monotonic()

import resource  # noqa: E402  the clock starts before the imports: they are part of the job
import secrets  # noqa: E402
import sys  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from ipaddress import ip_network  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.clocks import Clocks  # noqa: E402
from benchmarks.job import Job, cpu_seconds, receive, tell  # noqa: E402
from scrapers import discover, harvest  # noqa: E402
from scrapers.archive.ledger import Ledger  # noqa: E402
from scrapers.catalog.tables import Catalog  # noqa: E402
from scrapers.extract import Reader  # noqa: E402
from scrapers.fetch import Fetcher  # noqa: E402
from scrapers.model import Disposition, Line, Outcome  # noqa: E402
from scrapers.settings import Settings  # noqa: E402


def settings_of(job: Job) -> Settings:
    """Return settings for the job's store, delays off."""
    return Settings(
        endpoint=job.endpoint,
        bucket=job.bucket,
        access_key=job.access_key,
        secret_key=job.secret_key,
        region="us-east-1",
        sources=Path(job.sources),
        contact="benchmark@example.org",
        private_networks=(ip_network("127.0.0.0/8"),),
        allow_http=False,
        delay=0.0,
    )


def watched() -> Clocks:
    """Put clocks on the stages."""
    clocks = Clocks()
    crawl, read, works = (sys.modules[f"scrapers.harvest.{name}"] for name in ("crawl", "read", "works"))
    clocks.watch(Fetcher, "fetch", "fetch")
    clocks.watch(discover, "walk", "lists read")
    clocks.watch(crawl, "document_links", "documents looked for")
    clocks.watch(crawl, "page_of", "documents looked for")
    clocks.watch(works, "put_raw", "raw put")
    clocks.watch(works, "get_raw", "raw got")
    clocks.watch(Reader, "read", "extract: parent")
    clocks.watch(works, "put_clean", "clean put")
    for name in ("write", "close"):
        clocks.watch(Ledger, name, "ledger")
    for room in (crawl, read, harvest):
        clocks.watch(room, "read_lines", "ledger", drain=True)
    clocks.watch(Catalog, "validators", "catalog")
    clocks.watch(Catalog, "record", "catalog", process=True)
    return clocks


def main() -> None:
    """Harvest, then say what it took."""
    job = receive()
    clocks = watched() if job.clocks else Clocks()
    start = cpu_seconds()
    kept: set[str] = set()
    lists = 0

    def heard(line: Line) -> None:
        nonlocal lists
        lists += line.walk.pages if line.walk else 0
        if line.outcome in (Outcome.ARCHIVED_NEW, Outcome.ARCHIVED_SAME):
            kept.add(line.url)
        elif line.outcome is not None and line.outcome.disposition is not Disposition.OK:
            print(line.outcome, line.url, line.reason, file=sys.stderr)

    works = harvest.open_works(settings_of(job), heard)
    selection = harvest.Selection(sources=tuple(listing.source for listing in job.listings))
    run = harvest.new_run("demo", datetime.now(UTC))
    summary = harvest.harvest(works, "demo", selection, run, secrets.token_hex(4))
    harvest.gate(summary)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    stages = {"start": start, "extract: children": children.ru_utime + children.ru_stime, **clocks.seconds}
    tell(kept, lists, summary.new_reports, BEGAN, stages if job.clocks else {})


if __name__ == "__main__":
    main()
