"""The archive: digests and ledger lines in, immutable objects out, and back again.

`keys` spells every key, `store` alone speaks S3, `payloads` keeps raw and clean copies, `ledger` writes and
reads what was seen, `doctor` asks a store whether it can keep our promises, `verify` whether it did. The room
knows nothing of sites, parsing or tables.
"""

ORDER = ("raw", "clean", "segment", "catalog")
"""The effects of archiving one report, in the only order that survives a crash between any two of them.

The segment is the commit point: a line never names an object that is not yet durable, and the catalog never
holds a row whose line is not. `tests/scrapers/archive/test_protocol_model.py` explores every interleaving.
"""
