"""Data loss: what holds data is destroyed.

What becomes of the data is decided by the attributes of the old object: the provider destroys with what the state
holds. Only an attribute that says so outright makes a loss smaller; one that is missing does not, nor does a snapshot:
what is left in one is not where it was. What an update takes from the data is in `safeguards`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks import types
from infragen.plan.risks.kept import rivals
from infragen.plan.risks.lookups import block, blocks, counted, number, shown, source_before
from infragen.plan.risks.types import aws, considered, of_destructions, rows
from infragen.plan.view import View
from infragen.text import first_of

_loss = RiskKind.DATA_LOSS.risk


def _snapshot(view: View, name: str, skip: str) -> Iterator[Risk]:
    # Sources: RDS User Guide "Deleting a DB instance", ElastiCache User Guide "Creating a final backup", Redshift
    # Management Guide "Deleting a cluster"; the provider's documentation. Of a copy, the data are those of its source.
    if source_before(view):
        return
    skipped = view.before(skip) if skip else False
    kept = view.before(name)
    if skipped is True:
        yield _loss(Level.HIGH, f"its data is lost with it: {skip} is true")
    elif kept and (skipped is False):
        names = first_of(sorted(one.shown_address for one in rivals(view)))
        second = f", a name that {names} uses as well: AWS refuses to delete the second"
        yield _loss(Level.HIGH, f"its data is left only in the final snapshot {shown(kept)}{second if names else ''}")
    else:
        yield _loss(Level.HIGH, "its data is lost with it: no final snapshot is named")


def _decided(view: View, switch: str, lost: str, spared: str, spared_level: str = "MEDIUM") -> Iterator[Risk]:
    """Judge types where one switch decides: `lost` when it is on (or off, after a `no`), and else `spared`."""
    name = switch.removeprefix("no ")
    value = view.before(name)
    spares = isinstance(value, bool) and value is (switch != name)
    words = f"{spared if spares else lost}: {name} is {shown(value)}" if isinstance(value, bool) else lost
    yield _loss(Level[spared_level] if spares else Level.HIGH, words)


def _window(view: View, name: str, restorable: str, at_once: str) -> Iterator[Risk]:
    days = number(view.before(name))
    if days:
        yield _loss(Level.MEDIUM, f"{restorable} {counted(days, 'day')} ({name})")
    else:
        yield _loss(Level.HIGH, at_once)


def _key(view: View) -> Iterator[Risk]:
    """KMS Developer Guide "Delete an AWS KMS key": 7 to 30 days, in which a deletion can be cancelled."""
    names = ("arn", "key_id")
    if view.is_drift:
        yield _loss(
            Level.HIGH,
            f"{_encrypted(view)} cannot be read: it is deleted, or will be; until the day that AWS names, `aws kms"
            " cancel-key-deletion` and `aws kms enable-key` restore it",
        )
        return
    lost = view.held_by_lost(names, JUDGES)
    leave_no_copy = {*aws("cloudwatch_log_group ecr_repository s3_bucket sqs_queue")}
    if lost and leave_no_copy.issuperset(lost) and not view.held_by(names, JUDGES):
        yield _loss(Level.LOW, "everything known to be encrypted with it is destroyed as well")
    else:
        days = number(view.before("deletion_window_in_days"))
        when = f"permanently after {counted(days, 'day')}" if days else "permanently after 30 days at most"
        yield _loss(Level.HIGH, f"{_encrypted(view)} can no longer be read, immediately and {when}")


def _encrypted(view: View) -> str:
    """Name what goes on using a key; source: `kms_key_id` and its like hold the key's ARN (the provider's schema)."""
    used = view.held_by(("arn", "key_id"), JUDGES)
    if not used:
        return "data encrypted with it"
    return f"the data of {first_of(used, 2)}, which {'keep' if len(used) > 1 else 'keeps'} using it,"


def _dynamodb_table(view: View) -> Iterator[Risk]:
    """Source: DynamoDB Developer Guide "Point-in-time backups for DynamoDB": a system backup remains for 35 days."""
    if block(view.before("point_in_time_recovery")).get("enabled") is True:
        yield _loss(Level.HIGH, "its items are left only in a system backup, kept for 35 days")
    else:
        yield _loss(Level.HIGH, "its items are lost with it: there is no point-in-time recovery")


def _log_group(view: View) -> Iterator[Risk]:
    stays = view.before("skip_destroy") is True
    words = "its log events stay in AWS: skip_destroy is true" if stays else "its log events are lost with it"
    yield _loss(Level.LOW if stays else Level.HIGH, words)


def _instance(view: View) -> Iterator[Risk]:
    """Source: EC2 User Guide "Preserve data when an instance is terminated"."""
    held = [*blocks(view.before("root_block_device")), *blocks(view.before("ebs_block_device"))]
    lost = sum(volume.get("delete_on_termination") is not False for volume in held)
    if lost:
        yield _loss(Level.MEDIUM, f"its volumes are deleted with it ({lost} with delete_on_termination)")
    elif not held:
        yield _loss(Level.MEDIUM, "the data on its disks is lost with it")


def _account(view: View) -> Iterator[Risk]:
    """Source: the provider's `close_on_deletion`; Organizations User Guide "Closing a member account"."""
    closes = view.before("close_on_deletion") is True
    words = "the whole account is closed, and everything in it" if closes else "the account leaves the organization"
    yield _loss(Level.HIGH if closes else Level.MEDIUM, words)


