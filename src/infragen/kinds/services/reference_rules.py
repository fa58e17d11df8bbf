"""Rules about what services refer to: their databases, each other, and what permissions name."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Final

from infragen.core.entry import Output
from infragen.core.kind import empty
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds import instead_of, kinds
from infragen.kinds.databases import MIGRATE, Database, Timeseries
from infragen.kinds.services import loads
from infragen.kinds.workloads.model import Container, Service, Workload
from infragen.kinds.workloads.permissions import PLACEHOLDERS, Permission, is_entry, sends_mail, unknown_placeholders
from infragen.tables import own_table

_SERVICES: Final = frozenset(own_table(__file__, "prefixes.toml")["prefixes"].split())
"""Prefixes of actions (Service Authorization Reference, November 2026); new ones come, so that others are a warning."""


@rule("R101", of=Service)
def _database_unknown(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    if (database := service.database) is not None and not resolved.knows("databases", database):
        message = f"{at.owner} uses a database `{database}`, which does not exist"
        yield Finding(message, at("database"), instead_of(resolved, "databases", database))


@rule("R103")
def _database_unused(resolved: ResolvedSystem) -> Findings:
    if resolved.broken or (isinstance(resolved, Environment) and resolved.settings.follows is not None):
        return  # what is broken may be what uses it, and a standby may hold data alone
    uses = [(used, use) for _, container in resolved.each(Workload) for used, use, _ in container.used()]
    used = {used for used, use in uses if use.access != MIGRATE}  # to make tables for nobody is no use of them
    if any(not resolved.knows("databases", one.partition("/")[2]) for one, _ in uses if one.startswith("databases/")):
        return  # a name that is misspelt may mean it
    for name in resolved.all(Database):
        if f"databases/{name}" not in used:
            hint = f"write `database: {name}` in the service it is for, or remove the file"
            yield Finding(f"no service uses databases/{name}", resolved.at(f"databases/{name}", "name"), hint)


@rule("R104", of=Container)
def _callee_unknown(container: Container, at: At, resolved: ResolvedSystem) -> Findings:
    for callee in container.calls:
        if not resolved.knows("services", callee):
            place = at("calls", callee, key=True)
            hint = _mend_of_call(resolved, at.owner, callee)
            yield Finding(f"{at.owner} calls a service `{callee}`, which does not exist", place, hint)


def _mend_of_call(resolved: ResolvedSystem, owner: str, callee: str) -> str:
    place = resolved.leaves_out("services", callee)
    if callee in resolved.disabled.get("services", {}):
        return f"{place} is `enabled: false`: remove that line, or the call"
    if place:
        kind, _, name = owner.partition("/")
        left_out = f"`{kind}: {{{name}: {{calls: {{{callee}: null}}}}}}`"
        return f"{place.file} leaves {callee} out; leave out the call there as well: {left_out}"
    others = [name for name in resolved.known("services") if f"services/{name}" != owner]
    return did_you_mean(callee, others) or f"`infragen new service {callee}` writes one, or remove the call"


@rule("R105", of=Workload)
def _calls_itself(container: Workload, at: At, resolved: ResolvedSystem) -> Findings:
    for used, _, (field, *name) in container.used():
        if used == at.owner:
            hint = f"unset it in {resolved.source(at.owner)}: `{field}: {{{name[0]}: null}}`"
            yield Finding(f"{at.owner} {field} itself", at(field, *name, key=True), hint)


@rule("R106")
def _call_cycle(resolved: ResolvedSystem) -> Findings:
    graph = {
        name: [callee for callee in service.calls if callee != name and callee in resolved.all(Service)]
        for name, service in resolved.all(Service).items()
    }
    for group in _groups(graph):
        circle = _shortest_circle(graph, min(group))
        message = f"services call each other in a cycle: {' -> '.join((*circle, circle[0]))}"
        if others := sorted(group - set(circle)):
            message += f" (also in cycles with them: {', '.join(others)})"
        place = resolved.at(f"services/{circle[0]}", "calls", circle[1], key=True)
        yield Finding(message, place, "nothing to do if it is intended; an event instead of a call removes the wait")


def _groups(graph: Mapping[str, list[str]]) -> Iterator[set[str]]:
    callers = _circular(_callers(_circular(graph)))
    graph = _callers(callers)
    seen: set[str] = set()
    for start in graph:
        if start not in seen and len(group := _reached(graph, start) & _reached(callers, start)) > 1:
            seen |= group
            yield group


def _circular(graph: Mapping[str, list[str]]) -> dict[str, list[str]]:
    sorter = TopologicalSorter(graph)
    with suppress(CycleError):  # it goes on as far as circles let it
        sorter.prepare()
    outside: set[str] = set()
    while ready := sorter.get_ready():
        outside.update(ready)
        sorter.done(*ready)
    return {name: [one for one in graph[name] if one not in outside] for name in sorted(graph.keys() - outside)}


def _callers(graph: Mapping[str, list[str]]) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {name: [] for name in graph}
    for name, callees in graph.items():
        for callee in callees:
            turned[callee].append(name)
    return turned


def _reached(graph: Mapping[str, list[str]], start: str) -> set[str]:
    found = [start]
    seen = {start}
    for name in found:
        new = [one for one in graph[name] if one not in seen]
        seen.update(new)
        found += new
    return seen


def _shortest_circle(graph: Mapping[str, list[str]], start: str) -> list[str]:
    ways = [[start]]
    seen = {start}
    for way in ways:
        for callee in graph[way[-1]]:
            if callee == start:
                return way
            if callee not in seen:
                seen.add(callee)
                ways.append([*way, callee])
    return [start]


@rule("R110", of=Service)
def _domain_differs(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    database = resolved.all(Database).get(service.database) if service.database else None
    if database is None or service.domain is None or not resolved.knows("domains", service.domain):
        return
    if database.domain != service.domain:
        its = f"its database databases/{database.name} in {database.domain}"
        message = f"{at.owner} is in the domain {service.domain}, {its}"
        hint = f"write `domain: {service.domain}`"
        yield Finding(message, resolved.at(f"databases/{database.name}", "domain"), hint)


@rule("R120", of=Workload)
def _other_region(container: Workload, at: At, environment: Environment) -> Findings:
    usual = environment.settings.region
    for used, _, path in container.used():
        if (entry := environment.find(used)) is None or "region" not in type(entry).model_fields:
            continue  # there, or of no region as CloudFront is
        own, there = (getattr(one, "region", None) or usual for one in (container, entry))
        if own != there:
            message = f"{at.owner} stands in {own}, and {used} that it uses in {there}"
            hint = f"let both stand in one region: see `region` in {environment.source(used)}"
            yield Finding(message, at(*path, key=path[0] != "database"), hint)


@rule("T112")
def _too_much(environment: Environment) -> Findings:
    settings = environment.settings
    if not settings.production or settings.stands_still_by is not None:
        return
    for owner, container in environment.each(Container):
        for name, volume in container.volumes.items():
            found, each = loads.load(volume), volume.each_task
            if found is not None and each is not None and container.tasks.max * each < found.most:
                carry = f"{container.tasks.max} tasks with {each:,} each carry {container.tasks.max * each:,}"
                message = f"{volume.what}: {volume.figure}, and {carry}"
                hint = f"write `tasks: {{min: {container.tasks.min}, max: {-(-found.most // each)}}}`"
                yield Finding(message, environment.at(owner, "volumes", name, "each_task"), hint)


@rule("T103", of=Service)
def _volumes(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    database = resolved.all(Database).get(service.database) if service.database else None
    if database is not None and database.timeseries is not None:
        yield from _compare(resolved, at.owner, service, f"databases/{database.name}", database.timeseries)


def _compare(resolved: ResolvedSystem, owner: str, service: Service, other: str, series: Timeseries) -> Findings:
    place = resolved.at(other, "timeseries", "volume")
    for name, volume in service.volumes.items():
        if (monthly := loads.a_month(volume)) is None:
            continue
        low, high = sorted((monthly, Decimal(series.volume)))
        if high * 10 > low * 11:
            built = f"{place} says {series.volume:,} GB per month, a factor of {high / low:.0f}"
            message = f"{volume.figure} is {monthly:,.0f} GB per month; {built}"
            hint = "the database's figure is built and estimated; ask which of the two is meant"
            yield Finding(message, resolved.at(owner, "volumes", name, "figure"), hint)


def _each(resolved: ResolvedSystem) -> Iterator[tuple[str, str, Permission]]:
    for owner, entry in resolved.every():
        for name, permission in getattr(entry, "permissions", {}).items():
            yield owner, name, permission


@rule("F130")
def _resource_unknown(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, resource in enumerate(permission.resources):
            place = resolved.at(owner, "permissions", name, "resources", index)
            for unknown in unknown_placeholders(resource):
                known = ", ".join(f"`{{{one}}}`" for one in PLACEHOLDERS)
                hint = did_you_mean(unknown, PLACEHOLDERS) or f"there are {known}"
                yield Finding(f"there is no placeholder `{{{unknown}}}`", place, hint)
            if isinstance(resource, Output) or not is_entry(resource):
                continue
            kind, _, entry = resource.partition("/")
            if kind not in kinds():
                yield Finding(f"there is no kind `{kind}`", place, nearest(kind, kinds(), "kinds"))
            elif not resolved.knows(kind, entry):
                yield Finding(f"there is no entry {resource}", place, instead_of(resolved, kind, entry))
            elif kinds()[kind].permissions.resource_arns is empty:
                hint = "write its ARN, such as `arn:aws:s3:::demo-reports/*`, or list it in `uses`"
                yield Finding(f"infragen does not know the ARN of {kind}", place, hint)


@rule("F131")
def _reaches_all(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        above = ("permissions", name)
        for field, values in (("actions", permission.actions), ("resources", permission.resources)):
            for index, value in enumerate(values):
                is_wide = value == "*" or (field == "actions" and str(value).endswith(":*"))
                if is_wide and permission.why is None:
                    what = f"the actions `{value}`" if field == "actions" else "everything there is"
                    message = f"the permission `{name}` is for {what}"
                    mend = "name the actions it needs" if field == "actions" else "name the ARNs it needs"
                    hint = f"{mend}, or give the reason: `why: it lists all queues`"
                    yield Finding(message, resolved.at(owner, *above, field, index), hint)


@rule("F132")
def _service_unknown(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, action in enumerate(permission.actions):
            service = action.partition(":")[0]
            if service not in _SERVICES and action != "*":
                message = f"`{service}` is not a known action prefix: IAM accepts it, but it may allow nothing"
                hint = did_you_mean(service, _SERVICES) or "look it up in the Service Authorization Reference"
                yield Finding(message, resolved.at(owner, "permissions", name, "actions", index), hint)


@rule("F157")
def _sends_as_anybody(resolved: ResolvedSystem) -> Findings:
    for owner, name, permission in _each(resolved):
        for index, resource in enumerate(permission.resources if sends_mail(permission) else ()):
            if isinstance(resource, str) and (resource == "*" or resource.endswith(":identity/*")):
                message = f"`{name}` lets {owner} send mail as every domain and address of the account"
                hint = "write `uses: {zones/NAME: {access: send}}` in its place, and `mail: {}` in that zone"
                yield Finding(message, resolved.at(owner, "permissions", name, "resources", index), hint)


@rule("F158")
def _no_domain(environment: Environment) -> Findings:
    for owner, name, permission in _each(environment) if environment.settings.domain_name is None else ():
        for index, resource in enumerate(permission.resources):
            if isinstance(resource, str) and "{domain_name}" in resource:
                message = f"there is no `domain_name`, which the permission `{name}` of {owner} is about"
                kind, _, entry = owner.partition("/")
                left_out = f"`{kind}: {{{entry}: {{permissions: {{{name}: null}}}}}}`"
                hint = f"write `domain_name: ...` in {environment.source('environment')}, or {left_out}"
                yield Finding(message, environment.at(owner, "permissions", name, "resources", index), hint)
