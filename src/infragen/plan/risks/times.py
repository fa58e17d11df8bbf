"""Times: what runs by the clock runs at another hour.

A zone of time alone moves everything that is written in it. Windows of AWS are in UTC, so that they move with it.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.lookups import word
from infragen.plan.risks.types import of_updates, rows
from infragen.plan.view import View
from infragen.redaction.values import Value
from infragen.text import span

_down = RiskKind.DOWNTIME.risk
_SEASONS = (datetime(2025, 1, 15, 12), datetime(2025, 7, 15, 12))  # noqa: DTZ001  # a wall clock's, in any zone
_WINDOW = re.compile(r"(?:([a-z]{3}):)?(\d\d):(\d\d)-(?:([a-z]{3}):)?(\d\d):(\d\d)")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK, _DAY = 7 * 86_400, 86_400


def _zone(view: View, name: str, words: str) -> Iterator[Risk]:
    before, after = word(view.before(name)), word(view.after(name))
    if before and after and before != after:
        try:
            zones = ZoneInfo(before), ZoneInfo(after)
        except (LookupError, OSError, ValueError):
            later = set()
        else:
            moments = ([season.replace(tzinfo=zone).timestamp() for zone in zones] for season in _SEASONS)
            later = {int(then - now) for now, then in moments}
        if later != {0}:
            yield _down(Level.MEDIUM, f"{words} {_moved(later)}: {name} {before} -> {after}")


def _moved(later: set[int]) -> str:
    if len(later) != 1:
        return "at another time"
    (seconds,) = later
    return f"{span(abs(seconds))} {'later' if seconds > 0 else 'earlier'}"


def _window(view: View, name: str, words: str) -> Iterator[Risk]:
    before, after = view.before(name), view.after(name)
    begins, becomes = _begin(before), _begin(after)
    if begins is None or becomes is None or begins[1] != becomes[1]:
        return
    (begin, turn), half = begins, begins[1] // 2
    later = (becomes[0] - begin + half) % turn - half
    if later:
        yield _down(Level.LOW, f"{words} {_moved({later})}: {name} {before} -> {after}")


def _begin(window: Value) -> tuple[int, int] | None:
    """Return when a window begins, in seconds of its turn, and those of the turn: a day, or a week."""
    found = _WINDOW.fullmatch(window) if isinstance(window, str) else None
    if not found or (found[1] and found[1] not in _DAYS):
        return None
    day = _DAYS.index(found[1]) if found[1] else 0
    return day * _DAY + int(found[2]) * 3600 + int(found[3]) * 60, _WEEK if found[1] else _DAY


JUDGES = of_updates(*rows("times", zone=_zone, window=_window))
