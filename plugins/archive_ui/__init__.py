"""The archive's pages: a snapshot of the catalog in, HTML out. Reads `scrapers.corpus`, writes nothing."""
