"""Rules about distributions: what they fetch from, which paths they come to, and who else reaches what is behind."""

from collections.abc import Iterator
from typing import Any, Final

from infragen.core.names import why_no_domain
from infragen.core.regions import PREFIX_LISTS, REGIONS
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule, standbys
from infragen.diagnostics.hints import nearest
from infragen.kinds import custom_headers, instead_of
from infragen.kinds.balancers.model import Balancer, folder_of
from infragen.kinds.buckets import Bucket
from infragen.kinds.distributions.build import first_before, sent_to
from infragen.kinds.distributions.model import Distribution, Origin
from infragen.kinds.distributions.paths import covers, never_reached
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.workloads.model import Service, Workload
from infragen.kinds.zones.model import Zone
from infragen.kinds.zones.names import Host
from infragen.text import first_of
from infragen.wildcards import meet

_MISSES: Final = "requests for `{}`, the path of services/{}'s PUBLIC_URL, do not reach it: `{}` does not match that"


@rule("H131", of=Distribution)
def _origin_unknown(distribution: Distribution, at: At) -> Findings:
    for path, behaviour in distribution.every_behaviour():
        if behaviour.origin not in distribution.origins:
            message = f"{at.owner} has no origin `{behaviour.origin}`"
            yield Finding(message, at(*path, "origin"), nearest(behaviour.origin, distribution.origins, "origins"))


@rule("H132", of=Distribution)
def _origin_of_nothing(distribution: Distribution, at: At, resolved: ResolvedSystem) -> Findings:
    for label, origin in distribution.origins.items():
        fields = ("bucket", "balancer", "gateway")
        named = {field: name for field in fields if (name := getattr(origin, field)) is not None}
        field, name = next(iter(named.items()), ("bucket", next(iter(resolved.all(Bucket)), "files")))
        if not named:
            message = f"the origin `{label}` has neither `bucket` nor `balancer` nor `gateway`"
            yield Finding(message, at("origins", label), f"write `{label}: {{bucket: {name}}}`")
        elif len(named) > 1:
            hint = f"remove one of them, or give each an origin of its own: `{label}-{field}: {{{field}: {name}}}`"
            both = " and ".join(f"`{one}`" for one in named)
            yield Finding(f"the origin `{label}` has {both}", at("origins", label), hint)
        elif not resolved.knows(f"{field}s", name):
            message = f"the origin `{label}` is {field}s/{name}, which does not exist"
            yield Finding(message, at("origins", label, field), instead_of(resolved, f"{field}s", name))


@rule("H133", of=Distribution)
def _never_reached(distribution: Distribution, at: At) -> Findings:
    for path in distribution.behaviours:
        if path in ("*", "/*"):
            message = f"`{path}` takes all requests, so nothing is left for `default`"
            hint = f"move its settings to `default`, and remove `{path}`"
            yield Finding(message, at("behaviours", path, key=True), hint)
    for path, first in never_reached(path for path in distribution.behaviours if path not in ("*", "/*")):
        message = f"`{path}` is never reached: `{first}` takes all of it, and CloudFront tries that first"
        hint = f"remove one of the two, or write a path that begins with more than `{first}`"
        yield Finding(message, at("behaviours", path, key=True), hint)


@rule("H134")
def _unreachable(environment: Environment) -> Findings:
    for name, label, behind in behind_each(environment):
        if behind.reach in ("vpc", "allow-list"):
            owner = _id(behind)
            why = "has no address on the internet" if behind.reach == "vpc" else "lets in its allow list only"
            message = f"the origin `{label}` is {owner}, which {why}"
            hint = f"write `reach: cloudfront` in {owner}, which lets in distributions only"
            yield Finding(message, environment.at(f"distributions/{name}", "origins", label, behind.SINGULAR), hint)


def behind_each(environment: Environment) -> Iterator[tuple[str, str, Balancer | Gateway]]:
    for name, distribution in environment.all(Distribution).items():
        for label, origin in distribution.origins.items():
            found = environment.find(origin.served) if origin.bucket is None else None
            if isinstance(found, Balancer | Gateway):
                yield name, label, found


def _id(behind: Balancer | Gateway) -> str:
    return f"{behind.KIND}/{behind.name}"


