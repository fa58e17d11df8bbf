"""What a search domain is built of, and what it gives who uses it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, Final

from msgspec import Struct

from infragen.core import clock
from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView, call, named_by, of, part_of, value
from infragen.core.entry import Entry
from infragen.core.expressions import Export, Generated, Joined, Record, Reference, Remarked
from infragen.core.kind import Capability, free_of_charge
from infragen.core.measures import PERCENT, Measure, Unit
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine, UsersScript, quota_of
from infragen.core.part import Binding, Grant, Part, Reason, pattern
from infragen.core.resolved_system import Environment
from infragen.core.signals import Failure, alarmed
from infragen.hcl.literal import literal
from infragen.kinds import keys, kinds, network
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.databases.users import shown, users_of
from infragen.kinds.search_domains.model import PORT, SUFFIX, SearchDomain, read_metadata
from infragen.text import counted

ACCESS: Final = ("read-write", "read", "write", "logs")
_LOGS: Final = {
    "application": "ES_APPLICATION_LOGS",
    "audit": "AUDIT_LOGS",
    "index-slow": "INDEX_SLOW_LOGS",
    "search-slow": "SEARCH_SLOW_LOGS",
}
"""Amazon OpenSearch Service API: LogPublishingOption, the types of logs."""
_EVERY: Final = tuple(f"es:ESHttp{method}" for method in ("Delete", "Get", "Head", "Patch", "Post", "Put"))
_ASKED: Final = ("_count", "_mget", "_msearch", "_search", "_search/point_in_time", "_search/scroll")
"""What is read with POST, since a request with a body is (OpenSearch: Search APIs, Document APIs)."""

_MEBIBYTES: Final = Unit({"GB": Decimal(1024), "GiB": Decimal(1024), "MB": Decimal(1)}, "20 GB")
_CPU: Final = Measure("cpu", "CPU of its busiest node", PERCENT, metric="CPUUtilization")
_HEAP: Final = Measure("memory", "the JVM's memory on a node", PERCENT, "high", metric="JVMMemoryPressure")
_STORAGE: Final = Measure(
    "free-storage", "the free disk of its fullest node", _MEBIBYTES, "high", is_least=True, metric="FreeStorageSpace"
)
_MASTER_CPU: Final = Measure("master-cpu", "CPU of a master node", PERCENT, "high", metric="MasterCPUUtilization")
_LASTING: Final[Mapping[str, int]] = {"seconds": 900, "periods": 3}


class Role(Struct, frozen=True):
    """A role inside the domain: its name, the IAM roles or groups of people that have it, and whose those are."""

    access: str
    owners: tuple[str, ...]
    arns: tuple[str, ...]
    dashboards: tuple[str, ...] = ()
    """OpenSearch's own roles that people need besides (Security: Defining users and roles, Predefined roles)."""

    name: ClassVar[str] = value(lambda self: f"infragen-{self.access}")
    whose: ClassVar[Reference] = value(lambda self: Reference(", ".join(self.owners)))


def roles(ctx: BuildContext) -> tuple[Role, ...]:
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for owner, entry, access in users_of(ctx.environment).get(ctx.owner, ()):
        names = kinds()[entry.KIND].permissions.roles(entry, ctx.of(owner), ctx.owner)  # none of people's way there
        if arns := tuple(f"arn:aws:iam::{ctx.settings.account}:role/{name}" for name in names):
            logs = ("logs",) if _routes_to(entry, ctx.entry) else ()  # those indexes are nobody else's
            for one in dict.fromkeys((access, *logs)):
                found.setdefault(one, []).append((owner, arns))
    return tuple(
        Role(access, tuple(one[0] for one in found[access]), tuple(arn for one in found[access] for arn in one[1]))
        for access in ACCESS
        if access in found
    )


def people(domain: SearchDomain) -> tuple[Role, ...]:
    """Without the role for everything, which AWS has."""
    saml, user = domain.saml, "opensearch_dashboards_user"
    if saml is None:
        return ()
    edits = Role("people-edit", (), saml.edit, (user,))
    reads = Role("people-read", (), saml.read, (user, "opensearch_dashboards_read_only"))
    return tuple(role for role in (edits, reads) if role.arns)


NAME: Final = "search-role"


