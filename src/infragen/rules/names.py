"""Rules about names: those that AWS gets, former ones, and those of a layout."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct

from infragen.core.entry import is_slug
from infragen.core.names import LIMITS, Limit, Names, why_no_bucket, why_no_domain
from infragen.core.part import ENVIRONMENT, Part
from infragen.core.placeholders import placeholder_in
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.core.tracing import once
from infragen.diagnostics import Location
from infragen.diagnostics.hints import nearest
from infragen.kinds import capabilities, firewalls, kinds
from infragen.rules.placeholders import is_refused
from infragen.stacks.build import sound_connections, sound_owned_parts, sound_parts
from infragen.stacks.layout import USUAL


class _Physical(Struct, frozen=True):
    owner: str
    limit: Limit
    name: str
    region: str


@once
def _physical(environment: Environment) -> tuple[_Physical, ...]:
    return (*_owned(environment), *_names(sound_connections(environment)), *_of_itself(environment))


@once
def _owned(environment: Environment) -> tuple[_Physical, ...]:
    return tuple(_names(sound_owned_parts(environment)))


def forget() -> None:
    """Let go of all names, for who asks no rule again: those of ten thousand entries take room."""
    _physical.cache_clear()
    _owned.cache_clear()


def _names(parts: Iterable[Part]) -> Iterator[_Physical]:
    for part in parts:
        owner = part.owner if "/" in part.owner else ENVIRONMENT
        with suppress(KeyError):  # it refers to what does not exist, or is broken: another finding says so
            yield from [_Physical(owner, limit, name, part.region) for limit, name in part.names()]


def _of_itself(environment: Environment) -> Iterator[_Physical]:
    names, region = Names(environment), environment.settings.region
    for role in ("apply", "plan"):
        yield _Physical(ENVIRONMENT, LIMITS["role"], names.plain("ci", role), region)
    yield _Physical(ENVIRONMENT, LIMITS["key"], names.plain("terraform-state"), region)


def _own_name(resolved: ResolvedSystem, owner: str) -> Location:
    layers = resolved.origins[owner]
    if owner == "environment":
        return layers.locate(("environment",))
    for field in ("physical_name", "renamed_from"):
        if layers.setting((field,)):
            return layers.locate((field,))
    return layers.locate(("name",))


@rule("N101")
def _name_shared(environments: tuple[Environment, ...]) -> Findings:
    reported: set[str] = set()
    for environment in environments:
        taken: dict[tuple[str, str], str] = {}
        for name in sorted(_physical(environment), key=lambda name: name.owner != ENVIRONMENT):  # the entry is renamed
            first = taken.setdefault((name.limit.what, name.name), name.owner)
            if first != name.owner and name.owner not in reported:
                reported.add(name.owner)
                other = "the environment itself" if first == "environment" else first
                message = f"{name.owner} and {other} would both be the {name.limit.what} `{name.name}`"
                hint = "rename one of them, or give it a `physical_name:`"
                if (field := _written(environment, name)) is None and (field := _given(environment, name)):
                    yield Finding(message, environment.at(ENVIRONMENT, "names", field), "write `{name}` into it")
                elif field:
                    yield Finding(message, environment.at(name.owner, field), f"remove `{field}`, or write another one")
                else:
                    yield Finding(message, _own_name(environment, name.owner), hint)


@rule("N107")
def _name_of_another(accounts: tuple[Environment, ...]) -> Findings:
    taken: dict[tuple[str, ...], tuple[Environment, str]] = {}
    for environment in accounts:
        account, alike = environment.settings.account, dict[str, list[tuple[str, _Physical]]]()
        for name in (*_owned(environment), *_of_itself(environment)):  # connections are an environment's own
            place = (account, name.region)
            within = {"network": (environment.target,), "region": place, "account": (account,), "world": ()}
            key = (name.limit.what, name.name, *within[name.limit.unique])
            first, owner = taken.setdefault(key, (environment, name.owner))
            if first.target != environment.target:  # of two that are one by mistake, another finding speaks
                alike.setdefault(first.target, []).append((owner, name))
        for target, pairs in alike.items():
            own = pairs[0][1].owner
            owner, name = min((pair for pair in pairs if pair[1].owner == own), key=lambda pair: len(pair[1].name))
            others = len({one.owner for _, one in pairs}) - 1
            message = (
                f"{_whose(environment.target, name.owner)} and {_whose(target, owner)} would both be the "
                f"{name.limit.what} `{name.name}` in {account}"
                f"{f', and {others} more share a name' if others else ''}"
            )
            yield Finding(message, *_apart(environment, name))


def _whose(target: str, owner: str) -> str:
    return target if owner == ENVIRONMENT else f"{owner} of {target}"


_GIVEN: Final = {LIMITS[limit]: f"{limit}s" for limit in ("cluster", "database", "function", "secret", "target_group")}
_GIVEN[LIMITS["repository"]] = "repositories"
"""The field of an environment's `names` that gives such a name, by its limit."""
_WRITTEN: Final = {LIMITS["bucket"]: "bucket_name", LIMITS["log_group"]: "log_group"}
"""The field in which somebody writes what such a thing is called in AWS, by its limit."""


