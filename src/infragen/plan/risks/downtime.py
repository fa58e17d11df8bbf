"""Downtime: something that serves is gone, restarts, or is scaled to nothing.

What the destruction of an object means is said by `destroyed` for every type; `JUDGES` looks at updates.
"""

import re
from collections.abc import Iterator
from functools import partial
from math import inf

from infragen.plan.display import literal
from infragen.plan.risk import REVISIONS, Action, Level, Risk, RiskKind
from infragen.plan.risks import types
from infragen.plan.risks.judged import said
from infragen.plan.risks.lookups import (
    ICMP,
    became,
    block,
    blocks,
    fallen,
    number,
    numbers,
    ports,
    protocol_of,
    service,
    shown,
    sides,
    size_of,
    source_before,
    switched_off,
    texts,
    word,
)
from infragen.plan.risks.one_way import goes_back, is_older
from infragen.plan.risks.policy_documents import allowed, denied
from infragen.plan.risks.routes import tells
from infragen.plan.risks.traffic import lets_the_same_through
from infragen.plan.risks.types import aws, joined, of_updates, rows, table
from infragen.plan.view import Index, View
from infragen.redaction.values import UNKNOWN, Redacted, Value, holds_unknown
from infragen.text import first_of

_graded = RiskKind.DOWNTIME.risk
_down = partial(_graded, Level.MEDIUM)
_COPIES = frozenset(aws("db_instance neptune_cluster rds_cluster"))
_ONLY_A_COPY = types.BACKUPS.union(aws("cloudwatch_log_group s3_object s3_bucket_object"))
_ROUTES = Index(frozenset(aws("route")), ("nat_gateway_id",), side=View.before)
_RULES = frozenset(aws("security_group_rule vpc_security_group_egress_rule vpc_security_group_ingress_rule"))
_ENDS = re.compile(r"(?P<from>\S+) to (?P<to>\S+?)(?=:|\Z)")
"""How infragen describes a rule: who connects to whom, then why."""
_NOTHING_SERVES = "it is destroyed, and nothing is served from it"
_WITHOUT_RECORD = {
    "CAA": "any certificate authority may issue certificates for {name}",
    "DS": "the zone {name} is no longer signed for those who check it",
    "MX": "mail to {name} is not delivered",
    "NS": "no name of the zone {name} is resolved",
    "SPF": "mail from {name} may be refused: its SPF is missing",
    "SRV": "what is found by {name} is not found",
    "TXT": "what the text of {name} proves or permits is missing",
}
"""What stops without a record of a type that is no address. Source: Route 53 Developer Guide "Supported DNS record
types"; that of a text by how it begins: RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC).
"""
_WITHOUT_TEXT = {"v=spf1": "SPF", "v=DKIM1": "DKIM", "v=DMARC1": "DMARC"}
_LARGE = 2
"""How many times as much there was before a cut that is large."""
_DATA = re.compile(r"(?:\A|\.)data\.")


def destroyed(view: View) -> Iterator[Risk]:
    name, action = view.type, view.action
    if name in types.LEAVES_NO_GAP or (action.is_replace and name in REVISIONS):
        yield from _without_gap(view)
    elif action.is_replace and name in types.DRAWN:
        yield _down("a new value is drawn: what still has the old one is refused")
    elif why := no_gap(view):
        yield Risk(Level.LOW, RiskKind.HARMLESS, why)
    elif name in _RULES and action is Action.DELETE:
        yield from _cut_off(view)
    elif name == "aws_nat_gateway" and action is Action.DELETE and _leads_elsewhere(view):
        # In this order: source: Terraform's docs/destroying.md, `DestroyEdgeTransformer`.
        yield _down("its routes lead elsewhere once it is gone: some minutes without the internet")
    elif action is Action.DELETE and tells(view):
        return
    elif name == "aws_route53_record" and any(
        one.rstrip(".").endswith(".acm-validations.aws") for one in texts(view.before("records"))
    ):  # ACM User Guide "DNS validation"
        kind, words = RiskKind.HARMLESS, "ACM needs it again only to renew a certificate"
        renews = "ACM can no longer renew the certificate that it validates"
        yield _graded(Level.LOW, renews) if action is Action.DELETE else Risk(Level.LOW, kind, words)
    elif name in REVISIONS or name in _ONLY_A_COPY:
        yield Risk(Level.LOW, RiskKind.HARMLESS, _NOTHING_SERVES)
    elif name in _COPIES and (source := source_before(view)):
        gap = _gap(view)
        yield gap._replace(reason=f"{gap.reason}; it is a copy of {shown(source[1])}, and holds no data of its own")
    else:
        yield _gap(view)


