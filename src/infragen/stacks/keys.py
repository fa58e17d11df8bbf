"""KMS keys: one a purpose, and who may use it besides the account's own IAM roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.catalog.names import Names
from infragen.stacks.shell import identifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.core.landscape import Environment

__all__ = ["Key", "log_key", "message_key", "plain_key"]

Grants = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Key:
    """A key; `service_grants` are AWS services that use it by themselves, each under a condition."""

    label: str
    name: str
    description: str
    account_id: str
    deletion_window_in_days: int
    service_grants: Mapping[str, Mapping[str, object]]


def plain_key(environment: Environment, purpose: str, what: str) -> Key:
    """Return a key that only IAM roles of the account use, directly or through a service."""
    return _key(environment, purpose, what, {})


def log_key(environment: Environment, purpose: str, what: str) -> Key:
    """Return a key for log groups.

    Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    """
    settings = environment.settings
    condition = {
        "test": "ArnLike",
        "variable": "kms:EncryptionContext:aws:logs:arn",
        "value": f"arn:aws:logs:{settings.region}:{settings.account}:log-group:*",
    }
    service = f"logs.{settings.region}.amazonaws.com"
    return _key(environment, purpose, what, {"CloudWatchLogs": {"principal": service, "condition": condition}})


def message_key(environment: Environment, purpose: str, what: str) -> Key:
    """Return a key for topics and queues that CloudWatch alarms are published to.

    Source: Amazon SNS Developer Guide, "Key management", services that publish to encrypted topics.
    """
    account = environment.settings.account
    condition = {"test": "StringEquals", "variable": "aws:SourceAccount", "value": account}
    grant: Grants = {"CloudWatchAlarms": {"principal": "cloudwatch.amazonaws.com", "condition": condition}}
    return _key(environment, purpose, what, grant)


def _key(environment: Environment, purpose: str, what: str, grants: Grants) -> Key:
    names = Names.of(environment)
    return Key(
        label=identifier("key", purpose),
        name=names.plain(purpose),
        description=f"{names.prefix}: {what}",
        account_id=environment.settings.account,
        deletion_window_in_days=environment.settings.key_deletion_window,
        service_grants=grants,
    )