@rule("H135")
def _way_around(environment: Environment) -> Findings:
    for name, _, behind in behind_each(environment):
        if behind.reach == "internet":
            message = f"{_id(behind)} can be reached without distributions/{name}, bypassing its firewall"
            yield Finding(message, environment.at(_id(behind), "reach"), "write `reach: cloudfront`")


@rule("H136")
def _behind_none(environment: Environment) -> Findings:
    if any(owner.startswith(f"{Distribution.KIND}/") for owner in environment.broken):
        return  # it may be the origin of that one
    is_standby = environment.settings.standby_of is not None  # the primary's distribution calls a balancer of its name
    every = [*environment.all(Gateway).values(), *(() if is_standby else environment.all(Balancer).values())]
    for one in every:
        if is_standby and isinstance(one, Gateway) and one.failover is not None:
            continue
        if one.reach == "cloudfront" and not custom_headers.before(environment, one):
            message = f"{_id(one)} is unreachable: it admits only CloudFront, and is the origin of no distribution"
            origin = f"{{{one.name}: {{{one.SINGULAR}: {one.name}}}}}"
            hint = f"add `origins: {origin}` to a distribution, or write `reach: internet`"
            yield Finding(message, environment.at(_id(one), "reach"), hint)


@rule("H137", of=Distribution)
def _no_name(distribution: Distribution, at: At, environment: Environment) -> Findings:
    known = environment.all(Balancer)
    for label, origin in distribution.origins.items():
        balancer = known.get(origin.balancer or "")
        if balancer is not None and balancer.is_secure(environment):
            for field, message, hint in _wrong_name(environment, origin, balancer):
                yield Finding(message, at("origins", label, field), hint)


def _wrong_name(environment: Environment, origin: Origin, balancer: Balancer) -> Iterator[tuple[str, str, str]]:
    names = [one for one in balancer.names(environment) if "*" not in one]
    host = balancer.full(origin.host, environment) if origin.host else next(iter(names), None)
    routed = [route for route in balancer.routes.values() if route.hosts]
    if host is None:
        message = f"balancers/{balancer.name} has no name for CloudFront to call, which its certificate must cover"
        yield "balancer", message, f"add a name to it that is not a wildcard: `hosts: [{balancer.name}-origin]`"
    elif why_no_domain(host) is not None:
        return  # other rules speak of a name that is none
    elif host not in names:
        message = f"`{host}` is not a name of balancers/{balancer.name}, so its certificate does not cover it"
        yield "host", message, nearest(origin.host or "", names, "its names")
    elif len(routed) == len(balancer.routes) and not any(
        balancer.full(one, environment) == host for route in routed for one in route.hosts
    ):
        other = next((balancer.full(one, environment) for route in routed for one in route.hosts if "*" not in one), "")
        message = f"no route of balancers/{balancer.name} takes `{host}`, by which CloudFront calls it"
        field = "host" if origin.host else "balancer"
        yield field, message, f"add `host: {other}`" if other else f"add `{host}` to the `hosts` of a route"


@rule("H138", of=Distribution)
def _unnamed(distribution: Distribution, at: At, environment: Environment) -> Findings:
    zone = distribution.zone_of(environment)
    if zone is not None and not distribution.is_secure(environment):
        message = f"{at.owner} answers at the name that AWS gives it until zones/{zone.name} is delegated"
        hint = f"nothing to do here; remove `delegated: false` in {zone.says_delegated(environment)} then"
        yield Finding(message, at("zone"), hint)


@rule("H139", of=Distribution)
def _without_certificate(one: Distribution, at: At, environment: Environment) -> Findings:
    if one.hosts and not (one.zone or one.certificate):
        zone = next(iter(environment.all(Zone)), "main")
        message = f"{first_of(list(one.hosts))} would need a certificate: CloudFront answers to no other names"
        yield Finding(message, at("hosts"), f"add `zone: {zone}` for one, or `certificate: arn:aws:acm:us-east-1:...`")
    elif one.certificate and not one.names(environment):
        message = f"{at.owner} has a certificate but no names"
        yield Finding(message, at("certificate"), "add `hosts: [www.example.com]`, or remove it")


