"""Rules about ways in and out: what tasks and functions connect to, and firewalls before them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import ceil
from typing import Final

from infragen.core.addresses import is_private, parse, problem
from infragen.core.build_context import BuildContext
from infragen.core.entry import Entry, Use
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule
from infragen.core.tracing import once
from infragen.kinds import custom_headers, kinds
from infragen.kinds.distributions.model import Distribution
from infragen.kinds.firewalls import COUNTRIES, Firewall
from infragen.kinds.functions.build import FunctionView
from infragen.kinds.functions.model import Function
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.load_tests.model import LoadTest
from infragen.kinds.network import in_public, zones
from infragen.kinds.services import build
from infragen.kinds.workloads import egress
from infragen.kinds.workloads.egress import foreign_images
from infragen.kinds.workloads.model import Task, Workload
from infragen.prices import known_price
from infragen.stacks.build import in_force


@once
def _missing(environment: Environment) -> Mapping[str, Mapping[str, str]]:
    ctx = BuildContext(environment, in_force(environment))
    found: dict[str, Mapping[str, str]] = {}
    for owner, container in environment.each(Task):
        with suppress(KeyError):  # it refers to what does not exist, or is broken: another finding says so
            own = ctx.of(owner)
            found[owner] = egress.without_endpoint(own, build.task_view(container, own))
    return found


@rule("W111")
def _no_way_out(environment: Environment) -> Findings:
    network = environment.settings.network
    if network.nat != "none" or in_public(environment):
        return
    reasons: dict[str, str] = {}
    for missing in _missing(environment).values():
        for api, why in missing.items():
            reasons.setdefault(api, why)
    for api, why in reasons.items():
        message = f"tasks have no route out (`nat: none`) and no endpoint `{api}`, through which {why}"
        place = environment.at("environment", "network", "endpoints" if network.endpoints else "nat")
        yield Finding(message, place, f"add `{api}` to `endpoints`")


@rule("W117", of=Task)
def _no_internet(container: Task, at: At, environment: Environment) -> Findings:
    if environment.settings.network.nat != "none" or in_public(environment):
        return
    for name in container.internet:
        message = f"tasks have no route out (`nat: none`), and {at.owner} connects to the internet"
        hint = "add `network: {nat: single}` to the environment, or remove it here"
        yield Finding(message, at("internet", name), hint)


@rule("W118", of=Workload)
def _range(container: Workload, at: At) -> Findings:
    for name, outside in container.internet.items():
        block = parse(outside.range) if outside.range else None
        place = at("internet", name, "range")
        if outside.range and (found := problem(outside.range)) is not None:
            yield Finding(f"`{outside.range}` is not an address range: {found[0]}", place, found[1])
        elif block is not None and is_private(block):
            message = f"`{outside.range}` is private: NAT leads to public addresses only"
            yield Finding(message, place, "what is in the VPC is reached by `calls` and `uses`")


@rule("W119")
def _cheaper_endpoints(environment: Environment) -> Findings:
    network, region = environment.settings.network, environment.settings.region
    if not environment.settings.production or network.nat == "none":
        return
    of_all = (*_missing(environment).values(), *_missing_of_functions(environment).values())
    wanted = sorted({api for missing in of_all for api in missing})
    if not wanted or environment.broken:
        return
    if any(task.internet or [*foreign_images(task, region)] for _, task in environment.each(Task)):
        return
    if any(function.internet for _, function in _functions(environment)):
        return
    gateways = 1 if network.nat == "single" else len(zones(environment))
    each, instead = known_price("interface-endpoint", region), known_price("nat-gateway", region)
    if each is None or instead is None:
        return
    cost, saved = each.monthly * len(wanted) * len(zones(environment)), instead.monthly * gateways
    if cost < saved:
        message = (
            "tasks may connect to any address on port 443, only because they reach AWS's APIs through NAT:"
            f" {saved:,.0f} USD a month, and interface endpoints would be {cost:,.0f} USD"
        )
        hint = f"write `nat: none` and add `{', '.join(wanted)}` to `endpoints`"
        yield Finding(message, environment.at("environment", "network", "nat"), hint)


def _functions(environment: Environment) -> Iterator[tuple[str, Function]]:
    for owner, function in environment.each(Function):
        if function.stands_in_vpc(environment) and all(environment.find(one) for one, _, _ in function.used()):
            yield owner, function


@once
def _missing_of_functions(environment: Environment) -> Mapping[str, Mapping[str, str]]:
    ctx = BuildContext(environment, in_force(environment))
    own = {owner: FunctionView(ctx.of(owner)) for owner, _ in _functions(environment)}
    return {owner: egress.without_endpoint(ctx.of(owner), view) for owner, view in own.items()}


@rule("Y106")
def _no_way(environment: Environment) -> Findings:
    if environment.settings.network.nat != "none":
        return
    ctx = BuildContext(environment, in_force(environment))
    for owner, function in _functions(environment):
        nat = "add `network: {nat: single}` to the environment"
        for label in function.internet:
            message = f"{owner} is in the VPC, where no function has a public address, and reaches no `{label}`"
            yield Finding(message, environment.at(owner, "internet", label), f"{nat}, or remove it here")
        missing = dict(_missing_of_functions(environment)[owner])
        if in_public(environment) and FunctionView(ctx.of(owner)).uses_objects:  # elsewhere there is S3's endpoint
            missing["s3"] = "objects are read and written"
        for api, why in missing.items():
            message = f"{owner} is in the VPC, and has no way to `{api}`, through which {why}"
            hint = nat if in_public(environment) else f"add `{api}` to `endpoints`, or `nat: single`"
            yield Finding(message, environment.at(owner, "name"), hint)


_MEANT: Final = {"UK": "GB", "JA": "JP", "EN": "GB", "KO": "KR", "ZH": "CN", "EL": "GR"}


def _firewalls(resolved: ResolvedSystem) -> Iterator[tuple[str, Entry, Firewall]]:
    for owner, entry in resolved.every():
        if isinstance(firewall := getattr(entry, "firewall", None), Firewall):
            yield owner, entry, firewall


@rule("G127")
def _no_country(resolved: ResolvedSystem) -> Findings:
    for owner, _, firewall in _firewalls(resolved):
        for index, code in enumerate(firewall.countries.only if firewall.countries is not None else ()):
            if code not in COUNTRIES:
                meant = _MEANT.get(code)
                hint = f"did you mean `{meant}`?" if meant else "write its code in ISO 3166, such as `JP` for Japan"
                place = resolved.at(owner, "firewall", "countries", "only", index)
                yield Finding(f"`{code}` is the code of no country", place, hint)


_FIVE_MINUTES: Final = 300
"""Seconds in which a firewall counts an address's requests."""
_LEADS_ON: Final = ("balancers/", "bffs/", "functions/", "gateways/", "services/")
_COUNT_OR_KEEP: Final = (
    "add `count: {core: []}` if browsers upload to the bucket itself (`cors`), with addresses that the service signs,"
    " or `count: {core: [SizeRestrictions_BODY]}` and `count_at` with the paths that let them through"
)


