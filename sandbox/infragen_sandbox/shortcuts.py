"""Shorter ways to the same answers, where moto walks through everything it has to find one thing.

With a thousand security group rules these are most of the emulator's time. They change no answer.
"""

from __future__ import annotations

import copy
import itertools
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.iam.models import IAMBackend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable


def _tags_by_resource(thing: Any) -> list[dict[str, str]]:
    """Look the tags up by the resource's id; moto compares every tag of the region with it."""
    return [{"key": key, "value": value} for key, value in thing.ec2_backend.tags.get(thing.id, {}).items()]


def _rules_by_id(original: Callable[..., Any], backend: Any, sg_rule_ids: list[str], filters: dict[str, Any]) -> Any:
    """Look rules up in the groups that have them; moto copies every rule of the region first."""
    if not sg_rule_ids or filters:
        return original(backend, sg_rule_ids, filters)
    wanted = set(sg_rule_ids)
    groups = itertools.chain.from_iterable(groups.values() for groups in backend.groups.values())
    rules = [rule for group in groups for rule in (*group.egress_rules, *group.ingress_rules) if rule.id in wanted]
    if len(rules) < len(wanted):
        return original(backend, sg_rule_ids, filters)  # which says what is missing
    return [_with_ports(rule) for rule in rules]


def _with_ports(rule: Any) -> Any:
    """Return the rule as DescribeSecurityGroupRules shows it: a port that is not there is -1."""
    shown = copy.copy(rule)
    shown.from_port = -1 if rule.from_port is None else rule.from_port
    shown.to_port = -1 if rule.to_port is None else rule.to_port
    return shown


def _policies_read_once() -> Callable[..., list[Any]]:
    """Give each account its own copy of the 1,400 policies that AWS manages; moto reads them out of 4 MB of JSON."""
    read: list[Any] = []

    def policies(original: Callable[..., list[Any]], backend: Any) -> list[Any]:
        if not read:
            read.extend(original(backend))
        copies = [copy.copy(policy) for policy in read]
        for policy in copies:
            policy.account_id = backend.account_id
        return copies

    return policies


def apply() -> None:
    """Install the shortcuts."""
    replace(TaggedEC2Resource, "get_tags", _tags_by_resource)
    around(SecurityGroupBackend, "describe_security_group_rules", _rules_by_id)
    around(IAMBackend, "_init_aws_policies", _policies_read_once())
    # It reads moto's own folder on disk, to list its services, for every request.
    by_host = cache(DomainDispatcherApplication(create_backend_app).get_backend_for_host)
    replace(DomainDispatcherApplication, "get_backend_for_host", lambda _, host: by_host(host))
