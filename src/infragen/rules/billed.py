"""Rules about what of databases is billed, and may be of no use: readers nobody is told of, proxies of few callers."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.rule import Finding, Findings, rule
from infragen.kinds import kinds
from infragen.kinds.databases import Database, instance_classes
from infragen.stacks.build import in_force
from infragen.stacks.costs import sound_estimate
from infragen.text import first_of

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment

_ROLLOUT: Final = 2
"""A rollout has old and new tasks at once: what takes twice the connections needs nobody to share them."""


@rule("D163")
def _told_to_nobody(environment: Environment) -> Findings:
    """Who uses an instance on RDS is told the addresses of all its readers; each of Aurora's can take over."""
    settings = environment.settings
    if environment.broken or settings.follows is not None or settings.stands_still_by is not None:
        return  # what is broken may use it, and a standby's are read once it has taken over
    for owner, database in environment.each(Database):
        if database.kind_of_engine.is_aurora or not database.readers or _is_demanded(environment, database, "readers"):
            continue
        if database.proxy is not None:
            continue  # D119: who uses it is led past its readers
        ctx = BuildContext(environment, in_force(environment))
        users = (user for user, entry in environment.every() if hasattr(entry, "used") and _uses(entry, owner))
        bindings = kinds()[database.KIND].permissions.bindings
        if not any(
            "READER_HOST" in offer.variables
            for user in users
            for offer in bindings(database, ctx.of(owner), ctx.of(user))
        ):
            idle = first_of(database.reader_roles, joint=" and ")
            message = f"no entry is told the address of {idle} of {owner}{_cost(environment, database, {'readers': 0})}"
            hint = (
                "write `readers: 0`; where a document asks for more, name it in `demands` of"
                f" {environment.source('system')}, with `built: [databases.{database.name}.readers]`"
            )
            yield Finding(message, environment.at(owner, "readers"), hint)


@rule("D176")
def _few_connections(environment: Environment) -> Findings:
    """Leave out what functions use: each of their environments opens connections, and nobody says how many run."""
    for owner, database in environment.each(Database) if not environment.broken else ():
        expected, limit = database.connections, instance_classes.connections_taken(database)
        if database.proxy is None or expected is None or limit is None or _ROLLOUT * expected > limit:
            continue
        users = {user for user, entry in environment.every() if hasattr(entry, "used") and _uses(entry, owner)}
        if _is_demanded(environment, database, "proxy") or any(user.startswith("functions/") for user in users):
            continue
        cost = _cost(environment, database, {"proxy": None})
        message = (
            f"{owner} expects {expected:,} connections and takes {limit:,}, so that its proxy shares none that are"
            f" scarce{cost}"
        )
        hint = (
            "write `proxy: null`; where it is there for shorter failovers, or a document asks for it, name that in"
            f" `demands` of {environment.source('system')}, with `built: [databases.{database.name}.proxy]`"
        )
        yield Finding(message, environment.at(owner, "proxy"), hint)


def _uses(entry: Any, owner: str) -> bool:
    return any(used == owner for used, _, _ in entry.used())


def _is_demanded(environment: Environment, database: Database, field: str) -> bool:
    path = f"{database.KIND}.{database.name}.{field}"
    return any(fnmatchcase(path, one) for demand in environment.system.demands.values() for one in demand.built)


def _cost(environment: Environment, database: Database, without: dict[str, object]) -> str:
    """Return what something costs that may be of no use: the difference to the same environment without it."""
    fewer = dict(environment.entries[database.KIND])
    fewer[database.name] = database.model_copy(update=without)
    rest = sound_estimate(replace(environment, entries={**environment.entries, database.KIND: fewer}))
    found = sound_estimate(environment)
    amount, unpriced = found.total - rest.total, any(line.price is None for line in found.beyond(rest))
    parts = [str(amount)] if amount.most else []
    parts += [f"{database.size} without a known price"] if unpriced else []
    return f": {' and '.join(parts)} a month" if parts else ""
