"""Exposure: something can be reached, read or overheard by those who could not before.

Only what a change opens is a risk: what is open already is not told again.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from infragen.plan.lenses.phrases import by_name
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.denials import denials_lost, goes_along, reaches_all_of, widened
from infragen.plan.risks.lookups import (
    became,
    block,
    blocks,
    emptied,
    number,
    service,
    shown,
    sides,
    switched_off,
    switched_on,
    texts,
    word,
)
from infragen.plan.risks.open_ports import (
    NETWORKS,
    WIDE,
    OpenPort,
    aws_rules,
    azure_rule,
    google_rule,
    is_large,
    is_world,
    network_of,
    newly_open,
    spans,
    together,
)
from infragen.plan.risks.policy_documents import allowed, denied, each
from infragen.plan.risks.types import BUCKETS, aws, judging, rows, table
from infragen.plan.view import Index, View
from infragen.redaction.values import UNKNOWN, holds_unknown
from infragen.text import first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from infragen.redaction.values import Value

_open = RiskKind.EXPOSURE.risk


def _open_ports(
    view: View, names: tuple[str, ...], find: Callable[[Mapping[str, Value]], Iterable[OpenPort]]
) -> Iterator[Risk]:
    """Judge a firewall rule; `names` are the attributes that `find` reads."""
    if view.action is Action.DELETE:
        return
    after = {*find({name: view.expected(name) for name in names})}
    before = {*find({name: view.before(name) for name in names})} if after else after
    is_there = not view.is_whole or bool(word(view.after("security_group_id")))
    for door in newly_open(after, before):
        yield _open(_level(door, is_there=is_there), str(door))


def _level(door: OpenPort, *, is_there: bool) -> Level:
    """Return how bad an open door is: of the web, it is bad where something that is there had none."""
    if door.is_ping:
        return Level.LOW
    if door.is_web:
        return Level.MEDIUM if is_there else Level.LOW
    return Level.HIGH if door.is_worldwide else Level.MEDIUM


def _ingress_only(rule: Mapping[str, Value]) -> Iterable[OpenPort]:
    return aws_rules([rule]) if rule.get("type") != "egress" else ()


def _open_together(view: View) -> Iterator[Risk]:
    """Judge a rule that opens to the whole internet together with the other rules of its group."""
    if view.action is Action.DELETE or not (own := _opened(view, View.after)):
        return
    group = view.after("security_group_id")
    was, now = ([*chain(_opened(view, index.side), *view.matching(index, group))] for index in _BESIDE)
    for door in newly_open(together(now), [*together(was), *(one for one in was if one.is_worldwide)]):
        if any(one.low <= door.high and door.low <= one.high for one in own):
            yield _open(_level(door, is_there=not view.is_for_new("security_group_id")), str(door))


def _opened(view: View, side: Callable[[View, str], Value]) -> list[OpenPort]:
    names = (*_PORTS, "ip_protocol", "protocol", *NETWORKS)
    found = spans({name: side(view, name) for name in names}) if side(view, "type") != "egress" else ()
    return [one for one in found if is_large(one.world, WIDE)]


_RULES = frozenset(aws("security_group_rule vpc_security_group_ingress_rule"))
_BESIDE = tuple(
    Index(_RULES, ("security_group_id",), partial(_opened, side=side), side) for side in (View.before, View.after)
)
_PORTS = ("from_port", "to_port")
_INLINE = judging(_open_ports, ("ingress",), lambda group: aws_rules(blocks(group.get("ingress"))))
_RULE = judging(_open_ports, (*_PORTS, "ip_protocol", "cidr_ipv4", "cidr_ipv6"), lambda rule: aws_rules([rule]))
_OLD_RULE = judging(_open_ports, (*_PORTS, "type", "protocol", "cidr_blocks", "ipv6_cidr_blocks"), _ingress_only)
_GOOGLE = judging(_open_ports, ("allow", "direction", "disabled", "source_ranges"), google_rule)
_AZURE_PARTS = (
    "access", "destination_port_range", "destination_port_ranges", "direction", "protocol", "source_address_prefix",
    "source_address_prefixes",
)  # fmt: skip
_AZURE = judging(_open_ports, _AZURE_PARTS, azure_rule)
_AZURE_GROUP = judging(
    _open_ports,
    ("security_rule",),
    lambda group: (door for rule in blocks(group.get("security_rule")) for door in azure_rule(rule)),
)


def _let_in(view: View) -> Iterator[Risk]:
    """Say what a new rule of a group that exists lets in or out, and what any new rule lets out to the whole internet.

    What opens to the internet is said by others.
    """
    if view.action is not Action.CREATE:
        return
    inward = not view.type.endswith("egress_rule") and view.after("type") != "egress"
    peers = [peer for name in _PEERS for peer in _peer(view, name)]
    is_worldwide = any(map(is_world, peers))
    if peers and not (inward and is_worldwide) and (is_worldwide or not view.is_for_new("security_group_id")):
        said = word(view.after("description"))
        way = f"in from {', '.join(peers)}" if inward else f"out to {', '.join(peers)}"
        yield Risk(Level.LOW, RiskKind.HARMLESS, f"it lets {service(view)} {way}{f' ({shown(said)})' if said else ''}")


def _listed(view: View) -> Iterator[Risk]:
    """Judge the entries of a list of networks that rules of firewalls name."""
    before, after = (
        {*texts(side("cidr")), *(one for entry in blocks(side("entry")) for one in texts(entry.get("cidr")))}
        for side in (view.before, view.expected)
    )
    for network in sorted(filter(is_world, after - before) if view.action is not Action.DELETE else ()):
        yield _open(Level.HIGH, f"rules that name the list open to the whole internet ({network})")


def _routed(view: View) -> Iterator[Risk]:
    """Say which requests a new rule of a listener that exists sends where."""
    if view.action is not Action.CREATE or view.is_for_new("listener_arn"):
        return
    asked = [text for condition in blocks(view.after("condition")) for text in _asked(condition)]
    targets = [target for action in blocks(view.after("action")) for target in _targets(view, action)]
    if asked and targets:
        yield Risk(Level.LOW, RiskKind.HARMLESS, f"it sends {' and '.join(asked)} to {', '.join(targets)}")


def _asked(condition: Mapping[str, Value]) -> Iterator[str]:
    """Yield what a condition asks of a request: one of some hosts, paths or methods, or something else by its name."""
    for name, value in sorted(condition.items()):
        values = [text for part in blocks(value) for text in texts(part.get("values"))]
        if values or blocks(value):
            yield " or ".join(values) or name.replace("_", " ")


def _targets(view: View, action: Mapping[str, Value]) -> Iterator[str]:
    """Yield where an action sends requests: the target groups where the plan knows which, else the kind of action."""
    kind = word(action.get("type")) or ""
    groups = [action, *(group for part in blocks(action.get("forward")) for group in blocks(part.get("target_group")))]
    arns = [arn for group in groups for name in ("target_group_arn", "arn") for arn in texts(group.get(name))]
    known = view.named_by(arns, _TARGET_GROUPS) if arns else view.comes_from(("action",))
    yield from known or (arn.rpartition("targetgroup/")[2].partition("/")[0] for arn in arns)
    if kind != "forward":
        yield kind.replace("-", " ")


_TARGET_GROUPS = frozenset(aws("lb_target_group alb_target_group"))
_PEERS = (
    "cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id", "cidr_blocks", "ipv6_cidr_blocks",
    "prefix_list_ids", "source_security_group_id",
)  # fmt: skip


def _peer(view: View, name: str) -> Iterator[str]:
    value = view.expected(name) if "cidr" in name else view.after(name)
    yield from texts(value)
    if value == UNKNOWN:
        yield from view.comes_from((name,))


def _resource_policy(view: View, name: str) -> Iterator[Risk]:
    """Judge who may use a resource; source: IAM User Guide "AWS JSON policy elements: Principal"."""
    yield from denials_lost(view, RiskKind.EXPOSURE, name)
    yield from widened(view, RiskKind.EXPOSURE, name)
    if view.action is Action.DELETE:
        return
    after = {*_for_anybody(view.expected(name))}
    for level, reason in sorted(after - {*_for_anybody(view.before(name))} if after else ()):
        if level is Level.HIGH and _asks_inside(view):
            yield _open(Level.MEDIUM, f"{reason} whom its security groups admit; inside, only who has a role may do so")
        else:
            yield _open(level, reason)


def _endpoint_policy(view: View) -> Iterator[Risk]:
    """Judge what may be called through a VPC endpoint; source: AWS PrivateLink Guide "Endpoint policies"."""
    yield from denials_lost(view, RiskKind.EXPOSURE)
    yield from widened(view, RiskKind.EXPOSURE, through="what runs in the VPC may call more through it")


def _copied(view: View) -> Iterator[Risk]:
    """Judge where objects of a bucket, or the value of a secret, are copied to from now on."""
    is_on = view.action is Action.CREATE and bool(view.after("role")) and not view.is_for_new("bucket")
    if not (is_on or view.action is Action.UPDATE):
        return
    old, new = ({*_copies(side)} for side in (view.before, view.expected))
    for place in sorted(new - old):
        if not (is_on and view.named_by((place,), BUCKETS)):
            yield _open(Level.MEDIUM, f"{'its contents are' if is_on else 'it is'} copied to {place}")


def _copies(side: Callable[[str], Value]) -> Iterator[str]:
    yield from (text for one in blocks(side("replica")) for text in texts(one.get("region")))
    holders = [*blocks(side("replication_configuration")), {"rules": side("rule")}]
    rules = [one for holder in holders for name in ("rules", "rule") for one in blocks(holder.get(name))]
    yield from (text for one in rules for to in blocks(one.get("destination")) for text in texts(to.get("bucket")))


def _asks_less(view: View) -> Iterator[Risk]:
    """Judge a rule of a listener that takes requests which it refused: a condition of it is gone, or wider.

    Sources: Elastic Load Balancing User Guide "Condition types for listener rules"; Amazon CloudFront Developer Guide
    "Restrict access to Application Load Balancers" (a header that only its distribution sends).
    """
    if view.action is not Action.UPDATE or holds_unknown(view.after("condition")):
        return
    old, new = (dict(_asked_by_rule(side("condition"))) for side in (view.before, view.expected))
    for what, values in sorted(old.items()):
        if what not in new:
            yield _open(Level.MEDIUM, f"it takes requests whatever their {what}")
        elif what.startswith(("header", "source")) and (more := sorted(new[what] - values)):
            yield _open(Level.MEDIUM, f"it takes requests by more of their {what}: {first_of(more)}")


def _asked_by_rule(conditions: Value) -> Iterator[tuple[str, frozenset[str]]]:
    for one in blocks(conditions):
        for kind, words in _CONDITIONS.items():
            for asked in blocks(one.get(kind)):
                name = word(asked.get("http_header_name"))
                pairs = [f"{pair.get('key')}={pair.get('value')}" for pair in blocks(asked.get("value"))]
                yield f"{words} {name}" if name else words, frozenset((*texts(asked.get("values")), *pairs))


_CONDITIONS = {
    "host_header": "host",
    "http_header": "header",
    "http_request_method": "method",
    "path_pattern": "path",
    "query_string": "query string",
    "source_ip": "source address",
}


def _asks_inside(view: View) -> bool:
    """Whether a search domain stands in a VPC and has fine-grained access control.

    Amazon OpenSearch Service Developer Guide: About access policies on VPC domains.
    """
    security = block(view.after("advanced_security_options"))
    return bool(blocks(view.after("vpc_options"))) and security.get("enabled") is True


def _for_anybody(policy: Value) -> Iterator[tuple[Level, str]]:
    found = [statement for statement in allowed(policy) if statement.is_for_anybody]
    guards = [one for one in each(denied, [policy]) if one.is_for_anybody and one.conditional] if found else []
    for statement in found:
        what = "all actions except a few" if statement.but else ", ".join(statement.actions[:3]) or "nothing"
        if statement.conditional:
            yield Level.LOW, f"anyone who meets its condition is allowed {what}"
        elif any(reaches_all_of(one, statement) for one in guards):
            yield Level.LOW, f"anyone not covered by its Deny is allowed {what}"
        else:
            yield Level.HIGH, f"anyone is allowed {what} (Principal *)"


def _permission(view: View) -> Iterator[Risk]:
    """Judge who may invoke a function; source: Lambda API Reference "AddPermission"."""
    limited = any(view.after(name) for name in ("principal_org_id", "source_account", "source_arn"))
    if view.expected("principal") == "*" and view.before("principal") != "*" and not limited:
        yield _open(Level.HIGH, "anyone may invoke the function (principal *)")
    service = word(view.expected("principal")) or ""
    if view.action is Action.CREATE and service.endswith(".amazonaws.com") and not limited:
        yield _open(
            Level.MEDIUM, f"{service} may invoke the function for any account: no source_arn, no source_account"
        )


def _on(view: View, name: str, words: str, level: str, new: str = "") -> Iterator[Risk]:
    """Judge a switch that opens something, also from the beginning; `new` is the level of that."""
    if switched_on(view, name):
        its = new if new and view.action is Action.CREATE else level
        yield _open(Level[its], f"{words}: {name} {_becomes(view)} true")


_OF_ACCOUNT = frozenset(aws("ebs_encryption_by_default ebs_snapshot_block_public_access ec2_image_block_public_access"))
"""Settings of an account: a new object of one changes what holds already."""


def _off(view: View, path: str, words: str, level: str = "MEDIUM") -> Iterator[Risk]:
    if switched_off(view, path) or (
        view.type in _OF_ACCOUNT and view.before(path) is None and view.after(path) is False
    ):
        yield _open(Level[level], f"{words}: {path} becomes false")


def _becomes(view: View) -> str:
    return "is" if view.action is Action.CREATE else "becomes"


def _gone(view: View, words: str) -> Iterator[Risk]:
    if view.action is Action.DELETE and not goes_along(view):
        yield _open(Level.MEDIUM, words)


def _put_on(view: View, names: str, words: str) -> Iterator[Risk]:
    """Judge what is put on an object that is there already, which one of some arguments names."""
    put = [name for name in names.split() if view.after(name) and view.after(name) != view.before(name)]
    if any(not view.is_for_new(name) for name in put):
        yield _open(Level.MEDIUM, words)


_BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def _public_access_block(view: View) -> Iterator[Risk]:
    """Judge what keeps a bucket from becoming public; source: S3 User Guide "Blocking public access"."""
    if view.action is Action.DELETE:
        yield _open(Level.MEDIUM, "nothing prevents the bucket from becoming public any more")
        return
    off = [name for name in _BLOCKS if view.expected(name) is False and view.before(name) is not False]
    if off:
        yield _open(Level.MEDIUM, f"the bucket may become public: {', '.join(off)} {_becomes(view)} false")


_PUBLIC_ACLS = {
    "public-read": "read", "public-read-write": "read and write", "authenticated-read": "read (any AWS account)",
}  # fmt: skip


def in_plain(view: View) -> Iterator[Risk]:
    """Judge secrets that nobody marked, for every type.

    Source: Amazon ECS Developer Guide "Pass sensitive data to an Amazon ECS container": who may describe a task
    definition sees its environment. The id of an access key that a plan makes is one of its attributes.
    """
    if view.action in _WRITES and view.type != "aws_iam_access_key" and (found := view.left_plain()):
        said = first_of([f"{view.redact(name)} ({what})" for name, what in sorted(found.items())], _MOST_SECRETS)
        yield _open(Level.HIGH, f"secrets in plain text, for whoever reads it or the state: {said}")


_WRITES = frozenset({Action.CREATE, Action.UPDATE, *(action for action in Action if action.is_replace)})
_MOST_SECRETS = 4


def _acl(view: View) -> Iterator[Risk]:
    """Judge a canned ACL; source: S3 User Guide "Access control list (ACL) overview"."""
    acl = view.expected("acl")
    if isinstance(acl, str) and acl in _PUBLIC_ACLS and view.before("acl") != acl:
        yield _open(Level.HIGH, f"anyone may {_PUBLIC_ACLS[acl]} its objects: acl is {acl}")


_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "anyone",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "anyone with an AWS account",
}


def _granted(view: View) -> Iterator[Risk]:
    """Judge the grants of an ACL that is written out; source: S3 User Guide "Access control list (ACL) overview"."""

    def of(side: Callable[[str], Value]) -> Iterator[tuple[str, str]]:
        policies = (block(side("access_control_policy")).get("grant"), side("grant"))
        for grant in (one for grants in policies for one in blocks(grants)):
            said = (*texts(grant.get("permission")), *texts(grant.get("permissions")))
            for uri in (*texts(grant.get("uri")), *texts(block(grant.get("grantee")).get("uri"))):
                yield from ((_GROUPS[uri], permission) for permission in said if uri in _GROUPS)

    for who, permission in sorted({*of(view.expected)} - {*of(view.before)}):
        yield _open(Level.HIGH, f"{who} has {permission} by its ACL")


def _overwrites(view: View) -> Iterator[Risk]:
    """Judge a new record that replaces one there is; those that prove a name (`_x.example.com`) are alike."""
    name = word(view.after("name"))
    if view.action is Action.CREATE and view.after("allow_overwrite") is True and name and name[0] != "_":
        yield _open(Level.MEDIUM, "it takes the place of a record of its name and type, if there is one")


def _answers(view: View) -> Iterator[Risk]:
    """Judge what a zone or a record lets others answer for, prove or take, as far as this plan does not make them.

    Sources: Amazon Route 53 Developer Guide "Routing traffic for subdomains", "Considerations when working with a
    private hosted zone"; CA/Browser Forum Baseline Requirements, 3.2.2.4.7 (a token in TXT proves the name itself, and
    those below); RFC 8555, 8.3 (whoever answers for a name), 8.4 (`_acme-challenge`); RFC 8659 (CAA); RFC 7208, 7489
    (who sends mail); RFC 6186, 8314 (SRV: mail programs log in there).
    """
    name, kind = word(view.after("name")) or "", word(view.after("type")) or ""
    is_new = view.action is Action.CREATE
    if view.action is Action.DELETE or view.is_for_new("vpc") or view.is_for_new("zone_id"):
        return
    if view.type != "aws_route53_record":
        if is_new and view.after("vpc"):
            yield _open(Level.MEDIUM, f"in its VPC, it alone answers for {name} and all names below")
        return
    known = {*_values(view.before)}
    added = [one for one in _values(view.after) if one not in known]
    if kind in _ANSWERS and (is_new or added):
        yield _open(Level.MEDIUM, f"{_ANSWERS[kind]} {name}")
    elif not added or kind == "PTR" or view.comes_from(("records",)) or view.comes_from(("alias", "name")):
        return
    elif kind in {"TXT", "SPF"} or (is_new and kind == "CNAME" and _PROOF.match(name)):
        yield _open(Level.MEDIUM, _proves(name))
    elif is_new and name[:1] == "*":
        yield _open(Level.MEDIUM, f"it answers for every name of {name[2:]} that has no record")
    elif is_new:
        where = first_of(added)
        yield _open(Level.MEDIUM, f"{where}, which this plan does not make, can get certificates of {name}")


def _values(side: Callable[[str], Value]) -> list[str]:
    return [*texts(side("records")), *texts(block(side("alias")).get("name"))]


def _proves(name: str) -> str:
    if name.startswith("_dmarc."):
        return f"it decides what becomes of mail that only seems to be from {name.partition('.')[2]}"
    if _PROOF.match(name):
        return f"whoever wrote what it leads to can prove that {_PROOF.sub('', name, 1)} is theirs"
    return f"whoever wrote its text can prove that {name} is theirs, or send mail from it"


_PROOF = re.compile(r"(?:.*\.)?_(?!dmarc\.)[\w-]+\.", re.ASCII)
"""Labels by which certificates are validated, and mail is signed: `_acme-challenge`, `_dnsauth`, `x._domainkey`."""
_ANSWERS = {
    "NS": "these name servers answer for all names below",
    "DS": "these keys sign the answers of all names below",
    "MX": "these servers get the mail of",
    "CAA": "it decides who issues certificates of",
    **dict.fromkeys(("HTTPS", "NAPTR", "SRV", "SVCB"), "clients use the servers that it names for"),
    **dict.fromkeys(("SSHFP", "TLSA"), "clients believe the keys that it names of"),
}


def _load_balancer(view: View) -> Iterator[Risk]:
    """Judge whether a load balancer faces the internet; its ports are its security group's matter."""
    if view.action is Action.DELETE or view.expected("internal") is not False or view.before("internal") is False:
        return
    if view.before("internal") is True:
        yield _open(Level.MEDIUM, "it becomes internet-facing: internal becomes false")
    else:
        yield _open(Level.LOW, "it is internet-facing: internal is false")


