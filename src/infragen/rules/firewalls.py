"""Rules about firewalls, whatever they stand before: countries that there are not, and what nobody looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.build_context import BuildContext
from infragen.core.rule import Finding, Findings, rule
from infragen.kinds import kinds
from infragen.kinds.firewalls import COUNTRIES, Firewall

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment, ResolvedSystem

_MEANT: Final = {"UK": "GB", "JA": "JP", "EN": "GB", "KO": "KR", "ZH": "CN", "EL": "GR"}
"""What people write, and mean."""


@rule("G127")
def _no_country(resolved: ResolvedSystem) -> Findings:
    for owner, entry in resolved.every():
        firewall = getattr(entry, "firewall", None)
        if not isinstance(firewall, Firewall) or firewall.countries is None:
            continue
        for index, code in enumerate(firewall.countries.only):
            if code not in COUNTRIES:
                meant = _MEANT.get(code)
                hint = f"did you mean `{meant}`?" if meant else "write its code in ISO 3166, such as `JP` for Japan"
                place = resolved.at(owner, "firewall", "countries", "only", index)
                yield Finding(f"`{code}` is the code of no country", place, hint)


@rule("G128")
def _no_sql(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        firewall = getattr(entry, "firewall", None)
        if not isinstance(firewall, Firewall) or "core" not in firewall.managed or "sql-injection" in firewall.managed:
            continue
        database = _database_behind(environment, owner)
        if database is not None:
            message = f"the rule group `core` does not look for SQL injection, and {database} is behind {owner}"
            yield Finding(message, environment.at(owner, "firewall", "managed"), "add `sql-injection` to `managed`")


def _database_behind(environment: Environment, owner: str) -> str | None:
    """Return a database that something uses to which an entry leads; None where there is none."""
    place, seen, waiting = BuildContext(environment, {}), set[str](), [owner]
    while waiting:
        one = waiting.pop()
        entry = environment.find(one)
        if entry is None or one in seen:
            continue
        seen.add(one)
        used = getattr(entry, "used", None)
        found = [other for other, _, _ in used()] if used is not None else []
        database = next((other for other in found if other.startswith("databases/")), "")
        if database:
            return str(database)
        led = (link.target for link in kinds()[entry.KIND].network.links(entry, place.of(one)) if link.source == one)
        waiting += [other for other in (*led, *found) if other.startswith(("balancers/", "services/"))]
    return None
