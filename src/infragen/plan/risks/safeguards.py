"""Data loss by an update: less is kept, or what protects the data goes.

What becomes of data when its object is destroyed is in `data_loss`.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import partial
from math import inf

from infragen.plan.differences.documents import open_documents
from infragen.plan.display import literal
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import (
    became,
    block,
    blocks,
    counted,
    fallen,
    number,
    parameters,
    shown,
    sides,
    source_before,
    switched_off,
    texts,
    word,
)
from infragen.plan.risks.policy_documents import allowed
from infragen.plan.risks.types import joined, of_updates, rows, table
from infragen.plan.view import View
from infragen.redaction.values import holds_unknown
from infragen.text import span

_loss = partial(RiskKind.DATA_LOSS.risk, Level.MEDIUM)
_lost = partial(RiskKind.DATA_LOSS.risk, Level.HIGH)
_down = RiskKind.DOWNTIME.risk
_SECONDS = {"hour": 3600, "second": 1}
_PARTIAL = "ReportBatchItemFailures"


def _time(figure: float, unit: str, beside: float | None = None) -> str:
    """Return a time in days, else in the largest unit that leaves no rest; `beside` another one in days, the figure."""
    if unit in _SECONDS:
        return span(int(figure * _SECONDS[unit]))
    return counted(figure, unit) if beside is None else f"{figure:g}"


def _kept_shorter(view: View, name: str, unit: str, what: str) -> Iterator[Risk]:
    change = fallen(view, name)
    if change is None:
        return
    before, after = change
    if after == 0:
        yield _lost(f"{what} are no longer kept: {name} {before:g} -> 0")
    else:
        yield _loss(f"{what} are kept {_time(after, unit)} instead of {_time(before, unit, after)}")


def _recovery_window(view: View) -> Iterator[Risk]:
    """Source: Secrets Manager API Reference "DeleteSecret", whose window the provider sets when it destroys one."""
    if change := fallen(view, "recovery_window_in_days"):
        before, after = change
        left = f"leave {counted(after, 'day')} to restore it" if after else "delete it permanently at once"
        yield _loss(f"destroying it would {left}: recovery_window_in_days {before:g} -> {after:g}")


def _guard_off(view: View, name: str, words: str) -> Iterator[Risk]:
    if sides(view, name) == (False, True):
        yield _loss(f"{name} becomes true: {words}")


def _promoted(view: View) -> Iterator[Risk]:
    # RDS User Guide "Promoting a read replica to be a standalone DB instance"; Aurora User Guide "Promoting a read
    # replica to be a DB cluster". RDS makes no copy of what is there.
    was = source_before(view)
    if was is None or view.after(was[0]):
        return
    name, source = was
    words = f"it no longer follows {shown(source)} and becomes writable, which cannot be undone"
    yield _lost(f"{words}: what is written to one is then missing in the other ({name} is removed)")


def _another(view: View, name: str) -> Iterator[Risk]:
    """Source: RDS User Guide "DB instance resource ID": somebody put another database in its place."""
    before, after = sides(view, name)
    if view.is_drift and before and after and before != after:
        yield _loss(f"it is another database now, restored or new: {name} {became(before, after)}")


def _copies(view: View, name: str) -> Iterator[Risk]:
    # Secrets Manager API Reference "RemoveRegionsFromReplication"; DynamoDB API Reference "DeleteReplicaAction".
    before, after = ({word(one.get(name)) for one in blocks(side)} for side in sides(view, "replica"))
    if gone := sorted(region for region in before - after if region):
        words = f"its copy in {' and '.join(gone)} is deleted at once"
        yield _lost(f"{words}: what reads there, a standby too, finds nothing")


def _bucket_versioning(view: View) -> Iterator[Risk]:
    """S3 User Guide "Retaining multiple versions of objects with S3 Versioning"."""
    before, after = sides(view, "versioning_configuration.status")
    if before == "Enabled" and after != "Enabled" and (view.action.destroys or isinstance(after, str)):
        words = "objects that are overwritten or deleted can no longer be recovered"
        yield _loss(f"versioning stops: {words}")


def _stops(view: View, words: str) -> Iterator[Risk]:
    if view.action is Action.DELETE:
        yield _loss(words)


def _weaker_parameter(view: View, name: str, values: str, words: str, kind: str) -> Iterator[Risk]:
    before, after = (one.get(name) for one in parameters(view))
    if view.action is not Action.UPDATE or not after or after == before:
        return
    if any(_is_weaker(before or "", after, value) for value in values.split()):
        yield Risk(Level.MEDIUM, RiskKind[kind], f"{words}: {name} {f'{before} -> ' if before else ''}{after}")


def _is_weaker(before: str, after: str, value: str) -> bool:
    """Whether a parameter that changes does so as a table's value says (`judges.toml`); -1 is without a bound."""
    if value == "<":
        was, becomes = _bound(before), _bound(after)
        return was is not None and becomes is not None and becomes < was
    if value.startswith("!"):
        return after != value[1:]
    if "<" in value:
        order = value.split("<")
        return before in order and after in order[: order.index(before)]
    if value == "-":
        had, has = ({*side.replace(",", " ").split()} for side in (before, after))
        more = any(one.startswith("-") for one in has - had)
        return more or ("all" not in has and any(one[0] != "-" for one in had - has - {"none", "disabled"}))
    was_so, _, becomes_so = value.rpartition(">")
    return fnmatchcase(before, was_so or "*") and fnmatchcase(after, becomes_so)


