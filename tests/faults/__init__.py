"""Machines that break things on purpose, for tests."""
