"""What somebody added by hand beside an object's own parts: an apply stores it with the object, and no plan names it.

Rules of a security group, policies of a role, a queue, a secret or a topic, what a bucket replicates, deletes or
answers, and routes are resources of their own. What the object says of them is read from AWS (aws_security_group
`ingress`, aws_iam_role `managed_policy_arns`, aws_secretsmanager_secret `policy`, aws_route_table `route`, the
provider's documentation), so that a state has all of them once it is refreshed, whoever made them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec
from msgspec.json import decode, encode

from infragen.terraform.states import State, resource_address, text_of

_RULES: Final = {"aws_vpc_security_group_ingress_rule": "ingress", "aws_vpc_security_group_egress_rule": "egress"}
_SOURCES: Final = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")
_SOURCE: Final = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
_POLICIES: Final = {
    "aws_iam_role_policies_exclusive": ("role_name", "policy_names"),
    "aws_iam_role_policy": ("role", "name"),
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ("role_name", "policy_arns"),
    "aws_secretsmanager_secret_policy": ("secret_arn", "policy"),
    "aws_sns_topic_policy": ("arn", "policy"),
    "aws_sqs_queue_policy": ("queue_url", "policy"),
}
"""What has a part, and which, by the type of the part."""
SET_BY: Final = {
    "acceleration_status": "accelerate_configuration", "acl": "acl", "cors_rule": "cors_configuration", "grant": "acl",
    "lifecycle_rule": "lifecycle_configuration", "logging": "logging", "policy": "policy", "versioning": "versioning",
    "object_lock_configuration": "object_lock_configuration", "request_payer": "request_payment_configuration",
    "replication_configuration": "replication_configuration", "website": "website_configuration",
    "server_side_encryption_configuration": "server_side_encryption_configuration",
}  # fmt: skip
"""Which `aws_s3_bucket_...` sets an attribute of a bucket. Source: the notes on the provider's page of that."""
_ADDED = "cors_rule lifecycle_rule logging policy replication_configuration website"
_OF_BUCKETS: Final = {f"aws_s3_bucket_{SET_BY[name]}": name for name in _ADDED.split()}
"""What a bucket says of a resource that names it and is empty without one, by the resource's type."""
_GOALS: Final = {
    "destination_cidr_block": "cidr_block",
    "destination_ipv6_cidr_block": "ipv6_cidr_block",
    "destination_prefix_list_id": "destination_prefix_list_id",
}
"""Where a route leads, by aws_route's word, and that of aws_route_table."""
_Parts = dict[str, set[tuple[Any, ...]]]


def as_declared(states: Mapping[str, State], written: Callable[[str, str], Collection[str] | None]) -> dict[str, State]:
    """`written` returns an object's own arguments by stack and address, or None; parts may be in other states."""
    parts: _Parts = defaultdict(set)
    for state in states.values():
        for _, kind, one in state.managed():
            if kind in _RULES:
                source = next((one[name] for name in _SOURCE if one.get(name)), None)
                parts[str(one.get("security_group_id"))].add((_RULES[kind], *_ports(one, "ip_protocol"), source))
            elif kind == "aws_security_group_rule":
                sources = [each for name in _SOURCES[:3] for each in one.get(name) or ()]
                sources += [one.get("source_security_group_id") or (one.get("self") and one.get("security_group_id"))]
                asked = (one.get("type"), *_ports(one, "protocol"))
                parts[str(one.get("security_group_id"))].update((*asked, each) for each in sources if each)
            elif kind == "aws_iam_policy_attachment":
                for role in one.get("roles") or ():
                    parts[str(role)].add((one.get("policy_arn"),))
            elif kind in _OF_BUCKETS:
                parts[str(one.get("bucket"))].add((_OF_BUCKETS[kind],))
            elif kind == "aws_route":
                goals = ((word, one.get(name)) for name, word in _GOALS.items())
                parts[str(one.get("route_table_id"))].update(goal for goal in goals if goal[1])
            elif kind in _POLICIES:
                owner, name = _POLICIES[kind]
                found = one.get(name)
                parts[str(one.get(owner))].update((each,) for each in (found if isinstance(found, list) else [found]))
    return {name: _declared(name, state, parts, written) for name, state in states.items()}


def _declared(stack: str, state: State, parts: _Parts, written: Callable[[str, str], Collection[str] | None]) -> State:
    def changed(resource: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        strip = _STRIPPED.get(text_of(resource, "type"))
        own = written(stack, resource_address(resource)) if strip else None
        if strip is None or own is None:
            return resource
        instances = decode(resource.get("instances", b"[]"))
        for instance in instances:
            attributes = instance.get("attributes") or {}
            left = strip(attributes, parts)
            attributes.update({name: value for name, value in left.items() if attributes.get(name) and name not in own})
        return {**resource, "instances": msgspec.Raw(encode(instances))}

    return replace(state, resources=tuple(map(changed, state.resources)))


def _ports(rule: Mapping[str, Any], protocol: str) -> tuple[Any, ...]:
    return rule.get(protocol), rule.get("from_port") or 0, rule.get("to_port") or 0


def _group(group: Mapping[str, Any], parts: _Parts) -> dict[str, Any]:
    own = group.get("id")
    known = parts.get(str(own), set())

    def kept(way: str) -> Iterator[dict[str, Any]]:
        for rule in group.get(way) or ():
            asked = (way, *_ports(rule, "protocol"))
            left = {name: [one for one in rule.get(name) or () if (*asked, one) in known] for name in _SOURCES}
            is_self = bool(rule.get("self")) and (*asked, own) in known
            if is_self or any(left.values()):
                yield {**rule, **left, "self": is_self}

    return {way: [*kept(way)] for way in _RULES.values()}


def _role(role: Mapping[str, Any], parts: _Parts) -> dict[str, Any]:
    known = parts.get(str(role.get("name")), set())
    inline = [one for one in role.get("inline_policy") or () if (one.get("name"),) in known]
    arns = [arn for arn in role.get("managed_policy_arns") or () if (arn,) in known]
    return {"inline_policy": inline, "managed_policy_arns": arns}


def _table(table: Mapping[str, Any], parts: _Parts) -> dict[str, Any]:
    known = parts.get(str(table.get("id")), set())
    routes = table.get("route") or ()
    return {"route": [one for one in routes if any((word, one.get(word)) in known for word in _GOALS.values())]}


def _policy(key: str) -> Callable[[Mapping[str, Any], _Parts], dict[str, Any]]:
    """SNS gives each topic a policy (Amazon SNS API, "CreateTopic"), which is nobody's."""

    def policy(one: Mapping[str, Any], parts: _Parts) -> dict[str, Any]:
        is_given = str(one.get(key)) in parts or _OF_SNS in (one.get("policy") or "")
        return {} if is_given else {"policy": ""}

    return policy


def _bucket(bucket: Mapping[str, Any], parts: _Parts) -> dict[str, Any]:
    known = parts.get(str(bucket.get("bucket")), set())
    return {name: "" if name == "policy" else [] for name in _OF_BUCKETS.values() if (name,) not in known}


_of_arn: Final = _policy("arn")
_OF_SNS: Final = "__default_statement_ID"
_STRIPPED: Final = {
    "aws_iam_role": _role,
    "aws_route_table": _table,
    "aws_s3_bucket": _bucket,
    "aws_secretsmanager_secret": lambda secret, parts: {**_of_arn(secret, parts), "replica": []},
    "aws_security_group": _group,
    "aws_sns_topic": _of_arn,
    "aws_sqs_queue": _policy("url"),
}