@rule("H140", of=Balancer)
def _no_list(balancer: Balancer, at: At, environment: Environment) -> Findings:
    region = environment.settings.region
    if region not in REGIONS - PREFIX_LISTS.keys():
        return  # A108 says of others
    if balancer.reach == "cloudfront":
        message = f"infragen does not know the id of CloudFront's prefix list in {region}, so it cannot let it in"
        hint = f"choose another region for the environment: {', '.join(sorted(PREFIX_LISTS))}"
        yield Finding(message, at("reach"), hint)


@rule("H141", of=Distribution)
def _idle(distribution: Distribution, at: At) -> Findings:
    used = {behaviour.origin for _, behaviour in distribution.every_behaviour()}
    for label in distribution.origins:
        if label not in used:
            hint = f"add `behaviours: {{/{label}/*: {{origin: {label}}}}}`, or remove it"
            yield Finding(f"no path of {at.owner} leads to the origin `{label}`", at("origins", label, key=True), hint)


@rule("H142", of=Distribution)
def _price_class(distribution: Distribution, at: At) -> Findings:
    if distribution.price_class == "200":
        message = "price class 200 is North America, Europe, Israel, the Middle East and Africa as well as Asia: each"
        message += " reader is answered from nearby, at that place's price"
        hint = "nothing to do where readers elsewhere are few, or a firewall with `countries` keeps them out"
        yield Finding(message, at("price_class"), hint)


@rule("H143")
def _no_firewall(environment: Environment) -> Findings:
    first = {name: one.SINGULAR for name, _, one in reversed([*behind_each(environment)])}
    for name, what in first.items() if environment.settings.production else ():
        if environment.all(Distribution)[name].firewall is None:
            message = f"distributions/{name} passes requests from the internet to a {what}, and has no firewall"
            hint = "add `firewall: {managed: [core, known-bad-inputs, sql-injection], rate_limit: 2000, log: all}`"
            yield Finding(message, environment.at(f"distributions/{name}", "name"), hint)


@rule("L140", of=Distribution)
def _no_log(distribution: Distribution, at: At, environment: Environment) -> Findings:
    firewall = distribution.firewall
    if environment.settings.production and firewall is not None and firewall.log != "all":
        message = f"{at.owner} keeps no log of requests that its firewall lets in, and no origin sees who sent them"
        yield Finding(message, at("firewall"), "add `log: all`")


@rule("H144")
def _sees_cloudfront(environment: Environment) -> Findings:
    for _, _, behind in behind_each(environment):
        firewall = behind.firewall
        if firewall is None or behind.reach != "cloudfront":
            continue
        owner = _id(behind)
        looks = [word for word in ("rate_limit", "countries") if getattr(firewall, word)]
        for word in (*looks, *(group for group in ("ip-reputation", "anonymous-ip") if group in firewall.managed)):
            path = (word,) if word in looks else ("managed", list(map(str, firewall.managed)).index(word))
            message = f"`{word}` of {owner} sees CloudFront's addresses, not the viewers'"
            hint = "move it to the `firewall` of the distribution"
            yield Finding(message, environment.at(owner, "firewall", *path), hint)


@rule("H145")
def _anybodys_distribution(environment: Environment) -> Findings:
    distributions = environment.all(Distribution)
    for name, _, behind in behind_each(environment) if environment.settings.production else ():
        if behind.reach != "cloudfront" or distributions[name].firewall is None or behind.requires_header:
            continue
        owner = _id(behind)
        message = (
            f"{owner} admits all of CloudFront: anyone who finds its name can call it through their own distribution,"
            " bypassing your firewall"
        )
        if isinstance(behind, Gateway):
            message = f"{owner} admits everybody: anyone who finds its address can call it, bypassing your firewall"
        if behind.custom_header is not None:
            hint = "remove `required: false` once an apply has the distributions here send the header"
            yield Finding(message, environment.at(owner, "custom_header", "required"), hint)
            continue
        hint = "add `custom_header: {version: 1}`; where the distribution is in use, apply once with"
        hint += " `{version: 1, required: false}` before"
        yield Finding(message, environment.at(owner, "reach"), hint)


@rule("H156", of=Balancer, in_environments=True)
def _without_the_header(balancer: Balancer, at: At) -> Findings:
    if balancer.requires_header and balancer.allow:
        message = f"{at.owner} answers 404 to {balancer.allow[0]}: only distributions send its `custom_header`"
        hint = "remove `allow`, or let a balancer of their own lead them to the same services"
        yield Finding(message, at("allow", 0), hint)


