"""Exposure: something can be reached, read or overheard by those who could not before.

Only what a change opens is a risk: what is open already is not told again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.denials import denials_lost, goes_along, reaches_all_of, widened
from infragen.plan.risks.lookups import (
    became,
    block,
    blocks,
    emptied,
    shown,
    sides,
    switched_off,
    switched_on,
    texts,
    texts_at,
    word,
)
from infragen.plan.risks.policy_documents import allowed, denied, each
from infragen.plan.risks.types import BUCKETS, aws, rows, table
from infragen.plan.view import View
from infragen.redaction.values import Value, holds_unknown
from infragen.text import first_of

_graded = RiskKind.EXPOSURE.risk
_open = partial(_graded, Level.MEDIUM)
_TARGET_GROUPS = frozenset(aws("lb_target_group alb_target_group"))
_CONDITIONS = {
    "host_header": "host",
    "http_header": "header",
    "http_request_method": "method",
    "path_pattern": "path",
    "query_string": "query string",
    "source_ip": "source address",
}
_COPIES = (
    "replica.region", "replication_configuration.rules.destination.bucket",
    "replication_configuration.rule.destination.bucket", "rule.destination.bucket",
)  # fmt: skip
_OF_ACCOUNT = frozenset(aws("ebs_encryption_by_default ebs_snapshot_block_public_access ec2_image_block_public_access"))
"""Settings of an account: a new object of one changes what holds already."""
_PUBLIC_ACLS = {
    "public-read": "read", "public-read-write": "read and write", "authenticated-read": "read (any AWS account)",
}  # fmt: skip
_WRITES = frozenset({Action.CREATE, Action.UPDATE, *(action for action in Action if action.is_replace)})
_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "anyone",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "anyone with an AWS account",
}
# Elastic Load Balancing User Guide "Security policies for your Application Load Balancer", API Gateway Developer Guide
# "Choose a security policy", CloudFront Developer Guide "Supported protocols": names say the oldest version let in.
_VERSION = re.compile(r"(?:TLS(?:13)?|FS)[-_]1[-_](\d)(?!\d)|TLSv1(?:\.(\d))?(?:_|\Z)")
_OLDEST = ("2015-05", "2016-08", "FS-2018-06", "SSLv3")


def _routed(view: View) -> Iterator[Risk]:
    if view.action is not Action.CREATE or view.is_for_new("listener_arn"):
        return
    asked: list[str] = []
    for name, value in (pair for one in blocks(view.after("condition")) for pair in sorted(one.items())):
        values = [text for part in blocks(value) for text in texts(part.get("values"))]
        asked += [" or ".join(values) or name.replace("_", " ")] if values or blocks(value) else []
    targets = [target for action in blocks(view.after("action")) for target in _targets(view, action)]
    if asked and targets:
        yield Risk(Level.LOW, RiskKind.HARMLESS, f"it sends {' and '.join(asked)} to {', '.join(targets)}")


def _targets(view: View, action: Mapping[str, Value]) -> Iterator[str]:
    kind = word(action.get("type")) or ""
    groups = [action, *(group for part in blocks(action.get("forward")) for group in blocks(part.get("target_group")))]
    arns = [arn for group in groups for name in ("target_group_arn", "arn") for arn in texts(group.get(name))]
    known = view.named_by(arns, _TARGET_GROUPS) if arns else view.comes_from(("action",))
    yield from known or (arn.rpartition("targetgroup/")[2].partition("/")[0] for arn in arns)
    if kind != "forward":
        yield kind.replace("-", " ")


def _resource_policy(view: View, name: str) -> Iterator[Risk]:
    """Source: IAM User Guide "AWS JSON policy elements: Principal"."""
    yield from denials_lost(view, RiskKind.EXPOSURE, name)
    yield from widened(view, RiskKind.EXPOSURE, name)
    if view.action is Action.DELETE:
        return
    after = {*_for_anybody(view.expected(name))}
    for level, reason in sorted(after - {*_for_anybody(view.before(name))} if after else ()):
        # Amazon OpenSearch Service Developer Guide: About access policies on VPC domains.
        security = block(view.after("advanced_security_options")) if level is Level.HIGH else {}
        if security.get("enabled") is True and blocks(view.after("vpc_options")):
            yield _open(f"{reason} whom its security groups admit; inside, only who has a role may do so")
        else:
            yield _graded(level, reason)


def _endpoint_policy(view: View) -> Iterator[Risk]:
    """Source: AWS PrivateLink Guide "Endpoint policies"."""
    yield from denials_lost(view, RiskKind.EXPOSURE)
    yield from widened(view, RiskKind.EXPOSURE, through="what runs in the VPC may call more through it")


def _copied(view: View) -> Iterator[Risk]:
    is_on = view.action is Action.CREATE and bool(view.after("role")) and not view.is_for_new("bucket")
    if not (is_on or view.action is Action.UPDATE):
        return
    old, new = ({text for path in _COPIES for text in texts_at(side, path)} for side in (view.before, view.expected))
    for place in sorted(new - old):
        if not (is_on and view.named_by((place,), BUCKETS)):
            yield _open(f"{'its contents are' if is_on else 'it is'} copied to {place}")


def _asks_less(view: View) -> Iterator[Risk]:
    # Sources: Elastic Load Balancing User Guide "Condition types for listener rules"; Amazon CloudFront Developer Guide
    # "Restrict access to Application Load Balancers" (a header that only its distribution sends).
    if view.action is not Action.UPDATE or holds_unknown(view.after("condition")):
        return
    old, new = (dict(_asked_by_rule(side("condition"))) for side in (view.before, view.expected))
    for what, values in sorted(old.items()):
        if what not in new:
            yield _open(f"it takes requests whatever their {what}")
        elif what.startswith(("header", "source")) and (more := sorted(new[what] - values)):
            yield _open(f"it takes requests by more of their {what}: {first_of(more)}")


def _asked_by_rule(conditions: Value) -> Iterator[tuple[str, frozenset[str]]]:
    for one in blocks(conditions):
        for kind, words in _CONDITIONS.items():
            for asked in blocks(one.get(kind)):
                name = word(asked.get("http_header_name"))
                pairs = [f"{pair.get('key')}={pair.get('value')}" for pair in blocks(asked.get("value"))]
                yield f"{words} {name}" if name else words, frozenset((*texts(asked.get("values")), *pairs))


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
        yield _graded(Level.HIGH, "anyone may invoke the function (principal *)")
    service = word(view.expected("principal")) or ""
    if view.action is Action.CREATE and service.endswith(".amazonaws.com") and not limited:
        yield _open(f"{service} may invoke the function for any account: no source_arn, no source_account")


def _on(view: View, name: str, words: str, level: str, new: str = "") -> Iterator[Risk]:
    """Judge a switch that opens something, also from the beginning; `new` is the level of that."""
    if switched_on(view, name):
        its = new if new and view.action is Action.CREATE else level
        yield _graded(Level[its], f"{words}: {name.removeprefix('network_configuration.')} {_becomes(view)} true")


def _off(view: View, path: str, words: str, level: str = "MEDIUM") -> Iterator[Risk]:
    is_new = view.type in _OF_ACCOUNT and view.before(path) is None and view.after(path) is False
    if is_new or switched_off(view, path):
        yield _graded(Level[level], f"{words}: {path} becomes false")


def _becomes(view: View) -> str:
    return "is" if view.action is Action.CREATE else "becomes"


def _gone(view: View, words: str) -> Iterator[Risk]:
    if view.action is Action.DELETE and not goes_along(view):
        yield _open(words)


def _put_on(view: View, names: str, words: str) -> Iterator[Risk]:
    put = [name for name in names.split() if view.after(name) and view.after(name) != view.before(name)]
    if any(not view.is_for_new(name) for name in put):
        yield _open(words)


def _public_access_block(view: View) -> Iterator[Risk]:
    """Source: S3 User Guide "Blocking public access"."""
    if view.action is Action.DELETE:
        yield _open("nothing prevents the bucket from becoming public any more")
        return
    names = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    off = [name for name in names if view.expected(name) is False and view.before(name) is not False]
    if off:
        yield _open(f"the bucket may become public: {', '.join(off)} {_becomes(view)} false")


def in_plain(view: View) -> Iterator[Risk]:
    # Amazon ECS Developer Guide "Pass sensitive data to an Amazon ECS container": who may describe a task definition
    # sees its environment. The id of an access key that a plan makes is one of its attributes.
    if view.action in _WRITES and view.type != "aws_iam_access_key" and (found := view.left_plain()):
        said = first_of([f"{view.redact(name)} ({what})" for name, what in sorted(found.items())], 4)
        yield _graded(Level.HIGH, f"secrets in plain text, for whoever reads it or the state: {said}")


def _acl(view: View) -> Iterator[Risk]:
    """Source: S3 User Guide "Access control list (ACL) overview" (canned ACLs)."""
    acl = view.expected("acl")
    if isinstance(acl, str) and acl in _PUBLIC_ACLS and view.before("acl") != acl:
        yield _graded(Level.HIGH, f"anyone may {_PUBLIC_ACLS[acl]} its objects: acl is {acl}")


def _granted(view: View) -> Iterator[Risk]:
    """Source: S3 User Guide "Access control list (ACL) overview" (grants)."""

    def of(side: Callable[[str], Value]) -> Iterator[tuple[str, str]]:
        for grant in (*blocks(block(side("access_control_policy")).get("grant")), *blocks(side("grant"))):
            said = (*texts(grant.get("permission")), *texts(grant.get("permissions")))
            for uri in (*texts(grant.get("uri")), *texts(block(grant.get("grantee")).get("uri"))):
                yield from ((_GROUPS[uri], permission) for permission in said if uri in _GROUPS)

    for who, permission in sorted({*of(view.expected)} - {*of(view.before)}):
        yield _graded(Level.HIGH, f"{who} has {permission} by its ACL")


def _load_balancer(view: View) -> Iterator[Risk]:
    if view.action is Action.DELETE or view.expected("internal") is not False or view.before("internal") is False:
        return
    if view.before("internal") is True:
        yield _open("it becomes internet-facing: internal becomes false")
    else:
        yield _graded(Level.LOW, "it is internet-facing: internal is false")


def _cluster_endpoint(view: View) -> Iterator[Risk]:
    """Judge the endpoint of a Kubernetes cluster; source: EKS User Guide "Cluster API server endpoint"."""
    before, after = (
        one.get("endpoint_public_access") is True and "0.0.0.0/0" in texts(one.get("public_access_cidrs"))
        for one in map(block, sides(view, "vpc_config"))
    )
    if after and not before:
        yield _open("the cluster's API is open to the whole internet (0.0.0.0/0)")


def _becomes_word(view: View, name: str, bad: str, words: str, level: str = "MEDIUM") -> Iterator[Risk]:
    before, after = view.before(name), view.expected(name)
    if after == bad and before != bad:
        was = f"{before} -> {bad}" if word(before) else f"is {bad}"
        is_new = view.action is Action.CREATE and view.type not in _OF_ACCOUNT
        is_new = is_new and (not view.after("function_name") or view.is_for_new("function_name"))
        yield _graded(Level.LOW if is_new else Level[level], f"{words}: {name} {was}")


def _method(view: View) -> Iterator[Risk]:
    if view.after("http_method") == "OPTIONS" or view.expected("authorization") != "NONE":
        return
    before = word(view.before("authorization"))
    if before != "NONE":
        keyed = view.after("api_key_required") is True
        level = (Level.MEDIUM if keyed else Level.HIGH) if before else Level.LOW
        was = f"{before} -> NONE" if before else "is NONE"
        yield _graded(level, f"{'only an API key is required' if keyed else 'anyone may call it'}: authorization {was}")


def _emptied(view: View, name: str, words: str) -> Iterator[Risk]:
    if emptied(view, name):
        yield _open(words)


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
        words = "old versions of TLS are" if least < 2 else f"TLS 1.{least} is"
        yield _open(f"{words} accepted: {name} {became(before, after)}")


def _everyone(view: View, name: str, words: str) -> Iterator[Risk]:
    before, after = ([one.lower() for one in texts(side)] for side in sides(view, name))
    if "all" in after and "all" not in before:
        yield _graded(Level.HIGH, f"anyone may {words} ({name} all)")


def _google_members(view: View) -> Iterator[Risk]:
    """Source: Google Cloud IAM "Principal identifiers"."""
    before, after = ({*texts(side("member")), *texts(side("members"))} for side in (view.before, view.after))
    for name in sorted({"allUsers", "allAuthenticatedUsers"} & after - before):
        yield _graded(Level.HIGH, f"anyone has the role {shown(view.after('role'))} ({name})")


def _origins(view: View, path: str) -> Iterator[Risk]:
    """Source: S3 User Guide "Using cross-origin resource sharing (CORS)"."""
    before, after = ({*texts_at(side, path)} for side in (view.before, view.after))
    if "*" in after and "*" not in before and not view.is_whole:
        said = f", and no longer of {first_of(sorted(before), 2)} alone" if before else ""
        yield _open(f"pages of any website may call it{said}: {path}")


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
        everyone=_everyone,
        members=_google_members,
    ),
    (_routed, "alb_listener_rule lb_listener_rule"),
    (_asks_less, "alb_listener_rule lb_listener_rule"),
    (_endpoint_policy, "vpc_endpoint vpc_endpoint_policy"),
    (_copied, "s3_bucket s3_bucket_replication_configuration secretsmanager_secret"),
    (_permission, "lambda_permission"),
    (_public_access_block, "s3_account_public_access_block s3_bucket_public_access_block"),
    (_acl, "s3_bucket s3_bucket_acl s3_bucket_object s3_object s3_object_copy"),
    (_granted, "s3_bucket s3_bucket_acl"),
    (_load_balancer, "alb elb lb"),
    (_cluster_endpoint, "eks_cluster"),
    (_method, "api_gateway_method"),
)
