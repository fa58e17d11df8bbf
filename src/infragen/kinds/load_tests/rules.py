"""Rules about load tests: what they ask, as whom, and how much of it gets through."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule
from infragen.diagnostics import Location
from infragen.diagnostics.hints import nearest
from infragen.kinds import instead_of
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.bffs import Bff
from infragen.kinds.distributions.model import Distribution
from infragen.kinds.distributions.paths import covers, ordered
from infragen.kinds.gateways.build import GatewayView
from infragen.kinds.gateways.model import DEFAULT_PLAN, Gateway, requests_of
from infragen.kinds.gateways.throughput_rules import at_each, exact, together
from infragen.kinds.gateways.validation import validation_at
from infragen.kinds.load_tests.build import host_of, target_of
from infragen.kinds.load_tests.model import PLACEHOLDER, WORDS, LoadStep, LoadTest
from infragen.kinds.secrets import Secret
from infragen.kinds.workloads.model import Server
from infragen.kinds.workloads.versions import paths
from infragen.text import counted, first_of

_READ: Final = ("GET", "HEAD")


class Served(Struct, frozen=True):
    """Who answers; where nobody does, why, and what mends that."""

    owner: str = ""
    problem: str = ""
    hint: str = ""
    is_of_method: bool = False


def served(test: LoadTest, step: LoadStep, environment: Environment) -> Served:
    """Return who answers a step; nobody, and no problem, where that is not known."""
    target, path = target_of(test, environment), PLACEHOLDER.sub("x", step.path).partition("?")[0]
    if isinstance(target, Gateway):
        return _at_gateway(target, path, step.method, environment)
    if isinstance(target, Balancer):
        return _at_balancer(target, path, host_of(test, environment), environment)
    if isinstance(target, Distribution):
        behaviours = target.behaviours
        taken = next((one for one in ordered(behaviours) if covers(one, path)), None)
        behaviour = target.default if taken is None else behaviours[taken]
        if step.method not in _READ and behaviour.methods != "all":
            where = "by default" if taken is None else f"at {taken}"
            problem = f"distributions/{target.name} lets no {step.method} through {where}"
            return Served(problem=problem, hint="write `methods: all` there, or another path", is_of_method=True)
        if (origin := target.origins.get(behaviour.origin)) is None:
            return Served()
        if (gateway := environment.all(Gateway).get(origin.gateway or "")) is not None:
            return _at_gateway(gateway, f"{origin.path or ''}{path}", step.method, environment)
        if (balancer := environment.all(Balancer).get(origin.balancer or "")) is None:
            return Served()
        host = balancer.full(origin.host, environment) if origin.host is not None else None
        return _at_balancer(balancer, f"{origin.path or ''}{path}", host, environment)
    return Served()


def _at_gateway(gateway: Gateway, path: str, method: str, environment: Environment) -> Served:
    if not gateway.is_public:
        return Served()  # it passes every path on
    bffs = {bff.path: f"bffs/{name}" for name, bff in environment.all(Bff).items() if bff.gateway == gateway.name}
    written = {path: (to, environment.find(to)) for path, to in {**gateway.targets, **bffs}.items()}
    offered = {one: to for path, (to, entry) in written.items() for one in paths(path, entry)}
    found = max((one for one in offered if _is_below(path, one)), key=lambda one: one.count("/"), default=None)
    if found is None:
        hint = nearest(path.strip("/"), offered, "its routes")
        return Served(problem=f"gateways/{gateway.name} has no route for {path}", hint=hint)
    entry = environment.find(offered[found])
    methods = getattr(entry, "accepted_methods", ("ANY",))
    if "ANY" not in methods and method not in methods:
        problem = f"gateways/{gateway.name} passes no {method} on to {offered[found]}"
        return Served(problem=problem, hint=f"its methods: {', '.join(methods)}", is_of_method=True)
    if (validation := validation_at(environment, entry, found.rpartition("/")[2])) is None:
        return Served(offered[found])
    below = path.strip("/").split("/")[found.count("/") + 1 :]
    here = [one.name for one in validation.methods if len(one.segments) == len(below) and _fits(below, one.segments)]
    if method in here:
        return Served(offered[found])
    problem = f"the contract of {offered[found]} has no {method} /{'/'.join(below)}"
    hint = f"its methods there: {', '.join(here)}" if here else "write one of its paths"
    return Served(problem=problem, hint=hint, is_of_method=bool(here))


def _is_below(path: str, route: str) -> bool:
    own, wanted = path.strip("/").split("/"), route.split("/")
    return len(own) >= len(wanted) and _fits(own, wanted)


def _fits(own: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(one == other or other.startswith("{") for one, other in zip(own, wanted, strict=False))


def _at_balancer(balancer: Balancer, path: str, host: str | None, environment: Environment) -> Served:
    found: dict[str, str] = {}
    for route in balancer.routes.values():
        hosts = [balancer.full(one, environment) for one in route.hosts]
        if host is None or not hosts or any(covers(one, host) for one in hosts):
            found |= dict.fromkeys(route.patterns or ("/*",), f"services/{route.service}")
    if (taken := next((one for one in ordered(found) if covers(one, path)), None)) is None:
        where = f" at {host}" if host is not None else ""
        problem = f"balancers/{balancer.name} has no route for {path}{where}, and answers 404"
        return Served(problem=problem, hint=nearest(path, found, "its paths"))
    return Served(found[taken])


_WINDOW = 300
"""Seconds in which a firewall counts an address's requests."""