@rule("H157")
def _header_of_the_primary(environments: tuple[Environment, ...]) -> Findings:
    for standby, primary in standbys(environments):
        # What the distributions of the primary may call in its standby, by a name that both share.
        gateways = ((owner, one) for owner, one in standby.each(Gateway) if one.failover is not None)
        for owner, one in (*standby.each(Balancer), *gateways):
            other: Any = primary.find(owner)
            if other is None or not other.requires_header or not custom_headers.before(primary, other):
                continue
            if one.reach == "cloudfront" and not custom_headers.has_replica(one, standby):
                what = f"requires no header: any distribution can call it once {standby.target} has taken over"
                if one.requires_header and custom_headers.is_sent(one, standby):
                    code = 404 if isinstance(one, Balancer) else 403
                    what = f"answers {code} to the distribution of {primary.target}, whose header has another value"
                where = f"custom_header: {{replication: {{region: {standby.settings.region}}}}}"
                hint = f"write `{where}`: Secrets Manager replicates the value that the primary has drawn"
                place = "custom_header" if one.custom_header is not None else "reach"
                yield Finding(f"{owner} of {standby.target} {what}", standby.at(owner, place), hint)


@rule("H159")
def _header_of_nobody(environments: tuple[Environment, ...]) -> Findings:
    for environment in environments:
        for owner, one in (*environment.each(Balancer), *environment.each(Gateway)):
            header = custom_headers.sent(one, environment)
            made = header.replication if header is not None else None
            if made is not None and made.region == environment.settings.region and environment.primary is None:
                place = environment.at(owner, "custom_header", "replication", "region")
                yield Finding(f"the replica would be in {made.region}, too, as {owner}", place, "name another")
    for standby, primary in standbys(environments):
        region = standby.settings.region
        for owner, one in (*standby.each(Balancer), *standby.each(Gateway)):
            if not custom_headers.has_replica(one, standby) or owner in primary.broken:
                continue
            other = primary.find(owner)
            header = custom_headers.sent(other, primary) if other is not None else None
            if header is None or header.replication is None or header.replication.region != region:
                message = f"{primary.target} does not replicate the header's value of {owner} to {region}"
                hint = f"write it for both environments, with a distribution before the {one.SINGULAR} of the primary"
                yield Finding(message, standby.at(owner, "custom_header", "replication", "region"), hint)


@rule("H158")
def _checked_twice(environment: Environment) -> Findings:
    distributions = environment.all(Distribution)
    every: list[Balancer | Gateway] = [*environment.all(Balancer).values(), *environment.all(Gateway).values()]
    for one in every:
        own, owner = one.firewall, _id(one)
        before = [distributions[name].firewall for name, _, behind in behind_each(environment) if _id(behind) == owner]
        if own is None or own.mode == "count" or not before or not one.requires_header:
            continue  # where it requires none, others come by another way
        blocked = [each.managed if each is not None and each.mode == "block" else () for each in before]
        twice = [group for group in own.managed if all(group in groups for groups in blocked)]
        if twice:
            groups = first_of([f"`{group}`" for group in twice], len(twice))
            message = f"each request to {owner} passes {groups} twice: its distributions have that, too"
            hint = f"remove {groups} from `managed`, or the whole `firewall`: no other requests reach it"
            yield Finding(message, environment.at(owner, "firewall", "managed"), hint)


