"""What a machine needs to read every kind of document, what of it is there, and how to get the rest."""

from dataclasses import dataclass

from scrapers.extract import ocr, tools

SANDBOX = (
    "allow the sandbox a network of its own: sysctl user.max_user_namespaces=10000; where a seccomp or AppArmor "
    "profile refuses unshare, as Docker's own does, one that allows it. Until then these tools can reach the network"
)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that reads some kinds of documents."""

    name: str
    reads: str
    found: str
    """Where it is; empty when it is missing."""
    fix: str


def needs() -> list[Need]:
    """Return every tool there is a use for; documents that miss theirs end as `unsupported_format`, with this fix."""
    found = [Need(tool.program, tool.reads, tools.where(tool), tool.install) for tool in tools.TOOLS]
    apart = "allowed" if tools.leaves_network() else ""
    found.append(Need("network namespace", "nothing; keeps antiword and soffice off the network", apart, SANDBOX))
    return [*found, Need("rapidocr", "scans, opt-in", "installed" if ocr.is_installed() else "", ocr.INSTALL)]