def _given(environment: Environment, name: _Physical) -> str:
    field = _GIVEN.get(name.limit, "")
    return field if field and getattr(environment.settings.names, field) else ""


def _written(environment: Environment, name: _Physical) -> str | None:
    field = _WRITTEN.get(name.limit)
    said = getattr(environment.find(name.owner), field, None) if field else None
    return field if said and name.name == said.replace("{environment}", environment.name) else None


def _apart(environment: Environment, name: _Physical) -> tuple[Location, str]:
    owner = name.owner
    scheme = environment.system.names.databases
    if owner.startswith("databases/") and scheme is not None and "{system}" not in scheme:
        place = environment.at("system", "names", "databases")
        return place, f'write `databases: "{{system}}-{scheme}"`, or leave it out'
    if given := _given(environment, name):
        return environment.at(ENVIRONMENT, "names", given), "write `{environment}` into it"
    if owner == ENVIRONMENT:
        return _own_name(environment, owner), "give the environment another name, or an account of its own"
    if field := _written(environment, name):
        kind, _, entry = owner.partition("/")
        other = f"{name.name}-{environment.name}"
        if field == "bucket_name":
            other = re.sub(r"[^a-z0-9.-]+", "-", other.lower())
        own = f"{kind}: {{{entry}: {{{field}: {other}}}}}"
        hint = f"remove `{field}`, or write another one into {environment.source('environment')}: `{own}`"
        return environment.at(owner, field), hint
    return _own_name(environment, owner), "rename one of them, or give it a `physical_name:`"


@rule("N102")
def _name_long(environments: tuple[Environment, ...]) -> Findings:
    worst: dict[str, tuple[int, _Physical, Environment]] = {}
    for environment in environments:
        internal = environment.settings.internal_domain
        is_sound = internal is None or why_no_domain(internal) is None  # otherwise N104 says so, and no name ends in it
        for name in _physical(environment):
            if name.limit is LIMITS["certificate"] and not is_sound:
                continue
            over = len(name.name) - name.limit.length
            if over > (worst[name.owner][0] if name.owner in worst else 0):
                worst[name.owner] = (over, name, environment)
    for owner, (over, name, environment) in worst.items():
        kind, _, entry = owner.partition("/")
        longest = max(0, len(environment.entries[kind][entry].identity) - over) if entry else 0
        hint = f"give it a `physical_name:` of at most {longest} characters"
        if not entry:
            hint = f"make the names of system and environment {over} characters shorter"
        if not entry or longest:  # where only a shorter environment helps, its own name is reported
            has = f"has {len(name.name)} characters; AWS allows {name.limit.length}"
            message = f"the name of the {name.limit.what}, `{name.name}`, {has}"
            yield Finding(message, _own_name(environment, owner), f"{hint} ({name.limit.source})")


@rule("N111")
def _name_refused(environment: Environment) -> Findings:
    for name in _physical(environment):
        limit = name.limit
        if limit.form and len(name.name) <= limit.length and not re.fullmatch(limit.form, name.name):
            message = f"`{name.name}` can be no {limit.what}: {limit.form_is}"
            hint = f"give the system another name ({limit.source})"
            yield Finding(message, environment.at("system", "name"), hint)


