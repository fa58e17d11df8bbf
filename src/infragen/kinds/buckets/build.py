"""What a bucket is built of, and what it gives who uses it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from operator import itemgetter
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.build_context import BuildContext, Export, Joined, Module, Record, ResourceView, call, of
from infragen.core.kind import Cost, OutputLine, empty
from infragen.core.names import LIMITS, Names
from infragen.core.part import Binding, Grant, Part, Statement, named
from infragen.core.resolved_system import Environment
from infragen.core.signals import Failure
from infragen.core.standby import Held, lag_of_copies
from infragen.core.takeover import Command, Step, Takeover
from infragen.core.tracing import once
from infragen.kinds import keys, kinds
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.buckets.model import Bucket

_READ: Final = ("s3:GetObject",)
_WRITE: Final = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject")
FAILURES: Final = "replication-failures"
ROLE: Final = "bucket-replicas"
"""What a replica is: it stands in a stack of its own, so that others of that region may read of the first one."""
ACTIONS: Final = {"list": (), "read": _READ, "read-write": ("s3:DeleteObject", *_READ, *_WRITE), "write": _WRITE}
"""What each word of `access` allows on objects; `write` adds and replaces, and neither reads nor deletes."""
_LISTS: Final = frozenset({"list", "read", "read-write"})
"""Words that let somebody see what is there: without it a missing object is answered with 403, not 404."""
_DATA: Final = ("s3:DeleteObject*", "s3:GetObject*", "s3:PutObject*")
"""What is done to objects and what is in them; nothing of the bucket itself, so that Terraform is never locked out."""
_KEY_ACTIONS: Final = {
    "list": (),
    "read": ("kms:Decrypt",),
    "read-write": ("kms:Decrypt", "kms:GenerateDataKey"),
    "write": ("kms:Decrypt", "kms:GenerateDataKey"),
}
"""What of the key each word needs (Amazon S3 User Guide: Uploading a large file to S3 with encryption)."""


@once
def _watched(environment: Environment) -> frozenset[str]:
    return frozenset(bucket for _, entry in environment.every() for bucket in getattr(entry, "watches", ()))


class BucketView(ResourceView):
    """A bucket and its settings."""

    _entry: Bucket
    versioning = call("data", "versioning", "bucket")
    cors = call("data", "cors", "bucket")
    replication = call("data", "replication", "bucket")

    @property
    def bucket(self) -> Module | KnownBucket:
        if self.is_copy:
            return KnownBucket(self.name, f"arn:aws:s3:::{self.name}")
        return self._ctx.module("data", "bucket", self._entry)

    is_copy = of(lambda ctx: ctx.environment.is_copied_here(ctx.entry))

    @property
    def copied_from(self) -> str:
        is_followed = self.is_copy and self._ctx.environment.followed is not None
        return _name_of(self._entry, self._ctx.primary_names, self.account) if is_followed else ""

    @property
    def events(self) -> Module | None:
        if self._ctx.owner not in _watched(self._ctx.environment):
            return None
        return self._ctx.module("data", "events", "bucket", self._entry)

    @property
    def name(self) -> str:
        return _name_of_replica(self._entry, self._ctx.primary_names, self.account) if self.is_copy else self.name_taken

    @named(LIMITS["bucket"])
    def name_taken(self) -> str:
        """Names are shared by all accounts of the world, so the account's number is part of it."""
        return "" if self.is_copy else _name_of(self._entry, self._ctx.names, self.account)

    key_alias = keys.alias

    @property
    def keys(self) -> tuple[keys.Key, ...]:
        if self._entry.encryption != "kms" or self._ctx.has(keys.NAME) or self.is_copy:
            return ()
        label, what = self._ctx.label("key", "bucket", self._entry), f"objects in {self.name}"
        grants = partial(keys.for_distributions, buckets={self._entry.name})
        return (keys.Key(self._ctx, label, f"bucket-{self._entry.identity}", what, grants),)

    @property
    def key(self) -> Export | None:
        """None means S3's own key."""
        if self._entry.encryption == "s3" or self.is_copy:
            return None
        own = self._ctx.module("data", "key", "bucket", self._entry).arn if self.keys else None
        return own or keys.key(self._ctx, "objects")

    @property
    def alias_of_copy(self) -> str:
        """The alias of the key of a copy, by which policies name it; empty where it is no copy, or S3's key does."""
        primary, encryption = self._ctx.environment.primary, self._entry.encryption
        has_key = encryption == "kms" or (encryption is None and primary is not None and primary.customer_keys)
        alias = f"alias/{self._ctx.primary_names.plain(_purpose_of_replica(self._entry))}"
        return alias if self.is_copy and has_key else ""

    @property
    def replica(self) -> ReplicaView | None:
        is_copied = self._entry.replication is not None and not self.is_copy
        return ReplicaView(self._ctx) if is_copied else None

    @named(LIMITS["role"])
    def replication_role_name(self) -> str:
        if self._entry.replication is None or self.is_copy:
            return ""
        return self._ctx.names.plain("bucket", self._entry.identity, "replication")

    @property
    def lifecycle_rules(self) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for name, one in sorted(self._entry.lifecycle.items()):
            values = {
                "prefix": one.prefix,
                "transitions": dict(sorted(one.transitions.items(), key=itemgetter(1, 0))) or None,
                "expire_days": one.expire,
                "expire_old_versions_days": one.expire_old_versions,
            }
            found[name] = {word: value for word, value in values.items() if value is not None}
        return found

    @property
    def statements(self) -> dict[str, Record]:
        copier = (self.replication_role_name,) if self._entry.only_users and self.replication_role_name else ()
        return _statements(self._ctx, self._ctx.owner, *copier)


