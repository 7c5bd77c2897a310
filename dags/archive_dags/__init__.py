"""What the DAG files share: how a task opens the archive, its params, its notices and its metrics.

A DAG file says when, in tasks of about one statement; what two of them need stands here, once. Airflow puts this
folder's parent on `sys.path` and, by `.airflowignore`, looks for no DAGs in it. Importing it refuses an Airflow
that is too old before anything else fails on it.
"""

import re

from airflow import __version__ as found

FLOOR = (3, 3)
"""Deadlines, retry policies by exception and sync callbacks; below 3.1.7 the API server also leaks credentials."""


def require_floor(version: str) -> None:
    """Raise ImportError naming the fix when this Airflow is older than the floor."""
    major, minor = (int(part) for part in re.findall(r"\d+", version)[:2])
    if (major, minor) < FLOOR:
        floor = ".".join(map(str, FLOOR))
        raise ImportError(
            f"Airflow {version} is older than {floor}, which these DAGs need. Install what is locked: "
            "`uv pip sync --require-hashes requirements.txt`, then `airflow db migrate`."
        )


require_floor(found)
