"""How much of one plan is compared: a file that somebody else wrote cannot keep infragen busy for long.

A comparison of two objects, statements or patterns counts its pairs before it looks at them. Where a plan has more of
them than it may have, `TooMuch` ends the comparison, and its risks say so.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


class TooMuch(Exception):  # noqa: N818 - no error of the plan: it is not judged
    """More is to be compared than a plan may ask for."""


@dataclass(slots=True)
class Effort:
    """How many pairs of short texts are `left` to compare for one plan; one takes about a microsecond."""

    left: int


EFFORT: Final[ContextVar[Effort | None]] = ContextVar("effort", default=None)
"""That of the plan whose risks are determined; None anywhere else, where nothing is counted."""


def spend(pairs: int) -> None:
    """Count pairs that are going to be compared. TooMuch: there are more than are left."""
    effort = EFFORT.get()
    if effort is not None:
        effort.left -= pairs
        if effort.left < 0:
            raise TooMuch