class DomainView(keys.EncryptedView):
    """A domain, and the role of who administers it."""

    _entry: SearchDomain
    cluster = call("data", "search-domain")
    group = call("security", "security_group", "search-domain")
    users_module = call("data", "users", "search-domain")
    key = keys.of_purpose("databases")
    roles = of(roles)
    name = named_by(lambda ctx: ctx.names.plain(ctx.entry.identity), LIMITS["search_domain"])
    master_role_name = pattern("{own.name}-search-master", LIMITS["role"])
    master_role_arn = pattern("arn:aws:iam::{own.account}:role/{own.master_role_name}")

    @property
    def service_linked_role(self) -> Export | None:
        role = self._ctx.of(NAME).module("security", "search_role")
        return role.arn if self._ctx.settings.owns_account_settings else None

    zones = of(lambda ctx: zones_of(ctx.entry, ctx.environment))

    @property
    def subnets(self) -> tuple[Export, ...]:
        return network.standing_subnets(self._ctx, "data", "subnet_ids", self.zones)[: self.zones]

    @property
    def off_peak_start(self) -> Remarked:
        """In UTC; AWS may update it in the ten hours from then on."""
        begin = self._entry.off_peak
        window = clock.backup_window(f"{begin}-{(int(begin[:2]) + 10) % 24:02}{begin[2:]}", self._ctx.time_zone)
        return Remarked(window[:5], window.remark)

    @property
    def log_exports(self) -> dict[str, Record]:
        usual = self._ctx.settings.log_retention
        return {
            _LOGS[name]: Record({"group": f"/aws/opensearch/{self.name}/{name}", "retention": log.retention or usual})
            for name, log in sorted(self._entry.logs.items())
            if name in _LOGS  # a rule says which are none
        }

    people = of(lambda ctx: people(ctx.entry))

    @property
    def dashboards(self) -> tuple[Role, ...]:
        return tuple(
            Role(name, (), tuple(arn for role in self.people if name in role.dashboards for arn in role.arns))
            for name in dict.fromkeys(name for role in self.people for name in role.dashboards)
        )

    @property
    def saml(self) -> Record | None:
        saml = self._entry.saml
        if saml is None:
            return None
        return Record(
            {
                "entity_id": read_metadata(saml.metadata).entity_id,
                "metadata_content": Reference(f'join("\\n", {literal(tuple(saml.metadata.strip().splitlines()))})'),
                "master_backend_role": saml.admin,
                "roles_key": saml.roles_key,
                "session_timeout_minutes": saml.session // 60,
            }
        )

    written: Reference = value(lambda self: Reference(f"/(?![.]{'|logs-' if self.receives_logs else ''}).*/"))
    """The indexes that who writes may write to: all but OpenSearch's own, and those of lines where there are any.
    opensearch-project/security: WildcardMatcher takes what stands between slashes for a regular expression."""
    resource_id: Export = value(lambda self: self.cluster.host)

    @property
    def user_access(self) -> dict[str, Record]:
        people = {role.name: Record({"of": ", ".join(role.arns), "access": role.access}) for role in self.people}
        return {role.name: shown(self._ctx, role.owners, role.access) for role in self.roles} | people

    @property
    def receives_logs(self) -> bool:
        return any(
            access == "logs" or _routes_to(entry, self._entry)
            for _, entry, access in users_of(self._ctx.environment).get(self._ctx.owner, ())
        )

    log_replicas: int = value(lambda self: max(self.zones - 1, min(1, self._entry.nodes - 1)))
    """Copies of each shard: one in each other zone, and on another node where there is one zone (Amazon OpenSearch
    Service Developer Guide: Configuring a multi-AZ domain, Availability Zone disruptions)."""
    log_age = of(lambda ctx: f"{ctx.entry.log_indexes.retention or ctx.settings.log_retention}d")
    """The age at which such an index is deleted, as OpenSearch writes it: `30d`."""
    script = of(lambda ctx: _script(ctx.entry))


def _routes_to(entry: Entry, domain: SearchDomain) -> bool:
    router = getattr(getattr(entry, "log_route", None), "router", None)
    return router is not None and router.search_domain == domain.name


def _script(domain: SearchDomain) -> str:
    return f"opensearch/{domain.name}.sh"


def zones_of(domain: SearchDomain, environment: Environment) -> int:
    """As given, else the most that its nodes fill evenly."""
    if domain.zones is not None:
        return domain.zones
    most = min(len(network.zones(environment)), 3)
    return next((zones for zones in range(most, 1, -1) if domain.nodes % zones == 0), 1)


