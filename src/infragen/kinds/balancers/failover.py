"""What people do for the names of a load balancer when another environment takes over."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.standby import Held
from infragen.core.takeover import Command, Step, Takeover, answers, last_minutes
from infragen.kinds import mutual_tls
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.workloads.model import Service
from infragen.kinds.zones.failover import HEALTH, found_check, holding, led_names
from infragen.text import counted, first_of

_HELD: Final = (
    "disabled and inverted, a check is unhealthy whatever it sees: the names lead to {region} as soon as tasks are"
    " healthy there; until then both sides are unhealthy, and Route 53 answers with the primary (Amazon Route 53"
    " Developer Guide: How Amazon Route 53 chooses records when health checking is configured)"
)
_CERTIFICATE: Final = "--cert client.pem --key client.key"


def holds(balancer: Balancer, change: Takeover) -> Iterator[Held]:
    if BalancerView(change.taking).has_header_replica:
        yield Held("keys", "a replica of the header that distributions send, which it requires as well")
    taking: Balancer = change.taking.entry
    if balancer.mutual_tls and taking.mutual_tls:
        has = "a private CA of its own, which knows none of its clients"
        root = "the root certificate that `infragen outputs` of this one shows"
        mend = f"write {root} in `load_balancer.also_trusts` there"
        if trusts := mutual_tls.also_trusted(change.taking.settings):
            has = f"a trust store with {counted(len(trusts), 'other root certificate')}, by which clients keep theirs"
        yield Held("keys", has, "held" if trusts else "missing", mend, ("mutual_tls",))
    names = taking.names(change.taking.environment)
    zone = taking.zone_of(change.taking.environment)
    if balancer.zone is None and taking.is_public and names:
        mend = f"give clients {names[0]}, before they need it, or write `zone` and `failover` for its names"
        yield Held("names", "names that nothing leads there by itself", "missing", mend, ("hosts",))
    if balancer.zone is None or not names:
        return
    if zone is None or not zone.zone_id:
        target = change.left.environment.target
        mend = f"write `zones: {{{balancer.zone}: {{zone_id: ...}}}}`, with the zone of {target}"
        yield Held("names", f"a zone of its own, which nobody asks for {names[0]}", "missing", mend, ("zone",))
    elif balancer.failover is None or taking.failover is None:
        mend = "write `failover: {role: primary, healthy_tasks: 1}` here, and `{role: secondary}` there"
        yield Held("names", f"no failover record of {names[0]}", "missing", mend, ("failover",))
    else:
        yield Held("names", f"the secondary records of {first_of(names, 2)}, and a certificate of its own")


def failover_steps(balancer: Balancer, change: Takeover) -> Iterator[Step]:
    if change.action == "restore":
        return
    yield from _verified(change)
    if balancer.failover is None or balancer.zone is None:
        return
    primary = change.taking if change.is_return else change.left
    standby = change.left if change.is_return else change.taking
    if primary.entry.failover is None or primary.entry.failover.healthy_tasks is None:
        return
    checks = [_check(primary, service.name) for service in BalancerView(primary).services.values()]
    if not change.is_return:
        shown = (
            (10, "[].Minimum", "0: unhealthy"),
            (
                23 * 60, "[?Minimum < `1`].Timestamp",
                "since when in the last day: the outage began some minutes before that",
            ),
        )  # fmt: skip
        seen = tuple(
            Command(
                "aws cloudwatch get-metric-statistics --namespace AWS/Route53 --metric-name HealthCheckStatus"
                f' --dimensions Name=HealthCheckId,Value="$({check})" --region us-east-1 {last_minutes(minutes)}'
                f" --period 60 --statistics Minimum --query 'min(Datapoints{what})'",
                shows,
            )
            for minutes, what, shows in shown
            for check in checks
        )
        yield Step("detect", f"what Route 53 sees of {BalancerView(primary).name}", seen, 5)
    let_go = holding(checks, "--no-disabled --no-inverted", "False False")
    commands = [*let_go] if change.is_return else [*holding(checks, "--disabled --inverted", "True True")]
    own = BalancerView(change.taking)
    if not change.is_return:
        why = _HELD.format(region=own.region)
        what = f"the health check of {BalancerView(primary).name}"
        yield Step("fence", what, tuple(commands), 5, why)
        yield Step("undo", what, let_go, 5, HEALTH, primary.region)
        commands = []
    commands += led_names(standby, own.names, own.region)
    yield Step("names", f"the names of {own.name}", tuple(commands), 5, HEALTH if change.is_return else "")


def _verified(change: Takeover) -> Iterator[Step]:
    """Names of both that nothing leads from one to the other prove nothing."""
    ctx, own = change.taking, BalancerView(change.taking)
    region = f"--region {own.region} --output text"
    well = tuple(
        Command(
            f"aws elbv2 describe-target-groups --names {' '.join(own.target_group_names(service))} {region} --query"
            f" 'TargetGroups[].TargetGroupArn' | xargs -n 1 aws elbv2 describe-target-health {region} --query"
            " 'TargetHealthDescriptions[].TargetHealth.State' --target-group-arn",
            f"healthy, {service.tasks.min} times or more",
        )
        for service in own.services.values()
        if service.tasks.min
    )
    if well:
        yield Step("verify", f"the tasks behind {own.name} pass their health check", well, 5)
    signed = f"that the private CA in {own.region} signed, or one that it trusts"
    shown = f", with a certificate {signed}, with its chain, and its key"
    proof = (_CERTIFICATE, shown) if ctx.entry.mutual_tls else ()
    asked = tuple(_asked(own, *proof)) if ctx.entry.reach == "internet" else ()
    if asked and (ctx.entry.failover is not None or set(own.names).isdisjoint(BalancerView(change.left).names)):
        yield Step("verify", f"what {own.name} answers", asked, 5)


def _asked(own: BalancerView, options: str = "", who: str = "") -> Iterator[Command]:
    for host in (name for name in own.names if "*" not in name):
        for service in own.services.values():
            paths = (service.health.path, *own.paths_to(service))
            path = next((path for path in paths if own.led_to(path, host) == service.name), None)
            if path is not None:
                yield answers(host, path, answer(service, path) + own.asked_from + who, options)


def answer(service: Service, path: str) -> str:
    other = f"2xx, or what {service.name} answers there, and not 404, the balancer's own, or 500 and above"
    return "200" if path == service.health.path else other


def _check(primary: BuildContext, service: str) -> str:
    own = BalancerView(primary)
    first, *more = own.health_alarm_names(own.services[service])
    found = found_check(f"HealthCheckConfig.AlarmIdentifier.Name=='{first}'")
    children = "HealthCheckConfig.ChildHealthChecks"
    # Of a service with two target groups, that which is made of the checks of both.
    return found_check(f"{children} && contains({children}, '$({found})')") if more else found
