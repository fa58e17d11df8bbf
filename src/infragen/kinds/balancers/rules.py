"""Rules about balancers: where their routes lead, what they are called, and who can read what they carry."""

from itertools import combinations, product
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule
from infragen.kinds import instead_of, mesh
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.model import Balancer, leading_to
from infragen.kinds.workloads.model import Service
from infragen.kinds.zones.model import Zone
from infragen.text import counted


@rule("H101", of=Balancer)
def _service_unknown(balancer: Balancer, at: At, resolved: ResolvedSystem) -> Findings:
    for route, to in balancer.routes.items():
        if not resolved.knows("services", to.service):
            message = f"the route `{route}` of {at.owner} leads to services/{to.service}, which does not exist"
            yield Finding(message, at("routes", route, "service"), instead_of(resolved, "services", to.service))


@rule("H102", of=Balancer)
def _same_requests(balancer: Balancer, at: At) -> Findings:
    taken: dict[tuple[str, str], str] = {}
    for route, to in balancer.routes.items():
        for host, path in product(to.hosts or ("",), to.patterns or ("/*",)):
            first = taken.setdefault((host, path), route)
            if first != route:
                what = f"`{host}{path}`" if host else f"`{path}`"
                message = f"the routes `{first}` and `{route}` of {at.owner} both take {what}"
                place = at("routes", route, "paths" if to.paths else "service")
                other = f"`{route}: {{service: {to.service}, paths: [/{route}, /{route}/*]}}`"
                yield Finding(message, place, f"give one of them other paths or hosts: {other}")
                break


@rule("H103", of=Balancer)
def _no_route(balancer: Balancer, at: At, resolved: ResolvedSystem) -> Findings:
    if not balancer.routes:
        service = next(iter(resolved.all(Service)), "web")
        yield Finding(f"{at.owner} leads nowhere", at("name"), f"add `routes: {{{service}: {{service: {service}}}}}`")


@rule("E128", of=Balancer)
def _checked_elsewhere(balancer: Balancer, at: At, environment: Environment) -> Findings:
    host = balancer.checked(environment)
    own = BalancerView(BuildContext(environment, {}, at.owner))
    if balancer.check is not None and host is not None and own.led_to(balancer.check.path, host) is None:
        message = f"no route of {at.owner} takes {host}{balancer.check.path}, so its check sees a 404 and goes off"
        hint = "write a path that a route leads to a service, such as its `health`"
        yield Finding(message, at("check", "path"), hint)


@rule("H106", of=Balancer)
def _plain_production(balancer: Balancer, at: At, environment: Environment) -> Findings:
    if environment.settings.production and balancer.is_public and not (balancer.zone or balancer.certificate):
        message = f"{at.owner} has no certificate: passwords and other data could be read in transit"
        hint = f"add `zone: {next(iter(environment.all(Zone)), 'main')}` for one, or `certificate: arn:aws:acm:...`"
        yield Finding(message, at("reach"), hint)


@rule("H107", of=Balancer)
def _plain(balancer: Balancer, at: At, environment: Environment) -> Findings:
    zone = balancer.zone_of(environment)
    if not balancer.is_public or balancer.is_secure(environment) or (zone is not None and zone.private):
        return  # N109 tells of a private zone
    if zone is not None and not environment.settings.production:
        hint = f"nothing to do here; remove `delegated: false` in {zone.says_delegated(environment)} then"
        yield Finding(f"{at.owner} speaks plain HTTP until zones/{zone.name} is delegated", at("zone"), hint)
    elif balancer.zone is None and not environment.settings.production:
        hint = "fine for a first look; `zone: main` gives it a name and a certificate (docs/catalogue.md)"
        yield Finding(f"{at.owner} has no certificate, so it speaks plain HTTP", at("reach"), hint)