def _cluster_endpoint(view: View) -> Iterator[Risk]:
    """Judge the endpoint of a Kubernetes cluster; source: EKS User Guide "Cluster API server endpoint"."""
    before, after = map(block, sides(view, "vpc_config"))
    if _is_public(after) and not _is_public(before):
        yield _open(Level.MEDIUM, "the cluster's API is open to the whole internet (0.0.0.0/0)")


def _is_public(config: Mapping[str, Value]) -> bool:
    return config.get("endpoint_public_access") is True and "0.0.0.0/0" in texts(config.get("public_access_cidrs"))


def _becomes_word(view: View, name: str, bad: str, words: str, level: str = "MEDIUM") -> Iterator[Risk]:
    """Judge an attribute that takes the one value that opens something."""
    before, after = view.before(name), view.expected(name)
    if after == bad and before != bad:
        was = f"{before} -> {bad}" if word(before) else f"is {bad}"
        is_new = view.action is Action.CREATE and view.type not in _OF_ACCOUNT
        is_new = is_new and (not view.after("function_name") or view.is_for_new("function_name"))
        yield _open(Level.LOW if is_new else Level[level], f"{words}: {name} {was}")


def _method(view: View) -> Iterator[Risk]:
    """Judge a method's authorization; a browser's preflight (OPTIONS) comes without credentials."""
    if view.after("http_method") == "OPTIONS" or view.expected("authorization") != "NONE":
        return
    before = word(view.before("authorization"))
    if before != "NONE":
        keyed = view.after("api_key_required") is True
        level = (Level.MEDIUM if keyed else Level.HIGH) if before else Level.LOW
        was = f"{before} -> NONE" if before else "is NONE"
        yield _open(level, f"{'only an API key is required' if keyed else 'anyone may call it'}: authorization {was}")


