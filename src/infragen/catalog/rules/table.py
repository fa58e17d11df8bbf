"""The table of rules: to add one, write its file beside this one and its line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.catalog.rules import (
    f101_size_rounded,
    f102_size_too_large,
    f103_profile_unknown,
    f104_profile_unused,
    f105_tasks_range,
    f106_schedule_range,
    f107_cron,
    f108_time_zone,
    n101_name_shared,
    n102_name_long,
    r101_database_unknown,
    r102_database_shared,
    r103_database_unused,
    r104_callee_unknown,
    r105_calls_itself,
    r106_call_cycle,
    r107_domain_unknown,
    r108_gateway_unknown,
    r109_route_unknown,
    t101_declared_totals,
    t102_notes,
)

if TYPE_CHECKING:
    from infragen.catalog.rules.rule import Rule

__all__ = ["RULES"]

RULES: Final[tuple[Rule, ...]] = (
    f101_size_rounded.RULE,
    f102_size_too_large.RULE,
    f103_profile_unknown.RULE,
    f104_profile_unused.RULE,
    f105_tasks_range.RULE,
    f106_schedule_range.RULE,
    f107_cron.RULE,
    f108_time_zone.RULE,
    n101_name_shared.RULE,
    n102_name_long.RULE,
    r101_database_unknown.RULE,
    r102_database_shared.RULE,
    r103_database_unused.RULE,
    r104_callee_unknown.RULE,
    r105_calls_itself.RULE,
    r106_call_cycle.RULE,
    r107_domain_unknown.RULE,
    r108_gateway_unknown.RULE,
    r109_route_unknown.RULE,
    t101_declared_totals.RULE,
    t102_notes.RULE,
)