@rule("G128")
def _no_sql(environment: Environment) -> Findings:
    for owner, _, firewall in _firewalls(environment):
        if "core" not in firewall.managed or "sql-injection" in firewall.managed:
            continue
        database = next(
            (used for _, used, _ in _used_behind(environment, owner) if used.startswith("databases/")), None
        )
        if database is not None:
            message = f"the rule group `core` does not look for SQL injection, and {database} is behind {owner}"
            yield Finding(message, environment.at(owner, "firewall", "managed"), "add `sql-injection` to `managed`")


@rule("G130")
def _large_bodies(environment: Environment) -> Findings:
    for owner, entry, firewall in _firewalls(environment) if environment.settings.production else ():
        if "core" not in firewall.managed or firewall.mode == "count" or "core" in firewall.count:
            continue
        writes = (
            f"{user}, which is behind {owner}, writes to {used}"
            for user, used, use in _used_behind(environment, owner)
            # nothing said is `read-write`
            if used.startswith("buckets/") and use.access in (None, "write", "read-write")
        )
        types = getattr(entry, "binary_media_types", ())
        passes = f"{owner} passes {', '.join(types)} on (`binary_media_types`)" if types else None
        if way := next(writes, passes):
            message = (
                f"`core` blocks every body above 8 KB, and {way}: an upload of that size through it would be answered"
                " with 403"
            )
            yield Finding(message, environment.at(owner, "firewall", "managed"), _COUNT_OR_KEEP)


