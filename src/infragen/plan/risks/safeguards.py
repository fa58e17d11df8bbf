"""Data loss by an update: less is kept, or what protects the data goes.

What becomes of data when its object is destroyed is in `data_loss`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.display import literal
from infragen.plan.model import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import (
    became,
    block,
    blocks,
    counted,
    fallen,
    number,
    numbers,
    shown,
    sides,
    source_before,
    switched_off,
    word,
)
from infragen.plan.risks.policy_documents import allowed
from infragen.plan.risks.types import joined, of_updates, rows, table, when
from infragen.text import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.plan.risks.types import Judge
    from infragen.plan.view import View
    from infragen.redaction.values import Value


def _loss(level: Level, reason: str) -> Risk:
    return Risk(level, RiskKind.DATA_LOSS, reason)


_SECONDS = {"hour": 3600, "second": 1}


def _time(figure: float, unit: str, beside: float | None = None) -> str:
    """Return a time in days, else in the largest unit that leaves no rest; `beside` another one in days, the figure."""
    if unit in _SECONDS:
        return span(int(figure * _SECONDS[unit]))
    return counted(figure, unit) if beside is None else f"{figure:g}"


def _kept_shorter(name: str, unit: str, what: str) -> Judge:
    """Return the judge of an update that keeps something for a shorter time; 0 keeps nothing."""

    def judge(view: View) -> Iterator[Risk]:
        change = fallen(view, name)
        if change is None:
            return
        before, after = change
        if after == 0:
            yield _loss(Level.HIGH, f"{what} are no longer kept: {name} {before:g} -> 0")
        else:
            yield _loss(Level.MEDIUM, f"{what} are kept {_time(after, unit)} instead of {_time(before, unit, after)}")

    return judge


def _recovery_window(view: View) -> Iterator[Risk]:
    """Judge a secret that could be restored for a shorter time; 0 deletes it at once.

    Source: Secrets Manager API Reference "DeleteSecret", whose window the provider hands over when it destroys one.
    """
    if change := fallen(view, "recovery_window_in_days"):
        before, after = change
        left = f"leave {counted(after, 'day')} to restore it" if after else "delete it permanently at once"
        yield _loss(Level.MEDIUM, f"destroying it would {left}: recovery_window_in_days {before:g} -> {after:g}")


def _guard_off(name: str, words: str) -> Judge:
    """Return the judge of an update that lets a later destruction take more with it."""
    return when(lambda view: sides(view, name) == (False, True), _loss(Level.MEDIUM, f"{name} becomes true: {words}"))


def _promoted(view: View) -> Iterator[Risk]:
    """Judge a copy of a database that becomes one of its own; RDS makes no copy of what is there.

    Sources: RDS User Guide "Promoting a read replica to be a standalone DB instance"; Aurora User Guide "Promoting a
    read replica to be a DB cluster".
    """
    was = source_before(view)
    if was is None or view.after(was[0]):
        return
    name, source = was
    words = f"it no longer follows {shown(source)} and becomes writable, which cannot be undone"
    yield _loss(Level.HIGH, f"{words}: what is written to one is then missing in the other ({name} is removed)")


def _bucket_versioning(view: View) -> Iterator[Risk]:
    """Judge the versioning of a bucket: without it, an overwritten object is lost.

    Source: S3 User Guide "Retaining multiple versions of objects with S3 Versioning".
    """
    before, after = sides(view, "versioning_configuration.status")
    if before == "Enabled" and after != "Enabled" and (view.action.destroys or isinstance(after, str)):
        yield _loss(
            Level.MEDIUM, "versioning stops: objects that are overwritten or deleted can no longer be recovered"
        )


def _bucket_lifecycle(view: View) -> Iterator[Risk]:
    """Judge rules that delete objects by age.

    Source: S3 User Guide "Expiring objects".
    """
    if view.action is Action.CREATE and view.is_for_new("bucket"):
        return
    old, new = (dict(_rules(side)) for side in sides(view, "rule"))
    for name, rule in sorted(new.items()):
        yield from _expires(name, _days(rule, "expiration", "days"), _days(old.get(name), "expiration", "days"), rule)
        kept = _days(rule, *_REPLACED)
        before = _days(old.get(name), *_REPLACED)
        if kept and (before is None or kept < before):
            instead = f" instead of {before:g}" if before else ""
            words = f"what is overwritten or deleted can be recovered for {counted(kept, 'day')}{instead}"
            yield _loss(Level.MEDIUM, f"{words}, by the rule {shown(name)}")


_REPLACED = ("noncurrent_version_expiration", "noncurrent_days")


def _rules(value: Value) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Yield the rules that are followed, by their names."""
    for rule in blocks(value):
        if rule.get("status") == "Enabled":
            yield word(rule.get("id")) or "", rule


def _days(rule: Mapping[str, Value] | None, inside: str, name: str) -> float | None:
    return number(block(rule.get(inside)).get(name)) if rule else None


def _expires(name: str, days: float | None, before: float | None, rule: Mapping[str, Value]) -> Iterator[Risk]:
    """Yield what deletes objects by age: S3 deletes those that are older already, too."""
    if not days or (before is not None and days >= before):
        return
    by = f"after {counted(days, 'day')} by the rule {shown(name)}"
    if before is not None:
        yield _loss(Level.MEDIUM, f"objects are deleted {by}, not after {before:g}")
    elif _is_of_some(rule):
        yield _loss(Level.MEDIUM, f"objects are deleted {by}, older ones at once")
    else:
        yield _loss(Level.HIGH, f"all objects are deleted {by}, older ones at once")


