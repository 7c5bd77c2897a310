"""Tests, mirroring the tree; `tests.village` is also the demo's world."""