def _emptied(view: View, name: str, words: str) -> Iterator[Risk]:
    if emptied(view, name):
        yield _open(Level.MEDIUM, words)


def _default_action(view: View) -> Iterator[Risk]:
    """Judge what a web ACL does with what no rule speaks of."""
    before, after = map(block, sides(view, "default_action"))
    if before.get("block") and after.get("allow") and not after.get("block"):
        yield _open(Level.MEDIUM, "requests that match no rule are allowed: default_action becomes allow")


# AWS WAF Developer Guide "Rule action" and "Action overrides in rule groups": these end evaluation for who is found.
_STOPPING = ("block", "captcha", "challenge")


def _web_acl_rules(view: View) -> Iterator[Risk]:
    """Judge rules of a web ACL that stopped requests, and no longer do: removed, or only counted, or a part of them."""
    if view.is_whole:
        return
    before, after = by_name(view.before("rule")), by_name(view.after("rule"))
    if before is None or after is None:
        return
    for name in sorted(name for name in before.keys() & after.keys() if _lets_by(after[name])):
        if not _lets_by(before[name]):
            yield _open(Level.MEDIUM, f"the rule {shown(name)} allows: rules after it see nothing of its requests")
    for name in sorted(name for name, rule in before.items() if _stops(rule)):
        if name not in after:
            yield _open(Level.MEDIUM, f"the rule {shown(name)} is removed: requests that it blocked are allowed")
        elif not (_stops(after[name]) or _lets_by(after[name])):
            yield _open(Level.MEDIUM, f"the rule {shown(name)} only counts: requests that it blocked are allowed")
        elif fewer := sorted(_overridden(after[name]) - _overridden(before[name])):
            yield _open(Level.MEDIUM, f"the rule {shown(name)} blocks less: {', '.join(map(shown, fewer))} only counts")
        elif (was := _rate(before[name])) and (is_now := _rate(after[name])) and is_now.is_above(was):
            yield _open(Level.MEDIUM, f"the rule {shown(name)} blocks less: {was} -> {is_now}")