def parts(domain: SearchDomain, ctx: BuildContext) -> Iterator[Part]:
    own = DomainView(ctx)
    yield ctx.part("data", "kinds/search-domains/main.tf", own)
    if own.user_access:
        yield ctx.part("data", "kinds/search-domains/roles.sh", own, _script(domain))
    yield from alarms_part(ctx, f"{own.name}-search", own.cluster, partial(_alarms, domain, own))


def _alarm(own: DomainView, metric: str, said: str, threshold: object = 1, **others: Any) -> Alarm:
    usual = {"statistic": "Maximum", "seconds": 60, "periods": 1, "datapoints": others.get("periods", 1)}
    where = {"namespace": "AWS/ES", "dimensions": {"ClientId": own.account, "DomainName": own.name}}
    what = {"description": f"{own.name}: {said}", "metric": metric, "threshold": threshold}
    return Alarm(**{**usual, **where, **what, **others})


def _alarms(domain: SearchDomain, own: DomainView) -> Iterator[tuple[str, Alarm]]:
    alarm = partial(_alarm, own)
    yield "red", alarm("ClusterStatus.red", "a primary shard is on no node: data is missing.", level="high")
    yield "yellow", alarm("ClusterStatus.yellow", "a replica shard is on no node.", periods=5)
    said = "it refuses to write: its disks or its memory are full."
    yield "writes-blocked", alarm("ClusterIndexWritesBlocked", said, seconds=300, level="high")
    count, fewer = domain.nodes + (domain.masters.count if domain.masters else 0), "LessThanThreshold"
    gone = {"statistic": "Minimum", "comparison": fewer, "seconds": 24 * 3600, "because": domain.nodes}
    yield "nodes", alarm("Nodes", "a node is gone for a day.", count, **gone)
    yield "snapshots", alarm("AutomatedSnapshotFailure", "the hourly snapshot failed.", level="high")
    yield "cpu", alarm("CPUUtilization", "CPU stays high.", 80, **_LASTING, measure=_CPU)
    yield "memory", alarm("JVMMemoryPressure", "the JVM's memory is nearly full.", 95, periods=3, measure=_HEAP)
    if domain.storage is not None:
        few = {"statistic": "Minimum", "comparison": "LessThanOrEqualToThreshold", "because": domain.storage.size}
        said, least = "a quarter of a node's disk is left.", domain.storage.size * 1024 * 25 // 100
        yield "free-storage", alarm("FreeStorageSpace", said, least, measure=_STORAGE, **few)
    if domain.masters is not None:
        said = "a master node's CPU stays high."
        yield "master-cpu", alarm("MasterCPUUtilization", said, 50, **_LASTING, measure=_MASTER_CPU)
        said = "the memory of a master node's JVM is nearly full."
        yield "master-memory", alarm("MasterJVMMemoryPressure", said, 95, periods=3)
    if own.key is not None:
        yield "key-error", alarm("KMSKeyError", "its key is disabled: it reads and writes nothing.", level="high")
        said = "its key is gone, or not granted: it reads and writes nothing."
        yield "key-inaccessible", alarm("KMSKeyInaccessible", said, level="high")


def metrics(domain: SearchDomain) -> Iterator[Measure]:
    yield from (_CPU, _HEAP)
    if domain.storage is not None:
        yield _STORAGE
    if domain.masters is not None:
        yield _MASTER_CPU


def failures(domain: SearchDomain, ctx: BuildContext) -> Iterator[Failure]:
    yield alarmed(ctx.owner, "red", "a part of an index is on no node")
    if domain.storage is not None:
        yield alarmed(ctx.owner, _STORAGE.word, "its disks are full")


