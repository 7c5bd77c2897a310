"""Everything that can stop a task or a command, as one tree.

    ArchiveError
    ├── UserError                  a person must change something; retrying cannot help
    │   ├── SettingsError          raised when a variable is missing or wrong, by settings
    │   ├── RegistryError          raised when a registry file does not validate, by registry
    │   ├── StoreRefused           raised on wrong credentials, missing bucket or denied access, by archive.store
    │   ├── StoreIncapable         raised when the server fails a start-up probe, by archive.doctor
    │   └── NotInArchive           raised when an identifier names nothing, by corpus
    ├── TransientError             the world may heal; retrying helps
    │   ├── StoreUnavailable       raised when the store stays away longer than the outer retry, by archive.store
    │   ├── CatalogConflict        raised when other commits kept winning, by catalog
    │   └── HostTaken              raised when another attempt crawls the host, by archive.lease
    ├── Taken                      raised when a key that no hash names holds other bytes already, by archive.store
    ├── FixityError                raised when stored bytes do not hash to their name, by archive.store
    ├── LedgerGap                  raised when a run's segments are not contiguous, by archive.ledger
    └── HostSilent                 raised when a host (or too many hosts) gave nothing, by harvest

What a site does wrong is never an exception: it is an `Outcome` on a line, or a `Finding`.
`retry` says whether the same call may succeed later without a person.
"""


class ArchiveError(Exception):
    """Base of every error this project raises on purpose."""

    retry = False


class UserError(ArchiveError):
    """Raised when a person's input is wrong; the message names the thing and the fix."""


class SettingsError(UserError):
    """Raised when an environment variable is missing or malformed, by `settings`."""


class RegistryError(UserError):
    """Raised when a registry file does not validate, by `registry`; names file, entry, field and fix."""


class StoreRefused(UserError):
    """Raised when the store denies us or the bucket does not exist, by `archive.store`."""


class StoreIncapable(UserError):
    """Raised when the store cannot keep the archive's promises, by `archive.doctor`."""


class NotInArchive(UserError):
    """Raised when an identifier names nothing in the archive, by `corpus`."""


class TransientError(ArchiveError):
    """Raised when the world may heal; the caller may try again later."""

    retry = True


class StoreUnavailable(TransientError):
    """Raised when the store did not answer within the outer retry, by `archive.store`."""


class CatalogConflict(TransientError):
    """Raised when concurrent commits kept winning, by `catalog`."""


class HostTaken(TransientError):
    """Raised when another attempt crawls the host, before or while we do, by `archive.lease`."""


class Taken(ArchiveError):
    """Raised when a key that no hash names already holds other bytes, by `archive.store`."""


class FixityError(ArchiveError):
    """Raised when stored bytes do not hash to their name, by `archive.store`."""


class LedgerGap(ArchiveError):
    """Raised when a run's ledger segments are not contiguous, by `archive.ledger`."""


class HostSilent(ArchiveError):
    """Raised when a host, or too many hosts of a run, gave nothing they should have, by `harvest`."""