def _stops(rule: Mapping[str, Value]) -> bool:
    """Whether a rule refuses requests: a rule group does unless it is overridden as a whole."""
    override = block(rule.get("override_action"))
    return bool(blocks(override.get("none"))) or any(blocks(block(rule.get("action")).get(word)) for word in _STOPPING)


def _lets_by(rule: Mapping[str, Value]) -> bool:
    """Whether a rule allows requests, which ends their evaluation."""
    return bool(blocks(block(rule.get("action")).get("allow")))


class _Rate(NamedTuple):
    """How many requests of one address a rule lets through in how many seconds."""

    limit: float
    seconds: float

    def is_above(self, other: _Rate) -> bool:
        return self.limit * other.seconds > other.limit * self.seconds

    def __str__(self) -> str:
        return f"{self.limit:g} requests in {self.seconds:g} s"


def _rate(rule: Mapping[str, Value]) -> _Rate | None:
    """Return the limit of a rule; source: WAF API Reference "RateBasedStatement", whose window is five minutes."""
    statement = block(block(rule.get("statement")).get("rate_based_statement"))
    limit = number(statement.get("limit"))
    return None if limit is None else _Rate(limit, number(statement.get("evaluation_window_sec")) or 300)


def _overridden(rule: Mapping[str, Value]) -> set[str]:
    """Return the rules of a managed group that only count, or let in."""
    group = block(block(rule.get("statement")).get("managed_rule_group_statement"))
    return {
        name
        for override in blocks(group.get("rule_action_override"))
        if (name := word(override.get("name")))
        and not any(blocks(block(override.get("action_to_use")).get(stop)) for stop in _STOPPING)
    }


