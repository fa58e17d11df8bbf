"""A security group rule keeps its description whatever its source is.

AWS: IpRange, UserIdGroupPair and PrefixListId all have a Description, and SecurityGroupRule returns it (EC2 API
Reference, UserIdGroupPair, PrefixListId, SecurityGroupRule). moto keeps it for address ranges alone, and compares
descriptions when it looks for a rule to revoke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend, SecurityGroupRule

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable


def _construct(original: Callable[..., None], rule: Any, *args: Any, **kwargs: Any) -> None:
    original(rule, *args, **kwargs)
    prefix_list = kwargs.get("prefix_list_id") or (args[7] if len(args) > 7 else None) or {}
    source = rule.source_group or prefix_list
    rule.infragen_description = rule.ip_range.get("Description") or source.get("Description")
    rule.source_group = {key: value for key, value in rule.source_group.items() if key != "Description"}


def _modify(
    original: Callable[..., None], backend: SecurityGroupBackend, group_id: str, rules: dict[str, dict[str, Any]]
) -> None:
    original(backend, group_id, rules)
    group: Any = backend.get_security_group_from_id(group_id)
    for rule_id, wanted in rules.items():
        rule = group.get_rule(rule_id) if group else None
        if rule is not None and "Description" in wanted:
            rule.infragen_description = wanted["Description"]


def _views(original: Callable[..., list[Any]], group: SecurityGroup, rules: list[Any]) -> list[Any]:
    """Put the descriptions into the grouped form of the rules, IpPermissions."""
    views = original(group, rules)
    described = {id(rule.source_group): rule.infragen_description for rule in rules if rule.infragen_description}
    by_list = {
        (rule.ip_protocol, rule.from_port, rule.to_port, rule.prefix_list_id): rule.infragen_description
        for rule in rules
        if rule.prefix_list_id and rule.infragen_description
    }
    for view in views:
        view.source_groups = [_with(pair, described.get(id(pair))) for pair in view.source_groups]
        ports = (view.ip_protocol, view.from_port, view.to_port)
        view.prefix_list_ids = [_with(one, by_list.get((*ports, one["PrefixListId"]))) for one in view.prefix_list_ids]
    return views


def _with(item: dict[str, str], description: str | None) -> dict[str, str]:
    return {**item, "Description": description} if description else item


def apply() -> None:
    """Install the correction."""
    around(SecurityGroupRule, "__init__", _construct)
    around(SecurityGroupBackend, "modify_security_group_rules", _modify)
    around(SecurityGroup, "_flattened_rules", _views)
    replace(SecurityGroupRule, "description", property(lambda rule: rule.infragen_description))
