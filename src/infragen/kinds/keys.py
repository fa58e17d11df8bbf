"""Customer keys: one KMS key per purpose, and who may use it besides the account's own IAM roles."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, ResourceView, of
from infragen.core.expressions import Export, Label
from infragen.core.kind import Capability, Cost
from infragen.core.part import LIMITS, Named, asked_by, named
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.kinds import built, levels
from infragen.text import counted

NAME: Final = "customer-keys"
EBS_ENCRYPTION: Final = "ebs-encryption"
"""The capability that encrypts new volumes by default: it has the key of disks, where it is in force."""

_Grants = dict[str, dict[str, object]]
_Granting = Callable[[BuildContext], _Grants]


class Key(Struct, frozen=True):
    """A key for a purpose, or for its entry; without grants only IAM roles use it, directly or through a service."""

    ctx: BuildContext
    label: Label
    purpose: str
    what: str
    grants: _Granting = lambda _: {}

    @property
    def name(self) -> str:
        return self.ctx.names.plain(self.purpose or self.ctx.entry.identity)

    @property
    def description(self) -> str:
        return f"{self.ctx.names.prefix}: {self.what}"

    @property
    def service_grants(self) -> _Grants:
        return self.grants(self.ctx)


def _alias(number: int) -> Named[str]:
    return named(LIMITS["key"])(lambda view: view.keys[number].name if number < len(view.keys) else "")


alias: Final = _alias(0)


def of_purpose(purpose: str) -> of[Export | None]:
    """Return what views have of the key for a purpose, `key = keys.of_purpose("databases")`; None for AWS's own."""
    return of(lambda ctx: key(ctx, purpose))


def own(purpose: str, what: str, grants: _Granting) -> of[tuple[Key, ...]]:
    return of(lambda ctx: (purpose_key(ctx, purpose, what, grants),) if ctx.has(NAME) else ())


class EncryptedView(ResourceView):
    """What has logs and secrets; each is encrypted with the environment's key, or with AWS's own."""

    secrets_key = of_purpose("secrets")
    recovery_window_in_days = of(lambda ctx: 30 if ctx.settings.production else 0)
    """Days a deleted secret can be restored: none outside production, where names are soon used again."""

    @property
    def logs_key(self) -> Export | None:
        return key(self._ctx, "logs")


class KeysView(ResourceView):
    """The keys that belong to no entry."""

    @property
    def keys(self) -> tuple[Key, ...]:
        ctx, environment = self._ctx, self._ctx.environment
        found = [
            purpose_key(ctx, "databases", "storage, backups and insights of the databases"),
            purpose_key(ctx, "logs", "log groups", for_logs),
            purpose_key(ctx, "messages", "queues and topics", for_alarms),
            purpose_key(ctx, "secrets", "secrets"),
        ]
        stored = environment.entries.get("buckets", {}).items()
        kept = {name: one for name, one in stored if getattr(one, "encryption", "") != "s3"}
        buckets = {name for name, one in kept.items() if not environment.is_copied_here(one)}
        if buckets or environment.entries.get("workgroups"):
            grants = partial(for_distributions, buckets=buckets)
            found.append(purpose_key(ctx, "objects", "objects in buckets", grants))
        if environment.entries.get("bastions") and not ctx.has(EBS_ENCRYPTION):
            found.append(disks(ctx))
        return tuple(found)

    databases, logs, messages, secrets, objects, disks = map(_alias, range(6))


def key(ctx: BuildContext, purpose: str) -> Export | None:
    """None means AWS's own key. Purposes are properties of `KeysView`."""
    return ctx.of(NAME).module("security", "key", purpose).arn if ctx.has(NAME) else None


def disks(ctx: BuildContext) -> Key:
    return purpose_key(ctx, "disks", "EBS volumes")


def disk_key(ctx: BuildContext) -> Export | None:
    owner = EBS_ENCRYPTION if ctx.has(EBS_ENCRYPTION) else NAME
    return ctx.of(owner).module("security", "key", "disks").arn if ctx.has(NAME) else None


_LOG_ACTIONS: Final = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def grant(sid: str, service: str, actions: tuple[str, ...], *condition: str) -> _Grants:
    """Let a service of AWS use a key; `condition` is a test, a variable and its value."""
    found = dict(zip(("test", "variable", "value"), condition, strict=True))
    return {sid: {"principal": f"{service}.amazonaws.com", "actions": actions, "condition": found}}