# Elastic Load Balancing User Guide "Security policies for your Application Load Balancer", API Gateway Developer Guide
# "Choose a security policy", CloudFront Developer Guide "Supported protocols": names say the oldest version let in.
_VERSION = re.compile(r"(?:TLS(?:13)?|FS)[-_]1[-_](\d)(?!\d)|TLSv1(?:\.(\d))?(?:_|\Z)")
_OLDEST = ("2015-05", "2016-08", "FS-2018-06", "SSLv3")
_NOW_OLD = 2


def _least(policy: Value) -> int | None:
    """Return the oldest version of TLS 1 that a policy lets in, by its second figure; None of a policy unheard of."""
    if not isinstance(policy, str):
        return None
    if found := _VERSION.search(policy):
        return int(found[1] or found[2] or 0)
    return 0 if any(name in policy for name in _OLDEST) else None


def _tls(view: View, path: str) -> Iterator[Risk]:
    name = path.rpartition(".")[2]
    before, after = sides(view, path)
    was, least = _least(before), _least(after)
    if was is not None and least is not None and least < was:
        words = "old versions of TLS are" if least < _NOW_OLD else f"TLS 1.{least} is"
        yield _open(Level.MEDIUM, f"{words} accepted: {name} {became(before, after)}")


def _plain_protocol(view: View) -> Iterator[Risk]:
    before, after = word(view.before("protocol")), word(view.after("protocol"))
    if (before, after) in {("HTTPS", "HTTP"), ("TLS", "TCP")}:
        yield _open(Level.MEDIUM, f"traffic is no longer encrypted: protocol {before} -> {after}")