@rule("N103")
def _bucket_name(environment: Environment) -> Findings:
    bucket = environment.state_bucket
    if found := why_no_bucket(bucket):
        hint = f"such as `{environment.system.name}-{environment.name}-terraform-state`"
        place = environment.at("environment", "state", "bucket")
        yield Finding(f"S3 does not accept the bucket name `{bucket}`: {found}", place, hint)


@rule("N104")
def _domain_name(environment: Environment) -> Findings:
    internal = ENVIRONMENT, "internal_domain", environment.settings.internal_domain
    for owner, field, name in (*_public_domains(environment), internal):
        if name is not None and (found := why_no_domain(name)):
            yield Finding(f"`{name}` is not a domain name: {found[0]}", environment.at(owner, field), found[1])


def _public_domains(environment: Environment) -> list[tuple[str, str, str | None]]:
    own = (ENVIRONMENT, "domain_name", environment.settings.domain_name)
    return [own, *((owner, "domain_name", getattr(entry, "domain_name", None)) for owner, entry in environment.every())]


@rule("N105")
def _internal_domain(environment: Environment) -> Findings:
    name, public = environment.settings.internal_domain, environment.settings.domain_name
    if name is None:
        return
    place = environment.at("environment", "internal_domain")
    own = f"{environment.name}.{environment.system.name}.internal"
    if public is not None and (name == public or public.endswith(f".{name}")):
        message = f"inside the VPC, the private namespace `{name}` hides the public names of `{public}`"
        yield Finding(message, place, f"write `internal_domain: {own}`")
    elif not name.endswith((".internal", ".test", ".example", ".home.arpa", *((f".{public}",) if public else ()))):
        message = f"`{name}` may belong to someone else on the internet; inside the VPC it would be hidden"
        yield Finding(message, place, f"write `internal_domain: {own}`")


_RESERVED: Final = (".localhost", ".internal", ".local")
"""What no certificate is issued for, beside the names of documents."""


@rule("N106")
def _reserved_domain(environment: Environment) -> Findings:
    for owner, field, name in _public_domains(environment):
        if name is None or is_refused(environment, owner, field, name):
            continue  # T110 says it
        if getattr(environment.find(owner), "private", False):
            continue  # nobody asks for a certificate
        if name.endswith(_RESERVED) or placeholder_in(name, is_name=True):
            message = f"`{name}` is reserved: no certificate authority issues a certificate for it"
            hint = "fine on the sandbox; write a domain you own before you apply to AWS"
            yield Finding(message, environment.at(owner, field), hint)


@rule("N108")
def _other_file(resolved: ResolvedSystem) -> Findings:
    for owner, entry in resolved.every():
        file = PurePosixPath(resolved.source(owner))
        if entry.name != file.stem:
            message = f"the entry is named {entry.name!r}, but its file {file.stem!r}; others refer to it by its name"
            hint = f"rename the file to `{entry.name}{file.suffix}`"
            hint += ", or leave `name` out" * is_slug(file.stem)
            yield Finding(message, resolved.at(owner, "name"), hint)


@rule("R112")
def _renamed_from(resolved: ResolvedSystem) -> Findings:
    for owner, entry in resolved.every():
        kind, former = entry.KIND, entry.renamed_from
        if former is not None and resolved.knows(kind, former):
            message = f"{owner} was renamed from `{former}`, but there is still an entry {kind}/{former}"
            hint = "remove `renamed_from`, or the entry that has the old name"
            yield Finding(message, resolved.at(owner, "renamed_from"), hint)


@rule("R119")
def _unknown_role(environment: Environment) -> Findings:
    layout = environment.system.layout
    if isinstance(layout, str) or USUAL.issuperset(layout):
        return
    roles = (part.role for part in sound_parts(environment))
    known = USUAL.union(roles, [firewalls.ROLE], kinds(), capabilities(), environment.origins)
    for role, stack in layout.items():
        is_only_by_hand = role == stack  # a stack that has no part of infragen's is called as it is
        if role not in known and not is_only_by_hand and environment.leaves_out(*role.partition("/")[::2]) is None:
            place = environment.at("system", "layout", role, key=True)
            message = f"nothing is `{role}`, so the layout puts nothing there"
            yield Finding(message, place, nearest(role, known, "parts"))