def _without_gap(view: View) -> Iterator[Risk]:
    reason, stays = _NOTHING_SERVES, ""
    if view.action.is_replace:
        reason = "it is recreated, and nothing is served from it"
        if view.type.startswith("random_"):
            reason = "a new value is drawn: what it stands in changes"
        elif view.type in REVISIONS:
            reason = "a new revision follows the old one"
            if kept := ", ".join(view.held_by(("arn",), {"aws_ecs_service"})):
                stays = f"; {kept} keeps the old one until a deployment from outside of Terraform moves it"
    yield Risk(Level.LOW, RiskKind.HARMLESS, reason + stays)


def no_gap(view: View) -> str | None:
    # Another one does the same, or what it is of goes as well; a policy that only denies allowed nobody anything (IAM
    # User Guide "Policy evaluation logic").
    policy = view.before("policy") if view.type.endswith("_policy") else None
    if denied(policy) and not allowed(policy):
        return "it allows nobody anything, so that no caller loses access"
    if view.action is not Action.DELETE:
        return None
    other = lets_the_same_through(view) if view.type in _RULES else _stand_in(view)
    if other:
        return f"{other} takes its place"
    named, owners = types.GOES_WITH.get(view.type, ("", frozenset[str]()))
    value = view.before(named) if named else None
    values = [one for one in (value.values() if isinstance(value, dict) else [value]) if isinstance(one, str)]
    is_lost = values and view.named_by_lost(values, owners) and not view.named_by(values, owners)
    return "it goes with what it is of" if is_lost else None


def _stand_in(view: View) -> str | None:
    other = view.stand_in(types.STANDS_IN.get(view.type, ()))
    return other.shown_address if other else None


def _leads_elsewhere(view: View) -> bool:
    own = view.before("id")
    led = view.matching(_ROUTES, own) if own else ()
    return bool(led) and all(
        one.after("nat_gateway_id") not in (None, "", own) or (one.action is Action.DELETE and _stand_in(one))
        for one in led
    )


def _cut_off(view: View) -> Iterator[Risk]:
    named = ("security_group_id", "referenced_security_group_id", "source_security_group_id")
    if view.held_by_lost(named, {"aws_security_group"}):
        yield Risk(Level.LOW, RiskKind.HARMLESS, "it goes with its security group")
    elif ends := _ENDS.match(word(view.before("description")) or ""):
        yield _down(f"{ends['from']} can no longer connect to {ends['to']} ({service(view)})")
    else:
        yield _down(f"{types.WITHOUT[view.type]} from then on ({service(view)})")


def _port_closed(view: View) -> Iterator[Risk]:
    # Amazon EC2 User Guide "Security group connection tracking": connections that stand are kept, new ones fail.
    if view.is_whole or protocol_of(view.after("ip_protocol") or view.after("protocol")) in ICMP:
        return
    first, last = numbers(view, "from_port"), numbers(view, "to_port")
    if first and last and not first[1] <= first[0] <= last[0] <= last[1]:
        was, will = (ports(*pair) for pair in zip(first, last, strict=True))
        ends = _ENDS.match(word(view.before("description")) or "")
        who = f"requests of {ends['from']} to {ends['to']}" if ends else "requests"
        yield _down(f"{who} fail until what listens on {will} is deployed: port {was} closes before")


def _stops(view: View) -> str | None:
    if view.type != "aws_route53_record":
        return types.WITHOUT.get(view.type)
    kind, name = word(view.before("type")) or "", word(view.before("name"))
    if kind not in _WITHOUT_RECORD or not name:
        return "its name is not resolved"
    said = [one.strip('"') for one in texts(view.before("records"))]
    mail = next((words for start, words in _WITHOUT_TEXT.items() for one in said if one.startswith(start)), None)
    words = f"mail from {name} may be refused: its {mail} is missing" if kind == "TXT" and mail else None
    return words or _WITHOUT_RECORD[kind].format(name=name)


