"""Whether a dashboard has room for all that is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.build_context import BuildContext
from infragen.core.part import ENVIRONMENT
from infragen.core.rule import Finding, Findings, rule
from infragen.kinds.dashboards import DashboardView
from infragen.stacks.build import in_force

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment

_MOST: Final = 500


@rule("L151")
def _too_many(environment: Environment) -> Findings:
    if not environment.settings.dashboard or environment.broken:
        return
    count = len(DashboardView(BuildContext(environment, in_force(environment), "dashboard")).widgets)
    if count > _MOST:
        message = f"a dashboard has {_MOST} widgets at most, and all that is watched needs {count}"
        yield Finding(
            message, environment.at(ENVIRONMENT, "dashboard"), "leave it out, or write `none` for some alarms"
        )
