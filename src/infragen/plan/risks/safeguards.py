"""Data loss by an update: less is kept, or what protects the data goes.

What becomes of data when its object is destroyed is in `data_loss`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.display import literal
from infragen.plan.model import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import (
    block,
    blocks,
    counted,
    number,
    numbers,
    shown,
    sides,
    source_before,
    switched_off,
    word,
)
from infragen.plan.risks.policy_documents import allowed
from infragen.plan.risks.types import joined, of_updates, table, when
from infragen.text import span

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from infragen.plan.risks.types import Judge
    from infragen.plan.view import View
    from infragen.redaction.values import Value

_PROTECTED = (True, "ACTIVE")  # Cognito spells it as a word
_UNPROTECTED = (False, "INACTIVE")


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
        change = numbers(view, name)
        if not change or change[1] >= change[0]:
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
    change = numbers(view, "recovery_window_in_days")
    if not change or change[1] >= change[0]:
        return
    before, after = change
    if after:
        words = f"destroying it would leave {counted(after, 'day')} to restore it"
    else:
        words = "destroying it would delete it permanently at once"
    yield _loss(Level.MEDIUM, f"{words}: recovery_window_in_days {before:g} -> {after:g}")


def _protection_off(name: str) -> Judge:
    """Return the judge of an update that takes a deletion protection away."""
    return when(
        lambda view: _changes(view, name, _PROTECTED, _UNPROTECTED),
        _loss(Level.MEDIUM, f"{name} is switched off: nothing prevents it from being destroyed"),
    )


def _changes(view: View, name: str, old: Container[Value], new: Container[Value]) -> bool:
    before, after = sides(view, name)
    return before in old and after in new


def _guard_off(name: str, words: str) -> Judge:
    """Return the judge of an update that lets a later destruction take more with it."""
    return when(
        lambda view: _changes(view, name, (False,), (True,)),
        _loss(Level.MEDIUM, f"{name} becomes true: {words}"),
    )


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
    before, after = sides(view, "status", inside="versioning_configuration")
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


def _backup_role(view: View) -> Iterator[Risk]:
    """Judge a role of AWS Backup: without it no backup is made, by a plan or when a release asks for one."""
    if view.action is not Action.DELETE:
        return
    services = [name for one in allowed(view.before("assume_role_policy")) for _, name in one.principals]
    if "backup.amazonaws.com" in services:
        said = word(view.before("description"))
        yield _loss(Level.MEDIUM, f"AWS Backup makes no more backups with it{f' ({literal(said)})' if said else ''}")


def _set_aside(name: str, inside: str | None = None) -> Judge:
    """Return the judge of where a message goes that could not be handled, and what becomes of it without that.

    Sources: SQS Developer Guide "Using dead-letter queues"; Lambda Developer Guide "Adding a dead-letter queue".
    """

    def judge(view: View) -> Iterator[Risk]:
        before, after = sides(view, name, inside)
        if before and not after:
            yield _loss(Level.MEDIUM, f"what cannot be handled is no longer set aside, and is lost: {name} is removed")

    return judge


def _taken_longer(name: str, unit: str) -> Judge:
    """Return the judge of how long a message is left to the one who handles it, before another gets it as well.

    Source: SQS Developer Guide "Amazon SQS visibility timeout".
    """

    def judge(view: View) -> Iterator[Risk]:
        change = numbers(view, name)
        if change and change[1] < change[0]:
            was, now = (_time(figure, unit) for figure in change)
            words = f"a message that takes longer than {now} is handled twice"
            yield _loss(Level.MEDIUM, f"{words}: {name} {was} -> {now}")

    return judge


def _key(view: View) -> Iterator[Risk]:
    """Judge an encryption key that is disabled; source: KMS Developer Guide "Enable and disable keys"."""
    if switched_off(view, "is_enabled") or switched_off(view, "enabled"):
        yield _loss(Level.MEDIUM, "data encrypted with it cannot be read while the key is disabled")


def _dynamodb_table(view: View) -> Iterator[Risk]:
    """Judge a table that loses its backups, or whose items begin to expire.

    Sources: DynamoDB Developer Guide "Point-in-time backups for DynamoDB" and "Using time to live (TTL)".
    """
    if switched_off(view, "enabled", inside="point_in_time_recovery"):
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


_BACKUPS = "automated backups"
_NO_SNAPSHOT = "destroying it would leave no snapshot"
_WITH_CONTENT = "destroying it would delete its contents"

_OF_UPDATES = of_updates(
    (
        _kept_shorter("backup_retention_period", "day", _BACKUPS),
        "db_instance docdb_cluster docdbelastic_cluster neptune_cluster rds_cluster",
    ),
    (
        _kept_shorter("snapshot_retention_limit", "day", _BACKUPS),
        "elasticache_cluster elasticache_replication_group elasticache_serverless_cache memorydb_cluster",
    ),
    (_kept_shorter("automated_snapshot_retention_period", "day", _BACKUPS), "redshift_cluster"),
    (
        _kept_shorter("automatic_backup_retention_days", "day", _BACKUPS),
        "fsx_lustre_file_system fsx_ontap_file_system fsx_openzfs_file_system fsx_windows_file_system",
    ),
    (_kept_shorter("retention_period", "hour", "records"), "kinesis_stream"),
    (_kept_shorter("retention_period", "day", "events"), "cloudtrail_event_data_store"),
    (_promoted, "db_instance neptune_cluster rds_cluster"),
    (_kept_shorter("message_retention_seconds", "second", "messages"), "sqs_queue"),
    (_set_aside("redrive_policy"), "sns_topic_subscription sqs_queue sqs_queue_redrive_policy"),
    (_set_aside("dead_letter_config"), "cloudwatch_event_target lambda_function"),
    (_set_aside("dead_letter_config", inside="target"), "scheduler_schedule"),
    (_set_aside("destination_config"), "lambda_event_source_mapping lambda_function_event_invoke_config"),
    (_taken_longer("visibility_timeout_seconds", "second"), "sqs_queue"),
    (
        _protection_off("deletion_protection"),
        "cognito_user_pool db_instance docdb_cluster docdb_global_cluster neptune_cluster neptune_global_cluster",
        "neptunegraph_graph qldb_ledger rds_cluster rds_global_cluster",
    ),
    (_protection_off("deletion_protection_enabled"), "dsql_cluster dynamodb_table dynamodb_table_replica"),
    (_protection_off("termination_protection_enabled"), "cloudtrail_event_data_store"),
    (
        _guard_off("skip_final_snapshot", _NO_SNAPSHOT),
        "db_instance docdb_cluster neptune_cluster rds_cluster redshift_cluster lightsail_database",
    ),
    (
        _guard_off("skip_final_backup", "destroying it would leave no backup"),
        "fsx_lustre_file_system fsx_ontap_volume fsx_openzfs_file_system fsx_windows_file_system",
    ),
    (
        _guard_off("force_destroy", _WITH_CONTENT),
        "athena_database athena_workgroup backup_vault ecrpublic_repository route53_zone s3_bucket",
        "s3_directory_bucket",
    ),
    (_guard_off("force_delete", _WITH_CONTENT), "ecr_repository lightsail_bucket"),
    (_recovery_window, "secretsmanager_secret"),
    (_key, "kms_external_key kms_key kms_replica_key kms_replica_external_key paymentcryptography_key"),
    (_dynamodb_table, "dynamodb_table"),
    (_log_group, "cloudwatch_log_group"),
    (_protection_off("deletion_protection"), "google_sql_database_instance"),
    (_guard_off("force_destroy", _WITH_CONTENT), "google_storage_bucket"),
)
JUDGES = joined(
    _OF_UPDATES,
    table(
        (_stops("what cannot be handled is no longer set aside, and is lost"), "sqs_queue_redrive_policy"),
        (_bucket_versioning, "s3_bucket_versioning"),
        (_bucket_lifecycle, "s3_bucket_lifecycle_configuration"),
        (
            _stops("it makes no more backups"),
            "backup_plan backup_selection db_instance_automated_backups_replication dlm_lifecycle_policy",
            "efs_backup_policy efs_replication_configuration redshift_snapshot_copy redshift_snapshot_schedule",
        ),
        # Amazon S3 User Guide "Locking objects with Object Lock": a default retention is of objects that come.
        (_stops("new objects are no longer locked by default"), "s3_bucket_object_lock_configuration"),
        (_stops("objects are no longer copied to another bucket"), "s3_bucket_replication_configuration"),
        (_backup_role, "iam_role"),
        (_stops("no more backups are put into it, by a plan or before a release"), "backup_vault"),
    ),
)
