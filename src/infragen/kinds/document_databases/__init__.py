"""Document databases: clusters of Amazon DocumentDB, which speaks MongoDB's protocol."""

from typing import Final

from infragen.core.kind import Billing, Failover, Kind, Network, Operations, Permissions, Scaffold, always
from infragen.core.rule import rules_of
from infragen.core.standby import begins_empty
from infragen.kinds import network
from infragen.kinds.document_databases import build, rules
from infragen.kinds.document_databases.build import ACCESS
from infragen.kinds.document_databases.model import PORT, DocumentDatabase

KIND: Final = Kind(
    model=DocumentDatabase,
    title="document database",
    parts=build.parts,
    network=Network(
        security_groups=network.own_group("docdb"),
        ingress_ports=lambda _, ctx, _user: ((ctx.owner, PORT),),
        data_tier="subnet_group",
    ),
    permissions=Permissions(
        access=ACCESS, bindings=build.bindings, resource_arns=lambda _, ctx: (build.ClusterView(ctx).database.arn,)
    ),
    cost=Billing(monthly=build.costs),
    operations=Operations(
        outputs=build.outputs,
        create_users_command=build.create_users_command,
        users_script=build.users_script,
        quotas=build.QUOTAS,
    ),
    failover=Failover(
        holds=always(
            begins_empty(
                "cluster", "infragen makes no global cluster of Amazon DocumentDB: keep elsewhere what must not be lost"
            )
        ),
        steps=build.failover_steps,
    ),
    scaffold=Scaffold(
        example={"version": "5.0", "size": "db.t4g.medium"}, production_overrides=rules.production_overrides
    ),
    rules=rules_of(rules),
)