def bindings(domain: SearchDomain, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    own = DomainView(ctx)
    variables = {"HOST": own.cluster.host, "PORT": str(PORT), "URL": Joined.of("https://", own.cluster.host)}
    users = users_of(ctx.environment).get(ctx.owner, ())
    wanted = next((access for owner, _, access in users if owner == user.owner), ACCESS[0])
    yield Binding(variables, f"search-domain-{domain.identity}", grants(own.cluster.arn, wanted))


def grants(arn: Export, access: str) -> tuple[Grant, ...]:
    def below(*paths: str) -> tuple[object, ...]:
        return tuple(Joined.of(arn, f"/{path}") for path in paths)

    if access == "read-write":
        return (Grant("UseSearchDomain", _EVERY, below("*")),)
    if access == "write":
        return (Grant("WriteToSearchDomain", ("es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"), below("*")),)
    if access == "logs":  # Fluent Bit: Official Manual, OpenSearch (its requests are POST /_bulk alone)
        return (Grant("SendLogsToSearchDomain", ("es:ESHttpPost",), below("_bulk")),)
    asked = tuple(path for name in _ASKED for path in (name, f"*/{name}"))
    return (
        Grant("ReadSearchDomain", ("es:ESHttpGet", "es:ESHttpHead"), below("*")),
        Grant("AskSearchDomain", ("es:ESHttpPost",), below(*asked)),
        # Clients end these once they have read all pages (OpenSearch: Search APIs, Scroll, Point in Time)
        Grant("EndSearches", ("es:ESHttpDelete",), below("_search/point_in_time", "_search/scroll")),
    )


def costs(domain: SearchDomain, _ctx: BuildContext) -> Iterator[Cost]:
    what = f"{counted(domain.nodes, 'data node')} of {domain.size}"
    yield Cost(what, "search-node", domain.nodes, size=domain.size.removesuffix(SUFFIX))
    if (masters := domain.masters) is not None:
        what = f"{masters.count} master nodes of {masters.size}"
        yield Cost(what, "search-node", masters.count, size=masters.size.removesuffix(SUFFIX))
    if domain.storage is not None:
        yield Cost("the disks of its data nodes", "search-storage", domain.nodes * domain.storage.size)
    if domain.logs:
        yield Cost("its logs", "logs", usage="logged")


def outputs(domain: SearchDomain, ctx: BuildContext) -> Iterator[OutputLine]:
    own = DomainView(ctx)
    yield OutputLine("address", "requests go to", Joined.of("https://", own.cluster.host))
    if domain.saml is not None:
        yield from _sign_in(own)
    if own.user_access:
        yield OutputLine("next", "make its roles, as its master", Generated(ctx.owner, "data", _script(domain)))
    yield OutputLine("detail", "the role of its master", own.master_role_arn)


def _sign_in(own: DomainView) -> Iterator[OutputLine]:
    # The identity provider sends the browser back to the domain's own name, to which a tunnel has to lead (Amazon
    # OpenSearch Service Developer Guide: SAML authentication for OpenSearch Dashboards: no other name is supported)
    host = own.cluster.host
    yield OutputLine("address", "OpenSearch Dashboards, for people", Joined.of("https://", own.cluster.dashboards))
    what = "register Dashboards at the identity provider: its entity ID (audience), and the address it answers to (ACS)"
    both = Joined.of("echo https://", host, " https://", host, "/_dashboards/_opendistro/_security/saml/acs")
    yield OutputLine("next", what, both, is_command=True)
    browser = 'google-chrome --user-data-dir="$(mktemp -d)" --host-resolver-rules="MAP '
    what = f"sign in to Dashboards while a bastion's way to it is open at 127.0.0.1:{_LOCAL}"
    sign_in = Joined.of(browser, host, f' 127.0.0.1:{_LOCAL}" https://', own.cluster.dashboards)
    yield OutputLine("next", what, sign_in, is_command=True)


_LOCAL: Final = 8443
"""The port of this machine from which bastions lead to the domain's."""


def users_script(domain: SearchDomain, ctx: BuildContext) -> UsersScript:
    return UsersScript(_script(domain), {role.name: role.owners for role in (*roles(ctx), *people(domain))})


def create_users_command(domain: SearchDomain, ctx: BuildContext) -> Joined | None:
    own = DomainView(ctx)
    if not own.user_access:
        return None
    return Joined(("SEARCH_HOST=", own.cluster.host, " bash ", Generated(ctx.owner, "data", _script(domain))))


QUOTAS: Final = (
    quota_of("search-domains"),
    quota_of("search-nodes", lambda domain, _: domain.nodes),
    quota_of("log-resource-policies", lambda domain, _: int(bool(domain.logs))),
)


def _reasons(environment: Environment) -> Iterator[Reason]:
    for owner, _ in environment.each(SearchDomain) if environment.settings.owns_account_settings else ():
        yield Reason(owner, ("name",), "OpenSearch Service stands in the VPC with it")


CAPABILITY: Final = Capability(
    name=NAME,
    title="service-linked role of OpenSearch Service",
    account_singleton="the service-linked role of OpenSearch Service",
    reasons=_reasons,
    monthly_costs=free_of_charge,
    parts=part_of("security", "kinds/search-domains/role.tf", ResourceView),
)
