import pytest

from scrapers.divisions import Division, find, lookup


def test_lookup_gives_the_full_path():
    assert lookup("430903") == Division("430903", "赫山区", "湖南省", "益阳市", "赫山区")
    assert lookup("430900") == Division("430900", "益阳市", "湖南省", "益阳市", "")
    assert lookup("430000") == Division("430000", "湖南省", "湖南省", "", "")
    assert lookup("110105") == Division("110105", "朝阳区", "北京市", "", "朝阳区")


@pytest.mark.parametrize("code", ["", "000000", "999999", "4309", "bm0100", "４３０９０３"])
def test_lookup_of_no_division_is_none(code):
    assert lookup(code) is None


@pytest.mark.parametrize(
    ("code", "path", "official"),
    [
        ("430903", "湖南省益阳市赫山区", "益阳市赫山区"),
        ("331181", "浙江省丽水市龙泉市", "龙泉市"),
        ("654225", "新疆维吾尔自治区塔城地区裕民县", "裕民县"),
        ("110105", "北京市朝阳区", "北京市朝阳区"),
        ("419001", "河南省济源市", "济源市"),
    ],
)
def test_path_and_official_name(code, path, official):
    division = lookup(code)
    assert division is not None
    assert (division.path, division.official) == (path, official)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("益阳市赫山区教育局2024年法治政府建设年度报告", "430903"),
        ("唐山市丰润区教育局", "130208"),
        ("龙泉市教育局", "331181"),
        ("裕民县教科局2023年度法治政府建设工作总结", "654225"),
        ("黄石市教育局", "420200"),
        ("西安市鄠邑区司法局", "610118"),
        ("海南省教育厅", "460000"),
        ("乌海市海南区教育局", "150303"),
        ("海南区教育局", "150303"),
        ("北京市朝阳区人民政府", "110105"),
        ("长春市朝阳区人民政府", "220104"),
        ("阳泉市城区人民政府", "140302"),
    ],
)
def test_find_by_name(text, code):
    found = find(text)
    assert found is not None
    assert found.code == code


def test_an_ambiguous_name_needs_its_neighbourhood():
    assert find("朝阳区教育局") is None
    assert find("朝阳区教育局", near="110105") == lookup("110105")
    assert find("朝阳区教育局", near="220100") == lookup("220104")
    assert find("朝阳区教育局", near="110000") == lookup("110105")
    assert find("朝阳区教育局", near="430000") is None


def test_a_common_word_is_no_division():
    assert find("关于城区道路的通知") is None
    assert find("关于矿区和郊区的通知") is None


@pytest.mark.parametrize("near", ["", "430900"])
def test_a_former_name_that_is_a_common_word_is_no_division(near):
    assert find("益阳高新区管委会", near=near) is None  # 新区 was a district of 唐山市 until 2002
    assert find("长治市城区") == lookup("140400")


def test_former_names_and_codes_lead_to_their_successor():
    assert find("户县教育局") == lookup("610118")
    assert lookup("610125") == lookup("610118")
    assert find("襄樊市人民政府") == lookup("420600")


def test_a_current_name_beats_a_former_one():
    assert find("益阳市教育局") == lookup("430900")


def test_nothing_found():
    assert find("") is None
    assert find("教育部") is None
    assert find("x" * 1_000_000) is None
