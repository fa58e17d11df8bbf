"""Buckets: Amazon S3, private, encrypted, reached with TLS only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from infragen.core.cost import Cost
from infragen.core.entry import Entry, Model, Slug
from infragen.core.expressions import Joined, Record
from infragen.core.forms import Form
from infragen.core.kind import Kind, nothing
from infragen.core.names import LIMITS, why_no_bucket
from infragen.core.part import Grant, Offer, named
from infragen.core.place import View
from infragen.core.quota import Quota, one
from infragen.core.rule import Finding, Severity, rule
from infragen.core.system import BucketName
from infragen.core.tell import Tell
from infragen.core.tracing import once
from infragen.core.units import Days, Seconds
from infragen.kinds import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Export, Module
    from infragen.core.landscape import Environment, Landscape
    from infragen.core.part import Part, Statement
    from infragen.core.place import Place

__all__ = ["KIND", "Bucket"]

_READ: Final = ("s3:GetObject",)
_WRITE: Final = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject")
_ACTIONS: Final = {
    "list": (),
    "read": _READ,
    "read-write": ("s3:DeleteObject", *_READ, *_WRITE),
    "write": _WRITE,
}
"""What each word of `access` allows on objects; `write` adds and replaces, and neither reads nor deletes."""
_USUAL: Final = "read-write"
_LISTS: Final = frozenset({"list", "read", "read-write"})
"""Words that let somebody see what is there: without it a missing object is answered with 403, not 404."""
_KEY_ACTIONS: Final = {
    "list": (),
    "read": ("kms:Decrypt",),
    "read-write": ("kms:Decrypt", "kms:GenerateDataKey"),
    "write": ("kms:Decrypt", "kms:GenerateDataKey"),
}
"""What of the key each word needs (Amazon S3 User Guide: Uploading a large file to S3 with encryption)."""

StorageClass = Literal["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
_COLDER: Final = ("STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
"""The order in which objects may move (Amazon S3 User Guide: Transitioning objects, supported transitions)."""
_LEAST_DAYS: Final = 30


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("name one at least")
    return values


Origin = Annotated[
    str,
    Form(
        r"(\*|https?://[^/\s*]*\*?[^/\s*]+)",
        "a website with its scheme, and without a path: `https://app.example.com`",
    ),
]
"""A website, with scheme and without path; one `*` may stand for a part of it."""


class Lifecycle(Model):
    """What becomes of objects with time."""

    prefix: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = None
    """Objects whose keys begin so; all objects when left out."""
    transitions: dict[StorageClass, Days] = Field(default_factory=dict)
    """Storage classes that objects move to at an age: `{STANDARD_IA: 30 days, GLACIER: 90 days}`."""
    expire: Days | None = None
    """The age at which objects are deleted."""
    expire_old_versions: Days | None = None
    """How long a version stays after it was replaced or deleted."""


class Cors(Model):
    """Websites whose pages may reach the bucket from a browser, with addresses that a service has signed."""

    origins: Annotated[tuple[Origin, ...], AfterValidator(_some)]
    methods: Annotated[tuple[Literal["GET", "HEAD", "PUT", "POST", "DELETE"], ...], AfterValidator(_some)] = ("GET",)
    headers: tuple[str, ...] = ("*",)
    """Headers that a request may have."""
    expose: tuple[str, ...] = ("ETag",)
    """Headers of answers that pages may read; uploads in parts need `ETag`."""
    max_age: Seconds = 3600
    """How long a browser remembers the answer to its question first."""


class Bucket(Entry):
    """An S3 bucket: nobody outside reads it, and its objects are encrypted."""

    KIND: ClassVar = "buckets"
    SINGULAR: ClassVar = "bucket"

    domain: Slug | None = None
    """The domain whose stacks it stands in."""
    bucket_name: BucketName | None = Field(default=None, examples=["acme-files"])
    """The whole name in S3, for a bucket that exists already; system, environment, name and account when left out."""
    versioning: bool = False
    """Keep what is replaced or deleted as an older version."""
    lifecycle: dict[Slug, Lifecycle] = Field(
        default_factory=dict, examples=[{"reports": {"prefix": "reports/", "expire": "365 days"}}]
    )
    """What becomes of objects with time, by a name of your own: `{reports: {prefix: reports/, expire: 365 days}}`."""
    incomplete_uploads: Days = 7
    """How long parts stay of an upload that was never completed."""
    cors: Cors | None = None
    """Asks for access from pages in browsers."""


@once
def _watched(environment: Environment) -> frozenset[str]:
    """Return the ids of the buckets whose new objects start something."""
    return frozenset(bucket for _, entry in environment.every() for bucket in getattr(entry, "watches", ()))


class BucketView(View):
    """A bucket and its settings."""

    def __init__(self, place: Place) -> None:
        """Take the place of a bucket."""
        super().__init__(place)
        self._bucket: Bucket = place.entry

    @property
    def bucket(self) -> Module:
        """The module of the bucket."""
        return self._place.module("data", "bucket", self._bucket)

    @property
    def versioning(self) -> Module:
        """The module of its versioning."""
        return self._place.module("data", "versioning", "bucket", self._bucket)

    @property
    def cors(self) -> Module:
        """The module of its CORS rules."""
        return self._place.module("data", "cors", "bucket", self._bucket)

    @property
    def events(self) -> Module | None:
        """The module that has S3 tell of new objects, where something is started by them."""
        if self._place.owner not in _watched(self._place.environment):
            return None
        return self._place.module("data", "events", "bucket", self._bucket)

    @named(LIMITS["bucket"])
    def name(self) -> str:
        """What S3 calls it: names are shared by all accounts of the world, so the account's number is part of it."""
        return self._bucket.bucket_name or self._place.names.plain(self._bucket.identity, self.account)

    @property
    def key(self) -> Export | None:
        """What objects are encrypted with; None for S3's own key."""
        return keys.key(self._place, "objects")

    @property
    def lifecycle_rules(self) -> dict[str, dict[str, object]]:
        """What becomes of objects with time, without what is not asked for."""
        return {name: dict(_arguments(found)) for name, found in sorted(self._bucket.lifecycle.items())}

    @property
    def statements(self) -> dict[str, Record]:
        """What its policy says besides TLS, by statement id: what entries have services of AWS do in it."""
        return {one.sid: _statement(one) for one in sorted(_admitted(self._place), key=lambda one: one.sid)}


