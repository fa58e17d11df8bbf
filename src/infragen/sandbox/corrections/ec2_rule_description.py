"""A security group rule keeps its description whatever its source is.

AWS: IpRange, UserIdGroupPair and PrefixListId all have a Description, and SecurityGroupRule returns it (EC2 API
Reference, UserIdGroupPair, PrefixListId, SecurityGroupRule). moto keeps it for address ranges alone, and compares
descriptions when it looks for a rule to revoke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule

from infragen.sandbox.corrections.patching import around, replace

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


def apply() -> None:
    """Install the correction."""
    around(SecurityGroupRule, "__init__", _construct)
    around(SecurityGroupBackend, "modify_security_group_rules", _modify)
    replace(SecurityGroupRule, "description", property(lambda rule: rule.infragen_description))
