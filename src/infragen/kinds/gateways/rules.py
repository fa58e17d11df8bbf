"""Rules about API gateways."""

from collections.abc import Iterator
from math import ceil
from typing import Any, Final

from infragen.core.addresses import parse, problem
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.core.units import RequestRate
from infragen.diagnostics import Location
from infragen.diagnostics.hints import nearest
from infragen.kinds import custom_headers, instead_of
from infragen.kinds.firewalls import RULES, Firewall
from infragen.kinds.gateways.model import DEFAULT_PLAN, Gateway
from infragen.kinds.gateways.validation import validation_at
from infragen.kinds.workloads.versions import served
from infragen.kinds.zones.model import Zone


@rule("G101", of=Gateway)
def _no_firewall(gateway: Gateway, at: At) -> Findings:
    if gateway.reach == "internet" and gateway.firewall is None:
        hint = "add `firewall: {managed: [core, known-bad-inputs, sql-injection, ip-reputation], rate_limit: 10000}`"
        yield Finding(f"{at.owner} is open to the internet and has no firewall", at("reach"), hint)


@rule("G102")
def _nobody_allowed(resolved: ResolvedSystem) -> Findings:
    for owner, entry in _with_reach(resolved):
        if entry.reach == "allow-list" and not entry.allow:
            message = f"{owner} allows only the ranges in `allow`, which is empty"
            place = resolved.at(owner, "allow" if resolved.origins[owner].setting(("allow",)) else "reach")
            yield Finding(message, place, "add `allow: [...]` with your office's or VPN's addresses")


def _with_reach(resolved: ResolvedSystem) -> Iterator[tuple[str, Any]]:
    return ((owner, entry) for owner, entry in resolved.having("allow") if "reach" in type(entry).model_fields)


@rule("G103")
def _open_range(resolved: ResolvedSystem) -> Findings:
    for owner, entry in resolved.having("allow"):
        for index, cidr in enumerate(entry.allow):
            if (block := parse(cidr)) is not None and block.prefixlen < 8:
                message = f"`{cidr}` allows {block.num_addresses:,} addresses: {owner} would be open to the internet"
                hint = "use your own addresses, such as `203.0.113.0/24`"
                yield Finding(message, resolved.at(owner, "allow", index), hint)


@rule("G104")
def _allow_range(resolved: ResolvedSystem) -> Findings:
    for owner, entry in resolved.having("allow"):
        for index, cidr in enumerate(entry.allow):
            if found := problem(cidr):
                message = f"`{cidr}` is not an address range: {found[0]}"
                yield Finding(message, resolved.at(owner, "allow", index), found[1])


@rule("G105")
def _allow_ignored(resolved: ResolvedSystem) -> Findings:
    for owner, entry in _with_reach(resolved):
        is_behind = entry.reach == "cloudfront" and isinstance(entry, Gateway)  # a balancer lets in networks as well
        if entry.allow and (entry.reach == "internet" or is_behind):
            whence = "through distributions alone" if is_behind else "from the whole internet"
            message = f"`allow` changes nothing: {owner} is reached {whence}"
            hint = "remove `allow`" if is_behind else "write `reach: allow-list`, or remove `allow`"
            yield Finding(message, resolved.at(owner, "allow"), hint)


@rule("G106")
def _rate_rounded(resolved: ResolvedSystem) -> Findings:
    for owner, path, rate in _limits(resolved):
        if rate.requests % rate.seconds and rate.per_second:
            message = f"API Gateway counts in seconds: {rate} is built as {rate.per_second} per second"
            near = round(rate.requests / rate.seconds) or 1
            unit = {1: "s", 60: "min", 3600: "h"}[rate.seconds]
            hint = f"nothing to do; a limit that AWS counts exactly is `limit: {near * rate.seconds} req/{unit}`"
            yield Finding(message, resolved.at(owner, *path), hint)


def _limits(resolved: ResolvedSystem) -> Iterator[tuple[str, tuple[str, ...], RequestRate]]:
    for owner, entry in resolved.every():
        if isinstance(limit := getattr(entry, "limit", None), RequestRate):
            yield owner, ("limit",), limit
        for name, plan in entry.plans.items() if isinstance(entry, Gateway) else ():
            if plan.limit is not None:
                yield owner, ("plans", name, "limit"), plan.limit


