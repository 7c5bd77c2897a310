"""One HTML page read: body, parts and facts put together into a `Reading`.

Decoded page and hint in, `Reading` out. This is the only module that knows in which order the others are asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scrapers.charset import Decoded
from scrapers.extract import agency, labels, verdict, years
from scrapers.extract.body import LEAST_HAN, Body, find_body, marked
from scrapers.extract.facts import Seen, breadcrumb, completed, inherited
from scrapers.extract.head import Head, read_head, titles
from scrapers.extract.hint import Hint
from scrapers.extract.likeness import RELATED, within
from scrapers.extract.parts import LONGEST_TITLE_LINE, SENTENCE_END, Parts, joined, signed_on, take_apart
from scrapers.extract.styles import read_styles
from scrapers.extract.tree import Tree, grow
from scrapers.fingerprint import fingerprint
from scrapers.model import Fact, Outcome, Reading, Report
from scrapers.platforms.documents import KINDS, Offer, kind, offers, pictures
from scrapers.text import head_length, is_head_furniture, tail_length

FAR_APART = 400
"""Days between the page's date and its list's that are worth a look."""
ANCHOR = 8
TITLE_WITHIN = 6
LEAST_TITLE = 8
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Sight:
    """A page taken in: what was found on it before anything was decided."""

    tree: Tree
    head: Head
    body: Body | None
    above: tuple[str, ...]
    """Lines before the body; the opening of the page where there is none."""
    below: tuple[str, ...]


def read_page(decoded: Decoded, hint: Hint) -> Reading:
    """Read an HTML page; the outcome says why when it is no report."""
    sight = look(decoded.text, hint.platform)
    if sight is None:
        return Reading(Outcome.LAYOUT_CHANGED, "the page holds no elements")
    title = hint.parent.title if hint.parent else find_title(sight, hint.listed_title)
    # What a page shows in a frame is the page's, whatever the frame calls itself.
    refusal = None if hint.parent else _refusal(sight, title, hint)
    if refusal is not None:
        return Reading(*refusal)
    lines = sight.body.lines if sight.body else ()
    parts = take_apart(joined(lines, hint.further) if hint.further else lines, title.value)
    seen = Seen(sight.above, sight.head.domain, sight.head.division, sight.head.published)
    read = report_of(sight, title, parts, decoded, hint)
    report = completed(inherited(read, hint.parent) if hint.parent else read, seen, hint)
    size = len("".join(_HAN.findall(report.text)))
    if size >= verdict.LEAST_REPORT:
        return Reading(None, "", report, fingerprint(report.text))
    if sight.body is None and not hint.listed_title and _is_list(sight.tree):
        return Reading(Outcome.NOT_A_REPORT, "a list of links, not an article")
    data = sight.body.structured.body_html if sight.body and sight.body.structured else ""
    return _thin(data or decoded.text, report, size, hint)


def look(html: str, platform: str = "", least: int = LEAST_HAN) -> Sight | None:
    """Parse a page once and find its head, its body (see `find_body` for `least`) and what stands around it."""
    sheet = read_styles(html)
    tree = grow(marked(html, platform), sheet)
    if tree is None:
        return None
    body = find_body(html, tree, platform, least)
    if body is None and sheet is not None and (shown := grow(html)) is not None:
        # What the sheet hides may be all there is: then a script shows it.
        tree, body = shown, find_body(html, shown, platform, least)
    before, after = _around(tree, body)
    inside = body.lines if body else ()
    above = (*before, *inside[: head_length(inside)])
    below = (*inside[len(inside) - tail_length(inside) :], *after)
    return Sight(tree, read_head(tree), body, above, below)


def find_title(sight: Sight, listed: str) -> Fact:
    """Return the page's title: the first that the listed title agrees with, else the most trustworthy."""
    offers = _titles(sight)
    if listed:
        # Without an article, lines that bear the title are links of a home page or a list.
        opening = [*sight.above[-20:], *sight.body.lines[:6]] if sight.body else []
        for title, provenance in offers:
            if verdict.bears(title, listed):
                return Fact(title, provenance)
        if any(verdict.bears(line, listed) for line in opening if len(line) <= 100):
            return Fact(listed, "listed title, found on the page")
    title, provenance = offers[0] if offers else ("", "")
    return Fact(title, provenance)


def _titles(sight: Sight) -> list[tuple[str, str]]:
    article = sight.body.structured if sight.body else None
    own = [(article.title, "payload")] if article and article.title else []
    return own + titles(sight.head) + _over_body(sight)


def _over_body(sight: Sight) -> list[tuple[str, str]]:
    """Return the nearest line over the body that may be its title: old pages have no other place for it."""
    if sight.body is None:
        return []
    lines = (line for line in reversed(sight.above[-TITLE_WITHIN:]) if not is_head_furniture(line))
    found = next((line for line in lines if LEAST_TITLE <= len(line) <= LONGEST_TITLE_LINE), "")
    return [(found, "line over the body")] if found and not SENTENCE_END.search(found) else []


