"""Blue/green deliveries of a service by AWS CodeDeploy, as an entry asks for them."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from infragen.core.entry import Model, written_as
from infragen.core.units import Percent, Seconds

MOST_MINUTES: Final = 2880
"""AWS CodeDeploy API: BlueInstanceTerminationOption, two days; the shift of the requests has no more here, either."""
COLOURS: Final = ("blue", "green")
"""The target groups of a service: its tasks stand in one of them, and in the other one after the next delivery."""


class BlueGreen(Model):
    """New tasks start alongside the old ones, and requests shift to them step by step, or back at once."""

    _map = written_as(lambda value: f"{{shift: {value}}}")

    shift: Literal["linear", "canary"] = "linear"
    """`linear`: a percentage more at each step; `canary`: a percentage first, then the rest."""
    percent: Annotated[Percent, Field(examples=["10 %"])] = Decimal(10)
    interval: Annotated[Seconds, Field(examples=["1 min"])] = 60
    """The time between two steps, in whole minutes."""
    keep: Annotated[Seconds, Field(examples=["60 min"])] = 3600
    """How long the old tasks stay for a rollback once all requests go to the new ones, in whole minutes."""

    @property
    def steps(self) -> int:
        return 1 if self.shift == "canary" else -(-100 // max(1, int(self.percent))) - 1

    @property
    def keep_minutes(self) -> int:
        return self.keep // 60

    @property
    def shift_seconds(self) -> int:
        return self.steps * self.interval