@rule("G107", of=Gateway)
def _burst_small(gateway: Gateway, at: At) -> Findings:
    for path, burst, limit in _bursts(gateway):
        least = ceil(limit.per_second)
        if burst < least:
            message = f"a burst of {burst} is less than a second's worth of {limit}, {least}"
            yield Finding(message, at(*path), f"write `burst: {least}` or more")


def _bursts(gateway: Gateway) -> Iterator[tuple[tuple[str, ...], int, RequestRate]]:
    yield ("burst",), gateway.burst, gateway.limit
    for name, plan in gateway.plans.items():
        if plan.burst or plan.limit:
            place = ("plans", name, "burst" if plan.burst else "limit")
            yield place, gateway.burst_of(name), gateway.limit_of(name)


_BUCKET: Final = 5000
"""Requests that an account takes at once; AWS sets it from the account's rate."""


@rule("G108", of=Gateway)
def _burst_large(gateway: Gateway, at: At) -> Findings:
    for path, burst, _ in _bursts(gateway):
        if burst > _BUCKET and path[-1] == "burst":
            message = f"a burst of {burst:,} is more than an account allows at once ({_BUCKET:,})"
            yield Finding(message, at(*path), f"write `burst: {_BUCKET}` or less")


def _of_an_address(environment: Environment) -> Iterator[tuple[Gateway, Location, int, tuple[int, ...]]]:
    for gateway in environment.all(Gateway).values():
        is_behind = gateway.reach == "cloudfront"  # its own firewall sees CloudFront's addresses
        keys = tuple(rate.requests * 300 // rate.seconds for rate in gateway.limits or (gateway.limit,))
        for entry in custom_headers.before(environment, gateway) if is_behind else [gateway]:
            if entry.firewall is not None and entry.firewall.rate_limit is not None:
                place = environment.at(f"{entry.KIND}/{entry.name}", "firewall", "rate_limit")
                yield gateway, place, entry.firewall.rate_limit, keys


@rule("E140")
def _one_address_for_all(environment: Environment) -> Findings:
    for gateway, place, limit, keys in _of_an_address(environment):
        allowed = min(keys)
        if not gateway.preflight or limit * 2 <= allowed:
            continue
        message = (
            f"the firewall lets an address send {limit:,} requests in five minutes, and a key, which all browsers of a"
            f" client share, {allowed:,}: one visitor may use up what is for all of them"
        )
        yield Finding(message, place, f"write `rate_limit: {max(allowed // 5, 10)}`")


@rule("G109")
def _firewall_first(environment: Environment) -> Findings:
    for gateway, place, limit, keys in _of_an_address(environment):
        allowed = max(keys)
        if limit < allowed and not gateway.preflight:  # browsers share a key: E140
            blocks = f"the firewall blocks an address at {limit:,} requests in five minutes"
            yield Finding(f"{blocks}; one key may send {allowed:,}", place, f"write `rate_limit: {allowed}` or more")


@rule("G110", of=Gateway)
def _no_clients(gateway: Gateway, at: At) -> Findings:
    if gateway.per != "service" and not gateway.clients and not gateway.tenants:
        message = f"no client has a key for {at.owner}: `clients` is empty"
        yield Finding(message, at("per"), "add `clients: {portal: who it is}`, one line per key")


@rule("G111", of=Gateway)
def _weak_administration(gateway: Gateway, at: At) -> Findings:
    if gateway.per != "administrator":
        return
    missing = {} if gateway.authentication == "iam" else {"authentication: iam": "strong authentication"}
    missing |= {} if gateway.audit else {"audit: true": "an audit log"}
    if missing:
        message = f"administrators reach {at.owner} without {' and '.join(missing.values())}"
        yield Finding(message, at("per"), f"add `{'` and `'.join(missing)}`")


@rule("G115")
def _rules_twice(resolved: ResolvedSystem) -> Findings:
    for owner, firewall in _firewalls(resolved):
        for index, group in enumerate(firewall.managed):
            if group in firewall.managed[:index]:
                place = resolved.at(owner, "firewall", "managed", index)
                yield Finding(f"the rule group `{group}` is listed twice", place, "remove one of the two")


def _firewalls(resolved: ResolvedSystem) -> Iterator[tuple[str, Firewall]]:
    for owner, entry in resolved.every():
        if isinstance(firewall := getattr(entry, "firewall", None), Firewall):
            yield owner, firewall


@rule("G118")
def _counts_nothing(resolved: ResolvedSystem) -> Findings:
    for owner, firewall in _firewalls(resolved):
        for group, names in firewall.count.items():
            place = resolved.at(owner, "firewall", "count", group, key=True)
            if group not in firewall.managed:
                message = f"the firewall of {owner} has no rule group `{group}`"
                yield Finding(message, place, f"add `{group}` to `managed`")
            elif firewall.mode == "count":
                yield Finding("with `mode: count` all rules count already", place, "remove `count`, or `mode`")
            for index, name in enumerate(names):
                if name not in RULES[group]:
                    known = "that infragen knows of"
                    message = f"the rule group `{group}` has no rule `{name}` {known}; WAF ignores it then"
                    where = resolved.at(owner, "firewall", "count", group, index)
                    yield Finding(message, where, nearest(name, RULES[group], "its rules"))


@rule("G116")
def _rate_too_small(resolved: ResolvedSystem) -> Findings:
    for owner, path, rate in _limits(resolved):
        if not rate.per_second:
            message = f"{rate} is less than a hundredth of a request per second: no request would ever get through"
            yield Finding(message, resolved.at(owner, *path), "write `limit: 36 req/h` or more")


@rule("G119", of=Gateway)
def _wildcard(gateway: Gateway, at: At) -> Findings:
    for path, host in gateway.written_hosts():
        if "*" in host:
            message = f"`{host}` is a wildcard, which {at.owner} cannot have as a name"
            yield Finding(message, at(*path), f"write each of them, such as `hosts: [{gateway.name}]`")


@rule("G120", of=Gateway)
def _private_names(gateway: Gateway, at: At) -> Findings:
    written = next((field for field in ("zone", "certificate", "hosts") if getattr(gateway, field)), None)
    if written and not gateway.is_public:
        address = "inside the VPC its address takes TLS 1.2 and newer as it is"
        message = f"{at.owner} is private, and infragen gives names to public ones only; {address}"
        yield Finding(message, at(written), "remove `zone`, `certificate` and `hosts`; callers get its address")


@rule("G121")
def _half_named(environment: Environment) -> Findings:
    zone = next(iter(environment.all(Zone)), "main")
    for name, gateway in environment.all(Gateway).items():
        if not gateway.is_public or gateway.zone:
            continue
        whole = next((path for path, host in gateway.written_hosts() if "." in host), None)  # H105 says the others
        if whole and not gateway.certificate:
            message = f"gateways/{name} has names but no certificate for them: it has neither `zone` nor `certificate`"
            hint = f"add `zone: {zone}` for a certificate, or `certificate: arn:aws:acm:...`"
            yield Finding(message, environment.at(f"gateways/{name}", *whole), hint)
        elif gateway.certificate and not gateway.hosts:
            message = f"gateways/{name} has a certificate but no names"
            hint = f"add `hosts: [{name}.example.com]`, or `zone: {zone}`"
            yield Finding(message, environment.at(f"gateways/{name}", "certificate"), hint)


@rule("G122", of=Gateway)
def _kept_alone(gateway: Gateway, at: At, environment: Environment) -> Findings:
    if gateway.keep_default_endpoint and not (gateway.is_public and (gateway.zone or gateway.certificate)):
        message = f"`keep_default_endpoint` changes nothing: {at.owner} has no name of its own"
        other = f"add `zone: {next(iter(environment.all(Zone)), 'main')}`, or " if gateway.is_public else ""
        yield Finding(message, at("keep_default_endpoint"), f"{other}remove it")


@rule("G123", of=Gateway)
def _old_tls(gateway: Gateway, at: At, environment: Environment) -> Findings:
    if not environment.settings.production or gateway.requires_header:
        return  # CloudFront calls it with TLS 1.2, and nobody else has the header
    is_unknown = gateway.zone is not None and gateway.zone_of(environment) is None  # H104 says so
    if gateway.is_public and gateway.has_default_endpoint(environment) and not is_unknown:
        why, field, hint = _kept_by(gateway, environment)
        yield Finding(f"{at.owner} takes TLS 1.0{why}", at(field), hint)


def _kept_by(gateway: Gateway, environment: Environment) -> tuple[str, str, str]:
    zone = gateway.zone_of(environment)
    if gateway.keep_default_endpoint and gateway.is_secure(environment):
        return (
            " at AWS's address, beside its own names",
            "keep_default_endpoint",
            "remove it once it has no callers there",
        )
    if zone is not None:
        why = f", since it has AWS's address until zones/{zone.name} is delegated"
        return why, "zone", zone.how_delegated(environment)
    known = next(iter(environment.all(Zone)), None)
    needed = f"`zone: {known}`" if known else "a zone (docs/catalogue.md), `zone: main`"
    return (
        ", since it has AWS's address and no name of its own",
        "reach",
        f"add {needed} and `hosts: [{gateway.name}]`, at first with `keep_default_endpoint: true`",
    )


@rule("G124", of=Gateway)
def _not_yet_named(gateway: Gateway, at: At, environment: Environment) -> Findings:
    if environment.settings.production:
        return
    zone = gateway.zone_of(environment)
    if zone is not None and gateway.is_public and not gateway.is_secure(environment):
        hint = f"nothing to do here; remove `delegated: false` in {zone.says_delegated(environment)} then"
        yield Finding(f"{at.owner} has AWS's address until zones/{zone.name} is delegated", at("zone"), hint)


@rule("G178", of=Gateway)
def _no_factor(gateway: Gateway, at: At) -> Findings:
    """`aws:MultiFactorAuthPresent` is only in signed requests."""
    lacks = {
        "no caller signs": (gateway.authentication != "iam", "add `authentication: iam`"),
        "no resource policy refuses": (gateway.reach != "allow-list", "write `reach: allow-list` and `allow`"),
        "browsers ask first without a signature": (gateway.preflight, "remove `preflight`"),
    }
    for why, (is_lacking, hint) in lacks.items() if gateway.second_factor else ():
        if is_lacking:
            message = f"{at.owner} cannot ask for a second factor: {why}"
            yield Finding(message, at("second_factor"), f"{hint}, or remove `second_factor`")


@rule("E102", of=Gateway)
def _mutual_tls(gateway: Gateway, at: At) -> Findings:
    if gateway.mutual_tls:
        message = (
            "App Mesh ended on 30 September 2026: both sides are proved where services call each other through load"
            " balancers, which verify client certificates; Service Connect proves the server only"
        )
        hint = "nothing to do; a check of callers inside the services closes the rest"
        yield Finding(message, at("mutual_tls"), hint)


@rule("G129", of=Gateway)
def _no_route(gateway: Gateway, at: At, resolved: ResolvedSystem) -> Findings:
    if gateway.routes or gateway.reach == "vpc":
        return  # a private one passes every path on
    if any(owner.startswith("bffs/") for owner in resolved.broken):
        return  # what is broken may be behind it
    named = {bff.gateway for bff in resolved.entries["bffs"].values()}
    if gateway.name not in named and all(resolved.knows("gateways", one) for one in named):  # R108 says which are not
        service = next(iter(resolved.entries["services"]), "web")
        hint = f"add `routes: {{{service}: {service}}}`, or `gateway: {gateway.name}` to a BFF"
        yield Finding(f"{at.owner} leads nowhere: AWS deploys no API without methods", at("name"), hint)


@rule("R109", of=Gateway)
def _route_unknown(gateway: Gateway, at: At, resolved: ResolvedSystem) -> Findings:
    for path, to in gateway.targets.items():
        kind, _, name = to.partition("/")
        if not resolved.knows(kind, name):
            message = f"{at.owner} routes /{path} to a {kind.removesuffix('s')} `{name}`, which does not exist"
            yield Finding(message, at("routes", path), instead_of(resolved, kind, name))


@rule("G140", of=Gateway)
def _authorizer(gateway: Gateway, at: At, resolved: ResolvedSystem) -> Findings:
    if (asked := gateway.authorizer) is None:
        return
    function = asked.function
    if (function is None) is not bool(asked.user_pools):
        message = f"the authorizer of {at.owner} is either user pools or a function"
        yield Finding(message, at("authorizer"), "write `user_pools: [arn:aws:cognito-idp:...]`, or `function: NAME`")
    elif function is not None and not resolved.knows("functions", function):
        message = f"{at.owner} lets a function `{function}` check tokens, which does not exist"
        yield Finding(message, at("authorizer", "function"), instead_of(resolved, "functions", function))
    if not gateway.is_public or gateway.authentication == "iam":
        why = "takes signed requests" if gateway.is_public else "is private and passes every path on"
        message = f"{at.owner} {why}: its methods have no room for an authorizer"
        yield Finding(message, at("authorizer"), "remove `authorizer`, or the service checks tokens itself")
    paths = {*gateway.routes, *(bff.path for bff in resolved.entries["bffs"].values() if bff.gateway == gateway.name)}
    for index, path in enumerate(asked.open):
        if path not in paths and not resolved.broken:
            message = f"{at.owner} has no route `{path}` that could be open"
            yield Finding(message, at("authorizer", "open", index), nearest(path, paths, "its routes"))


@rule("G138", of=Gateway)
def _tenant_twice(gateway: Gateway, at: At) -> Findings:
    before = set[str]()
    for index, tenant in enumerate(gateway.tenants):
        if tenant in before or f"tenant-{tenant}" in gateway.clients:
            other = "another tenant" if tenant in before else "the client"
            message = f"the key of the tenant `{tenant}` is called `tenant-{tenant}`, as the key of {other} is"
            place = at("tenants", tenant, key=True) if isinstance(gateway.tenants, dict) else at("tenants", index)
            yield Finding(message, place, "remove one of the two, or give it another name")
        before.add(tenant)


@rule("G141", of=Gateway)
def _no_plan(gateway: Gateway, at: At) -> Findings:
    known = {*gateway.plans, DEFAULT_PLAN}
    for tenant, plan in gateway.plan_of.items():
        if plan not in known:
            message = f"{at.owner} has no plan `{plan}`"
            yield Finding(message, at("tenants", tenant), nearest(plan, known, "its plans"))
    if DEFAULT_PLAN in gateway.plans:
        hint = "write `limit`, `burst` and `quota` beside `plans`, or give the plan another name"
        message = f"the plan `{DEFAULT_PLAN}` is the limits of {at.owner} itself"
        yield Finding(message, at("plans", DEFAULT_PLAN, key=True), hint)


@rule("G137", of=Gateway)
def _paths_beside(gateway: Gateway, at: At) -> Findings:
    variables: dict[str, str] = {path: f"/{path} takes everything below it" for path in gateway.routes}
    for path in sorted(gateway.routes):
        segments = path.split("/")
        for depth, segment in enumerate(segments):
            above = "/".join(segments[:depth])
            if segment.startswith("{") and above:
                own = f"/{above}/{segment} is a variable"
                if (other := variables.setdefault(above, own)) != own:
                    message = f"API Gateway takes one variable below /{above}, and there are two: {other}, and {own}"
                    hint = f"call it the same in both, or remove one: `{above}/{segment}`"
                    if above in gateway.routes:
                        hint = f"remove the route `{above}`, or this one; below it are only paths without variables"
                    yield Finding(message, at("routes", path), hint)


@rule("G164", of=Gateway)
def _version_taken(gateway: Gateway, at: At, resolved: ResolvedSystem) -> Findings:
    routes: dict[str, list[str]] = {}
    for route in gateway.routes:
        segments = route.split("/")
        for depth in range(1, len(segments) + 1):
            routes.setdefault("/".join(segments[:depth]), []).append(route)
    for path, to in gateway.targets.items():
        entry = resolved.find(to)
        for segment in served(getattr(entry, "versions", {})):
            root, found = f"{path}/{segment}", validation_at(resolved, entry, segment)
            firsts = {one[0].partition("{")[0] for one in found.segments} if found is not None else set[str]()
            for route in routes.get(root, ()):
                below = route.removeprefix(f"{root}/").partition("/")[0].partition("{")[0]
                if route == root:
                    message = f"{at.owner} serves version {segment} of {to} at /{root}, which is a route already"
                    yield Finding(message, at("routes", route), "remove this route, or choose another path")
                elif below in firsts:
                    message = f"the contract of version {segment} of {to} has paths where {at.owner} routes /{route}"
                    yield Finding(message, at("routes", route), "remove this route, or choose another path")
