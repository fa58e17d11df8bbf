"""Levels of alarms: how urgent each is, and the topic that it goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.measures import LEVELS, Level

if TYPE_CHECKING:
    from infragen.core.expressions import Export
    from infragen.core.place import Place
    from infragen.core.system import Settings

__all__ = ["LEVELS", "Level", "declared", "in_force", "nearest", "of_budget", "topic"]

_OWNER = "alarms"


def declared(settings: Settings) -> tuple[Level, ...]:
    """Return the levels that an environment says who hears of, the most urgent first."""
    return tuple(level for level in LEVELS if level in settings.alerts)


def in_force(place: Place) -> bool:
    """Whether each level has a topic of its own, in place of one for all."""
    return bool(place.settings.alerts)


def nearest(settings: Settings, level: Level) -> Level:
    """Return a level that somebody hears of: this one, else the next more urgent one, else a less urgent one."""
    wanted = LEVELS.index(level)
    known = declared(settings)
    above = [one for one in known if LEVELS.index(one) <= wanted]
    return above[-1] if above else (known[0] if known else level)


def of_budget(settings: Settings) -> frozenset[Level]:
    """Return the levels whose people hear of the budget."""
    said = settings.budget.alerts.values() if settings.budget is not None else ()
    return frozenset(level for level in LEVELS if level in said)


def topic(place: Place, level: Level) -> Export:
    """Return the topic of a level, which is the same for all where an environment has no levels."""
    words = ("alerts", level) if in_force(place) else ("alerts",)
    found: Export = place.of(_OWNER).module("monitoring", *words).arn
    return found
