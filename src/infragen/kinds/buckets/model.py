"""What an entry of the kind buckets says."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from infragen.core.account_settings import Region
from infragen.core.entry import Days, Entry, Form, Model, Seconds, Slug, written_as
from infragen.core.network_settings import BucketName

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


class Lifecycle(Model):
    """A lifecycle rule for objects."""

    prefix: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = None
    """Objects whose keys begin with this; all objects when left out."""
    transitions: dict[StorageClass, Days] = Field(default_factory=dict)
    """Storage classes that objects move to at an age: `{STANDARD_IA: 30 days, GLACIER: 90 days}`."""
    expire: Days | None = None
    """The age at which objects are deleted."""
    expire_old_versions: Days | None = None
    """How long a version is kept after it was replaced or deleted."""


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
    """Whether delete markers are replicated; older versions stay in both."""
    time_control: bool = False
    """S3 Replication Time Control: copies within 15 minutes under AWS's service level agreement, billed per GB."""


Header = Annotated[str, Form(r"[!#-'*+.^_`|~0-9A-Za-z-]+", "a header's name: `content-type`", 256)]
"""RFC 9110, 5.6.2: token."""


class Cors(Model):
    """Websites whose pages may access the bucket from a browser, with URLs that a service has signed."""

    origins: Annotated[tuple[Origin, ...], AfterValidator(_some)]
    methods: Annotated[tuple[Literal["GET", "HEAD", "PUT", "POST", "DELETE"], ...], AfterValidator(_some)] = ("GET",)
    headers: tuple[Header, ...] = ("*",)
    """Headers that a request may have."""
    expose: tuple[Header, ...] = ("ETag",)
    """Response headers that pages may read; multipart uploads need `ETag`."""
    max_age: Seconds = 3600
    """How long a browser caches the preflight response."""


class Bucket(Entry):
    """An S3 bucket: private, with encrypted objects."""

    KIND: ClassVar = "buckets"
    SINGULAR: ClassVar = "bucket"

    domain: Slug | None = None
    """The domain whose stacks contain it."""
    bucket_name: BucketName | None = Field(default=None, examples=["acme-files"])
    """The full name in S3, for a bucket that exists already; system, environment, name and account when left out."""
    encryption: Literal["kms", "s3"] | None = None
    """`kms`: with a customer managed key, the environment's (`customer_keys`) or its own; `s3`: with S3's keys; follows
    `customer_keys` when left out."""
    only_users: bool = False
    """Deny access to objects to everybody in the account except root and the entries that use it."""
    also_admits: Annotated[tuple[Admitted, ...], Field(examples=[["role/Admin"]])] = ()
    """Roles and users of the account that `only_users` also admits: `role/Admin`."""
    versioning: bool = False
    """Keep replaced and deleted objects as older versions."""
    replication: Replication | None = None
    """Copies each new object to another region; requires `versioning`."""
    lifecycle: dict[Slug, Lifecycle] = Field(
        default_factory=dict, examples=[{"reports": {"prefix": "reports/", "expire": "365 days"}}]
    )
    """Lifecycle rules, by a name of your own: `{reports: {prefix: reports/, expire: 365 days}}`."""
    incomplete_uploads: Days = 7
    """How long the parts of an incomplete upload are kept."""
    cors: Cors | None = None
    """Allows access from web pages in browsers."""

    @property
    def takes_uploads(self) -> bool:
        """Whether people send it files from their browsers: of any type, since only the address is signed."""
        return self.cors is not None and not {"PUT", "POST"}.isdisjoint(self.cors.methods)

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {} if data.get("only_users") else {"also_admits": "`only_users: true`"}
