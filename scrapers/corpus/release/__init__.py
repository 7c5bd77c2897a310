"""Releases: a snapshot of the catalog in, a dated folder that never changes out, and such a folder read again.

`freeze` writes one, `files` makes what lies in it, `describe` its metadata, `compare` says what became of each
report between two, and `released` reads one from the bucket or from a disk.
"""