@rule("W148")
def _no_rate_limit(environment: Environment) -> Findings:
    for owner, entry, firewall in _firewalls(environment) if environment.settings.production else ():
        is_open = isinstance(entry, Distribution) or getattr(entry, "reach", None) == "internet"
        if is_open and firewall.rate_limit is None:
            message = f"one address may send {owner} as many requests as it likes: its firewall has no rate limit"
            hint = "add `rate_limit: 2000`, or as many as those who share an address send in five minutes"
            yield Finding(message, environment.at(owner, "firewall"), hint)


@rule("H172")
def _shared_address(environment: Environment) -> Findings:
    for owner, entry, firewall in _firewalls(environment):
        if (limit := firewall.rate_limit) is None:
            continue
        for sent, who in _from_one_address(environment, owner, entry, limit):
            if sent > limit:
                message = (
                    f"one address may send {limit:,} requests in five minutes, and {who} {sent:,}: behind one address,"
                    " as in an office or behind a NAT gateway, they are blocked (403) before any other limit"
                )
                hint = f"write `rate_limit: {sent}`, or leave it where each has its own address"
                yield Finding(message, environment.at(owner, "firewall", "rate_limit"), hint)
                break


def _from_one_address(environment: Environment, owner: str, entry: Entry, limit: int) -> Iterator[tuple[int, str]]:
    """Yield totals of clients that may share an address; a single key or load generator is G109's and E124's."""
    for gateway in environment.all(Gateway).values():
        is_before = gateway is entry or entry in custom_headers.before(environment, gateway)
        keys = [rate.requests * _FIVE_MINUTES // rate.seconds for rate in gateway.limits]
        if is_before and keys[1:] and max(keys) <= limit and not gateway.preflight:  # browsers share keys: E140
            yield sum(keys), f"its {len(keys)} keys may send"
    for name, test in environment.all(LoadTest).items():
        tenants = len(test.all_tenants(environment))
        if test.target == owner and tenants > 1:
            sent = ceil(test.per_second * _FIVE_MINUTES / tenants)
            yield sent, f"the users of one tenant, as load-tests/{name} has them, send"


@rule("G131")
def _unread_bodies(environment: Environment) -> Findings:
    for owner, _, firewall in _firewalls(environment) if environment.settings.production else ():
        if not firewall.lets_large_bodies_in or firewall.count_at:
            continue
        size = "8 KB" if owner.startswith("balancers/") else "64 KB"
        message = f"{owner} lets bodies of any size in on every path, and WAF reads no more than {size} of each"
        place = environment.at(owner, "firewall", "count", "core")
        yield Finding(message, place, "add `count_at` with the paths that need them: `count_at: [/api/photos/*]`")


@rule("G132")
def _counts_nowhere(environment: Environment) -> Findings:
    for owner, _, firewall in _firewalls(environment):
        if firewall.count_at and not firewall.counted_on_bodies:
            message = "`count_at` changes nothing: it is about rules on bodies, and none of those in `count` is one"
            hint = "add the rule that large bodies meet, `count: {core: [SizeRestrictions_BODY]}`, or remove `count_at`"
            yield Finding(message, environment.at(owner, "firewall", "count_at"), hint)


def _used_behind(environment: Environment, owner: str) -> Iterator[tuple[str, str, Use]]:
    ctx, seen, waiting = BuildContext(environment, {}), set[str](), [owner]
    while waiting:
        one = waiting.pop()
        entry = environment.find(one)
        if entry is None or one in seen:
            continue
        seen.add(one)
        used = getattr(entry, "used", None)
        found = [(other, use) for other, use, _ in used()] if used is not None else []
        yield from ((one, other, use) for other, use in found)
        led = (link.target for link in kinds()[entry.KIND].network.links(entry, ctx.of(one)) if link.source == one)
        waiting += [other for other in (*led, *(name for name, _ in found)) if other.startswith(_LEADS_ON)]
