"""Backups of databases by AWS Backup: before each release and by the clock, each kept as long as it is wanted.

RDS keeps its own manual snapshots for good, and its automatic backups for 35 days at most.
"""

from collections.abc import Iterator
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView, call, of, part_of, value
from infragen.core.delivery import Backup
from infragen.core.expressions import Export, Module
from infragen.core.kind import Capability
from infragen.core.names import LIMITS, short
from infragen.core.operations import OutputLine
from infragen.core.part import Reason, pattern
from infragen.core.resolved_system import Environment
from infragen.kinds import keys
from infragen.kinds.databases.model import Database

NAME: Final = "backup-vault"


class VaultView(ResourceView):
    """The vault that backups lie in."""

    key = keys.of_purpose("databases")
    """What it encrypts with that has no key of its own; a snapshot of RDS keeps its database's."""
    vault = of(lambda ctx: ctx.of(NAME).module("security", "backup_vault"))
    name = pattern("{own.prefix}-backups", LIMITS["vault"])


class BackupView(ResourceView):
    """What AWS Backup does for one database."""

    role = call("data", "backup_role")
    plan = call("data", "backup_plan")
    key = keys.of_purpose("databases")

    def __init__(self, ctx: BuildContext, identifier: str, database: Module) -> None:
        super().__init__(ctx)
        self._module = database
        self._entry: Database = ctx.entry
        self._identifier = identifier

    vault = of(lambda ctx: VaultView(ctx).vault)
    role_name: str = value(lambda self: f"{self._identifier}-backup")
    plan_name: str = value(lambda self: short(self._identifier, LIMITS["backup_plan"].length))
    kind = of(lambda ctx: "cluster" if ctx.entry.kind_of_engine.is_aurora else "instance")
    database_arn: Export = value(lambda self: self._module.cluster_arn if self.kind == "cluster" else self._module.arn)

    @property
    def schedules(self) -> dict[str, dict[str, object]]:
        return {
            name: {"cron": schedule.cron, "retention_days": schedule.retention}
            for name, schedule in sorted(self._entry.backup.schedules.items())
        }

    @property
    def before_release(self) -> Backup | None:
        kept = self._entry.backup.before_release
        if kept is None:
            return None
        word = {"cluster": "cluster", "instance": "db"}[self.kind]
        return Backup(
            region=self.region,
            vault=VaultView(self._ctx).name,
            resource=f"arn:aws:rds:{self.region}:{self.account}:{word}:{self._identifier}",
            role=f"arn:aws:iam::{self.account}:role/{self.role_name}",
            keep_days=kept,
        )


def outputs(own: BackupView) -> Iterator[OutputLine]:
    if (one := own.before_release) is not None:
        command = (
            f"aws backup start-backup-job --region {one.region} --backup-vault-name {one.vault}"
            f" --resource-arn {one.resource} --iam-role-arn {one.role} --lifecycle DeleteAfterDays={one.keep_days}"
        )
        what = f"take a backup before a release, kept {one.keep_days} days"
        yield OutputLine("detail", what, command, is_command=True)


def _reasons(environment: Environment) -> Iterator[Reason]:
    for owner, database in environment.each(Database):
        if database.backup.before_release is not None:
            yield Reason(owner, ("backup", "before_release"), "a backup is taken before each release")
        if database.backup.schedules:
            yield Reason(owner, ("backup", "schedules"), "backups are taken by the clock")


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    for owner, entry in ctx.environment.each(Database):
        if entry.has_vault:
            price = "aurora-backup" if entry.kind_of_engine.is_aurora else "database-backup"
            yield Cost("backups in the vault", price, owner=owner)


CAPABILITY: Final = Capability(
    name=NAME,
    title="vault of AWS Backup",
    monthly_costs=_costs,
    reasons=_reasons,
    parts=part_of("security", "kinds/databases/backup_vault.tf", VaultView),
)
