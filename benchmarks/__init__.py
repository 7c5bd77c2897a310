"""Measurements of the archive beside what people would otherwise use; nothing here gates a test."""
