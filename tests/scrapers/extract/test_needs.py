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


def test_a_sandbox_that_stays_on_the_network_is_told_with_its_fix(monkeypatch, tmp_path):
    told = {need.name: need for need in needs.needs()}["network namespace"]
    assert bool(told.found) == tools.leaves_network()
    shim = tmp_path / "stays.py"
    shim.write_text("import os, sys\nos.execv(sys.argv[5], sys.argv[5:])\n")
    monkeypatch.setattr(tools, "_SHIM", str(shim))
    told = {need.name: need for need in needs.needs()}["network namespace"]
    assert told.found == ""
    assert "user.max_user_namespaces" in told.fix