def _asked_here(way: Callable[..., Iterator[Risk]]) -> Callable[..., Iterator[Risk]]:
    """Return a way to judge a deletion; of one outside of terraform, what is set there says nothing."""

    def judged(view: View, *said: str) -> Iterator[Risk]:
        if view.is_drift:
            yield _loss(Level.HIGH, "its data is left only in what its deletion kept: a snapshot, a time to restore it")
        else:
            yield from way(view, *said)

    return judged


JUDGES = of_destructions(
    (lambda _: (_loss(Level.HIGH, "its contents are lost with it"),), *types.HOLDS_DATA),
    (lambda _: (_loss(Level.HIGH, "the backup itself is deleted"),), *types.BACKUPS),
    (
        lambda _: (_loss(Level.MEDIUM, "only the description is deleted; the data it describes stays"),),
        *types.DESCRIPTIONS,
    ),
    *rows(
        "data_loss",
        goes=lambda _, words: (_loss(Level.MEDIUM, words),),
        snapshot=_asked_here(_snapshot),
        decided=_asked_here(_decided),
        window=_asked_here(_window),
    ),
    (_key, "kms_external_key kms_key kms_replica_key kms_replica_external_key paymentcryptography_key"),
    (_asked_here(_dynamodb_table), "dynamodb_table"),
    (_log_group, "cloudwatch_log_group"),
    (_instance, "instance spot_instance_request"),
    (_account, "organizations_account"),
)
KEYS: Final = frozenset(aws("kms_external_key kms_key kms_replica_key kms_replica_external_key"))
"""Keys of KMS: AWS deletes one 7 to 30 days after it is asked to (KMS API Reference: ScheduleKeyDeletion)."""
_ONLY_SAYS = re.compile(rf"_(?:{'|'.join(types.ONLY_SAYS)})(?:_v\d+)?\Z")
# Of these providers nothing holds more than what the configuration says, or what the state does.
_HOLD_NONE = tuple(f"{provider}_" for provider in types.HOLD_NONE)
_NO_STORES = types.DESCRIPTIONS.union(
    types.BACKUPS,
    aws("kms_external_key kms_key kms_replica_external_key kms_replica_key organizations_account"),
    aws("paymentcryptography_key s3_bucket_object s3_object s3_object_copy secretsmanager_secret_version"),
)


def may_hold_data(name: str) -> bool:
    # The AWS provider's types are all considered up to version 5.100: one that no table has holds none. Whatever came
    # later, and everything of other providers, may hold data until something says otherwise: to be asked once too often
    # costs a look, to be asked once too seldom costs the data.
    return not is_considered(name) and not _ONLY_SAYS.search(name)


def is_considered(name: str) -> bool:
    if name in JUDGES or name in types.HOLDS_NONE or name in types.LEAVES_NO_GAP or name.startswith(_HOLD_NONE):
        return True
    return name.startswith("aws_") and name in considered()


def guessed(view: View) -> Iterator[Risk]:
    if may_hold_data(view.type):
        yield _loss(Level.HIGH, "it may hold data that is lost with it: no rule knows its type, cannot tell")


def left_behind(view: View) -> Iterator[Risk]:
    if view.type in JUDGES and view.type not in _NO_STORES and not source_before(view):
        words = "a new, empty one takes its place: what the old one holds stays in it, where no one looks any more"
        yield _loss(Level.MEDIUM, words)
    elif may_hold_data(view.type):
        yield _loss(Level.MEDIUM, "if it holds data, they stay in the old one: a new one takes its place")
