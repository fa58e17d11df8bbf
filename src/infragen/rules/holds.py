"""Rules about modules that an environment holds; what needs the rendered files is checked with them (G026 to G029)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.resolved_system import Environment
from infragen.core.rule import Finding, Findings, rule

if TYPE_CHECKING:
    from datetime import date

    from infragen.core.resolved_system import ResolvedSystem


@rule("A109")
def _held_too_long(resolved: ResolvedSystem, today: date) -> Findings:
    holds = resolved.settings.holds if isinstance(resolved, Environment) else {}
    for name, hold in holds.items():
        if hold.is_past(today):
            message = f"{name} is held until {hold.until}, which has passed"
            hint = f"remove `holds.{name}` to take what the templates give; or write a later day, and why"
            yield Finding(message, resolved.at("environment", "holds", name, "until"), hint)
