"""What starts by the clock: its schedules at EventBridge Scheduler, their group, and the role that starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.build_context import ResourceView
from infragen.core.names import LIMITS
from infragen.core.part import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.kinds.workloads.model import Run


class ScheduledView(ResourceView):
    """What of an entry starts it by the clock."""

    @property
    def runs(self) -> Mapping[str, Run]:
        """When it is started, by name."""
        raise NotImplementedError

    @named(LIMITS["schedules"])
    def schedule_group_name(self) -> str:
        """The group of its schedules."""
        return self._ctx.names.container(self._ctx.entry) if self.runs else ""

    @named(LIMITS["role"])
    def schedules_role_name(self) -> str:
        """The role that starts it by the clock."""
        return f"{self.schedule_group_name}-schedules" if self.runs else ""

    @property
    def schedules(self) -> dict[str, dict[str, str]]:
        """Its schedules, as EventBridge Scheduler takes them."""
        return {name: {"expression": f"cron({run.cron})", "description": run.why} for name, run in self.runs.items()}
