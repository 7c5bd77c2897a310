"""What reading the registry costs: 3,000 invented sources in 31 files, read and validated as `check` does.

    .venv/bin/python -m benchmarks.registry [--sources 3000] [--limit 100]

Prints the best and the median of nine readings in CPU milliseconds, beside the parser alone, and exits with 1 when the
best is above the limit.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import tomli

from scrapers import divisions, platforms, registry

ROUNDS = 9
FILES = 31
_ENTRY = """
[[source]]
id = "province-{n}-education"
agency = "{agency}教育局"
division = "{code}"
platform = "{platform}"
url = "https://www.place-{n}.gov.cn/zwgk/fzzfjsndbg/"
first_year = 2019
min_reports = 3
notes = "Invented: the alias fzzfjsndbg in the path of a 2024 report."
status = "unverified"
"""


def write(directory: Path, sources: int) -> None:
    """Write a registry of so many sources, spread over the files."""
    places = [place for place in divisions.every() if place.county]
    names = sorted(platforms.PLATFORMS)
    for number in range(FILES):
        entries = [
            _ENTRY.format(n=n, agency=place.official, code=place.code, platform=names[n % len(names)])
            for n, place in ((n, places[n % len(places)]) for n in range(number, sources, FILES))
        ]
        head = f'title = "Province {number}"\nprovince = "430000"\n'
        (directory / f"{number:02}-province.toml").write_text(head + "".join(entries), encoding="utf-8")


def measure(job: Callable[[], object]) -> tuple[float, float]:
    """Return the best and the median CPU milliseconds of a job."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        job()
        spent.append((time.process_time() - started) * 1000)
    return min(spent), statistics.median(spent)


def main() -> int:
    """Write the registry, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sources", type=int, default=3000)
    parser.add_argument("--limit", type=float, default=100.0, help="milliseconds the best reading may take")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write(directory, asked.sources)
        codes = divisions.codes()
        read = registry.load_all(directory, platforms.PLATFORMS, codes)
        texts = [path.read_text(encoding="utf-8") for path in registry.files(directory)]
        whole = measure(lambda: registry.load_all(directory, platforms.PLATFORMS, codes))
        parser_alone = measure(lambda: [tomli.loads(text) for text in texts])
    count = sum(len(province.sources) for province in read)
    print(f"{count} sources in {len(read)} files: best {whole[0]:.1f} ms, median {whole[1]:.1f} ms")
    print(f"of which the TOML parser: best {parser_alone[0]:.1f} ms, median {parser_alone[1]:.1f} ms")
    return 0 if whole[0] <= asked.limit else 1


if __name__ == "__main__":
    sys.exit(main())
