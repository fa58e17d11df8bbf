"""How long AWS supports a version of something: rules speak of the end half a year ahead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_EARLY: Final = timedelta(days=183)


def ending(what: str, end: date | None, today: date) -> str | None:
    """Return that standard support ends, or has ended; None where there is no end, or none within half a year."""
    if end is None or today < end - _EARLY:
        return None
    return f"standard support of {what} {'has ended' if end <= today else 'ends'} on {end}"
