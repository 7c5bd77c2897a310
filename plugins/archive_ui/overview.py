"""The first page: totals, how complete the archive is by place and year, the season, and the last runs."""

from fastapi import APIRouter, Request, Response

from plugins.archive_ui import asked
from plugins.archive_ui.drawing import bars, line, shade
from plugins.archive_ui.pages import page
from scrapers.corpus.summary import season_year, sources_of
from scrapers.corpus.tally import coverage

RUNS = 10
CHARTED = 40
router = APIRouter()


@router.get("/")
def overview(request: Request) -> Response:
    """Show the archive at a glance; `province` opens one province, `season` chooses a year."""
    within, chosen = asked.code(request, "province"), asked.year(request, "season")
    corpus = request.app.state.archive()
    snapshot, declared = corpus.snapshot(), corpus.declared()
    today = corpus.today()
    current = season_year(snapshot, today)
    progress = corpus.season(chosen or current)
    charted = snapshot.runs.head(CHARTED).reverse()
    new = charted["archived_new"].to_list()
    return page(
        request,
        "overview.html",
        view="overview",
        snapshot=snapshot,
        declared=declared,
        sources=len(sources_of(declared.provinces)),
        sightings=snapshot.sighted.height,
        open_findings=int(snapshot.findings["open"].sum()),
        coverage=coverage(corpus.tally(), within),
        within=within,
        releases=corpus.releases(),
        shade=shade,
        season=progress,
        drawn=line(progress, 640, 140, today),
        years=snapshot.years[:15],
        runs=snapshot.runs.head(RUNS).to_dicts(),
        charted=list(zip(charted.to_dicts(), bars(new, 640, 80), strict=True)),
        most=max(new, default=0),
    )
