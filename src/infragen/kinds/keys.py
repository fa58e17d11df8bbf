"""Customer keys: one KMS key a purpose, and who may use it besides the account's own IAM roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.core.kind import Capability, Reason
from infragen.core.names import LIMITS
from infragen.core.part import ENVIRONMENT, named
from infragen.core.place import View
from infragen.core.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.expressions import Export, Label
    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

__all__ = ["CAPABILITY", "NAME", "Key", "key", "log_key", "plain_key"]

NAME: Final = "customer-keys"

_Grants = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Key:
    """A key; `service_grants` are AWS services that use it by themselves, each under a condition."""

    label: Label
    name: str
    description: str
    service_grants: Mapping[str, Mapping[str, object]]


class KeysView(View):
    """The keys that belong to no entry."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """One for each purpose."""
        place = self._place
        return (
            plain_key(place, "databases", "storage, backups and insights of the databases"),
            log_key(place, "logs", "log groups"),
            _message_key(place, "messages", "queues and topics"),
            plain_key(place, "secrets", "secrets"),
        )

    @property
    def deletion_window_in_days(self) -> int:
        """How long a deleted key can be brought back."""
        return self._place.settings.key_deletion_window

    @named(LIMITS["key"])
    def longest_alias(self) -> str:
        """The longest of their names."""
        return self._place.names.plain("databases")


def key(place: Place, purpose: str) -> Export | None:
    """Return the ARN of the key for a purpose, `databases`, `logs`, `messages` or `secrets`; None means AWS's own."""
    return place.of(NAME).module("security", "key", purpose).arn if place.has(NAME) else None


def plain_key(place: Place, purpose: str, what: str) -> Key:
    """Return a key that only IAM roles of the account use, directly or through a service."""
    return _key(place, purpose, what, {})


def log_key(place: Place, purpose: str, what: str) -> Key:
    """Return a key for log groups.

    Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    """
    settings = place.settings
    condition = {
        "test": "ArnLike",
        "variable": "kms:EncryptionContext:aws:logs:arn",
        "value": f"arn:aws:logs:{settings.region}:{settings.account}:log-group:*",
    }
    service = f"logs.{settings.region}.amazonaws.com"
    return _key(place, purpose, what, {"CloudWatchLogs": {"principal": service, "condition": condition}})


def _message_key(place: Place, purpose: str, what: str) -> Key:
    """Return a key for topics and queues that CloudWatch alarms are published to.

    Source: Amazon SNS Developer Guide, "Key management", services that publish to encrypted topics.
    """
    condition = {"test": "StringEquals", "variable": "aws:SourceAccount", "value": place.settings.account}
    return _key(
        place, purpose, what, {"CloudWatchAlarms": {"principal": "cloudwatch.amazonaws.com", "condition": condition}}
    )


def _key(place: Place, purpose: str, what: str, grants: _Grants) -> Key:
    names = place.names
    return Key(place.label("key", purpose), names.plain(purpose), f"{names.prefix}: {what}", grants)


def _reasons(environment: Environment) -> Iterator[Reason]:
    if environment.settings.customer_keys:
        yield Reason(ENVIRONMENT, ("customer_keys",), "encryption with keys of one's own")


def _parts(place: Place) -> Iterator[Part]:
    yield place.part("security", "kinds/keys/main.tf", KeysView(place), "keys.tf")


@rule(
    "A104",
    "the waiting time before a key is deleted is not 7 to 30 days",
    Severity.ERROR,
    "AWS KMS API: ScheduleKeyDeletion, `PendingWindowInDays`",
)
def _key_window(environment: Environment) -> Iterator[Finding]:
    days = environment.settings.key_deletion_window
    if not 7 <= days <= 30:
        place = environment.at("environment", "key_deletion_window")
        yield Finding(
            f"KMS waits 7 to 30 days before it deletes a key, not {days}", place, "write `7 days` to `30 days`"
        )


CAPABILITY: Final = Capability(
    name=NAME,
    title="customer keys (KMS)",
    price="1 USD for each key",
    reasons=_reasons,
    parts=_parts,
    rules=(_key_window,),
)