@rule("E132", of=LoadTest)
def _key_without_an_end(test: LoadTest, at: At, resolved: ResolvedSystem, today: date) -> Findings:
    end = test.limit_until
    if test.limit is None or not isinstance(resolved, Environment) or not resolved.settings.production:
        return
    if end is None:
        message = f"the key of {at.owner} has no end: anyone with it may send {test.limit} to production for ever"
        yield Finding(message, at("limit"), "add `limit_until`, with the day after the test: `2027-01-15`")
    elif date.fromisoformat(end) <= today:
        message = f"the key of {at.owner} ended on {end}: the next apply disables it"
        yield Finding(message, at("limit_until"), "remove `limit` and `limit_until`, or write a later day")


@rule("E119", of=LoadTest, in_environments=True)
def _unreached(test: LoadTest, at: At, environment: Environment) -> Findings:
    kind, _, name = test.target.partition("/")
    target = target_of(test, environment)
    if not environment.knows(kind, name):
        message = f"{at.owner} asks {test.target}, which does not exist"
        yield Finding(message, at("target"), instead_of(environment, kind, name))
    elif environment.broken:
        return  # what is broken may be what names it
    elif isinstance(target, Balancer | Gateway) and target.reach == "cloudfront":
        message = f"{test.target} answers distributions alone"
        yield Finding(message, at("target"), "write `target: distributions/NAME`, whose origin it is")
    elif isinstance(target, Gateway) and target.authentication == "iam":
        message = f"{test.target} takes signed requests alone, and k6 signs none"
        yield Finding(message, at("target"), "test what is behind it, or the gateway in an environment without that")
    elif target is not None and test.host is not None:
        names = target.names(environment)
        full = target.full(test.host, environment)
        if not any(covers(name, full) for name in names):
            yield Finding(f"`{full}` is no name of {test.target}", at("host"), nearest(full, names, "its names"))


