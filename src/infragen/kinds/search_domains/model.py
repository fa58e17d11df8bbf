"""Search domains: what the catalogue says of one."""

import re
from functools import lru_cache
from typing import Annotated, ClassVar, Final, Literal
from xml.etree import ElementTree as ET

from annotated_types import Ge, Le, MultipleOf
from msgspec import Struct
from pydantic import Field, StringConstraints

from infragen.core.entry import Entry, Form, Model, Slug, Text
from infragen.core.measures import Thresholds
from infragen.core.units import ClockTime, Days, Gigabytes, LogDays, MebiBytesPerSecond, Seconds

Version = Annotated[str, Form(r"[0-9]+\.[0-9]+", 'the version of OpenSearch, two numbers: `"2.19"`')]
NodeClass = Annotated[
    str, Form(r"[a-z0-9]+\.[a-z0-9]+\.search", "an instance class of OpenSearch Service: `r6g.large.search`")
]
GroupName = Annotated[
    str, Form(r'[^\s"\\*/]([^\r\n"\\*]*[^\s"\\*/])?', "the name of a group, such as `search-admins`", 256)
]
"""Amazon OpenSearch Service API: BackendRole; inside, slashes and asterisks would make it a pattern."""
LogName = Literal["application", "search-slow", "index-slow", "audit"]

PORT: Final = 443
SUFFIX: Final = ".search"
"""What classes end in; AWS's lists of other services have them without."""


class SearchMasters(Model):
    """Dedicated master nodes: they hold no data, and keep the cluster together."""

    size: NodeClass
    count: Literal[3, 5] = 3


class SearchStorage(Model):
    """The gp3 volume of each data node."""

    size: Gigabytes
    iops: Annotated[int, Field(ge=3_000, le=80_000, examples=[6_000])] | None = None
    """IOPS, if more than gp3's baseline at that size."""
    throughput: MebiBytesPerSecond | None = None
    """Throughput, if more than that baseline."""


class SearchLog(Model):
    """One of the domain's logs, in CloudWatch."""

    retention: LogDays | None = None
    """How long it is kept; like the environment's other logs when left out."""


class LogIndexes(Model):
    """The indexes of lines that routers send, one a day of each entry: `logs-*`."""

    retention: Days | None = None
    """How long an index is kept before it is deleted; like the environment's logs when left out."""
    shards: Annotated[int, Field(ge=1, le=100)] = 1
    """Primary shards of an index: one for each 10 to 50 GB a day."""


class SamlSignIn(Model):
    """How people sign in to OpenSearch Dashboards: at an identity provider that speaks SAML 2.0, as one of a group."""

    metadata: Annotated[
        str, StringConstraints(min_length=2, max_length=1_048_576), Field(examples=["<EntityDescriptor .../>"])
    ]
    """The provider's metadata, XML below `metadata: |`: who it is, where a browser signs in, and its certificate."""
    roles_key: Text = "roles"
    """The attribute of its assertions that has a person's groups."""
    session: Annotated[Seconds, Ge(60), Le(86_400), MultipleOf(60)] = 3600
    """How long a session lasts in which nothing happens."""
    admin: GroupName
    """The group that may do everything inside, as its assertions call it."""
    edit: tuple[GroupName, ...] = ()
    """Groups that read every index, and make what everybody sees in Dashboards."""
    read: tuple[GroupName, ...] = ()
    """Groups that read every index, and look at what others made."""


_OF: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_CERTIFICATE: Final = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"


class Metadata(Struct, frozen=True):
    """What a document says of the provider; `wrong` is why AWS would not take it, where it would not."""

    entity_id: str = ""
    wrong: str = ""


