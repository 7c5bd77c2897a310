"""The catalog room: ledger lines in, Delta tables out. `tables.Catalog` is its door."""