def _no_redirect(view: View) -> Iterator[Risk]:
    """Judge a listener without TLS that stops to send browsers to HTTPS: it answers them itself, or they get nothing.

    Source: Elastic Load Balancing User Guide "Listeners for your Application Load Balancers": redirect actions.
    """
    before, after = map(block, sides(view, "default_action"))
    sent = block(before.get("redirect")).get("protocol") if before.get("type") == "redirect" else None
    becomes = word(after.get("type"))
    if sent == "HTTPS" and becomes not in {None, "redirect"} and view.after("protocol") == "HTTP":
        yield _open(Level.HIGH, f"requests are answered without encryption: redirect to HTTPS -> {becomes}")


def _everyone(view: View, name: str, words: str) -> Iterator[Risk]:
    before, after = ([one.lower() for one in texts(side)] for side in sides(view, name))
    if "all" in after and "all" not in before:
        yield _open(Level.HIGH, f"anyone may {words} ({name} all)")


def _public_tasks(view: View) -> Iterator[Risk]:
    """Judge whether tasks get public addresses; source: ECS API Reference "AwsVpcConfiguration", assignPublicIp."""
    before, after = sides(view, "network_configuration.assign_public_ip")
    if after is True and before is not True:
        level = Level.LOW if view.action is Action.CREATE else Level.MEDIUM
        yield _open(level, f"its tasks get public addresses: assign_public_ip {_becomes(view)} true")