def _gap(view: View) -> Risk:
    action, name, stops = view.action, view.type, _stops(view)
    if name in types.RELEASED:
        return _down("its address is released for good: whoever lets it in by address must be told")
    if action is Action.DELETE:
        return _down(f"{stops} from then on" if stops else "it is destroyed")
    if action is Action.REPLACE_DELETE_FIRST:
        return _down(f"{stops or 'it does not exist'} until the new one is created")
    if name in types.NAMED_BY_OTHERS:
        return _down("the new one is created first, but has a different name or address")
    return _graded(Level.LOW, "the new one is created before the old one is destroyed")


def _restart(view: View, words: str, names: str, *, level: Level = Level.MEDIUM, timed: bool = False) -> Iterator[Risk]:
    for name in names.split():
        before, after = sides(view, name)
        if before is None or after is None or after is UNKNOWN or before == after or goes_back(view, name):
            continue
        time = _time(view) if timed else ""
        yield _graded(level, f"{words}{time}: {name.rpartition('.')[2]} {became(before, after)}")


def _its_clusters(view: View) -> Iterator[Risk]:
    """Source: the provider's `aws_rds_cluster_instance` and `aws_neptune_cluster_instance`, which do not send it."""
    before, after = sides(view, "engine_version")
    if before and after and before != after:
        yield Risk(Level.LOW, RiskKind.HARMLESS, "it runs the version of its cluster, whatever engine_version says")


def _time(view: View) -> str:
    return " at once" if view.after("apply_immediately") is True else " in its next maintenance window"


def _backups_toggled(view: View) -> Iterator[Risk]:
    """RDS User Guide "Backup retention period": an outage occurs from 0 to a nonzero value and back."""
    change = numbers(view, "backup_retention_period")
    if change and (change[0] == 0) != (change[1] == 0):
        yield _down(f"it restarts{_time(view)}: backups are switched {'on' if change[1] else 'off'}")


def _capacity(view: View, path: str, unit: str, gone: str = "", *, free: float = -1) -> Iterator[Risk]:
    # `gone` is what comes of 0, `free` sets no bound. What was cut outside of terraform is mostly what scaling is there
    # for.
    name = path.rpartition(".")[2]
    change = numbers(view, path)
    before, after = (inf if one == free else one for one in change) if change else (0.0, 0.0)
    if after >= before or change is None:
        return
    if not after and gone:
        yield _down(f"{gone}: {name} becomes 0")
    else:
        level = Level.MEDIUM if after * _LARGE <= before and not view.is_drift else Level.LOW
        yield _graded(level, f"there is less to serve with: {name} {change[0]:g} -> {change[1]:g} {unit}")


def _smaller(view: View, path: str) -> Iterator[Risk]:
    before, after = sides(view, path)
    old, new = size_of(before), size_of(after)
    if not old or not new or new.units > old.units:
        return
    left = next((part for part in (new.units / old.units, new.memory / old.memory) if part < 1), None)
    if left:
        level = Level.MEDIUM if left * _LARGE <= 1 and not view.is_drift else Level.LOW
        what = "size" if new.units < old.units else "memory"
        change = f"{path.rpartition('.')[2]} {became(before, after)}, {left} of the {what}"
        yield _graded(level, f"there is less to serve with: {change}")


def _revision(view: View, path: str) -> Iterator[Risk]:
    """Judge which revision runs: `web:40`, an ARN that ends in one, or a version's number."""
    name = path.rpartition(".")[2]
    before, after = sides(view, path)
    if after == UNKNOWN:
        yield Risk(Level.LOW, RiskKind.HARMLESS, f"the next revision takes over: {name}")
        return
    old, new = (literal(side).strip('"').rpartition("/")[2] for side in (before, after))
    family, other = (side.rpartition(":")[0] for side in (old, new))
    level = Level.LOW if view.is_drift else Level.MEDIUM
    if family and other and family != other:
        yield _graded(level, f"it runs {other}, and no longer {family}: {name} {old} -> {new}")
    elif family == other and is_older(before, after):
        yield _graded(level, f"it goes back to an older revision: {name} {old} -> {new}")


def _failover(view: View) -> Iterator[Risk]:
    """Route 53 Developer Guide "Configuring DNS failover" and "Values specific for failover records"."""
    before, after = map(word, sides(view, "failover_routing_policy.type"))
    if not before:
        return
    if not after:
        yield _down(f"nothing takes over when its target fails: failover {before} is removed")
    elif word(view.before("health_check_id")) and not view.after("health_check_id"):
        yield _down("no one is redirected when its target fails: health_check_id is removed")
    elif after != before:
        yield _down(f"who asks for its name is led elsewhere: failover {before} -> {after}")