class KnownBucket(Struct, frozen=True):
    """A bucket that is there without Terraform of this environment."""

    name: str
    arn: str


def _name_of(bucket: Bucket, names: Names, account: str) -> str:
    return bucket.bucket_name or names.plain(bucket.identity, account)


def _name_of_replica(bucket: Bucket, names: Names, account: str) -> str:
    usual = names.plain(bucket.identity, "replica", account)
    return usual if bucket.bucket_name is None else f"{bucket.bucket_name}-replica"


def _purpose_of_replica(bucket: Bucket) -> str:
    return f"replica-{bucket.identity}"


class ReplicaView(ResourceView):
    """A bucket in another region, with copies of a bucket's objects."""

    _entry: Bucket

    @property
    def region(self) -> str:
        return self._entry.replication.region if self._entry.replication is not None else super().region

    bucket = call(ROLE, "replica")
    versioning = call(ROLE, "versioning", "replica")
    """The module of its versioning, which S3 asks for on both sides."""
    cors = call(ROLE, "cors", "replica")
    """The module of its CORS: S3 copies objects, and no settings, and browsers meet this one once it takes over."""

    @named(LIMITS["bucket"])
    def name(self) -> str:
        return _name_of_replica(self._entry, self._ctx.names, self.account)

    key_alias = keys.alias

    @property
    def keys(self) -> tuple[keys.Key, ...]:
        if BucketView(self._ctx).key is None:
            return ()
        label, what = self._ctx.label("key", "replica", self._entry), f"objects in {self.name}"
        grants = partial(keys.for_distributions, buckets={self._entry.name}, copies=True)
        return (keys.Key(self._ctx, label, _purpose_of_replica(self._entry), what, grants),)

    key = property(lambda self: self._ctx.module(ROLE, "key", "replica", self._entry).arn if self.keys else None)
    """None means S3's own key."""

    lifecycle_rules = of(lambda ctx: BucketView(ctx).lifecycle_rules)
    """What becomes of its objects with time: S3 copies nothing that a lifecycle does."""

    statements = of(lambda ctx: _statements(ctx, copy_of(ctx.owner)))