_AZURE_SERVICES = "every service in Azure, of any customer, is let in: 0.0.0.0"
_ZERO = "0.0.0.0"  # noqa: S104 (what a plan says)
_MOST_ADDRESSES = 256


def _address_range(view: View, first: str, last: str, of_zero: str = "") -> Iterator[Risk]:
    """Judge a firewall rule from one address to another; `of_zero` is what 0.0.0.0 alone means.

    Source: Azure SQL Database "IP firewall rules": "Connections from inside Azure", of other customers' subscriptions
    as well; the same of Azure Database for PostgreSQL, MySQL and MariaDB, and of Azure Synapse.
    """
    before, after = ((one(first), one(last)) for one in (view.before, view.after))
    now = _range_size(after)
    if view.action is Action.DELETE or before == after:
        return
    if of_zero and after == (_ZERO, _ZERO):
        yield _open(Level.HIGH, of_zero)
    elif now <= _range_size(before):
        return
    elif now >= 2**31:
        yield _open(Level.HIGH, f"the whole internet is let in: {after[0]} to {after[1]}")
    elif now > _MOST_ADDRESSES:
        yield _open(Level.MEDIUM, f"{now:,} addresses are let in: {after[0]} to {after[1]}")
    else:
        yield _open(Level.LOW, f"it lets in {after[0]} to {after[1]}")


def _range_size(ends: tuple[Value, Value]) -> int:
    low, high = (network_of(word(one) or "") for one in ends)
    if low is None or high is None or low.version != high.version:
        return 0
    return int(high.network_address) - int(low.network_address) + 1


_ANYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})


