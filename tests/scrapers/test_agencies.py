"""Types of bodies by their names, levels by their codes."""

import pytest

from scrapers.agencies import AgencyType, Level, agency_type, level


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("益阳市赫山区人民政府", AgencyType.GOVERNMENT),
        ("益阳市赫山区泥江口镇人民政府", AgencyType.TOWNSHIP),
        ("桃花仑街道办事处", AgencyType.TOWNSHIP),
        ("新疆生产建设兵团", AgencyType.OTHER),
        ("中共桃江县委", AgencyType.PARTY_COMMITTEE),
        ("中共桃江县委全面依法治县委员会办公室", AgencyType.JUSTICE),
        ("益阳市赫山区教育局", AgencyType.EDUCATION),
        ("裕民县教科局", AgencyType.EDUCATION),
        ("龙泉市司法局", AgencyType.JUSTICE),
        ("龙泉市人力资源和社会保障局", AgencyType.LABOUR),
        ("佛山市顺德区市场监督管理局", AgencyType.MARKET),
        ("益阳市赫山区文化旅游广电体育局", AgencyType.CULTURE),
        ("清水县农业农村局", AgencyType.AGRICULTURE),
        ("青岛市即墨区综合行政执法局", AgencyType.URBAN_MANAGEMENT),
        ("上海市发展和改革委员会", AgencyType.DEVELOPMENT_REFORM),
        ("唐山高新技术产业开发区管理委员会", AgencyType.ZONE),
        ("黄石市国有资产监督管理委员会", AgencyType.STATE_ASSETS),
        ("桃江县人民政府办公室", AgencyType.OFFICE),
        ("国家税务总局桃江县税务局", AgencyType.TAX),
        ("益阳市生态环境局赫山分局", AgencyType.ECOLOGY),
        ("佛山市自然资源局顺德分局", AgencyType.NATURAL_RESOURCES),
        ("", AgencyType.OTHER),
    ],
)
def test_a_name_has_its_type(name: str, expected: AgencyType) -> None:
    assert agency_type(name) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("000000", Level.CENTRAL),
        ("430000", Level.PROVINCE),
        ("430900", Level.PREFECTURE),
        ("430903", Level.COUNTY),
    ],
)
def test_a_code_has_its_level(code: str, expected: Level) -> None:
    assert level(code) is expected
