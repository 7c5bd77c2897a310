"""What analysts ask, answered in a notebook that CI runs, and the same from other tools."""