def users(ctx: BuildContext) -> Iterator[str]:
    for name, kind in kinds().items():
        for entry in ctx.environment.entries[name].values() if kind.permissions.roles is not empty else ():
            yield from kind.permissions.roles(entry, ctx.of(entry), ctx.owner)


def _only(ctx: BuildContext, *roles: str) -> Statement:
    """Return a statement that refuses objects to all but a bucket's users.

    Who is not refused is told by name: a role that is made later, or anew, is the same. Root and services of AWS are
    never refused; what services may, other statements say (IAM User Guide: AWS global condition context keys).
    """
    bucket: Bucket = ctx.entry
    admitted = [*(f"role/{name}" for name in sorted({*users(ctx), *roles})), *bucket.also_admits, "root"]
    account = ctx.settings.account
    conditions: dict[str, dict[str, tuple[object, ...]]] = {
        "ArnNotLike": {"aws:PrincipalArn": tuple(f"arn:aws:iam::{account}:{one}" for one in admitted)},
        "Bool": {"aws:PrincipalIsAWSService": ("false",)},
    }
    return Statement("RefuseAllButUsers", {"AWS": ("*",)}, _DATA, effect="Deny", conditions=conditions)


def copy_of(bucket: str) -> str:
    """Return what a policy that is for the copies of a bucket says that it is for."""
    return f"{bucket} copies"


def _statements(ctx: BuildContext, wanted: str, *copiers: str) -> dict[str, Record]:
    found: list[Statement] = []
    for name, kind in kinds().items():
        admits = kind.permissions.bucket_policy_statements
        for entry in ctx.environment.entries[name].values() if admits is not empty else ():
            found += [one for bucket, one in admits(entry, ctx.of(entry)) if bucket == wanted]
    if ctx.entry.only_users:
        found.append(_only(ctx, *copiers))
    return {one.sid: _statement(one) for one in sorted(found, key=lambda one: one.sid)}


def _statement(statement: Statement) -> Record:
    conditions = {test: {key: [*some] for key, some in by.items()} for test, by in statement.conditions.items()}
    return Record(
        {
            **({} if statement.effect == "Allow" else {"effect": statement.effect}),
            "principals": {name: list(found) for name, found in statement.principals.items()},
            "actions": list(statement.actions),
            **({} if statement.keys == ("*",) else {"keys": list(statement.keys)}),
            **({"conditions": conditions} if conditions else {}),
        }
    )


def parts(_bucket: Bucket, ctx: BuildContext) -> Iterator[Part]:
    own = BucketView(ctx)
    name = ctx.names.plain("bucket", ctx.entry.identity)
    yield from alarms_part(ctx, name, ctx.module("data", "bucket", ctx.entry), partial(_alarms, own, ctx.environment))
    if own.is_copy:
        if own.events is not None:
            yield ctx.part("data", "kinds/buckets/copy.tf", own)
        return
    yield ctx.part("data", "kinds/buckets/main.tf", own)
    if own.replica is not None:
        yield ctx.part(ROLE, "kinds/buckets/replica.tf", own.replica, region=own.replica.region)


def _alarms(own: BucketView, environment: Environment) -> Iterator[tuple[str, Alarm]]:
    """AWS has the metric of each in that region (Amazon S3 User Guide, "Using S3 Replication metrics")."""

    def alarm(metric: str, statistic: str, threshold: int, names: tuple[str, str], said: str) -> Alarm:
        return Alarm(
            description=f"{own.name}: {said}", namespace="AWS/S3", metric=metric, statistic=statistic,
            threshold=threshold, level="high", dimensions={
                "SourceBucket": names[0], "DestinationBucket": names[1], "RuleId": "all-objects",
            },
        )  # fmt: skip

    if own.replica is not None:
        names = own.name, own.replica.name
        said = "S3 gave up copies of objects; S3 Batch Replication copies them again."
        one = alarm("OperationsFailedReplication", "Sum", 1, names, said)
        yield FAILURES, replace(one, periods=1, datapoints=1)
    elif own.copied_from:
        most = lag_of_copies(environment) or _AGREED
        said = "it is far behind the bucket in the other region: more would be lost with that than was promised."
        yield "replication-lag", alarm("ReplicationLatency", "Maximum", most, (own.copied_from, own.name), said)