def _is_of_some(rule: Mapping[str, Value]) -> bool:
    """Whether a rule is only of objects with a prefix, a tag or a size."""
    parts = block(rule.get("filter"))
    both = block(parts.get("and"))
    named = (rule.get("prefix"), parts.get("prefix"), both.get("prefix"))
    sizes = ("object_size_greater_than", "object_size_less_than")
    limited = any(number(part.get(name)) for part in (parts, both) for name in sizes)
    return (
        limited or any(map(word, named)) or bool(block(parts.get("tag")) or block(both.get("tags")) or both.get("tags"))
    )


def _stops(words: str) -> Judge:
    """Return the judge of what keeps a copy of others, and goes."""
    return when(lambda view: view.action is Action.DELETE, _loss(Level.MEDIUM, words))


def _weaker_parameter(name: str, values: str, words: str, kind: str) -> Judge:
    """Return the judge of a database's parameter that takes a value by which it guards less; its case is not told."""

    def judge(view: View) -> Iterator[Risk]:
        before, after = (_parameters(side).get(name) for side in sides(view, "parameter"))
        if view.action is not Action.UPDATE or not after or after == before:
            return
        is_weak = after != values[1:] if values.startswith("!") else after in values.split()
        if is_weak:
            yield Risk(Level.MEDIUM, RiskKind[kind], f"{words}: {name} {f'{before} -> ' if before else ''}{after}")

    return judge


def _parameters(value: Value) -> dict[str, str]:
    return {word(one.get("name")) or "": (word(one.get("value")) or "").lower() for one in blocks(value)}


def _let_go(path: str, keeps: str | bool, words: str) -> Judge:
    """Return the judge of a policy by which data stay when something else goes, and which another one replaces."""

    def judge(view: View) -> Iterator[Risk]:
        before, after = sides(view, path)
        if view.action is Action.UPDATE and before == keeps and after != before:
            yield _loss(Level.MEDIUM, f"{words}: {path.rpartition('.')[2]} {became(before, after)}")

    return judge


def _backup_role(view: View) -> Iterator[Risk]:
    """Judge a role of AWS Backup: without it no backup is made, by a plan or when a release asks for one."""
    if view.action is not Action.DELETE:
        return
    services = [name for one in allowed(view.before("assume_role_policy")) for _, name in one.principals]
    if "backup.amazonaws.com" in services:
        said = word(view.before("description"))
        yield _loss(Level.MEDIUM, f"AWS Backup makes no more backups with it{f' ({literal(said)})' if said else ''}")


def _set_aside(path: str) -> Judge:
    """Return the judge of where a message goes that could not be handled, and what becomes of it without that.

    Sources: SQS Developer Guide "Using dead-letter queues"; Lambda Developer Guide "Adding a dead-letter queue".
    """
    name = path.rpartition(".")[2]

    def judge(view: View) -> Iterator[Risk]:
        before, after = sides(view, path)
        if before and not after:
            yield _loss(Level.MEDIUM, f"what cannot be handled is no longer set aside, and is lost: {name} is removed")

    return judge


def _taken_longer(view: View) -> Iterator[Risk]:
    """Judge how long a message is left to the one who handles it, before another gets it as well.

    Source: SQS Developer Guide "Amazon SQS visibility timeout".
    """
    if change := fallen(view, "visibility_timeout_seconds"):
        was, now = (_time(figure, "second") for figure in change)
        words = f"a message that takes longer than {now} is handled twice"
        yield _loss(Level.MEDIUM, f"{words}: visibility_timeout_seconds {was} -> {now}")


def _key(view: View) -> Iterator[Risk]:
    """Judge an encryption key that is disabled; source: KMS Developer Guide "Enable and disable keys"."""
    if switched_off(view, "is_enabled") or switched_off(view, "enabled"):
        yield _loss(Level.MEDIUM, "data encrypted with it cannot be read while the key is disabled")


def _dynamodb_table(view: View) -> Iterator[Risk]:
    """Judge a table that loses its backups, or whose items begin to expire.

    Sources: DynamoDB Developer Guide "Point-in-time backups for DynamoDB" and "Using time to live (TTL)".
    """
    if switched_off(view, "point_in_time_recovery.enabled"):
        yield _loss(Level.MEDIUM, "point-in-time recovery is switched off: its backups are deleted")
    old, new = map(block, sides(view, "ttl"))
    if new.get("enabled") is True and old.get("enabled") is not True:
        yield _loss(Level.MEDIUM, f"items expire: TTL on {shown(new.get('attribute_name'))}")


def _log_group(view: View) -> Iterator[Risk]:
    """Judge a log group's retention; 0 means forever.

    Source: CloudWatch Logs API Reference "PutRetentionPolicy".
    """
    change = numbers(view, "retention_in_days")
    if not change or not change[1]:
        return
    before, after = change
    if not before or after < before:
        kept = counted(before, "day") if before else "forever"
        yield _loss(Level.MEDIUM, f"log events older than {counted(after, 'day')} are deleted (they were kept {kept})")


JUDGES = joined(
    of_updates(
        *rows("safeguards", kept=_kept_shorter, set_aside=_set_aside, guard_off=_guard_off),
        (_promoted, "db_instance neptune_cluster rds_cluster"),
        (_taken_longer, "sqs_queue"),
        (_recovery_window, "secretsmanager_secret"),
        (_key, "kms_external_key kms_key kms_replica_key kms_replica_external_key paymentcryptography_key"),
        (_dynamodb_table, "dynamodb_table"),
        (_log_group, "cloudwatch_log_group"),
    ),
    table(
        *rows("safeguards", let_go=_let_go, parameters=_weaker_parameter, stops=_stops),
        (_bucket_versioning, "s3_bucket_versioning"),
        (_bucket_lifecycle, "s3_bucket_lifecycle_configuration"),
        (_backup_role, "iam_role"),
    ),
)
