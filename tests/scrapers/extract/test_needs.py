from scrapers.extract import needs, read, tools
from scrapers.extract.needs import Need
from tests.scrapers.extract.test_documents import hint
from tests.scrapers.extract.writers import ole


def test_what_is_missing_is_named_with_its_fix(monkeypatch):
    monkeypatch.setattr(tools, "SEARCHED", "/nonexistent")
    found = {need.name: need for need in needs.needs()}
    assert found["antiword"] == Need("antiword", "DOC", "", "apt-get install antiword")
    assert found["soffice"].found == ""
    assert "libreoffice-writer-nogui" in found["soffice"].fix
    for payload, kind in ((ole({"WordDocument": b"x"}), "doc"), (rb"{\rtf1 x}", "rtf")):
        reading = read(payload, hint(kind))
        assert reading.outcome == "unsupported_format"
        assert "apt-get install" in reading.reason