def is_compared(values: Sequence[str], before: str, after: str) -> bool:
    if not values or not after or (not before and any(">" in value for value in values)):
        return False
    return "<" not in values or (_bound(before) is not None and _bound(after) is not None)


def _bound(text: str) -> float | None:
    try:
        return inf if float(text) < 0 else float(text)
    except ValueError:
        return None


def _locked_shorter(view: View) -> Iterator[Risk]:
    """Source: Amazon S3 API Reference "DefaultRetention"."""
    said = map(block, sides(view, "rule.default_retention"))
    before, after = (number(one.get("days")) or 365 * (number(one.get("years")) or 0) for one in said)
    if view.action is Action.UPDATE and after < before:
        yield _loss(f"new objects are locked for {counted(after, 'day')} instead of {before:g}")


def _let_go(view: View, path: str, keeps: str | bool, words: str) -> Iterator[Risk]:
    before, after = sides(view, path)
    if view.action is Action.UPDATE and before == keeps and after != before:
        yield _loss(f"{words}: {path.rpartition('.')[2]} {became(before, after)}")


def _backup_role(view: View) -> Iterator[Risk]:
    if view.action is not Action.DELETE:
        return
    services = [name for one in allowed(view.before("assume_role_policy")) for _, name in one.principals]
    if "backup.amazonaws.com" in services:
        said = word(view.before("description"))
        yield _loss(f"AWS Backup makes no more backups with it{f' ({literal(said)})' if said else ''}")


def _set_aside(view: View, path: str) -> Iterator[Risk]:
    """SQS Developer Guide "Using dead-letter queues"; Lambda Developer Guide "Adding a dead-letter queue"."""
    name = path.rpartition(".")[2]
    before, after = sides(view, path)
    if before and not after:
        yield _loss(f"what cannot be handled is no longer set aside, and is lost: {name} is removed")


def _taken_longer(view: View) -> Iterator[Risk]:
    """Until then it is hidden from others: SQS Developer Guide "Amazon SQS visibility timeout"."""
    if change := fallen(view, "visibility_timeout_seconds"):
        was, now = (_time(figure, "second") for figure in change)
        words = f"a message that takes longer than {now} is handled twice"
        yield _loss(f"{words}: visibility_timeout_seconds {was} -> {now}")


def _key(view: View) -> Iterator[Risk]:
    """Source: KMS Developer Guide "Enable and disable keys"."""
    if switched_off(view, "is_enabled") or switched_off(view, "enabled"):
        yield _loss("data encrypted with it cannot be read while the key is disabled")


def _dynamodb_table(view: View) -> Iterator[Risk]:
    """DynamoDB Developer Guide "Point-in-time backups for DynamoDB" and "Using time to live (TTL)"."""
    if switched_off(view, "point_in_time_recovery.enabled"):
        yield _loss("point-in-time recovery is switched off: its backups are deleted")
    old, new = map(block, sides(view, "ttl"))
    was, name = (side.get("attribute_name") if side.get("enabled") is True else None for side in (old, new))
    if name and name != was:
        instead = f", not on {shown(was)}" if was else ""
        yield _lost(f"items whose time has passed are deleted: TTL on {shown(name)}{instead}")