@rule("H154")
def _never_forwarded(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may send them
    before: dict[str, list[tuple[str, str]]] = {}
    for name, label, balancer in behind_each(environment):
        if not isinstance(balancer, Balancer):
            continue
        distribution = environment.all(Distribution)[name]
        above = distribution.origins[label].path or ""
        before.setdefault(balancer.name, []).extend((name, f"{above}{path}") for path in distribution.paths_to(label))
    used = {owner for _, user in environment.each(Workload) for owner in user.uses}
    for balancer_name, sent_by in before.items():
        balancer, owner = environment.all(Balancer)[balancer_name], f"balancers/{balancer_name}"
        if balancer.reach != "cloudfront" or balancer.allow or owner in used or not sent_by:
            continue  # others reach it, too; H141 says from which origin nothing is fetched
        paths = [path for _, path in sent_by]
        for label, route in sorted(balancer.routes.items()):
            for index, path in enumerate(route.paths):
                if not any(meet(path, one) for one in paths):
                    message = f"no request for `{path}` reaches {owner}: distributions send {first_of(paths)} on"
                    hint = f"add `{path}` to the `behaviours` of distributions/{sent_by[0][0]}, or remove it here"
                    yield Finding(message, environment.at(owner, "routes", label, "paths", index), hint)


@rule("H155")
def _not_at_its_address(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may send them
    for balancer in environment.all(Balancer).values():
        before = first_before(environment, balancer.name) if balancer.reach == "cloudfront" else None
        if not balancer.is_public or (balancer.reach == "cloudfront" and before is None):
            continue
        for name in dict.fromkeys(route.service for route in balancer.routes.values()):
            service = environment.all(Service).get(name)
            if service is None or "PUBLIC_URL" in service.environment:
                continue
            if before is None:
                hosts, folder = balancer.found_at(name)
                yield from _route_lacks(environment, balancer, name, folder, folder, hosts=hosts)
            else:
                yield from _behaviour_lacks(environment, environment.all(Distribution)[before], balancer, name)


def _behaviour_lacks(
    environment: Environment, distribution: Distribution, balancer: Balancer, service: str
) -> Iterator[Finding]:
    label = next(name for name, one in distribution.origins.items() if one.balancer == balancer.name)
    folder = folder_of(sent_to(service, distribution, label, balancer))
    paths = distribution.paths_to(label)
    if not folder:
        return
    if any(covers(one, folder) for one in paths):
        above = distribution.origins[label].path or ""
        yield from _route_lacks(environment, balancer, service, folder, f"{above}{folder}")
        return
    below = next((one for one in paths if covers(one, f"{folder}/")), paths[0])
    message = _MISSES.format(folder, service, below)
    hint = f"add `{folder}` to the `behaviours` of distributions/{distribution.name}, with what `{below}` has"
    yield Finding(message, environment.at(f"distributions/{distribution.name}", "behaviours", below, key=True), hint)


def _route_lacks(  # noqa: PLR0913  # where it is asked, and what for
    environment: Environment,
    balancer: Balancer,
    service: str,
    folder: str,
    path: str,
    *,
    hosts: tuple[Host, ...] | None = None,
) -> Iterator[Finding]:
    every = ((name, one) for name, one in sorted(balancer.routes.items()) if one.service == service)
    routes = [(name, one) for name, one in every if hosts is None or one.hosts == hosts]
    if not folder or any(covers(pattern, path) for _, one in routes for pattern in one.patterns or ("/*",)):
        return
    label, route = routes[0]
    hint = f"add `{path}` to `paths`: `[{', '.join((path, *route.paths))}]`"
    message = _MISSES.format(folder, service, route.paths[0])
    yield Finding(message, environment.at(f"balancers/{balancer.name}", "routes", label, "paths"), hint)


@rule("H146", of=Distribution)
def _writes(distribution: Distribution, at: At) -> Findings:
    for path, behaviour in distribution.every_behaviour():
        origin = distribution.origins.get(behaviour.origin)
        if behaviour.methods == "all" and origin is not None and origin.bucket is not None:
            message = f"POST and DELETE would be forwarded to buckets/{origin.bucket}, which denies them"
            yield Finding(message, at(*path, "methods"), "remove `methods`; upload to the bucket with presigned URLs")


@rule("H176")
def _old_tls(environment: Environment) -> Findings:
    led = dict.fromkeys(name for name, _, _ in behind_each(environment)) if environment.settings.production else {}
    for name in led:
        distribution = environment.all(Distribution)[name]
        zone, owner = distribution.zone_of(environment), f"distributions/{name}"
        if not distribution.is_secure(environment) and (zone or not distribution.zone):  # H104 says of an unknown one
            known = next(iter(environment.all(Zone)), None)
            needed = f"`zone: {known}`" if known else "a zone (docs/catalogue.md), `zone: main`"
            hint = zone.how_delegated(environment) if zone else f"add {needed} and `hosts: [www]`"
            place = environment.at(owner, "zone" if zone else "name")
            yield Finding(f"{owner} takes TLS 1.0 at the name that AWS gave it", place, hint)
