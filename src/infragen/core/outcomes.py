"""How a run ended of what runs to its end while nobody waits for it, and who hears of that: levels of alarms."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from infragen.core.entry import Model, written_as
from infragen.core.measures import Level

__all__ = ["OUTCOMES", "Notify", "Outcome"]

Outcome = Literal["success", "failure"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("success", "failure")

_ON_SUCCESS: Final = "write `success: low`: critical, high, medium or low"
_ON_FAILURE: Final = "write `failure: high`: critical, high, medium or low"


class Notify(Model):
    """Who hears how a run ended, by levels of alarms."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("on_success", "done", "ended", "completed", "succeeded", "well"), _ON_SUCCESS),
        **dict.fromkeys(("on_failure", "error", "errors", "failed", "badly"), _ON_FAILURE),
    }
    _map = written_as(lambda value: f"{{success: {value}}}")

    success: Annotated[Level | None, Field(examples=["low"])] = None
    """The level whose people hear that a run ended well; nobody when left out."""
    failure: Annotated[Level | Literal["none"] | None, Field(examples=["high"])] = None
    """The level whose people hear that a run failed; of a job `high` when left out, of a function its alarm `errors`.
    `none` tells nobody."""

    @property
    def said(self) -> dict[Outcome, Level]:
        """The level of each outcome that one is said of."""
        every = ((outcome, getattr(self, outcome)) for outcome in OUTCOMES)
        return {outcome: level for outcome, level in every if level not in (None, "none")}