def _refusal(sight: Sight, title: Fact, hint: Hint) -> tuple[Outcome, str] | None:
    """Return the outcome and reason when the page is not the report it was taken for, None when it may be."""
    opening = " ".join([*sight.above[:40], *(sight.body.lines[:3] if sight.body else ())])[:600]
    if hint.listed_title:
        if verdict.bears(title.value, hint.listed_title):
            return None
        shown = [text for text, _ in _titles(sight)]
        return verdict.mismatch(shown, hint.listed_title, opening, sight.body is not None)
    reason = verdict.irrelevant(title.value)
    if not reason:
        return None
    if sight.body is None and verdict.is_error(title.value, opening):
        return Outcome.SOFT_404, f"the page says it is not there: {title.value[:40]}"
    return Outcome.NOT_A_REPORT, reason


def report_of(sight: Sight, title: Fact, parts: Parts, decoded: Decoded, hint: Hint) -> Report:
    """Put a page's facts together, whatever it is a page of."""
    head = sight.head
    article = sight.body.structured if sight.body else None
    published, published_from = labels.published(sight.above, sight.below, head, hint.listed_on, hint.url)
    if article is not None and article.published_on is not None:
        published, published_from = article.published_on, "payload"
    label = (article.source_label if article else "") or labels.source(sight.above, sight.below, head)
    signed, signed_from = signed_on(parts)
    year, year_from = years.report_year(title.value, hint.listed_title, hint.report_year, parts.text)
    words = agency.Words(
        title.value, parts.byline, parts.signed, label, hint.agency, hint.division, head.division,
        breadcrumb(sight.above), parts.text[: agency.OPENING], hint.host_division,
    )  # fmt: skip
    name, division = agency.whose(words)
    return Report(
        title=title,
        text=parts.text,
        agency=name,
        division=division,
        report_year=year,
        report_year_provenance=year_from,
        published_on=published,
        published_on_provenance=published_from,
        signed_on=signed,
        signed_on_provenance=signed_from,
        source_label=label,
        method=sight.body.method if sight.body else "",
        agreement=sight.body.agreement if sight.body else None,
        encoding=decoded.encoding,
        flags=_flags(decoded, published_from, published, hint),
    )


def _flags(decoded: Decoded, provenance: str, published: object, hint: Hint) -> tuple[str, ...]:
    flags = [f"pages:{len(hint.further) + 1}"] if any(hint.further) else []
    if decoded.replaced:
        flags.append(f"replaced_characters:{decoded.replaced}")
    if " via " in decoded.encoding:
        flags.append("double_encoding")
    if hint.listed_on is not None and provenance != "list" and isinstance(published, type(hint.listed_on)):
        apart = abs((published - hint.listed_on).days)
        if apart > FAR_APART:
            flags.append(f"published_far_from_listed:{apart}")
    return tuple(flags)


def _is_list(tree: Tree) -> bool:
    whole = len(tree.tokens)
    return tree.linked(0, whole) * 2 > tree.han(0, whole)


def _thin(html: str, report: Report, size: int, hint: Hint) -> Reading:
    """Answer for a page whose own text is too short: its document, or the reason there is no report."""
    if hint.parent is None and (offered := offers(html, hint.url)):
        cover = replace(report, text="", method="")
        return Reading(None, "the body is in a document", cover, attachment=_best(offered, report.title.value))
    if shown := pictures(html, hint.url):
        why = f"the body is {len(shown)} pictures, which nothing here reads; the first: {shown[0]}"
        return Reading(Outcome.NEEDS_OCR, why)
    return Reading(
        Outcome.LAYOUT_CHANGED,
        f"{size} characters of text under the right title, a report has at least {verdict.LEAST_REPORT}: "
        "the reader no longer finds this site's body, or the page is empty",
    )


def _best(offered: Sequence[Offer], title: str) -> str:
    """Return the address of the document that is named like the report, else of the likeliest kind, else the first."""

    def rank(offer: Offer) -> tuple[bool, int]:
        ending = kind(offer.url)
        return within(title, offer.name) < RELATED, KINDS.index(ending) if ending else len(KINDS)

    return min(offered, key=rank).url


def _around(tree: Tree, body: Body | None) -> tuple[list[str], list[str]]:
    """Return the page's lines before and after the body; all of them are before no body."""
    if body is None:
        return tree.lines(), []
    if body.place is not None:
        first, last = body.place
        return tree.lines(0, first), tree.lines(last)
    lines = tree.lines()
    firm = [line for line in body.lines if len(line) >= ANCHOR]
    places = {line: place for place, line in reversed(list(enumerate(lines)))}
    start = next((places[line] for line in firm if line in places), 0)
    stop = next((places[line] + 1 for line in reversed(firm) if places.get(line, -1) >= start), start)
    return lines[:start], lines[stop:]
