"""How people hold the names of an entry where they are to lead, when another environment takes over."""

from collections.abc import Iterable, Iterator
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.takeover import Command

HEALTH: Final = "Amazon Route 53 Developer Guide: Values that you specify when you create health checks, Disabled"


def holding(checks: list[str], options: str, shows: str) -> tuple[Command, ...]:
    return tuple(
        Command(
            f'aws route53 update-health-check --health-check-id "$({check})" {options}'
            " --query 'HealthCheck.HealthCheckConfig.[Disabled, Inverted]' --output text",
            shows,
        )
        for check in checks
    )


def found_check(condition: str) -> str:
    """Return the command that finds the id of a health check: only Route 53 knows it."""
    return f'aws route53 list-health-checks --query "HealthChecks[?{condition}].Id | [0]" --output text'


def led_names(standby: BuildContext, names: Iterable[str], region: str) -> Iterator[Command]:
    zone = standby.entry.zone_of(standby.environment)
    zone_id = zone.zone_id if zone is not None and zone.zone_id else "ZONE_ID"
    records = f"aws route53 list-resource-record-sets --hosted-zone-id {zone_id}"
    for name in names:
        query = f"ResourceRecordSets[?Name=='{name}.' && Type=='A'].[SetIdentifier, Failover]"
        shows = f"{standby.environment.name} SECONDARY, and the primary"
        yield Command(f'{records} --query "{query}" --output text', shows)
        yield Command(f"dig +short {name}", f"addresses in {region}, a minute later")