def _admitted(place: Place) -> Iterator[Statement]:
    """Yield the statements that entries want in the policy of a bucket."""
    from infragen.kinds import kinds

    for name, kind in kinds().items():
        for entry in place.environment.entries[name].values() if kind.admits is not nothing else ():
            yield from (one for bucket, one in kind.admits(entry, place.of(entry)) if bucket == place.owner)


def _statement(statement: Statement) -> Record:
    """Return a statement as the module takes it, without what is usual."""
    values: dict[str, object] = {} if statement.effect == "Allow" else {"effect": statement.effect}
    values["principals"] = {name: list(found) for name, found in statement.principals.items()}
    values["actions"] = list(statement.actions)
    if statement.keys != ("*",):
        values["keys"] = list(statement.keys)
    if statement.conditions:
        values["conditions"] = {
            test: {key: list(found) for key, found in keys.items()} for test, keys in statement.conditions.items()
        }
    return Record(values)


def _arguments(lifecycle: Lifecycle) -> Iterator[tuple[str, object]]:
    if lifecycle.prefix is not None:
        yield "prefix", lifecycle.prefix
    if lifecycle.transitions:
        yield "transitions", dict(sorted(lifecycle.transitions.items(), key=lambda found: (found[1], found[0])))
    if lifecycle.expire is not None:
        yield "expire_days", lifecycle.expire
    if lifecycle.expire_old_versions is not None:
        yield "expire_old_versions_days", lifecycle.expire_old_versions


def _parts(_bucket: Bucket, place: Place) -> Iterator[Part]:
    yield place.part("data", "kinds/buckets/main.tf", BucketView(place))


def _offer(bucket: Bucket, place: Place, user: Place) -> Iterator[Offer]:
    """Yield the bucket's name, and lets who uses it read and write, or what its `access` says."""
    wanted = user.entry.uses[f"buckets/{bucket.name}"].access or _USUAL
    own = BucketView(place)
    grants = []
    if wanted in _LISTS:
        grants.append(Grant("ListBucket", ("s3:ListBucket",), (own.bucket.arn,)))
    if _ACTIONS.get(wanted):
        grants.append(Grant("UseObjects", _ACTIONS[wanted], (Joined.of(own.bucket.arn, "/*"),)))
    if own.key is not None and _KEY_ACTIONS.get(wanted):
        grants.append(Grant("UseKeyOfObjects", _KEY_ACTIONS[wanted], (own.key,)))
    yield Offer({"BUCKET": own.bucket.name}, f"bucket-{bucket.identity}", tuple(grants))


def _arns(_bucket: Bucket, place: Place) -> Iterator[object]:
    """Yield the bucket, and what lies in it."""
    arn = BucketView(place).bucket.arn
    yield from (arn, Joined.of(arn, "/*"))


def _tells(_bucket: Bucket, place: Place) -> Iterator[Tell]:
    """Yield the bucket as the command line of AWS calls it."""
    yield Tell("address", "objects lie in", Joined.of("s3://", BucketView(place).bucket.name))


def _costs(bucket: Bucket, _place: Place) -> Iterator[Cost]:
    yield Cost("objects and their older versions" if bucket.versioning else "objects", "object-storage")
    yield Cost("writes", "object-writes")
    yield Cost("reads", "object-reads")


@rule(
    "B111",
    "a bucket's name is not valid in S3",
    Severity.ERROR,
    "Amazon S3 User Guide: General purpose bucket naming rules",
)
def _name(landscape: Landscape) -> Iterator[Finding]:
    for name, bucket in landscape.all(Bucket).items():
        why = why_no_bucket(bucket.bucket_name) if bucket.bucket_name else None
        if why:
            message = f"S3 does not accept the bucket name `{bucket.bucket_name}`: {why}"
            hint = f"remove `bucket_name`, or write one such as `{landscape.system.name}-{name}-files`"
            yield Finding(message, landscape.at(f"buckets/{name}", "bucket_name"), hint)


