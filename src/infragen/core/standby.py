"""What a standby has to hold of an entry before it can take over, and what it holds."""

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from infragen.core.resolved_system import Environment

Need = Literal["data", "code", "keys", "events", "names"]
"""What is stored; images and code; what signs, and opens what others closed; what starts it; who is led to it."""
State = Literal["held", "lags", "unproved", "missing"]
"""It is there; a copy, of which the runbook measures how far it is behind; something, of which nobody promises that it
is enough; nothing."""

Objective = Literal["RPO", "RTO"]

OBJECTIVES: Final[dict[Need, Objective]] = {
    "data": "RPO", "code": "RTO", "keys": "RTO", "events": "RTO", "names": "RTO",
}  # fmt: skip
"""Which promise each is about: without data there is a loss, without the others nothing works."""


class Held(Struct, frozen=True):
    """What a standby needs of an entry, and what it `has` of that; `mend` is what is written where that is too little.

    `field` is where the entry would say so.
    """

    need: Need
    has: str
    state: State = "held"
    mend: str = ""
    field: tuple[str, ...] = ("name",)

    @property
    def is_enough(self) -> bool:
        return self.state in ("held", "lags")


def begins_empty(what: str, mend: str, field: tuple[str, ...] = ("name",)) -> Held:
    return Held("data", f"a {what} of its own, which is billed, and begins empty", "missing", mend, field)


class Holding(Struct, frozen=True):
    """What a standby holds of an entry; `excluded` is why the promise does not cover it, or empty."""

    owner: str
    held: Held
    excluded: str = ""

    @property
    def objective(self) -> Objective:
        return OBJECTIVES[self.held.need]

    @property
    def words(self) -> str:
        if self.held.is_enough:
            return self.held.has
        accepted = f"accepted: {self.excluded}" if self.excluded else f"{self.objective} not met"
        return f"{self.held.has} ({accepted})"

    @property
    def is_unmet(self) -> bool:
        return not self.held.is_enough and not self.excluded


def by_need(held: Iterable[Holding]) -> list[Holding]:
    needs = [*OBJECTIVES]
    return sorted(held, key=lambda one: needs.index(one.held.need))


def lag_of_copies(environment: Environment) -> int:
    """Return a quarter of the promised RPO in seconds, which leaves time to act (an assumption); 0 without one."""
    followed = environment.followed
    recovery = followed.recovery if followed is not None else None
    return recovery.rpo_hours * 900 if recovery is not None else 0
