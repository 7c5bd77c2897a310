"""Exports: a part of the archive in, files that other archives read out, and such a part back in.

`subset` chooses, `warc` and `wacz` write what web archives replay, `bag` writes a folder that carries raw bytes,
clean texts and ledger as they are, and `bring` takes one into another bucket. Nothing here changes what is archived.
"""