@rule(
    "B112",
    "objects cannot move between storage classes as a lifecycle says",
    Severity.ERROR,
    "Amazon S3 User Guide: Transitioning objects using Amazon S3 Lifecycle",
)
def _transitions(landscape: Landscape) -> Iterator[Finding]:
    for name, bucket in landscape.all(Bucket).items():
        for label, found in bucket.lifecycle.items():
            path = ("lifecycle", label, "transitions")
            for wrong, message, hint in _wrong_transitions(found):
                yield Finding(message, landscape.at(f"buckets/{name}", *path, wrong), hint)


def _wrong_transitions(lifecycle: Lifecycle) -> Iterator[tuple[str, str, str]]:
    """Yield the storage class, what is wrong with it, and the mend."""
    before: tuple[str, int] | None = None
    for found in sorted(lifecycle.transitions, key=_COLDER.index):
        days = lifecycle.transitions[found]
        if found in ("STANDARD_IA", "ONEZONE_IA") and days < _LEAST_DAYS:
            message = f"objects move to {found} after {_LEAST_DAYS} days at the earliest, not {days}"
            yield found, message, f"write `{found}: {_LEAST_DAYS} days`"
        elif before is not None and days < before[1] + _gap(before[0]):
            gap = _gap(before[0])
            why = f", where they stay {gap} days at least" if gap > 1 else ""
            message = f"objects would move to {found} after {days} days, and to {before[0]} after {before[1]}{why}"
            yield found, message, f"write `{found}: {before[1] + gap} days` or more"
        elif lifecycle.expire is not None and lifecycle.expire <= days:
            message = f"objects would move to {found} after {days} days, and are deleted after {lifecycle.expire}"
            yield found, message, f"write `expire: {days + 1} days` or more, or remove `{found}`"
        before = found, days


def _gap(storage_class: str) -> int:
    """Return the days between a move to a storage class and the next one."""
    return _LEAST_DAYS if storage_class in ("STANDARD_IA", "ONEZONE_IA") else 1


@rule("B113", "a lifecycle of a bucket does nothing", Severity.ERROR, "Amazon S3 API: PutBucketLifecycleConfiguration")
def _nothing(landscape: Landscape) -> Iterator[Finding]:
    for name, bucket in landscape.all(Bucket).items():
        owner = f"buckets/{name}"
        for label, found in bucket.lifecycle.items():
            if not (found.transitions or found.expire or found.expire_old_versions):
                message = f"`{label}` says nothing that becomes of objects"
                yield Finding(message, landscape.at(owner, "lifecycle", label), "add `expire: 365 days`, or remove it")
            elif found.expire_old_versions and not bucket.versioning:
                message = "there are no older versions without `versioning`"
                place = landscape.at(owner, "lifecycle", label, "expire_old_versions")
                yield Finding(message, place, "add `versioning: true`, or remove `expire_old_versions`")


@rule(
    "B114",
    "older versions of objects are kept and billed for good",
    Severity.WARNING,
    "Amazon S3 User Guide: Lifecycle of objects in versioning-enabled buckets",
)
def _for_good(landscape: Landscape) -> Iterator[Finding]:
    for name, bucket in landscape.all(Bucket).items():
        if bucket.versioning and not any(found.expire_old_versions for found in bucket.lifecycle.values()):
            message = "each version that was replaced or deleted is kept, and billed, for good"
            hint = "add `lifecycle: {old-versions: {expire_old_versions: 30 days}}`"
            yield Finding(message, landscape.at(f"buckets/{name}", "versioning"), hint)


@rule(
    "B115",
    "pages of any website may change a bucket's objects",
    Severity.WARNING,
    "Amazon S3 User Guide: Using cross-origin resource sharing (CORS)",
)
def _any_website(landscape: Landscape) -> Iterator[Finding]:
    for name, bucket in landscape.all(Bucket).items():
        cors = bucket.cors
        changing = [method for method in cors.methods if method not in ("GET", "HEAD")] if cors is not None else []
        if cors is not None and changing and "*" in cors.origins:
            message = f"pages of any website may send {' and '.join(changing)} with an address that was signed"
            place = landscape.at(f"buckets/{name}", "cors", "origins", cors.origins.index("*"))
            yield Finding(message, place, "name your own: `origins: [https://app.example.com]`")


KIND: Final = Kind(
    model=Bucket,
    title="bucket",
    parts=_parts,
    offer=_offer,
    access=tuple(_ACTIONS),
    arns=_arns,
    costs=_costs,
    tells=_tells,
    rules=(_name, _transitions, _nothing, _for_good, _any_website),
    quotas=(Quota("s3", "L-DC2B2D3D", "General purpose buckets", 10_000, "Amazon S3 User Guide: Bucket quotas", one),),
)