@rule("E120", of=LoadTest, in_environments=True)
def _not_served(test: LoadTest, at: At, environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may be what answers
    for index, step in enumerate(test.steps):
        found = served(test, step, environment)
        if found.problem:
            field = "method" if found.is_of_method else "path"
            yield Finding(found.problem, at("steps", index, field), found.hint)


@rule("E121", of=LoadTest)
def _unknown_word(test: LoadTest, at: At, resolved: ResolvedSystem) -> Findings:
    is_given, has_tenants = False, bool(test.all_tenants(resolved) or test.tenants_of or resolved.broken)
    for index, step in enumerate(test.steps):
        for path, text in step.texts():
            for word in PLACEHOLDER.findall(text):
                if problem := _problem(word, is_given=is_given, has_tenants=has_tenants, is_path=path == ("path",)):
                    message, hint = problem
                    yield Finding(f"`{{{word}}}` {message}", at("steps", index, *path), hint)
        is_given = is_given or step.token is not None
    for word in PLACEHOLDER.findall(test.user):
        if word != "tenant":
            yield Finding(f"`{{{word}}}` stands for nothing in `user`", at("user"), "write `{tenant}`, or no braces")
        elif not has_tenants:
            yield Finding("`{tenant}` stands for nothing: there are no tenants", at("user"), _TENANTS)


_TENANTS = "add `tenants: [acme, globex]`"


def _problem(word: str, *, is_given: bool, has_tenants: bool, is_path: bool) -> tuple[str, str] | None:
    if word not in WORDS:
        return "stands for nothing", nearest(word, WORDS, "words that a user has")
    if word == "token" and not is_given:
        return "stands for nothing yet", "write `token: data.token` in a step before, where it is in its answer"
    if word == "tenant" and not has_tenants:
        return "stands for nothing: there are no tenants", _TENANTS
    if is_path and word in ("password", "token"):
        return "would stand in the access logs of all that the path passes", "send it in `body` or `headers`"
    return None


@rule("E122", of=LoadTest)
def _no_user(test: LoadTest, at: At, resolved: ResolvedSystem) -> Findings:
    tenants, gateway = test.all_tenants(resolved), test.gateway_of(resolved)
    if gateway is not None and test.limit is None:
        if missing := sorted({*tenants} - {*gateway.tenants}) if tenants else []:
            hint = "add them to its `tenants`, or write `limit: 100 req/s` for a key of the test's own"
            place = at("tenants", test.tenants.index(missing[0])) if test.tenants else at("tenants_of")
            yield Finding(f"gateways/{gateway.name} has no key for {first_of(missing)}", place, hint)
        elif not tenants and not gateway.clients:
            message = f"gateways/{gateway.name} has no key that a load test could send"
            yield Finding(message, at("target"), "write `limit: 100 req/s` for a key of the test's own")
    if test.secret is None:
        return
    if not resolved.knows("secrets", test.secret):
        message = f"{at.owner} takes passwords from a secret `{test.secret}`, which does not exist"
        yield Finding(message, at("secret"), instead_of(resolved, "secrets", test.secret))
    elif "password" not in test.words():
        yield Finding("no step sends a `{password}`", at("secret"), "write it in a step's `body`, or remove `secret`")
        return
    secret, wanted = resolved.all(Secret).get(test.secret), tenants or ("password",)
    if secret is not None and (missing := sorted({*wanted} - {*secret.keys})):
        message = f"secrets/{test.secret} has no key {first_of([f'`{one}`' for one in missing])}"
        yield Finding(message, at("secret"), f"add `keys: [{', '.join(wanted)}]` to it")


@rule("E123", of=LoadTest)
def _contradiction(test: LoadTest, at: At, resolved: ResolvedSystem) -> Findings:
    if test.limits is not None:
        for field in ("response_time", "errors"):
            if getattr(test.limits, field) < getattr(test.goals, field):
                message = f"`{field}` of the limits is stricter than of the goals, which are measured by"
                yield Finding(message, at("limits", field), "write the stricter figure in `goals`")
    if not test.most_users:
        yield Finding(f"{at.owner} has no users", at("stages", 0, "users"), "write `users: 10`")
    if test.limit is not None and test.gateway_of(resolved) is None and not test.target.startswith(f"{Gateway.KIND}/"):
        message = f"`limit` is that of a key at a gateway, and {test.target} knows no keys"
        yield Finding(message, at("limit"), "remove `limit`")


@rule("E124", of=LoadTest, in_environments=True)
def _too_much(test: LoadTest, at: At, environment: Environment) -> Findings:
    asked = test.per_second
    pauses = f" and pauses of {test.pauses / 1000:g} s" if test.pauses else ""
    each = f"{len(test.steps)} in a round with {test.goals.response_time} ms for each answer{pauses}"
    sent = f"{test.most_users:,} users send {asked:,.2f} requests a second ({each})"
    for most, says, place, hint in _limits(test, at, environment):
        if asked > most:
            yield Finding(f"{sent}; {says}", place, hint)
    yield from _quotas(test, at, environment)
    found = Counter(served(test, step, environment).owner for step in test.steps)
    shares = {owner: Decimal(count) / len(test.steps) for owner, count in sorted(found.items()) if owner}
    for owner, share in shares.items():
        server = environment.find(owner)
        if not isinstance(server, Server) or (rate := server.scaling.requests_per_target) is None:
            continue
        most, part = server.tasks.max * exact(rate), asked * share
        if part > most:
            says = f"{owner} gets {part:,.2f} and is scaled for {most:,.2f}: {server.tasks.max} tasks x {rate}"
            yield Finding(f"{sent}; {says}", at("stages"), "raise `tasks.max`, or have fewer users")


def _quotas(test: LoadTest, at: At, environment: Environment) -> Findings:
    gateway, tenants = test.gateway_of(environment), test.all_tenants(environment)
    if gateway is None or test.limit is not None:
        return
    share = ceil(test.requests / (len(tenants) or 1))
    quotas = {one: gateway.quota_of(gateway.plan_of.get(one, DEFAULT_PLAN)) for one in tenants or ("its client",)}
    if short := [one for one, quota in quotas.items() if quota is not None and requests_of(quota) < share]:
        message = (
            f"it sends {share:,} requests with the key of {first_of(short)}, whose quota is {quotas[short[0]]}: all"
            " others with that key are refused (429) until the period ends"
        )
        hint = f"write `limit: {ceil(test.per_second)} req/s` for a key of the test's own, which has no quota"
        yield Finding(message, at("stages"), hint)


def _limits(test: LoadTest, at: At, environment: Environment) -> Iterator[tuple[Decimal, str, Location, str]]:
    """Yield what gets through: how many a second, whose limit that is, where that is said, and what mends it."""
    target = target_of(test, environment)
    own = f"write `limit: {ceil(test.per_second)} req/s` for a key of the test's own, or have fewer users"
    if (gateway := test.gateway_of(environment)) is not None:
        name = f"gateways/{gateway.name}"
        if test.limit is not None:
            yield exact(test.limit), f"its own key may ask {test.limit}", at("limit"), own
        else:
            plans = [gateway.plan_of.get(tenant, DEFAULT_PLAN) for tenant in test.all_tenants(environment)]
            limits = [gateway.limit_of(plan) for plan in plans or [DEFAULT_PLAN]]
            most, share = together(limits), test.per_second / len(limits)
            says = f"{counted(len(limits), 'key')} of {name} may ask {most:,.2f}, {at_each(limits)}"
            if min(map(exact, limits)) < share <= max(map(exact, limits)):  # some tenants' users are held back
                most = sum((min(exact(limit), share) for limit in limits), Decimal(0))
                says += f", and the users of each tenant send {share:,.2f}"
            yield most, says, at("stages"), own
        whole = GatewayView(BuildContext(environment, {}).of(gateway)).requests_per_second
        says = f"all callers of {name} together may ask {whole:,.2f}"
        yield whole, says, at("stages"), "raise `declared.throughput` of the system, or have fewer users"
    if (firewall := getattr(target, "firewall", None)) is not None and firewall.rate_limit is not None:
        sent = ceil(test.per_second * _WINDOW)
        blocks = f"blocks an address at {firewall.rate_limit:,} in five minutes"
        says = f"the firewall of {test.target} {blocks}, and one machine would send {sent:,}"
        hint = f"raise `rate_limit` where it is tested, or send from {ceil(sent / firewall.rate_limit):,} addresses"
        yield Decimal(firewall.rate_limit) / _WINDOW, says, at("stages"), hint