@rule("H113", of=Balancer)
def _plain_for_now(balancer: Balancer, at: At, environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    zone = balancer.zone_of(environment)
    if zone is not None and not zone.private and balancer.is_public and not balancer.is_secure(environment):
        read = "passwords and other data could be read in transit"
        message = f"{at.owner} speaks plain HTTP until zones/{zone.name} is delegated: {read}"
        yield Finding(message, at("zone"), zone.how_delegated(environment))


@rule("E141", of=Balancer)
def _verifies_nobody(balancer: Balancer, at: At, environment: Environment) -> Findings:
    if not balancer.mutual_tls:
        return
    settings, of_environment = environment.settings.load_balancer, environment.source("environment")
    if settings is None or not settings.mutual_tls:
        message = f"there is no private CA whose clients {at.owner} could verify"
        yield Finding(message, at("mutual_tls"), f"add `load_balancer: {{mutual_tls: true}}` to {of_environment}")
    elif not balancer.is_secure(environment):
        message = f"{at.owner} speaks plain HTTP, where no client shows a certificate"
        yield Finding(message, at("mutual_tls"), "add `certificate` or a delegated `zone`, or remove `mutual_tls`")
    elif balancer.reach == "cloudfront":
        yield Finding("CloudFront shows no certificate of a client", at("mutual_tls"), "remove it, or change `reach`")


@rule("E142", of=Balancer)
def _verified_twice(balancer: Balancer, at: At, environment: Environment) -> Findings:
    for name, route in balancer.routes.items() if balancer.mutual_tls else ():
        if (service := environment.all(Service).get(route.service)) is None or service.verified_port is None:
            continue
        others = [one for one in leading_to(environment, route.service) if one.mutual_tls and one is not balancer]
        if others or f"services/{route.service}" in mesh.called(environment):
            message = f"services/{route.service} gets requests with certificates from another load balancer already"
            hint = "let one of them lead to it, or remove its `verified_port`"
            yield Finding(message, at("routes", name, "service"), hint)


@rule("H108", of=Balancer)
def _no_firewall(balancer: Balancer, at: At, environment: Environment) -> Findings:
    is_chosen = balancer.firewall is not None or balancer.firewall_why is not None
    if environment.settings.production and balancer.reach == "internet" and not is_chosen:
        firewall = "`firewall: {managed: [core, known-bad-inputs, sql-injection], rate_limit: 2000}`"
        hint = f"add {firewall}, or `firewall_why` with the reason why it needs none"
        yield Finding(f"{at.owner} is open to the internet and has no firewall", at("reach"), hint)


@rule("L139", of=Balancer)
def _no_access_logs(balancer: Balancer, at: At, environment: Environment) -> Findings:
    if environment.settings.production and balancer.is_public and balancer.access_logs is None:
        message = f"{at.owner} keeps no log of requests from the internet: nobody can tell what an attacker asked for"
        yield Finding(message, at("reach"), "add `access_logs: {retention: 90 days}`")


@rule("H109", of=Balancer)
def _two_origins(balancer: Balancer, at: At, environment: Environment) -> Findings:
    for (_, one), (second, other) in combinations(sorted(balancer.routes.items()), 2):
        if one.service == other.service or not one.hosts or not other.hosts or set(one.hosts) & set(other.hosts):
            continue
        here, there = (f"https://{balancer.full(route.hosts[0], environment)}" for route in (one, other))
        message = f"a page of {here} that asks {there} gets an answer only if that allows it (CORS), and the other way"
        hint = f"let services/{other.service} send `Access-Control-Allow-Origin: {here}`, or give both one name:"
        hint += f" `{second}: {{service: {other.service}, hosts: [{one.hosts[0]}], paths: [/{second}, /{second}/*]}}`"
        yield Finding(message, at("routes", second, "hosts"), hint)
        return


_VALUES: Final = 5
_VALUES_OF_HEADER: Final = 2
"""That of its version, and the one before."""
_MINUTE: Final = 60


@rule("H110", of=Balancer)
def _many_values(balancer: Balancer, at: At) -> Findings:
    has_header = balancer.reach == "cloudfront" and balancer.custom_header is not None
    most = _VALUES - _VALUES_OF_HEADER if has_header else _VALUES
    for route, to in balancer.routes.items():
        if len(to.hosts) + len(to.paths) > most:
            have = f"{counted(len(to.hosts), 'host')} and {counted(len(to.paths), 'path')}"
            beside = " beside the `custom_header`" if has_header else ""
            message = f"the route `{route}` has {have}; a rule takes {most} together{beside}"
            hint = f"write a second route to the same service: `{route}-more: {{service: {to.service}, paths: [...]}}`"
            yield Finding(message, at("routes", route, "paths" if to.paths else "hosts"), hint)


@rule("H148", of=Balancer, in_environments=True)
def _no_health_check(balancer: Balancer, at: At) -> Findings:
    failover = balancer.failover
    if failover is not None and failover.role == "primary" and failover.healthy_tasks is None:
        message = f"nothing determines when the names of {at.owner} lead to the secondary"
        place = at("failover", "role")
        yield Finding(message, place, "add `healthy_tasks: 1`: with fewer, of any service behind it, they do")


@rule("H149", of=Balancer, in_environments=True)
def _no_minutes(balancer: Balancer, at: At) -> Findings:
    seconds = balancer.failover.lasting if balancer.failover is not None else _MINUTE
    if seconds < _MINUTE or seconds % _MINUTE:
        message = f"{seconds} s is not a whole number of minutes, the period of the metric"
        yield Finding(message, at("failover", "lasting"), f"write `lasting: {max(1, round(seconds / _MINUTE))} min`")
