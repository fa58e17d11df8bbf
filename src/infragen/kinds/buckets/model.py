"""What an entry of the kind buckets says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from infragen.core.entry import Entry, Form, Model, Slug, written_as
from infragen.core.system import BucketName, Region
from infragen.core.units import Days, Seconds

StorageClass = Literal["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("name one at least")
    return values


Origin = Annotated[
    str,
    Form(
        r"(\*|https?://[^/\s*]*\*?[^/\s*]+)", "a website with its scheme, and without a path: `https://app.example.com`"
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


Admitted = Annotated[
    str,
    Form(
        r"(role|user)/[A-Za-z0-9_+=,.@/*-]+",
        "a role or a user of the account, with `*` for any characters: `role/aws-reserved/sso.amazonaws.com/*/Admin*`",
        600,
    ),
]


class Replication(Model):
    """A copy of each object in another region, which S3 keeps up to date."""

    _map = written_as(lambda value: f"{{region: {value}}}")

    region: Annotated[Region, Field(examples=["ap-northeast-3"])]
    """The region of the copies, in a bucket of their own."""
    deletions: bool = True
    """Whether what is deleted is marked as deleted there, too; its older versions stay in both."""
    time_control: bool = False
    """S3 Replication Time Control: copies within 15 minutes by AWS's service level agreement, and billed by the GB."""


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
    encryption: Literal["kms", "s3"] | None = None
    """`kms`: with a customer key, the environment's (`customer_keys`) or one of its own; `s3`: with a key of S3; as
    `customer_keys` says when left out."""
    only_users: bool = False
    """Refuse objects to everybody in the account but root, and the entries that use it."""
    also_admits: Annotated[tuple[Admitted, ...], Field(examples=[["role/Admin"]])] = ()
    """Roles and users of the account whom `only_users` does not refuse: `role/Admin`."""
    versioning: bool = False
    """Keep what is replaced or deleted as an older version."""
    replication: Replication | None = None
    """Asks for a copy of each new object in another region; with `versioning`."""
    lifecycle: dict[Slug, Lifecycle] = Field(
        default_factory=dict, examples=[{"reports": {"prefix": "reports/", "expire": "365 days"}}]
    )
    """What becomes of objects with time, by a name of your own: `{reports: {prefix: reports/, expire: 365 days}}`."""
    incomplete_uploads: Days = 7
    """How long parts stay of an upload that was never completed."""
    cors: Cors | None = None
    """Asks for access from pages in browsers."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Return whom it admits besides its users, where it does not refuse anybody."""
        return {} if data.get("only_users") else {"also_admits": "`only_users: true`"}
