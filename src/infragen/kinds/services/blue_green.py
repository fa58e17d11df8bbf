"""Blue/green deliveries of a service by AWS CodeDeploy: how requests move to new tasks, and what brings them back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from infragen.core.entry import Model, written_as
from infragen.core.names import LIMITS, Limit
from infragen.core.part import named
from infragen.core.place import View
from infragen.core.units import Percent, Seconds

if TYPE_CHECKING:
    from infragen.core.expressions import Export, Module
    from infragen.core.place import Place
    from infragen.kinds.balancers.build import BalancerView
    from infragen.kinds.services.model import Service

_MINUTE: Final = 60
MOST_MINUTES: Final = 2880
"""AWS CodeDeploy API: BlueInstanceTerminationOption, two days; the shift of the requests has no more here, either."""
_APPLICATION: Final = Limit("CodeDeploy application", 100, "AWS CodeDeploy API: CreateApplication")
_CONFIGURATION: Final = Limit("CodeDeploy deployment configuration", 100, "AWS CodeDeploy API: CreateDeploymentConfig")
COLOURS: Final = ("blue", "green")
"""The target groups of a service: its tasks stand in one of them, and in the other one after the next delivery."""


class BlueGreen(Model):
    """New tasks start beside the old ones, and requests move to them step by step, or back at once."""

    _map = written_as(lambda value: f"{{shift: {value}}}")

    shift: Literal["linear", "canary"] = "linear"
    """`linear`: so many percent more at each step; `canary`: so many percent at first, and then the rest."""
    percent: Annotated[Percent, Field(examples=["10 %"])] = Decimal(10)
    interval: Annotated[Seconds, Field(examples=["1 min"])] = 60
    """Between two steps, in whole minutes."""
    keep: Annotated[Seconds, Field(examples=["60 min"])] = 3600
    """For how long the old tasks stay once all requests are on the new ones, in whole minutes: the way back."""

    @property
    def steps(self) -> int:
        """How many intervals there are until all requests are on the new tasks."""
        return 1 if self.shift == "canary" else -(-100 // max(1, int(self.percent))) - 1

    @property
    def keep_minutes(self) -> int:
        """For how many minutes the old tasks stay."""
        return self.keep // _MINUTE

    @property
    def shift_seconds(self) -> int:
        """How long the requests take to move."""
        return self.steps * self.interval


def application_name(place: Place) -> str:
    """Return what CodeDeploy calls the application of a service, and its one deployment group."""
    return place.names.container(place.entry)


class BlueGreenView(View):
    """What CodeDeploy is told of a service."""

    @property
    def blue_green(self) -> BlueGreen | None:
        """How it is delivered; None for a service that ECS moves to new tasks by itself."""
        found: BlueGreen | None = getattr(self._place.entry, "blue_green", None)
        return found

    @property
    def deployment(self) -> Module | None:
        """The module of its application, its deployment group and their role."""
        entry = self._place.entry
        return self._place.module("compute", "deployment", entry.SINGULAR, entry) if self.blue_green else None

    @named(_APPLICATION)
    def application_name(self) -> str:
        """Its application, and the deployment group of that."""
        return application_name(self._place) if self.blue_green else ""

    @named(_CONFIGURATION)
    def deployment_config_name(self) -> str:
        """Its figures: AWS changes those of none, so that others have another name."""
        if self.blue_green is None:
            return ""
        figures = f"{self.blue_green.shift}-{self.blue_green.percent:f}-{self.blue_green.interval // _MINUTE}"
        return f"{application_name(self._place)}-{figures}"

    @property
    def shift(self) -> dict[str, object] | None:
        """How requests move."""
        if self.blue_green is None:
            return None
        return {
            "type": self.blue_green.shift,
            "percent": self.blue_green.percent,
            "minutes": self.blue_green.interval // _MINUTE,
        }

    @property
    def keep_minutes(self) -> int:
        """For how many minutes the old tasks stay."""
        return self.blue_green.keep_minutes if self.blue_green else 0

    @named(LIMITS["role"])
    def deployment_role_name(self) -> str:
        """What CodeDeploy is while it delivers."""
        return f"{application_name(self._place)}-deployment" if self.blue_green else ""

    @property
    def listener(self) -> Export | None:
        """The listener whose requests move."""
        return self._balancer.balancer.listener_arn if self._balancer is not None else None

    @property
    def listener_rules(self) -> Export | None:
        """The rules of that listener that lead to it."""
        return self._behind("rule_arns")

    @property
    def target_group_names(self) -> Export | None:
        """Its two target groups."""
        return self._behind("target_group_names")

    @property
    def rollback_alarms(self) -> list[str]:
        """The alarms by which a delivery goes back: of its balancer's, those that are about this service."""
        from infragen.kinds.balancers.build import alarms_about

        return alarms_about(self._balancer, self._place.entry) if self._balancer is not None else []

    def _behind(self, output: str) -> Export | None:
        service: Service = self._place.entry
        return self._balancer.blue_green_module.output(output)[service.identity] if self._balancer is not None else None

    @property
    def _balancer(self) -> BalancerView | None:
        from infragen.kinds.balancers.build import BalancerView
        from infragen.kinds.balancers.model import leading_to

        found = leading_to(self._place.environment, self._place.entry.name) if self.blue_green is not None else []
        return BalancerView(self._place.of(found[0])) if found else None
