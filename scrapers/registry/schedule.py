"""When a province is harvested: cron expressions checked before Airflow sees them. Values in, yes or no out."""

import re
from collections.abc import Iterable

_CRON = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_CRON_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/[1-9]\d?)?")


def is_cron(given: object) -> bool:
    """Return whether a value is a list of five-field cron expressions, in numbers (crontab(5), without names)."""
    return isinstance(given, (list, tuple)) and all(isinstance(one, str) and _is_expression(one) for one in given)


def _is_expression(text: str) -> bool:
    words = text.split()
    return len(words) == len(_CRON) and all(
        (part := _CRON_PART.fullmatch(item)) is not None and _between(part.groups(), low, high)
        for word, (low, high) in zip(words, _CRON, strict=True)
        for item in word.split(",")
    )


def _between(ends: Iterable[str | None], low: int, high: int) -> bool:
    numbers = [int(end) for end in ends if end is not None]
    return numbers == sorted(numbers) and all(low <= number <= high for number in numbers)
