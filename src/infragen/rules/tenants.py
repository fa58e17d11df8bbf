"""Rules about tenants: those with a key at a gateway, with a schema in a database, with a user of a load test."""

from collections.abc import Iterable
from itertools import chain, combinations
from typing import Any

from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.diagnostics import Location
from infragen.diagnostics.hints import nearest
from infragen.kinds.databases import Database
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.load_tests.model import LoadTest
from infragen.kinds.tenants import tenants
from infragen.text import first_of


@rule("D197")
def _no_tenants(resolved: ResolvedSystem) -> Findings:
    known = [name for name, gateway in resolved.all(Gateway).items() if gateway.tenants]
    for owner, entry in resolved.having("tenants_of"):
        gateways, first = entry.tenants_of, {tenant: index for index, tenant in reversed([*enumerate(entry.tenants)])}
        for index, tenant in enumerate(entry.tenants):
            if gateways or index > first[tenant]:
                why = f"`{gateways[0]}` lists them" if gateways else "it stands there already"
                message = f"the tenant `{tenant}` is listed twice: {why}"
                yield Finding(message, resolved.at(owner, "tenants", index), "remove one")
        for index, name in enumerate(gateways):
            if name not in known and f"gateways/{name}" not in resolved.broken:
                place = resolved.at(owner, "tenants_of", index)
                yield Finding(f"no gateway `{name}` lists tenants", place, nearest(name, known, "gateways that do"))


@rule("D206")
def _key_or_schema(environment: Environment) -> Findings:
    keyed, made = _keyed(environment), _made(environment)
    for owner, listed in keyed.items() if made else ():
        if missing := _missing(listed, made):
            name, database = owner.partition("/")[2], next(iter(made))
            by = environment.all(Database)[database.partition("/")[2]].tenants_of
            add = f"`tenants_of: [{', '.join((*by, name))}]`" if by else f"`tenants_of: {name}`, in place of `tenants`,"
            message = f"{owner} has a key for {first_of(missing)}, and no database has a schema"
            hint = f"write {add} in {database}, or give `assumptions` a reason at `tenants`"
            yield from _unless_assumed(environment, owner, missing[0], message, hint)
    for owner, listed in made.items() if keyed else ():
        if missing := _missing(listed, keyed):
            message = f"{owner} has a schema for {first_of(missing)}, and no gateway has a key"
            hint = (
                f"add `{missing[0]}` to `tenants` of {next(iter(keyed))}, or remove it here (its schema stays until you"
                " drop it), or give `assumptions` a reason at `tenants`"
            )
            yield from _unless_assumed(environment, owner, missing[0], message, hint)


@rule("G142")
def _two_keys(environment: Environment) -> Findings:
    for (first, one), (owner, other) in combinations(_keyed(environment).items(), 2):
        both = [tenant for tenant in other if tenant in one]
        if both and len(both) < min(len(one), len(other)):
            message = f"{first_of(both)}: a key at {first} and another at {owner}, where each has tenants of its own"
            hint = (
                "remove it from one of them, whose limits are a plan of the other one: `plans`; or give `assumptions` a"
                " reason at `tenants`"
            )
            yield from _unless_assumed(environment, owner, both[0], message, hint)


@rule("E145")
def _nobody(environment: Environment) -> Findings:
    known = {**_keyed(environment), **_made(environment)}
    for name, test in environment.all(LoadTest).items():
        has_their_keys = test.gateway_of(environment) is not None and test.limit is None  # E122 tells of those
        if known and not has_their_keys and (missing := _missing(test.tenants, known)):
            message = f"load-tests/{name} signs in as {first_of(missing)}, whom no gateway and no database lists"
            place = _place(environment, f"load-tests/{name}", missing[0])
            yield Finding(message, place, nearest(missing[0], {*chain(*known.values())}, "tenants"))


_Lists = dict[str, tuple[str, ...]]
"""Tenants by the id of what lists them: each that has some, and none where what is broken may list others."""


def _keyed(environment: Environment) -> _Lists:
    found = {f"gateways/{name}": tuple(gateway.tenants) for name, gateway in environment.all(Gateway).items()}
    return {owner: listed for owner, listed in found.items() if listed and not environment.broken}


def _made(environment: Environment) -> _Lists:
    found = {f"databases/{name}": tenants(one, environment) for name, one in environment.all(Database).items()}
    return {owner: listed for owner, listed in found.items() if listed and not environment.broken}


def _missing(listed: Iterable[str], others: _Lists) -> list[str]:
    known = {*chain(*others.values())}
    return [tenant for tenant in listed if tenant not in known]


def _place(environment: Environment, owner: str, tenant: str) -> Location:
    listed: Any = getattr(environment.find(owner), "tenants", ())
    if isinstance(listed, dict):
        return environment.at(owner, "tenants", tenant, key=True)
    return environment.at(owner, "tenants", listed.index(tenant)) if tenant in listed else environment.at(owner)


def _unless_assumed(environment: Environment, owner: str, tenant: str, message: str, hint: str) -> Findings:
    if environment.assumption(owner, ("tenants",)) is None:
        yield Finding(message, _place(environment, owner, tenant), hint)
