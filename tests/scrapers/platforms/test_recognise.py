"""Which system made a page, told by marks: each names its own first, says why, and a bare page is nobody's."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scrapers.platforms
from scrapers.platforms import PLATFORMS
from scrapers.platforms.recognise import SURE, recognise
from tests.village import Village
from tests.village.streets import Streets

LISTS = Path(__file__).parents[2] / "pages" / "lists"


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("trs", "trs.html"),
        ("jcms", "jcms.html"),
        ("jcms", "jcms_answer.xml"),
        ("ucap", "ucap_comment.html"),
        ("ucap", "ucap_data.html"),
        ("gkmlpt", "gkmlpt_shell.html"),
        ("gkmlpt", "gkmlpt_article.html"),
    ],
)
def test_a_page_names_its_system_and_no_other_as_surely(platform, name):
    first, second, *_ = recognise((LISTS / name).read_text(encoding="utf-8"))
    assert first.platform == platform
    assert first.score >= SURE
    assert first.score > second.score
    assert first.marks[0] in first.why()


@pytest.mark.parametrize(
    ("platform", "path"),
    [
        ("trs", "/zwgk/fzbg/202503/t20250311_71234.html"),
        ("jcms", "/art/2025/3/9/art_4410_99001.html"),
        ("ucap", "/yxq/c110222/202503/0123456789abcdef0123456789abcdef.shtml"),
        ("ucap", "/sft/c100222/202203/c00_30001234.shtml"),
        ("ucap", "/14001/40002/content_2030001.html"),
        ("gkmlpt", "/gkmlpt/content/1/1854/post_1854001.html"),
        ("vsb", "/info/1012/2345.htm"),
        ("lonsun", "/public/6600001/37000001.html"),
        ("lonsun", "/OpennessContent/show/3300001.html"),
        (
            "easysite",
            "/columns/0a1b2c3d-0000-4000-8000-0123456789ab/202502/05/1.html",
        ),
        ("epoint", "/003/003004/20260226/1a1b2c3d-0000-4000-8000-0123456789ab.html"),
        ("aspnet", "/Item/121001.aspx"),
    ],
)
def test_an_address_alone_points_to_its_system(platform, path):
    assert recognise("<p>正文</p>", f"http://www.yunxi.gov.cn{path}")[0].platform == platform


def test_every_site_of_the_village_is_recognised_by_a_list_and_by_an_article():
    wrong = []
    for site in Village(8600).sites:
        streets = Streets(site)
        kinds = {place.kind: (path, place) for path, place in streets._places.items()}
        for kind in ("listing", "article"):
            path, place = kinds[kind]
            first = recognise(streets.render(path, place), f"http://{site.host}:8600{path}")[0]
            # The old table site is of ASP.NET's make, and reads as well by shape, as the registry has it.
            if first.platform != ("aspnet" if site.system == "table" else site.platform):
                wrong.append((site.name, kind, first))
    assert wrong == []


def test_a_bare_page_is_read_by_shape():
    (only,) = recognise("<p>欢迎</p>", "http://www.yunxi.gov.cn/")
    assert (only.platform, only.score) == ("generic", 0)
    assert "shape" in only.why()


def test_every_docstring_names_marks_and_two_hosts():
    for name, platform in PLATFORMS.items():
        text = platform.__doc__ or ""
        assert "arks" in text, name
        assert len(set(re.findall(r"[a-z0-9.]+\.gov\.cn", text))) >= 2, name
    assert scrapers.platforms.__doc__


@given(st.text(alphabet="<>=\"'/_-.0123456789abcdefTRS htmlidcontent", max_size=400))
def test_any_text_has_a_ranking_that_ends_with_generic(text):
    ranking = recognise(text, "http://a.gov.cn/")
    assert ranking[-1].platform == "generic"
    assert [one.score for one in ranking] == sorted((one.score for one in ranking), reverse=True)
