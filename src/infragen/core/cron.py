"""AWS' cron expressions: six fields, read as strictly as AWS reads them.

Source: Amazon EventBridge Scheduler User Guide, `Schedule types`; Application Auto Scaling takes the same fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: its name, its numbers, the words for them, and the patterns only it knows."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()
    special: str | None = None

    def number(self, text: str) -> int | None:
        """Return the number of a plain value, or None when it is not one of this field's."""
        if text in self.words:
            return self.words.index(text) + self.low
        if not text.isdecimal() or len(text) > 4:
            return None
        number = int(text)
        return number if self.low <= number <= self.high else None


_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS: Final = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day-of-month", 1, 31, special=r"L|LW|([1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day-of-week", 1, 7, _DAYS, special=r"L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])"),
    _Field("year", 1970, 2199),
)


def problem(expression: str) -> str | None:
    """Say what is wrong with a cron expression, or return None when AWS takes it.

    `expression` has no `cron(...)` around it: minutes hours day-of-month month day-of-week year.
    """
    given = expression.split()
    if len(given) != len(_FIELDS):
        return f"it has {len(given)} fields, not six (minutes hours day-of-month month day-of-week year)"
    if (given[2] == "?") == (given[4] == "?"):
        return "exactly one of day-of-month and day-of-week must be `?`"
    for field, text in zip(_FIELDS, given, strict=True):
        if text == "?" and field.name.startswith("day-"):
            continue
        for part in text.split(","):
            found = _part_problem(field, part)
            if found:
                return f"{field.name} {text!r}: {found}"
    return None


def _part_problem(field: _Field, part: str) -> str | None:
    if field.special and re.fullmatch(field.special, part):
        return None
    span, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and 0 < int(step) <= field.high):
        return f"a step is a number from 1 to {field.high}"
    if span == "*":
        return None
    first, dash, last = span.partition("-")
    start, end = field.number(first), field.number(last) if dash else None
    if start is None or (dash and end is None):
        words = f" or {field.words[0]} to {field.words[-1]}" if field.words else ""
        return f"{span!r} is not {field.low} to {field.high}{words}"
    if end is not None and end < start:
        return f"{span!r} ends before it starts"
    return None
