"""Rules about what entries use of each other: `uses` names any kind, so no kind has these beside it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final, cast

from infragen.core.build_context import BuildContext
from infragen.core.entry import Use
from infragen.core.part import Binding
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds import instead_of, kinds
from infragen.kinds.databases import Database
from infragen.kinds.functions.build import FunctionView
from infragen.kinds.secrets import Secret
from infragen.kinds.services.build import task_view
from infragen.kinds.synonyms import elsewhere, kind_by
from infragen.kinds.workloads.model import Container, Service, Task, Workload
from infragen.stacks.build import in_force
from infragen.stacks.graph import without_way_in
from infragen.text import first_of


def _uses(resolved: ResolvedSystem) -> Iterator[tuple[str, str, Use]]:
    for owner, entry in resolved.every():
        for used, use in sorted(getattr(entry, "uses", {}).items()):
            yield owner, used, use


@rule("R114")
def _unknown(resolved: ResolvedSystem) -> Findings:
    for owner, used, _ in _uses(resolved):
        kind, _, name = used.partition("/")
        place = resolved.at(owner, "uses", used, key=True)
        if kind not in kinds():
            yield Finding(
                f"{owner} uses {used}, and there is no kind `{kind}`", place, _instead_of_kind(resolved, used)
            )
        elif not resolved.knows(kind, name):
            yield Finding(f"{owner} uses {used}, which does not exist", place, _instead_of(resolved, kind, name))


def _instead_of_kind(resolved: ResolvedSystem, used: str) -> str:
    word, _, name = used.partition("/")
    one = kind_by(word) or kind_by(word.removesuffix("s"))
    called = next((kind.name for kind in kinds().values() if one == kind.model.SINGULAR and kind.is_usable), None)
    if called is not None:
        there = f"write `{called}/{name}`"
        return there if resolved.knows(called, name) else f"{there}; {_instead_of(resolved, called, name)}"
    usable = [kind for kind, found in kinds().items() if found.is_usable]
    near = did_you_mean(used, [f"{kind}/{name}" for kind in usable for name in resolved.known(kind)])
    return near or elsewhere(word) or f"entries of these kinds can be used: {', '.join(usable)}"


def _instead_of(resolved: ResolvedSystem, kind: str, name: str) -> str:
    return instead_of(resolved, kind, name).replace("did you mean `", f"did you mean `{kind}/")


@rule("R126")
def _enabled_with_nothing(resolved: ResolvedSystem) -> Findings:
    for owner, entry in resolved.every():
        named = entry.enabled
        if isinstance(named, bool):
            continue
        message, place = f"{owner} is built when {named} is", resolved.at(owner, "enabled")
        if resolved.find(named) is None and not resolved.knows(*named.split("/")):
            hint = _instead_of(resolved, *named.split("/"))
            yield Finding(f"{message}, which does not exist", place, hint)
        elif owner in _waited_for(resolved, named):
            yield Finding(f"{message}, which waits for {owner}", place, "write `enabled: true`, or `false`")


def _waited_for(resolved: ResolvedSystem, owner: str) -> dict[str, None]:
    found, last = {owner: None}, owner
    while isinstance(named := getattr(resolved.find(last), "enabled", True), str) and named not in found:
        found[named], last = None, named
    return found


@rule("R115")
def _unusable(resolved: ResolvedSystem) -> Findings:
    for owner, used, _ in _uses(resolved):
        kind, _, name = used.partition("/")
        if kind not in kinds() or kinds()[kind].is_usable or used == owner:
            continue
        instead = kinds()[kind].permissions.uses_hint.format(name=name)
        hint = f"write `{instead}` instead" if instead else f"remove it from `uses`: {kind} offer nothing to others"
        yield Finding(f"{owner} cannot reach {used} by `uses`", resolved.at(owner, "uses", used, key=True), hint)


@rule("R116")
def _access(resolved: ResolvedSystem) -> Findings:
    for owner, used, use in _uses(resolved):
        kind = kinds().get(used.partition("/")[0])
        if kind is None or not kind.is_usable or use.access in (None, *kind.permissions.access):
            continue
        known = ", ".join(f"`access: {word}`" for word in kind.permissions.access)
        hint = did_you_mean(str(use.access), kind.permissions.access) or (
            f"write {known}" if known else "remove `access`"
        )
        message = f"{use.access!r} is not something that {owner} can do with {used}"
        yield Finding(message, resolved.at(owner, "uses", used, "access"), hint)


@rule("R117")
def _same_variables(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        first: dict[str, str] = {}
        for used, use, path in entry.used() if hasattr(entry, "used") else ():
            other = first.setdefault(use.beginning(used), used)
            if other != used and _variables(environment, owner, used) & _variables(environment, owner, other):
                message = f"{owner} would get the same variables for {other} and {used}, {use.beginning(used)}..."
                yield Finding(message, environment.at(owner, *path, key=True), f"write another `prefix` for {used}")


def _variables(environment: Environment, owner: str, used: str) -> set[str]:
    return {name for offer in _offers(environment, owner, used) for name in offer.variables}


def _offers(environment: Environment, owner: str, used: str) -> Iterable[Binding]:
    ctx, entry = BuildContext(environment, in_force(environment)), environment.find(used)
    return kinds()[entry.KIND].permissions.bindings(entry, ctx.of(used), ctx.of(owner)) if entry is not None else ()


@rule("R121")
def _hidden_secret(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        plain: Mapping[str, object] = getattr(entry, "environment", {})
        for used, use, path in entry.used() if plain and hasattr(entry, "used") else ():
            beginning = use.beginning(used)
            alike = {name for name in plain if name.startswith(beginning)}
            offers = _offers(environment, owner, used) if alike else ()
            for name in sorted(alike & {f"{beginning}{one}" for offer in offers for one in offer.secrets}):
                given = environment.at(owner, *path, key=True)
                message = f"`{name}` is in plain text here, and is a secret of {used} ({given.file}:{given.line})"
                hint = f"remove it here: tasks are given the secret's value; or write another `prefix` for {used}"
                yield Finding(message, environment.at(owner, "environment", name, key=True), hint)


@rule("R123")
def _replaced(environment: Environment) -> Findings:
    ctx = BuildContext(environment, in_force(environment))
    for owner, workload in environment.each(Workload):
        if not any(plain or secrets for _, plain, secrets in workload.written_variables()):
            continue
        with suppress(KeyError):  # it refers to what does not exist, or is broken: another finding says so
            own = ctx.of(owner)
            view = task_view(workload, own) if isinstance(workload, Task) else FunctionView(own)
            given = dict.fromkeys(workload.own_variables, ("its fields say so", False))
            for reason, prefix, offer in view.given:
                given |= {f"{prefix}{name}": (reason, False) for name in offer.variables}
                if isinstance(workload, Task):
                    given |= {f"{prefix}{name}": (reason, True) for name in offer.secrets}
            for above, plain, secrets in workload.written_variables():
                if above and not cast("Task", workload).sidecars[above[1]].has_variables_of_entry:
                    continue
                for field, name in (
                    *(("environment", name) for name in plain),
                    *(("secrets", name) for name in secrets),
                ):
                    why, is_secret = given.get(name, ("", False))
                    if why and not (is_secret and field == "environment" and not above):  # R121 says so
                        message = f"`{name}` of {owner} replaces the one that infragen sets, as {why}"
                        hint = "remove it here, or give it another name: its code gets infragen's value then"
                        yield Finding(message, environment.at(owner, *above, field, name, key=True), hint)


@rule("R122")
def _no_way_in(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may lead there
    hint = "name the way: a route of a balancer, gateway or BFF, `calls` of another entry, or a queue that it uses"
    alone = without_way_in(environment)  # of one without a load the README tells
    for owner, service in environment.each(Service):
        if owner in alone and service.volumes:
            name, stated = next(iter(service.volumes.items()))
            message = f"nothing leads to {owner}, which states {stated.what}: {stated.figure}"
            yield Finding(message, environment.at(owner, "volumes", name), hint)


@rule("B145")
def _old_value(environment: Environment) -> Findings:
    rotated = {f"secrets/{name}": one for name, one in environment.all(Secret).items() if one.rotator is not None}
    for owner, container in environment.each(Container):
        for used, use in container.uses.items():
            secret = rotated.get(used)
            if secret is not None and use.access != "read":
                message = f"tasks of {owner} get {used} when they start, and keep it when {secret.rotator} rotates it"
                hint = "write `access: read`, and let its code read the secret by its ARN"
                yield Finding(message, environment.at(owner, "uses", used, key=True), hint)


@rule("D161")
def _kept_awake(environment: Environment) -> Findings:
    for name, database in environment.all(Database).items():
        owner, capacity = f"databases/{name}", database.capacity
        if capacity is None or capacity.min or database.proxy is not None:
            continue  # D124 is about proxies
        awake = [
            user
            for user, container in environment.each(Container)
            if container.tasks.min and any(used == owner for used, _, _ in container.used())
        ]
        if awake and environment.assumption(owner, ("capacity", "min")) is None:
            message = f"a connection that {first_of(awake, 3)} keeps open, as pools do, prevents its pause"
            hint = "write `min: 0.5 ACU`; or close idle ones, and give the reason: `assumptions: {capacity.min: ...}`"
            yield Finding(message, environment.at(owner, "capacity", "min"), hint)


_DUMP: Final = re.compile(r"\bpg_dump\b(?!all)")
_FASTER: Final = re.compile(r"(zstd|lz4|pigz|pzstd|--jobs|(?<=\s)-j|--compress=(none|0)|-Z ?0)")
_TIMEOUT: Final = re.compile(r"(?<![\w-])timeout (?:-\S++ )*+(\d++)s?+ ")
_GZIP: Final = 30_000_000
"""Bytes a second that zlib compresses at its default level 6 on one core of a fast desktop machine (matbech/zlib-perf,
Results.md: 28 to 30 MB/s; a vCPU of Fargate is half of such a core)."""


@rule("F156")
def _long_dump(environment: Environment) -> Findings:
    for owner, task in environment.each(Task):
        command = " ".join(task.command)
        limit = _TIMEOUT.search(command)
        seconds = getattr(task, "time_limit", None) or (int(limit[1]) if limit is not None else None)
        if not seconds or not _DUMP.search(command) or _FASTER.search(command):
            continue
        for used, _, _ in task.used():
            database = environment.find(used)
            size = (database.data or database.storage.size) if isinstance(database, Database) else 0
            needed = size * (1024**3) / _GZIP
            if needed > seconds:
                message = f"pg_dump compresses {size:,} GB of {used} in {_told(needed)} at best: gzip, on one core"
                hint = f"write `pg_dump --compress=zstd`, of PostgreSQL 16 or later; it may take {_told(seconds)}"
                yield Finding(message, environment.at(owner, "command"), hint)


def _told(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"