def _kept_until(view: View, name: str, unit: str, what: str) -> Iterator[Risk]:
    """Judge how long something is kept, where 0 and nothing mean forever."""
    before, after = (0 if side is None else number(side) for side in sides(view, name))
    if before is not None and after and (not before or after < before):
        kept = counted(before, unit) if before else "forever"
        yield _loss(f"{what} older than {counted(after, unit)} are deleted (they were kept {kept})")


def _given_up(view: View, path: str, what: str) -> Iterator[Risk]:
    """Judge how often or how long something is tried again that failed; -1 is without an end."""
    was, becomes = map(number, sides(view, path))
    before, after = (inf if one is None or one < 0 else one for one in (was, becomes))
    if after < before:
        tried = f"{path.rpartition('.')[2]} {'unset' if was is None else format(was, 'g')} -> {becomes:g}"
        yield _loss(f"{what} given up sooner when it fails, and is lost: {tried}")


def _partial_failures(view: View) -> Iterator[Risk]:
    # Lambda Developer Guide "Handling errors for an SQS event source in Lambda": what a batch without an error holds is
    # deleted.
    before, after = sides(view, "function_response_types")
    if _PARTIAL in texts(before) and _PARTIAL not in texts(after) and not holds_unknown(after):
        words = "messages that its code reports as failed are deleted with their batch"
        yield _loss(f"{words}: function_response_types loses {_PARTIAL}")
    if switched_off(view, "bisect_batch_on_function_error"):
        words = "a batch is given up as a whole when one of its records fails"
        yield _loss(f"{words}: bisect_batch_on_function_error becomes false")


def _redrive(view: View) -> Iterator[Risk]:
    """Source: SQS API Reference "SetQueueAttributes", RedrivePolicy."""
    documents = open_documents(*sides(view, "redrive_policy"))
    old, new = (block(side) for side in (documents.before, documents.after)) if documents else ({}, {})
    before, after = (number(side.get("maxReceiveCount")) for side in (old, new))
    if before and after and after < before:
        words = f"a message is set aside after {counted(after, 'failure')}, not after {before:g}"
        yield _down(Level.MEDIUM, f"{words}: maxReceiveCount {before:g} -> {after:g}")
    was, becomes = (word(side.get("deadLetterTargetArn")) for side in (old, new))
    if was and becomes and was != becomes:
        yield _down(Level.LOW, f"messages are set aside in {becomes}, and no longer in {was}")
    hidden = [number(side("visibility_timeout_seconds")) or 0 for side in (view.before, view.after)]
    kept = [number(side("message_retention_seconds")) or 0 for side in (view.before, view.after)]
    was_reached = bool(before and before * hidden[0] < kept[0])
    if was_reached and after and after * hidden[1] >= kept[1] > 0:
        words = f"a message that nobody can handle is deleted before {counted(int(after), 'attempt')}: it is never"
        yield _loss(f"{words} set aside")


JUDGES = joined(
    of_updates(
        *rows(
            "safeguards",
            kept=_kept_shorter,
            kept_until=_kept_until,
            given_up=_given_up,
            set_aside=_set_aside,
            guard_off=_guard_off,
            another=_another,
        ),
        (_promoted, "db_instance neptune_cluster rds_cluster"),
        (_taken_longer, "sqs_queue"),
        (_recovery_window, "secretsmanager_secret"),
        (_key, "kms_external_key kms_key kms_replica_key kms_replica_external_key paymentcryptography_key"),
        (_dynamodb_table, "dynamodb_table"),
        (_partial_failures, "lambda_event_source_mapping"),
        (_redrive, "sqs_queue sqs_queue_redrive_policy"),
    ),
    table(
        *rows("safeguards", let_go=_let_go, parameters=_weaker_parameter, stops=_stops, copies=_copies),
        (_bucket_versioning, "s3_bucket_versioning"),
        (_locked_shorter, "s3_bucket_object_lock_configuration"),
        (_backup_role, "iam_role"),
    ),
)