def _resharded(view: View) -> Iterator[Risk]:
    # The provider asks for it at once, whatever the window. ElastiCache User Guide "Scaling clusters in Valkey or Redis
    # OSS (Cluster Mode Enabled)" and "Online cluster resizing": it answers all the time, more slowly, and needs room
    # for the data.
    change = numbers(view, "num_node_groups")
    if not change or change[0] == change[1]:
        return
    before, after = change
    fewer = ", and fails where the rest has no room for the data" if after < before else ""
    words = f"it answers more slowly while keys move between shards, at once{fewer}"
    yield _down(f"{words}: num_node_groups {before:g} -> {after:g}")


def _off(view: View, name: str, words: str, becomes: str = "becomes false") -> Iterator[Risk]:
    if switched_off(view, name):
        yield _down(f"{words}: {name} {becomes}")


def _fewer(view: View, name: str, unit: str) -> Iterator[Risk]:
    """Judge copies that become fewer; the last one's going is told where the failover is switched off."""
    change = fallen(view, name)
    if change and not switched_off(view, "automatic_failover_enabled"):
        yield _graded(Level.LOW, f"fewer can take over, and fewer answer: {name} {change[0]:g} -> {change[1]:g} {unit}")


def _disabled(view: View) -> Iterator[Risk]:
    before, after = word(view.before("state")), word(view.after("state"))
    if before and before.startswith("ENABLED") and after == "DISABLED":
        yield _down("its targets are no longer started: state becomes DISABLED")


def _no_healthy_minimum(view: View) -> Iterator[Risk]:
    """ECS Developer Guide "Amazon ECS service deployment parameters": minimumHealthyPercent."""
    if number(view.after("deployment_minimum_healthy_percent")) != 0:
        return
    if view.before("task_definition") != view.after("task_definition"):
        yield _down("all tasks may stop at once: deployment_minimum_healthy_percent is 0")


def changed_value(view: View, path: str, words: str) -> Iterator[Risk]:
    before, after = sides(view, path)
    if before and after and said(before) != said(after) and not holds_unknown(after):
        times = f"{shown(before)} -> {shown(after)}" if isinstance(after, str) else "changes"
        # CloudWatch Logs User Guide "Filter pattern syntax": `?` before a term makes it one of several.
        old, new = ((word(side) or "").split() for side in (before, after))
        is_narrower = len(new) > 1 and old == [f"?{one}" for one in new]
        then = f"{'only lines with all of its terms count: ' if is_narrower else ''}{words}"
        action = block(view.after("scalable_target_action"))
        least, most = (number(action.get(f"{name}_capacity")) for name in ("min", "max"))
        if least is None and most is None:
            least, most = (number(view.after(f"{name}_size")) for name in ("min", "max"))
        figures = [f"{name} {figure:g}" for name, figure in (("min", least), ("max", most)) if figure is not None]
        sets = f" (it sets {', '.join(figures)})" if figures else ""
        yield _down(f"{then}: {path} {times}{sets}{_alarms_of(view)}")


def _alarms_of(view: View) -> str:
    if view.type != "aws_cloudwatch_log_metric_filter":
        return ""
    metrics = [block(side).get("name") for side in sides(view, "metric_transformation")]
    alarms = view.named_by([one for one in metrics if isinstance(one, str)], {"aws_cloudwatch_metric_alarm"})
    return f" ({first_of(alarms, 2)})" if alarms else ""


def _becomes(view: View, path: str, was: str, value: str, words: str) -> Iterator[Risk]:
    """Judge a word that takes the place of another, of any where `was` or `value` is empty."""
    before, after = map(word, sides(view, path))
    is_there = view.before(path.partition(".")[0]) is not None or not was
    if view.is_whole or before == after or not is_there:
        return
    if (not was or before == was) and (after == value if value else after):
        yield _down(f"{words}: {path} {shown(before)} -> {shown(after)}")


def _lower(view: View, path: str, words: str, kind: str = "DOWNTIME", *, graded: bool = False) -> Iterator[Risk]:
    """Judge a figure that is lower than it was; `graded` where only half of it is much."""
    before, after = map(_figure, sides(view, path))
    if before is not None and after is not None and after < before:
        level = Level.LOW if graded and after * _LARGE > before else Level.MEDIUM
        yield RiskKind[kind].risk(level, f"{words}: {path.rpartition('.')[2]} {before:g} -> {after:g}")