@lru_cache(maxsize=64)
def read_metadata(text: str) -> Metadata:
    """OASIS: Metadata for SAML 2.0, EntityDescriptor, IDPSSODescriptor."""
    if "<!DOCTYPE" in text:
        return Metadata(wrong="it declares a document type, which metadata has none of")
    try:
        root = ET.fromstring(text.strip())  # noqa: S314  # without a DOCTYPE there are no entities
    except (ET.ParseError, ValueError) as error:
        return Metadata(wrong=f"it is no XML: {error}")
    if root.tag != f"{_OF}EntityDescriptor":
        return Metadata(wrong=f"it is no `EntityDescriptor`, but `{root.tag.rpartition('}')[2]}`")
    entity_id, provider = root.get("entityID", ""), root.find(f"{_OF}IDPSSODescriptor")
    if not entity_id:
        return Metadata(wrong="its `EntityDescriptor` has no `entityID`")
    if provider is None:
        return Metadata(entity_id, "it has no `IDPSSODescriptor`: it is of no identity provider")
    if provider.find(f"{_OF}SingleSignOnService") is None:
        return Metadata(entity_id, "it has no `SingleSignOnService`, where a browser signs in")
    keys = [one.text or "" for one in provider.iter(_CERTIFICATE)]
    if not keys or not all(re.fullmatch(r"\s*+MII[A-Za-z0-9+/\s]++={0,2}+\s*+", key) for key in keys):
        return Metadata(entity_id, "it has no `X509Certificate` with which the provider signs")
    return Metadata(entity_id)


class SearchDomain(Entry):
    """A domain of Amazon OpenSearch Service: a cluster for search and analysis, with OpenSearch Dashboards."""

    KIND: ClassVar = "search-domains"
    SINGULAR: ClassVar = "search-domain"
    INSTEAD: ClassVar = {
        "engine": "leave it out: it is OpenSearch",
        "engine_version": 'write `version: "2.19"`',
        "class": "write `size: r6g.large.search`",
        "instance_type": "write `size: r6g.large.search`",
        "instance_count": "write `nodes: 3`",
        "dedicated_masters": "write `masters: {size: m6g.large.search}`",
        "tls": "leave it out: it is always on, from TLS 1.2 on (AWS offers no domain with TLS 1.3 alone)",
        "password": "leave it out: users sign with their IAM roles; a master password would be in Terraform's state",
        "deletion_protection": "leave it out: OpenSearch Service has none; a plan that deletes one says so",
    }

    domain: Slug | None = None
    """The domain whose stacks contain it."""
    alarms: Thresholds = Field(default_factory=dict)
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""
    version: Version
    """The version of OpenSearch: `2.19`. AWS upgrades none by itself."""
    size: NodeClass
    """The class of each data node: `r6g.large.search`."""
    nodes: Annotated[int, Field(ge=1, le=200)] = 1
    """How many data nodes there are."""
    zones: Annotated[int, Field(ge=1, le=3)] | None = None
    """How many availability zones they are spread over; when left out, as many as the network has and `nodes` fill."""
    standby: bool = False
    """Multi-AZ with Standby: three zones, one of which takes over within a minute without moving data."""
    masters: SearchMasters | None = None
    """Dedicated master nodes; without any, the data nodes elect one of themselves."""
    storage: SearchStorage | None = None
    """The disk of each data node; none for classes with disks of their own, such as `i3`."""
    off_peak: ClockTime = "22:00"
    """When the ten hours begin in which AWS may update it, in the system's time zone."""
    auto_update: bool = True
    """Installs updates of AWS's service software in that time, instead of waiting until AWS requires them."""
    logs: dict[LogName, SearchLog] = Field(default_factory=dict)
    """Logs in CloudWatch: `{application: {}, audit: {retention: 365 days}}`."""
    saml: SamlSignIn | None = None
    """How people sign in to OpenSearch Dashboards; without it nobody can."""
    log_indexes: LogIndexes = Field(default_factory=LogIndexes, examples=[{"retention": "30 days"}])
    """What becomes of the indexes that routers write, where any does."""

    @property
    def engine_version(self) -> str:
        return f"OpenSearch_{self.version}"
