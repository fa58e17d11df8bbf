"""What an offline plan of all stacks tells of an environment: who reaches whom, who may do what, and why."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

from infragen.catalog import Environment
from infragen.core.build_context import BuildContext
from infragen.diagnostics import Diagnostic, raise_problems
from infragen.diagnostics.hints import nearest
from infragen.kinds import kinds
from infragen.kinds.buckets import BucketView
from infragen.kinds.event_buses import EventBusView
from infragen.kinds.secrets import SecretView
from infragen.kinds.workloads.model import Task
from infragen.kinds.workloads.permissions import filled
from infragen.permissions import USES, Declared, Permissions, Setting, permissions_of
from infragen.plan import open_plan
from infragen.plan.entries import Places
from infragen.reachability import INTERNET, Traffic, traffic_of
from infragen.stacks.model import LOCK_FILE
from infragen.terraform.combined import combined_root
from infragen.workflow.planning.plans import read_offline, refuse_part
from infragen.workflow.rendering.composition import Composed
from infragen.workflow.session import Session

_FROM_PLAN: Final = ("module.", "aws_", "AWS ")
"""How ends begin that only the plan knows."""


def planned_traffic(session: Session, sources: Sequence[str] = (), targets: Sequence[str] = ()) -> Traffic:
    """X015 for what is no end, before minutes of planning if that can be known; X016 for a session with one stack."""
    environment = session.environment
    refuse_part(session, "paths lead through several stacks: name an environment")
    known = {INTERNET, *(owner for owner, _ in environment.every())}
    asked = (*sources, *targets)
    _refuse([one for one in asked if one not in known and not _is_of_plan(one)], known, environment.target)
    owner = owner_of(session.composed)
    traffic = read_offline(session, lambda file: traffic_of(open_plan(file), environment.target, owner))
    _refuse([one for one in asked if not any(map(_matches(one), traffic.ends))], traffic.ends, environment.target)
    return traffic.between(_any_of(sources), _any_of(targets))


def owner_of(composed: Composed) -> Callable[[str], str]:
    owners, places = composed.owners(), Places(stack.name for stack in composed.stacks)

    def owner(address: str) -> str:
        stack, block = places.of(address)
        label = block.removeprefix("module.").replace("_", "-") if block.startswith("module.") else address
        return owners.get((stack or "", block), label)

    return owner


def _any_of(names: Sequence[str]) -> Callable[[str], bool]:
    wanted = [_matches(name) for name in names]
    return lambda end: not wanted or any(matches(end) for matches in wanted)


def _matches(name: str) -> Callable[[str], bool]:
    return lambda end: end == name or end.startswith(f"{name} ")


def _is_of_plan(name: str) -> bool:
    if name.startswith(_FROM_PLAN) or " " in name:
        return True
    try:
        ip_network(name)
    except ValueError:
        return False
    return "/" in name


def _refuse(unknown: Iterable[str], known: Iterable[str], target: str) -> None:
    names = sorted(known)
    said = ((f"{target} has no {one!r} that could reach or be reached", one) for one in dict.fromkeys(unknown))
    raise_problems(Diagnostic("X015", message, hint=nearest(one, names, "ends")) for message, one in said)


def planned_permissions(session: Session, owners: Sequence[str] = ()) -> Permissions:
    """X017 for owners that are no entries, before minutes of planning; X016 for a session with one stack."""
    environment = session.environment
    refuse_part(session, "what a role needs is in several stacks: name an environment")
    known = sorted(owner for owner, _ in environment.every())
    unknown = [name for name in dict.fromkeys(owners) if name not in known]
    said = ((f"{environment.target} has no {name!r}", nearest(name, known, "entries")) for name in unknown)
    raise_problems(Diagnostic("X017", message, hint=hint) for message, hint in said)
    found = read_offline(session, lambda file: permissions_in(file, session.tree, session.composed))
    return found.of(lambda owner: owner in owners) if owners else found


def permissions_in(plan: Path, tree: Mapping[str, str], composed: Composed) -> Permissions:
    environment, settings = composed.environment, composed.environment.settings
    files = {path: text for path, text in tree.items() if not path.endswith(LOCK_FILE)}
    root = combined_root(files, composed.stacks, offline=True)
    declared = tuple(declared_uses(environment))
    elsewhere = {stack.identifier: stack.region for stack in composed.stacks if stack.region}
    setting = Setting(environment.target, settings.account, settings.region, declared, elsewhere)
    return permissions_of(open_plan(plan), root.files, setting, owner_of(composed))


def declared_uses(environment: Environment) -> Iterator[Declared]:
    entries, prometheus = dict(environment.every()), environment.settings.prometheus
    scrapes = prometheus is not None and prometheus.enabled
    for level in environment.settings.alerts:  # alarms of a level may come, whether or not one has it today
        yield Declared("environment", "topic-alarms", f"alerts-{level}")
    for owner, entry in entries.items():
        for target, use in getattr(entry, "uses", {}).items():
            if target in entries:
                reads = "read" if getattr(entry, "FETCHES_SECRETS", False) and target.startswith("secrets/") else None
                yield from (_there(one, environment) for one in _used(owner, target, use.access or reads))
        if (database := getattr(entry, "database", None)) and f"databases/{database}" in entries:
            yield Declared(owner, "databases", f"databases/{database}")
        if getattr(entry, "tracing", None):
            collected = ("tracing", "prometheus") if scrapes and isinstance(entry, Task) else ("tracing",)
            yield from (Declared(owner, use) for use in collected)
        if getattr(entry, "has_vault", False):
            yield Declared(owner, "databases backup", owner)
        yield from _called(owner, entry, entries)
        fetched = getattr(entry, "secrets", {}) if getattr(entry, "FETCHES_SECRETS", False) else {}
        for name, secret in fetched.items():
            actions = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
            yield Declared(owner, f"secrets.{name}", actions=actions, resources=(_written(secret, environment),))
        for name, permission in getattr(entry, "permissions", {}).items():
            resources = tuple(_written(one, environment) for one in permission.resources)
            yield Declared(owner, f"permissions.{name}", actions=permission.actions, resources=resources)


def _written(resource: object, environment: Environment) -> str:
    return filled(resource, environment, environment.settings.region) if isinstance(resource, str) else ""


def _there(declared: Declared, environment: Environment) -> Declared:
    if declared.use == "secrets read":
        secret = SecretView(BuildContext(environment, {}, declared.target))
        return replace(declared, parts={"resource": secret.replica_arns}) if secret.is_copy else declared
    if declared.use == "event-buses send":
        bus = EventBusView(BuildContext(environment, {}, declared.target))
        return declared if bus.own_name else replace(declared, parts={"resource": (bus.arn,)})  # the account's own
    if not declared.use.startswith("buckets "):
        return declared
    own = BucketView(BuildContext(environment, {}, declared.target))
    if not own.is_copy:
        return declared
    every = f"arn:aws:kms:{own.region}:{own.account}:key/*"
    key = {"key": (every,), "alias": (own.alias_of_copy,)} if own.alias_of_copy else {}
    return replace(declared, parts={"bucket": (f"arn:aws:s3:::{own.name}",), **key})


def _used(owner: str, target: str, access: str | None) -> Iterator[Declared]:
    kind = target.partition("/")[0]
    if kind == "queues":
        for word in (access,) if access else ("receive", "send"):
            yield Declared(owner, f"queues {word}", target)
    elif kind == "buckets":
        yield Declared(owner, f"buckets {access or 'read-write'}", target)
    elif kind == "secrets" and access == "read":
        yield Declared(owner, "secrets read", target)
    elif kind in USES:
        yield Declared(owner, kind, target)
    elif kind != "secrets":
        for word in (access,) if access else kinds()[kind].permissions.access:
            yield Declared(owner, f"{kind} {word}", target)


def _called(owner: str, entry: Any, entries: Mapping[str, Any]) -> Iterator[Declared]:
    paths: dict[str, list[str]] = {"path": [], "read": []}
    for name, call in getattr(entry, "calls", {}).items():
        callee = f"services/{name}"
        if callee not in entries:
            continue
        if call.access == "event":
            yield Declared(owner, "queues send", callee)
            yield Declared(callee, "queues receive", callee)
        else:
            paths["read" if call.access == "read" else "path"].append(entries[callee].identity)
    for name, gateway in entries.items():
        is_way = name.startswith("gateways/") and gateway.reach == "vpc" and gateway.per == "service"
        if any(paths.values()) and is_way and owner.startswith("services/"):
            yield Declared(owner, "gateways call", name, {word: tuple(sorted(found)) for word, found in paths.items()})
            yield Declared(owner, "gateways key", name)