def _figure(value: Value) -> float | None:
    return float(value) if isinstance(value, str) and value.isdecimal() else number(value)


def _password(view: View, path: str, whose: str) -> Iterator[Risk]:
    outer, _, name = path.rpartition(".")
    both = sides(view, outer or path)
    olds, news = (_passwords(side, name if outer else "") for side in both)
    is_made = bool(news) or view.after("manage_master_user_password") is True
    if not is_made or all(one in news for one in olds):
        return
    if view.after("auth_token_update_strategy") == "ROTATE":
        yield Risk(Level.LOW, RiskKind.HARMLESS, "the old token is taken beside the new one until that is SET")
        return
    sources = view.comes_from((path.partition(".")[0],)) if UNKNOWN in news else ()
    is_hidden = bool(outer) and isinstance(both[0], Redacted)  # with all that stands beside it
    verb = "may change" if is_hidden or (sources and all(map(_DATA.search, sources))) else "changes"
    where = f" (from {first_of(sources, 2)})" if sources else ""
    yield _down(f"{whose} {verb}{where}: whoever signs in with the old one is refused")


def _another_value(view: View) -> Iterator[Risk]:
    """Tasks read it when they start next (Secrets Manager User Guide "Secret versions": AWSCURRENT, AWSPREVIOUS)."""
    if view.action is Action.CREATE and not view.is_for_new("secret_id"):
        yield _down("its secret gets another value; the one that it has becomes the version AWSPREVIOUS")


def _passwords(value: Value, name: str) -> list[Value]:
    if name and not isinstance(value, Redacted):
        return [text for one in blocks(value) for text in _passwords(one.get(name), "")]
    return value if isinstance(value, list) else [] if value is None else [value]


def _spot(view: View) -> Iterator[Risk]:
    """ECS Developer Guide "Amazon ECS clusters for Fargate Spot"."""
    name = "capacity_provider_strategy"
    before, after = ({word(one.get("capacity_provider")) or "" for one in blocks(side)} for side in sides(view, name))
    if not view.is_whole and (new := sorted(one for one in after - before if one.upper().endswith("SPOT"))):
        yield _down(f"its tasks run on Spot: AWS may stop them at two minutes' notice: {name} {', '.join(new)}")


def _no_longer_grows(view: View) -> Iterator[Risk]:
    """RDS User Guide "Managing capacity automatically with Amazon RDS storage autoscaling": a full instance stops."""
    before, after = (number(side) or 0 for side in sides(view, "max_allocated_storage"))
    if after < before and not holds_unknown(view.after("max_allocated_storage")):
        least = number(view.after("allocated_storage"))
        full = f"at {after or least:g} GiB" if after or least else "when it is full"
        grows = f"grows by itself to {after:g} GiB only" if after else "no longer grows by itself"
        yield _down(f"its disk {grows}, and {full} the database stops: max_allocated_storage {before:g} -> {after:g}")


JUDGES = joined(
    of_updates(
        *rows(
            "downtime",
            restarts=partial(_restart, timed=True),
            at_once=_restart,
            bit_by_bit=partial(_restart, level=Level.LOW),
            off=_off,
            changed=changed_value,
            password=_password,
            revision=_revision,
            fewer=_fewer,
        ),
        *rows("capacity", classes=_smaller, paid=_capacity, unpaid=_capacity, provisioned=partial(_capacity, free=0)),
        (_its_clusters, "neptune_cluster_instance rds_cluster_instance"),
        (_backups_toggled, "db_instance"),
        (_no_longer_grows, "db_instance"),
        (_no_healthy_minimum, "ecs_service"),
        (_disabled, "cloudwatch_event_rule scheduler_schedule"),
        (_resharded, "elasticache_replication_group"),
        (_failover, "route53_record"),
    ),
    table(
        *rows("downtime", becomes=_becomes, lower=_lower, shorter=partial(_lower, graded=True)),
        (_another_value, "secretsmanager_secret_version"),
        (_spot, "ecs_service"),
        (_port_closed, "security_group_rule vpc_security_group_egress_rule vpc_security_group_ingress_rule"),
    ),
)
