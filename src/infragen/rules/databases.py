"""Rules about databases: readers and proxies that are billed and may be of no use, passwords of users without one."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.diagnostics.hints import nearest
from infragen.kinds import kinds
from infragen.kinds.databases import Database, instance_classes
from infragen.kinds.databases.views import DatabaseView
from infragen.kinds.document_databases.build import users
from infragen.kinds.document_databases.model import DocumentDatabase
from infragen.kinds.workloads.model import Workload
from infragen.prices import Amount
from infragen.stacks.build import in_force
from infragen.stacks.costs import sound_estimate
from infragen.text import first_of


@rule("D163")
def _told_to_nobody(environment: Environment) -> Findings:
    """Who uses an instance on RDS is told the addresses of all its readers; each of Aurora's can take over."""
    settings = environment.settings
    if environment.broken or settings.follows is not None or settings.stands_still_by is not None:
        return  # what is broken may use it, and a standby's are read once it has taken over
    used_by, found = _users(environment), dict[str, Database]()
    for owner, database in environment.each(Database):
        if database.kind_of_engine.is_aurora or not database.readers or _is_demanded(environment, database, "readers"):
            continue
        if database.proxy is not None:
            continue  # D119: who uses it is led past its readers
        ctx = BuildContext(environment, in_force(environment))
        bindings = kinds()[database.KIND].permissions.bindings
        if not any(
            "READER_HOST" in offer.variables
            for user in used_by.get(owner, ())
            for offer in bindings(database, ctx.of(owner), ctx.of(user))
        ):
            found[owner] = database
    for owner, cost in _costs(environment, found, {"readers": 0}):
        idle = first_of(found[owner].reader_roles, joint=" and ")
        message = f"no entry is told the address of {idle} of {owner}{cost}"
        hint = (
            "write `readers: 0`; where a document asks for more, name it in `demands` of"
            f" {environment.source('system')}, with `built: [databases.{found[owner].name}.readers]`"
        )
        yield Finding(message, environment.at(owner, "readers"), hint)


@rule("D176")
def _few_connections(environment: Environment) -> Findings:
    """Leave out what functions use: each of their environments opens connections, and nobody says how many run."""
    used_by, found, takes = _users(environment), dict[str, Database](), dict[str, str]()
    for owner, database in environment.each(Database) if not environment.broken else ():
        expected, limit = database.connections, instance_classes.connections_taken(database)
        # a rollout has old and new tasks at once
        if database.proxy is None or expected is None or limit is None or 2 * expected > limit:
            continue
        has_functions = any(user.startswith("functions/") for user in used_by.get(owner, ()))
        if not has_functions and not _is_demanded(environment, database, "proxy"):
            found[owner], takes[owner] = database, f"expects {expected:,} connections and takes {limit:,}"
    for owner, cost in _costs(environment, found, {"proxy": None}):
        message = f"{owner} {takes[owner]}, so that its proxy shares none that are scarce{cost}"
        hint = (
            "write `proxy: null`; where it is there for shorter failovers, or a document asks for it, name that in"
            f" `demands` of {environment.source('system')}, with `built: [databases.{found[owner].name}.proxy]`"
        )
        yield Finding(message, environment.at(owner, "proxy"), hint)


def _users(environment: Environment) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for user, entry in environment.every():
        for used in dict.fromkeys(used for used, _, _ in entry.used()) if isinstance(entry, Workload) else ():
            found.setdefault(used, []).append(user)
    return found


def _is_demanded(environment: Environment, database: Database, field: str) -> bool:
    path = f"{database.KIND}.{database.name}.{field}"
    return any(fnmatchcase(path, one) for demand in environment.system.demands.values() for one in demand.built)


def _costs(
    environment: Environment, found: Mapping[str, Database], without: dict[str, object]
) -> Iterator[tuple[str, str]]:
    """Yield what something costs that may be of no use: the difference to the same environment without any of it."""
    if not found:
        return
    fewer = {database.name: database.model_copy(update=without) for database in found.values()}
    entries = {**environment.entries, Database.KIND: {**environment.entries[Database.KIND], **fewer}}
    now, then = sound_estimate(environment), sound_estimate(replace(environment, entries=entries))
    unpriced = {line.owner for line in now.beyond(then) if line.price is None}
    before, after = now.owners, then.owners
    for owner, database in found.items():
        amount = before.get(owner, Amount()) - after.get(owner, Amount())
        parts = [str(amount)] if amount.most else []
        parts += [f"{database.size} without a known price"] if owner in unpriced else []
        yield owner, f": {' and '.join(parts)} a month" if parts else ""


def _numbered(environment: Environment) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for owner, database in environment.each(Database):
        if database.password_versions:
            drawn = DatabaseView(BuildContext(environment, {}, owner)).logins_with_passwords
            yield owner, [*database.password_versions], sorted(one.name for one in drawn if not one.is_second)
    for owner, documents in environment.each(DocumentDatabase):
        if documents.password_versions:
            known = users(BuildContext(environment, {}, owner))
            yield owner, [*documents.password_versions], sorted(one.name for one in known if not one.is_second)


@rule("D159")
def _password_of_nobody(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may be a user
    for owner, numbered, known in _numbered(environment):
        for user in numbered:
            if user not in known:
                none = "leave the field out: its users sign in with tokens"
                hint = nearest(user, known, "users with one") if known else none
                message = f"infragen draws no password for a user `{user}` of {owner}"
                yield Finding(message, environment.at(owner, "password_versions", user, key=True), hint)
