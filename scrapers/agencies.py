"""What kind of body a name is, and at which level of government: one vocabulary for the whole archive.

An official name in, an `AgencyType` out; a division's code in, a `Level` out. It knows the shapes of names, not
which bodies exist.
"""

import re
from enum import StrEnum


class AgencyType(StrEnum):
    """What a body does. Names differ from county to county; the type is what can be compared between them."""

    GOVERNMENT = "government"
    PARTY_COMMITTEE = "party_committee"
    TOWNSHIP = "township"
    ZONE = "zone"
    OFFICE = "office"
    DEVELOPMENT_REFORM = "development_reform"
    EDUCATION = "education"
    SCIENCE_INDUSTRY = "science_industry"
    ETHNIC_RELIGIOUS = "ethnic_religious"
    PUBLIC_SECURITY = "public_security"
    CIVIL_AFFAIRS = "civil_affairs"
    JUSTICE = "justice"
    FINANCE = "finance"
    LABOUR = "labour"
    NATURAL_RESOURCES = "natural_resources"
    ECOLOGY = "ecology"
    HOUSING = "housing"
    TRANSPORT = "transport"
    WATER = "water"
    AGRICULTURE = "agriculture"
    FORESTRY = "forestry"
    COMMERCE = "commerce"
    CULTURE = "culture"
    HEALTH = "health"
    VETERANS = "veterans"
    EMERGENCY = "emergency"
    AUDIT = "audit"
    STATE_ASSETS = "state_assets"
    MARKET = "market"
    STATISTICS = "statistics"
    MEDICAL_INSURANCE = "medical_insurance"
    URBAN_MANAGEMENT = "urban_management"
    GOVERNMENT_SERVICES = "government_services"
    TAX = "tax"
    METEOROLOGY = "meteorology"
    OTHER = "other"


class Level(StrEnum):
    """How high in the state a division stands."""

    CENTRAL = "central"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


def agency_type(name: str) -> AgencyType:
    """Return the type of the body that an official name names; `other` for one that no rule knows.

    A name in which several functions meet (教育和科技局, 文化广电旅游体育局) has the type of the first rule that fits.
    """
    return next((kind for kind, rule in _RULES if rule.search(name)), AgencyType.OTHER)


def level(division: str) -> Level:
    """Return the level of a six-digit GB/T 2260 code; 000000 is the centre."""
    if division.startswith("00"):
        return Level.CENTRAL
    if division.endswith("0000"):
        return Level.PROVINCE
    return Level.PREFECTURE if division.endswith("00") else Level.COUNTY


_RULES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (AgencyType.TOWNSHIP, "(?:乡|镇|苏木)(?:人民政府|党委|委员会)?$|街道(?:党工委|工作委员会)?$|街道办事处"),
        (AgencyType.ZONE, "(?:开发|高新|产业|园|新|保税|示范|度假|名胜)区.{0,4}管理局|(?<!监督)管理委员会$|管委会$"),
        (AgencyType.GOVERNMENT, "人民政府$|^国务院$"),
        (AgencyType.STATE_ASSETS, "国有资产|国资"),
        (AgencyType.PARTY_COMMITTEE, r"^中(?:国)?共(?:产党)?.{2,30}委(?:员会)?$|[省市区县州旗盟]委$"),
        (AgencyType.GOVERNMENT_SERVICES, "政务服务|行政审批|数据(?:资源)?(?:管理)?局|数据和政务|公共资源交易"),
        (AgencyType.MEDICAL_INSURANCE, "医疗保障|医保"),
        (AgencyType.LABOUR, "人力资源|人社|劳动"),
        (AgencyType.NATURAL_RESOURCES, "自然资源|规划(?:和|与)?自然|国土"),
        (AgencyType.ECOLOGY, "生态环境|环境保护|环保"),
        (AgencyType.EMERGENCY, "应急|安全生产监督|消防"),
        (AgencyType.MARKET, "市场监督|市场监管|工商行政|食品药品|药品监督|知识产权|质量技术监督"),
        (AgencyType.URBAN_MANAGEMENT, "城市管理|城管|综合行政执法|综合执法|城市综合"),
        (AgencyType.PUBLIC_SECURITY, "公安"),
        (AgencyType.JUSTICE, "司法|法制办|全面依法治"),
        (AgencyType.VETERANS, "退役军人"),
        (AgencyType.DEVELOPMENT_REFORM, "发展(?:和|与)?改革|发展改革|发改|物价|粮食"),
        (AgencyType.EDUCATION, "教育|教体|教科|教委"),
        (AgencyType.CULTURE, "文化|文旅|文体|旅游|广播电视|广电|新闻出版|文物|体育"),
        (AgencyType.SCIENCE_INDUSTRY, "科学技术|科技|工业和信息|工信|经济和信息|经信"),
        (AgencyType.ETHNIC_RELIGIOUS, "民族|民宗|宗教"),
        (AgencyType.CIVIL_AFFAIRS, "民政(?!府)"),
        (AgencyType.HOUSING, "住房|住建|城乡建设|建设局|房产|房屋|公积金|人民防空|人防"),
        (AgencyType.TRANSPORT, "交通|公路|铁路|民航|港航|邮政"),
        (AgencyType.WATER, "水利|水务|水文"),
        (AgencyType.AGRICULTURE, "农业|农村|农牧|畜牧|渔业|乡村振兴|农机"),
        (AgencyType.FORESTRY, "林业|林草|园林|绿化"),
        (AgencyType.COMMERCE, "商务|贸易|招商|口岸|投资促进|供销"),
        (AgencyType.HEALTH, "卫生|卫健|疾病预防|疾控|计划生育|中医药"),
        (AgencyType.AUDIT, "审计"),
        (AgencyType.STATISTICS, "统计|调查队"),
        (AgencyType.TAX, "税务|地税|国税"),
        (AgencyType.METEOROLOGY, "气象|地震"),
        (AgencyType.FINANCE, "财政|金融"),
        (AgencyType.OFFICE, "办公厅|办公室|外事|信访|机关事务|机构编制|接待"),
    )
)  # fmt: skip
