"""Physical names: what AWS sees, how it is derived, and how long it may be.

Every name that any stack gives to AWS comes from here, so that the rule on lengths knows them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.kinds.databases import Database
from infragen.kinds.domains import Domain
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.entry import Entry
    from infragen.core.landscape import Environment

__all__ = ["LIMITS", "Derived", "Limit", "Names", "derived"]


@dataclass(frozen=True, slots=True)
class Limit:
    """What AWS allows for one kind of name: characters at most, and where it says so."""

    what: str
    length: int
    source: str


LIMITS: Final = {
    "cluster": Limit("ECS cluster", 255, "Amazon ECS API: CreateCluster"),
    "service": Limit("ECS service and task family", 255, "Amazon ECS API: CreateService"),
    "repository": Limit("ECR repository", 256, "Amazon ECR API: CreateRepository"),
    "role": Limit("IAM role", 64, "IAM User Guide: IAM and AWS STS quotas"),
    "target_group": Limit("target group", 32, "Elastic Load Balancing API: CreateTargetGroup"),
    "load_balancer": Limit("load balancer", 32, "Elastic Load Balancing API: CreateLoadBalancer"),
    "database": Limit("Aurora cluster and instance", 63, "Amazon RDS API: CreateDBCluster"),
    "proxy": Limit("RDS Proxy", 63, "Amazon RDS API: CreateDBProxy"),
    "secret": Limit("secret", 512, "AWS Secrets Manager API: CreateSecret"),
    "security_group": Limit("security group", 255, "Amazon EC2 API: CreateSecurityGroup"),
    "log_group": Limit("log group", 512, "Amazon CloudWatch Logs API: CreateLogGroup"),
    "queue": Limit("SQS queue", 80, "Amazon SQS API: CreateQueue"),
    "alarm": Limit("CloudWatch alarm", 255, "Amazon CloudWatch API: PutMetricAlarm"),
    "trust_store": Limit("trust store", 32, "Elastic Load Balancing API: CreateTrustStore"),
    "key": Limit("KMS key alias", 256, "AWS KMS API: CreateAlias"),
    "web_acl": Limit("web ACL", 128, "AWS WAF API: CreateWebACL"),
    "bucket": Limit("S3 bucket", 63, "Amazon S3 User Guide: bucket naming rules"),
    "discovery": Limit("Cloud Map service", 127, "AWS Cloud Map API: CreateService"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Physical names of one environment."""

    system: str
    environment: str

    @classmethod
    def of(cls, environment: Environment) -> Names:
        """Return the names of an environment."""
        return cls(environment.system.name, environment.name)

    @property
    def prefix(self) -> str:
        """What most names start with: `technova-prod`."""
        return f"{self.system}-{self.environment}"

    def plain(self, *parts: str) -> str:
        """Return the prefix and parts with hyphens: `technova-prod-planning`."""
        return "-".join((self.prefix, *parts))

    def path(self, *parts: str) -> str:
        """Return a path as log groups and secrets have: `/technova/prod/planning`."""
        return "/" + "/".join((self.system, self.environment, *parts))

    def container(self, entry: Entry, kind: str) -> str:
        """Return the name of an ECS service and all that belongs to it; a BFF's says so."""
        return self.plain(entry.identity) if kind == "services" else self.plain("bff", entry.identity)

    def database(self, database: Database) -> str:
        """Return the cluster's name in the document's scheme, `aurora-prod-sales-order`; it stays for good."""
        return "-".join(("aurora", self.environment, database.moved_from or database.domain, database.identity))


@dataclass(frozen=True, slots=True)
class Derived:
    """A name that will be given to AWS, and the entry it comes from (or `environment`)."""

    owner: str
    kind: str
    name: str

    @property
    def limit(self) -> Limit:
        """What AWS allows."""
        return LIMITS[self.kind]


def derived(environment: Environment) -> Iterator[Derived]:
    """Yield every name of an environment and its entries, with the longest suffix that a stack adds."""
    names = Names.of(environment)
    for kind, parts in _SHARED_NAMES:
        yield Derived("environment", kind, names.plain(*parts))
    for purpose in _SHARED_BUCKETS:
        yield Derived("environment", "bucket", names.plain(purpose, environment.settings.account))
    for name, domain in environment.all(Domain).items():
        for kind, suffix in _DOMAIN_NAMES:
            yield Derived(f"domains/{name}", kind, names.plain(domain.identity) + suffix)
    for owner, container in environment.each(Container):
        own = names.container(container, owner.partition("/")[0])
        for kind, suffix in _CONTAINER_NAMES:
            yield Derived(owner, kind, own + suffix)
    for name, database in environment.all(Database).items():
        own = names.database(database)
        for kind, suffix in _DATABASE_NAMES:
            yield Derived(f"databases/{name}", kind, own + suffix)
    for name, gateway in environment.all(Gateway).items():
        own = names.plain(gateway.identity)
        yield Derived(f"gateways/{name}", "web_acl", own)
        yield Derived(f"gateways/{name}", "log_group", f"aws-waf-logs-{own}")


_SHARED_NAMES: Final = (
    ("load_balancer", ("services",)),
    ("load_balancer", ("gateways",)),
    ("trust_store", ("clients",)),
    ("role", ("api-gateway-logging",)),
    ("role", ("vpc-flow-log",)),
    ("security_group", ("load-balancer",)),
    ("security_group", ("gateway-link",)),
    ("security_group", ("endpoints",)),
    ("security_group", ("default-closed",)),
    ("key", ("databases",)),
    ("key", ("logs",)),
    ("key", ("messages",)),
    ("key", ("secrets",)),
    ("key", ("flow-log",)),
    ("role", ("ci", "apply")),
    ("role", ("ci", "plan")),
    ("key", ("terraform-state",)),
)
_SHARED_BUCKETS: Final = ("client-authorities", "access-logs")
_DOMAIN_NAMES: Final = (("cluster", ""), ("role", "-mesh"), ("key", ""))
_CONTAINER_NAMES: Final = (
    ("service", ""),
    ("repository", ""),
    ("role", "-execution"),
    ("target_group", ""),
    ("security_group", ""),
    ("queue", "-events-dlq"),
    ("alarm", "-response-time-high"),
    ("discovery", ""),
)
_DATABASE_NAMES: Final = (
    ("database", "-reader-15"),
    ("proxy", "-proxy-reader"),
    ("role", "-proxy"),
    ("secret", "-app"),
)
