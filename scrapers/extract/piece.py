"""A further page of an article read for what it adds to the first.

Its decoded text and hint in, its part of the body out, title and by-line left out. It knows nothing of pagers and
addresses (see `platforms.further`).
"""

from scrapers.charset import Decoded
from scrapers.extract import verdict
from scrapers.extract.hint import Hint
from scrapers.extract.page import find_title, look
from scrapers.extract.parts import take_apart, without_pager
from scrapers.model import Fact, Outcome, Reading, Report
from scrapers.text import clean

LEAST_HAN = 4
"""A last page may hold the sign-off alone, where the platform's own element tells what is body."""


def read_piece(decoded: Decoded, hint: Hint) -> Reading:
    """Read a further page of an article for its part of the text; the title and by-line it repeats are left out.

    The reading has no fingerprint: a part is no report. Its outcome says why there is nothing to join.
    """
    sight = look(decoded.text, hint.platform, least=LEAST_HAN)
    title = find_title(sight, hint.listed_title) if sight is not None else Fact("", "")
    if sight is None or sight.body is None:
        return Reading(Outcome.LAYOUT_CHANGED, "no text found on it")
    if not verdict.bears(title.value, hint.listed_title):
        return Reading(Outcome.NOT_A_REPORT, f"it is titled {title.value[:40] or 'nothing'}")
    parts = take_apart(without_pager(clean("\n".join(sight.body.lines))).split("\n"), hint.listed_title)
    repeated = bool(parts.title)
    lines = [*(() if repeated else parts.byline), parts.text, *parts.signed]
    part = Report(title, "\n".join(filter(None, lines)), None, None, None, "", None, "", None, "")
    return Reading(None, "a further page of an article", part)