def _google_members(view: View) -> Iterator[Risk]:
    """Judge a role that is given to everyone; source: Google Cloud IAM "Principal identifiers"."""
    after = _ANYBODY.intersection((*texts(view.after("member")), *texts(view.after("members"))))
    before = _ANYBODY.intersection((*texts(view.before("member")), *texts(view.before("members"))))
    for name in sorted(after - before):
        yield _open(Level.HIGH, f"anyone has the role {shown(view.after('role'))} ({name})")


def _origins(view: View, path: str) -> Iterator[Risk]:
    """Judge which websites' pages may call; source: S3 User Guide "Using cross-origin resource sharing (CORS)"."""
    outer, *inner = path.split(".")
    before, after = ({*_inside(side, inner)} for side in (view.before(outer), view.after(outer)))
    if _ANY in after and _ANY not in before and not view.is_whole:
        said = f", and no longer of {first_of(sorted(before), 2)} alone" if before else ""
        yield RiskKind.EXPOSURE.risk(Level.MEDIUM, f"pages of any website may call it{said}: {path}")


_ANY = "*"


def _inside(value: Value, path: Sequence[str]) -> Iterator[str]:
    if not path:
        yield from texts(value)
        return
    for one in blocks(value):
        yield from _inside(one.get(path[0]), path[1:])


JUDGES = table(
    *rows(
        "exposure",
        origins=_origins,
        policy=_resource_policy,
        on=_on,
        off=_off,
        gone=_gone,
        put_on=_put_on,
        emptied=_emptied,
        tls=_tls,
        word=_becomes_word,
    ),
    (_INLINE, "security_group default_security_group"),
    (_RULE, "vpc_security_group_ingress_rule"),
    (_OLD_RULE, "security_group_rule"),
    (_open_together, *_RULES),
    (_let_in, "security_group_rule vpc_security_group_egress_rule vpc_security_group_ingress_rule"),
    (_listed, "ec2_managed_prefix_list ec2_managed_prefix_list_entry"),
    (_routed, "alb_listener_rule lb_listener_rule"),
    (_asks_less, "alb_listener_rule lb_listener_rule"),
    (_endpoint_policy, "vpc_endpoint vpc_endpoint_policy"),
    (_copied, "s3_bucket s3_bucket_replication_configuration secretsmanager_secret"),
    (_GOOGLE, "google_compute_firewall"),
    (
        judging(_address_range, "start_ip_address", "end_ip_address", _AZURE_SERVICES),
        "azurerm_mariadb_firewall_rule azurerm_mssql_firewall_rule azurerm_mysql_firewall_rule",
        "azurerm_mysql_flexible_server_firewall_rule azurerm_postgresql_firewall_rule",
        "azurerm_postgresql_flexible_server_firewall_rule azurerm_sql_firewall_rule azurerm_synapse_firewall_rule",
    ),
    (judging(_address_range, "start_ip", "end_ip"), "azurerm_redis_firewall_rule"),
    (_AZURE, "azurerm_network_security_rule"),
    (_AZURE_GROUP, "azurerm_network_security_group"),
    (_permission, "lambda_permission"),
    (_public_tasks, "ecs_service"),
    (_public_access_block, "s3_account_public_access_block s3_bucket_public_access_block"),
    (_acl, "s3_bucket s3_bucket_acl s3_bucket_object s3_object s3_object_copy"),
    (_granted, "s3_bucket s3_bucket_acl"),
    (_overwrites, "route53_record"),
    (_answers, "route53_record route53_zone service_discovery_private_dns_namespace"),
    (_load_balancer, "alb elb lb"),
    (_cluster_endpoint, "eks_cluster"),
    (judging(_everyone, "group", "launch instances from the image"), "ami_launch_permission"),
    (judging(_everyone, "permissions.account_ids", "run or read the document"), "ssm_document"),
    (judging(_everyone, "shared_accounts", "restore the snapshot"), "db_cluster_snapshot db_snapshot db_snapshot_copy"),
    (_default_action, "wafv2_web_acl"),
    (_web_acl_rules, "wafv2_rule_group wafv2_web_acl"),
    (_plain_protocol, "alb_listener lb_listener"),
    (_no_redirect, "alb_listener lb_listener"),
    (_method, "api_gateway_method"),
    (
        _google_members,
        "google_bigquery_dataset_iam_binding google_bigquery_dataset_iam_member google_cloud_run_service_iam_binding",
        "google_cloud_run_service_iam_member google_cloudfunctions_function_iam_member google_project_iam_binding",
        "google_project_iam_member google_storage_bucket_iam_binding google_storage_bucket_iam_member",
    ),
)