def failures(bucket: Bucket, ctx: BuildContext) -> Iterator[Failure]:
    if bucket.replication is not None and not BucketView(ctx).is_copy:
        yield Failure("S3 gives up copies of objects", ((ctx.owner, FAILURES),), "remove `alarms: false`")


def bindings(bucket: Bucket, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    wanted = user.entry.uses[f"buckets/{bucket.name}"].access or "read-write"
    own = BucketView(ctx)
    grants = []
    if wanted in _LISTS:
        grants.append(Grant("ListBucket", ("s3:ListBucket",), (own.bucket.arn,)))
    if ACTIONS.get(wanted):
        grants.append(Grant("UseObjects", ACTIONS[wanted], (Joined.of(own.bucket.arn, "/*"),)))
    if own.key is not None and _KEY_ACTIONS.get(wanted):
        grants.append(Grant("UseKeyOfObjects", _KEY_ACTIONS[wanted], (own.key,)))
    if own.alias_of_copy and _KEY_ACTIONS.get(wanted):
        # The key is another environment's: its id is not known here, and its alias is.
        every = f"arn:aws:kms:{ctx.region}:{ctx.settings.account}:key/*"
        named_so = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": own.alias_of_copy}}
        grants.append(Grant("UseKeyOfObjects", _KEY_ACTIONS[wanted], (every,), named_so))
    yield Binding({"BUCKET": own.bucket.name}, f"bucket-{bucket.identity}", tuple(grants))


def resource_arns(_bucket: Bucket, ctx: BuildContext) -> Iterator[object]:
    arn = BucketView(ctx).bucket.arn
    yield from (arn, Joined.of(arn, "/*"))


def outputs(_bucket: Bucket, ctx: BuildContext) -> Iterator[OutputLine]:
    own = BucketView(ctx)
    yield OutputLine("service", "objects lie in", Joined.of("s3://", own.bucket.name))
    if (copy := own.replica) is not None:
        yield OutputLine("service", f"copies in {copy.region} lie in", Joined.of("s3://", copy.bucket.name))


def costs(bucket: Bucket, ctx: BuildContext) -> Iterator[Cost]:
    own = BucketView(ctx)
    if own.is_copy:
        return  # billed where it is made
    what = "objects and their older versions" if bucket.versioning else "objects"
    yield Cost(what, "object-storage", usage="stored")
    yield Cost("writes", "object-writes", usage="writes")
    yield Cost("reads", "object-reads", usage="reads")
    classes = sorted({found for one in bucket.lifecycle.values() for found in one.transitions})
    yield from _cost_of_classes(classes, what)
    if own.keys and not ctx.has(keys.NAME):  # there, the capability counts all keys
        yield Cost("KMS key", "kms-key", 1)
        yield Cost("uses of the KMS key", "kms-requests")
    if bucket.replication is None or own.replica is None:
        return
    region = own.replica.region
    promised = ", within 15 minutes" if bucket.replication.time_control else ""
    yield Cost(f"data copied to {region}{promised}", "object-copies")
    yield Cost("the metrics of that", "metric", 3, region=region)
    yield Cost("copies and their older versions", "object-storage", region=region, usage="stored")
    yield Cost("writes of copies", "object-writes", region=region, usage="writes")
    yield from _cost_of_classes(classes, "copies", region)
    if own.replica.keys and not ctx.has(keys.NAME):
        yield Cost("KMS key of the copies", "kms-key", 1, region=region)
        yield Cost("uses of the KMS key of the copies", "kms-requests", region=region)


def _cost_of_classes(classes: Collection[str], what: str, region: str = "") -> Iterator[Cost]:
    for found in classes:
        yield Cost(f"{what} in {found}", "object-storage-class", size=found, region=region)
        yield Cost(f"moves of {what} to {found}", "object-moves", size=found, region=region)
    if "INTELLIGENT_TIERING" in classes:
        yield Cost(f"{what} that are watched", "object-monitoring", region=region)


_AGREED: Final = 15 * 60
"""Amazon S3 User Guide: Meeting compliance requirements with S3 Replication Time Control, 99.9 % of objects a month."""


def holds(bucket: Bucket, change: Takeover) -> Iterator[Held]:
    region, copied = change.taking.region, bucket.replication
    is_code = change.left.owner in _with_code(change.left.environment)
    if BucketView(change.taking).is_copy:
        is_agreed = copied is not None and copied.time_control and (change.promised or _AGREED) >= _AGREED
        if is_code or is_agreed:
            has = "a replica" if is_code else "a replica, within 15 minutes by AWS's service level agreement"
            yield Held("code" if is_code else "data", has)
            return
        mend = f"write `replication: {{region: {region}, time_control: true}}`"
        has = "a replica: S3 copies most objects within 15 minutes, others take hours"
        yield Held("data", has, "unproved", mend, ("replication",))
    elif is_code:
        yield Held("code", "a bucket of its own, with code that `apply` awaits")
    else:
        mend = f"write `replication: {{region: {region}, time_control: true}}`, which needs `versioning: true`"
        yield Held("data", "a bucket of its own, which begins empty", "missing", mend)


@once
def _with_code(environment: Environment) -> frozenset[str]:
    found = {code.bucket for _, entry in environment.every() if (code := getattr(entry, "code", None)) is not None}
    return frozenset(found - {owner for _, entry in environment.every() for owner in getattr(entry, "uses", ())})


def failover_steps(bucket: Bucket, change: Takeover) -> Iterator[Step]:
    copy, original = BucketView(change.left), BucketView(change.taking)
    if not (change.is_return and copy.is_copy):
        return
    regions = f"--source-region {change.left.region} --region {change.taking.region}"
    sync = f"aws s3 sync s3://{copy.name} s3://{original.name} {regions}"
    what, why = "objects that were written into copies", _COMES_BACK
    if bucket.only_users:
        what = f"objects that were written into the copies of {bucket.name}, which lets in its users alone"
        why += f"\n{_LET_IN}"
        sync = _let_in(sync, {copy.name: change.left.region, original.name: change.taking.region})
    commands = (Command(sync, f"each object that comes back from {copy.name}"),)
    yield Step("copy", what, commands, 60, why, needs=change.taking.region)
    yield Step("drain", f"{what} since", commands, 10, why, needs=change.taking.region)


_COMES_BACK: Final = (
    "S3 copies one way alone; `sync` brings back what is new in the copies, of another size, or written later (AWS CLI"
    " Command Reference: s3 sync)\nwhat was deleted in the copies stays in the original; what was deleted in the"
    " original, and not in the copies, comes back: `--dryrun` at the end of `aws s3 sync` lists all of it beforehand"
)
_LET_IN: Final = (
    "people are refused by both policies: these are away while the command runs, which puts them back however it ends;"
    " if a file NAME.json is left, it could not: `infragen apply` does"
)


def _let_in(sync: str, buckets: Mapping[str, str]) -> str:
    """Run in a shell whose end puts the policies back: also when somebody interrupts it."""
    wheres = {name: f"--bucket {name} --region {region}" for name, region in buckets.items()}
    get = "aws s3api get-bucket-policy {} --query Policy --output text > {}.json"
    kept = [get.format(where, name) for name, where in wheres.items()]
    back = "; ".join(
        f"aws s3api put-bucket-policy {where} --policy file://{name}.json && rm {name}.json"
        for name, where in wheres.items()
    )
    away = [f"aws s3api delete-bucket-policy {where}" for where in wheres.values()]
    return f"({' && '.join(kept)} && trap '{back}' EXIT && trap 'exit 1' INT TERM && {' && '.join(away)} && {sync})"
