"""Search domains: Amazon OpenSearch Service, reached with TLS in the VPC, by who signs with its IAM role."""

from typing import Final

from infragen.core.kind import Billing, Failover, Kind, Network, Operations, Permissions, Scaffold, always
from infragen.core.rule import rules_of
from infragen.core.standby import begins_empty
from infragen.kinds import network
from infragen.kinds.search_domains import build, rules
from infragen.kinds.search_domains.build import ACCESS, CAPABILITY
from infragen.kinds.search_domains.model import PORT, SearchDomain

__all__ = ["CAPABILITY", "KIND", "SearchDomain"]

KIND: Final = Kind(
    model=SearchDomain,
    title="search domain",
    parts=build.parts,
    network=Network(
        security_groups=network.own_group("search"),
        ingress_ports=lambda _, ctx, _user: ((ctx.owner, PORT),),
        data_tier="subnets",
    ),
    permissions=Permissions(
        access=ACCESS, bindings=build.bindings, resource_arns=lambda _, ctx: (build.DomainView(ctx).cluster.arn,)
    ),
    cost=Billing(monthly=build.costs, cannot_stop_reason="AWS stops no domain, it only deletes it"),
    operations=Operations(
        metrics=build.metrics,
        outputs=build.outputs,
        failures=build.failures,
        create_users_command=build.create_users_command,
        users_script=build.users_script,
        quotas=build.QUOTAS,
        import_ids={"aws_opensearch_domain": "{domain_name}"},
    ),
    failover=Failover(
        holds=always(
            begins_empty("domain", "infragen copies no index into another region: keep elsewhere what must not be lost")
        ),
        unrehearsed=always("hourly snapshots of OpenSearch"),
    ),
    scaffold=Scaffold(
        example={"version": "2.19", "size": "t3.small.search", "storage": {"size": "10 GB"}},
        production_overrides=rules.production_overrides,
    ),
    rules=rules_of(rules),
)
