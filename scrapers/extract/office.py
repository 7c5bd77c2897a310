"""Documents that only LibreOffice reads: WPS, RTF and old DOC in, lines out, by way of DOCX.

LibreOffice cannot do without files. They lie in a room of their own in memory (/dev/shm), never on a disk, and the
room is gone when the reading is, however it ends (docs/decisions/006-libreoffice-in-memory.md). Every document gets
a profile of its own, with macros and updates of links off.
"""

from pathlib import Path

from scrapers.extract import tools
from scrapers.extract.docx import read_docx
from scrapers.extract.rooms import room
from scrapers.extract.tools import OFFICE
from scrapers.extract.unreadable import BadDocument, Kind

_FILTERS = {"rtf": ["--infilter=Rich Text Format"], "doc": ["--infilter=MS Word 97"], "wps": []}
"""Without one LibreOffice guesses, and takes anything for text."""
_RESTART = 81
"""LibreOffice's exit status when it wants to be started again to use a profile it has just made."""
_SAFE = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}"><value>{value}</value></prop></item>'
        for path, name, value in _SAFE
    )
    + "</oor:items>"
)


def read_office(payload: bytes, kind: str) -> list[str]:
    """Return the lines of a document of the kind `rtf`, `doc` or `wps`; raises BadDocument when it cannot be read."""
    program = tools.where(OFFICE)
    if not program:
        raise tools.missing(OFFICE)
    binary = Path(program).resolve().with_name("soffice.bin")
    with room() as place, tools.writable():
        given = place / f"document.{kind}"
        (place / "profile" / "user").mkdir(parents=True)
        (place / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        given.write_bytes(payload)
        command = [str(binary), "--headless", "--nologo", "--norestore", "--nolockcheck", "--nodefault",
                   f"-env:UserInstallation=file://{place}/profile", *_FILTERS[kind],
                   "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(place / "out"), str(given)]  # fmt: skip
        tools.run(OFFICE, command, room=str(place), again=_RESTART)
        written = place / "out" / "document.docx"
        if not written.is_file():
            raise BadDocument(Kind.BROKEN, "LibreOffice cannot read it")
        converted = written.read_bytes()
    return read_docx(converted)
