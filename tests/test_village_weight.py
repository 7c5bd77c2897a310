"""Pages of real weight: heavier by what nobody sees, and read as the same text to the character."""

from collections.abc import Iterator

from scrapers.extract import Hint, read
from scrapers.model import Fact, Reading
from tests.village import Village
from tests.village.streets import Streets

EXTRA = 90


def pages(*, furnished: bool) -> Iterator[tuple[str, str, str]]:
    """Yield platform, path and HTML of each added report, site by site."""
    for site in Village(8600, extra_reports=EXTRA, furnished=furnished).sites:
        streets = Streets(site)
        for path, place in streets._places.items():
            if place.kind == "article" and place.column and place.column.source.endswith("-crowd"):
                yield site.platform, path, streets.render(path, place)


def reading(platform: str, path: str, page: str) -> Reading:
    hint = Hint(
        url=f"http://127.0.0.11:8600{path}",
        platform=platform,
        listed_title="",
        agency="",
        division="",
        declared_type="text/html; charset=utf-8",
        media_type="html",
        report_year=None,
        listed_on=None,
    )
    return read(page.encode(), hint)


def test_furnished_pages_weigh_what_real_ones_do() -> None:
    sizes = [len(page.encode()) for _, _, page in pages(furnished=True)]
    assert len(sizes) == EXTRA
    assert 40_000 < sum(sizes) / len(sizes) < 70_000


def test_the_weight_changes_nothing_that_is_read() -> None:
    for (platform, path, plain), (_, _, heavy) in zip(pages(furnished=False), pages(furnished=True), strict=True):
        ours, same = reading(platform, path, heavy).report, reading(platform, path, plain).report
        assert ours is not None, path
        assert same is not None, path
        assert ours.text == same.text, path
        assert isinstance(ours.title, Fact)
        assert ours.title.value == same.title.value