def for_logs(ctx: BuildContext, region: str = "") -> _Grants:
    """Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS"."""
    region = region or ctx.region
    groups = f"arn:aws:logs:{region}:{ctx.settings.account}:log-group:*"
    condition = ("ArnLike", "kms:EncryptionContext:aws:logs:arn", groups)
    return grant("CloudWatchLogs", f"logs.{region}", _LOG_ACTIONS, *condition)


def for_alarms(ctx: BuildContext) -> _Grants:
    """Let alarms, budgets and rules publish to encrypted topics (Amazon SNS Developer Guide, "Key management").

    Where there are no alarms there are no topics of theirs, and CloudWatch has nothing to publish to. Of EventBridge
    that page says that conditions on the source "are not supported": messages would be lost without a word. What SNS
    itself says of each use is which topic it is for, its encryption context; SQS says which queue, where a rule sends
    what it could not hand over (Amazon SQS Developer Guide, "Key management").
    """
    place, actions = f"{ctx.region}:{ctx.settings.account}", ("kms:Decrypt", "kms:GenerateDataKey*")
    of_account = ("StringEquals", "aws:SourceAccount", ctx.settings.account)
    budget, grants = ctx.settings.budget, _Grants()
    if ctx.has(levels.ALARMS):
        grants |= grant("CloudWatchAlarms", "cloudwatch", actions, *of_account)
    if budget is not None and any(isinstance(told, str) for told in budget.alerts.values()):
        grants |= grant("Budgets", "budgets", actions, *of_account)
    if ctx.has(levels.ALARMS) and levels.told_levels(ctx):
        of_topics = ("ArnLike", "kms:EncryptionContext:aws:sns:topicArn", f"arn:aws:sns:{place}:*")
        grants |= grant("Events", "events", actions, *of_topics)
    if any(getattr(entry, "keeps_lost_events", lambda _: False)(ctx.settings) for _, entry in ctx.environment.every()):
        of_queues = ("ArnLike", "kms:EncryptionContext:aws:sqs:arn", f"arn:aws:sqs:{place}:*")
        grants |= grant("LostEvents", "events", actions, *of_queues)
    return grants


def for_distributions(ctx: BuildContext, buckets: set[str], *, copies: bool = False) -> _Grants:
    """Let all of this account in, as ARNs come later (CloudFront Developer Guide, "S3 origin: SSE-KMS")."""
    distributions = ctx.environment.entries.get("distributions", {}).values()
    origins = [origin for one in distributions for origin in getattr(one, "origins", {}).values()]
    if not any(origin.bucket in buckets and (origin.failover or not copies) for origin in origins):
        return {}
    arn = f"arn:aws:cloudfront::{ctx.settings.account}:distribution/*"
    return grant("CloudFront", "cloudfront", ("kms:Decrypt",), "ArnLike", "aws:SourceArn", arn)


def purpose_key(ctx: BuildContext, purpose: str, what: str, grants: _Granting = lambda _: {}) -> Key:
    return Key(ctx, ctx.label("key", purpose), purpose, what, grants)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    made = (getattr(part.own, "keys", ()) for some in built(ctx) for part in some)
    count = sum(isinstance(one, Key) for some in made if isinstance(some, tuple) for one in some)
    yield Cost(counted(count, "KMS key"), "kms-key", count)
    yield Cost("uses of KMS keys", "kms-requests")


@rule("A104")
def _key_window(environment: Environment) -> Findings:
    days = environment.settings.key_deletion_window
    if not 7 <= days <= 30:
        message = f"KMS waits 7 to 30 days before it deletes a key, not {days}"
        yield Finding(message, environment.at("environment", "key_deletion_window"), "write `7 days` to `30 days`")


CAPABILITY: Final = Capability(
    name=NAME,
    title="customer keys (KMS)",
    setting="customer_keys: true",
    monthly_costs=_costs,
    reasons=asked_by("encryption with keys of one's own", "customer_keys"),
    parts=lambda ctx: (ctx.part("security", "kinds/keys/main.tf", KeysView(ctx), "keys.tf"),),
    rules=(_key_window,),
)
