"""Physical names: what AWS sees, how it is derived, and how long it may be.

Each kind says of its names which limit they have (`named` in `core.part`), so that the rule on lengths knows them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from infragen.core.entry import Entry
    from infragen.core.landscape import Environment


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

    def container(self, entry: Entry) -> str:
        """Return the name of an ECS service and all that belongs to it; other kinds than services say what they are."""
        return self.plain(entry.identity) if entry.KIND == "services" else self.plain(entry.SINGULAR, entry.identity)

    def database(self, database: Any) -> str:
        """Return a cluster's name, which stays for good: with a domain in that scheme, `aurora-prod-sales-order`."""
        domain = database.moved_from or database.domain
        return (
            "-".join(("aurora", self.environment, domain, database.identity))
            if domain
            else self.plain(database.identity)
        )
