"""What templates read of any database, of RDS's engines or of DocumentDB: names, secrets, windows, its instances."""

import zlib
from collections.abc import Mapping
from typing import Any

from infragen.core import clock
from infragen.core.build_context import call, of, value
from infragen.core.expressions import Export, Record
from infragen.core.names import LIMITS
from infragen.core.operations import read_secret
from infragen.core.part import Named, named, pattern
from infragen.core.written import of_owner
from infragen.kinds import keys, network
from infragen.kinds.databases.users import Login, shown
from infragen.secret_forms import ARN_END


class StoreView(keys.EncryptedView):
    """What a cluster or an instance has, whatever its engine."""

    WHAT = "Cluster"
    MODULE = ""
    """The module that makes it, but for who keeps the master password."""
    _entry: Any
    identifier: Named[str]
    logins: of[tuple[Login, ...]]
    database: call
    subnet_group = of(network.subnet_group)
    key = keys.of_purpose("databases")

    @property
    def family(self) -> str:
        return ""

    resource_id: Export = value(lambda self: self.database.resource_id)

    @property
    def logins_with_passwords(self) -> tuple[Login, ...]:
        return tuple(login for login in self.logins if login.has_password)

    @property
    def secret_names(self) -> dict[str, str]:
        return {login.name: self.secret_name_of(login.name) for login in self.logins_with_passwords}

    @property
    def user_access(self) -> dict[str, Record]:
        return {login.name: shown(self._ctx, login.owners, login.access, login.number) for login in self.logins}

    is_cluster: bool = True
    is_secondary: bool = False

    @property
    def secrets_prefix(self) -> str:
        """Replicas have the names of their originals."""
        return self.identifier

    is_managed: bool = value(lambda self: self._entry.master_password == "managed")  # noqa: S105 -- a way to keep one

    @property
    def module(self) -> str:
        return f"../modules/{self.MODULE}{'_managed_password' if self.is_managed else ''}"

    description = pattern("{own.WHAT} {own.identifier}")
    database_name = of(lambda ctx: str(ctx.entry.inner_name))
    longest_identifier = pattern("{own.identifier}-reader-15", LIMITS["database"])

    @named(LIMITS["secret"])
    def master_secret_name(self) -> str:
        """A secret with the former name keeps it, and so its value."""
        former = f"{self.secrets_prefix}-master"
        return former if former in of_owner(self._ctx, "master_secret_name").values() else f"{former}-password"

    @property
    def master_secret_description(self) -> str:
        return f"Master user of {self.identifier}"

    backup_window = of(lambda ctx: clock.backup_window(ctx.entry.backup.window, ctx.time_zone))

    @property
    def maintenance_window(self) -> str:
        day, window = self._entry.maintenance.when(self._entry, self._ctx.settings)
        return clock.maintenance_window(day, window, self._ctx.time_zone)

    deletion_protection: bool = value(lambda self: self._usual(self._entry.deletion_protection))
    skip_final_snapshot: bool = value(lambda self: not self._usual(self._entry.final_snapshot))

    def _usual(self, said: bool | None) -> bool:
        return self._ctx.settings.production if said is None else said

    final_snapshot_identifier = pattern("{own.identifier}-final")

    def master_password(self, service: str = "rds") -> str:
        return read_secret(self.master_secret(service) if self.is_managed else self.master_secret_name, self.region)

    def master_secret(self, service: str = "rds") -> str:
        if not self.is_managed:
            find = f"aws secretsmanager describe-secret --secret-id {self.master_secret_name}"
            return f'"$({find} --query ARN --output text --region {self.region})"'
        kind = "Cluster" if self.is_cluster else "Instance"
        what = kind.lower()
        find = f"aws {service} describe-db-{what}s --db-{what}-identifier {self.identifier} --region {self.region}"
        return f"\"$({find} --query 'DB{kind}s[0].MasterUserSecret.SecretArn' --output text)\""

    def secret_name_of(self, user: str) -> str:
        # A new name has no end that Secrets Manager would take for one of its own
        name = f"{self.secrets_prefix}-user-{user.replace('_', '-')}"
        if not ARN_END.search(name) or name == of_owner(self._ctx, "users").get((user, "secret_name")):
            return name
        return f"{name}-password"

    password_numbers: dict[str, int] = value(lambda self: {login.name: login.number for login in self.logins})

    @property
    def secrets(self) -> dict[str, dict[str, object]]:
        return {
            user: {
                "secret_name": name,
                "description": f"User {user} of {self.identifier}",
                "password_version": self.password_numbers[user],
            }
            for user, name in self.secret_names.items()
            if name == self.secret_name_of(user)
        }

    @named(LIMITS["parameter_group"])
    def parameter_group_name(self) -> str:
        """Another family has another group, so that a major upgrade finds it ready."""
        return f"{self.identifier}-{self.family.replace('.', '-')}" if self.family else ""

    @named(LIMITS["secret"])
    def longest_secret_name(self) -> str:
        return max(self.secret_names.values(), key=len, default="")

    reader_roles = of(lambda ctx: tuple(f"reader-{number}" for number in range(1, ctx.entry.readers + 1)))

    @property
    def instances(self) -> dict[str, dict[str, object]]:
        # One zone further each. The first zone comes from the database's own name: writers spread over the zones, and
        # no database's place depends on another's; with another zone, those that exist stay. The first reader is the
        # one that is promoted; it scales with the writer (tier 1)
        found = network.zones(self._ctx.environment)
        first = zlib.crc32(self._entry.identity.encode())
        given = of_owner(self._ctx, "instances")
        return {
            role: {
                "identifier": f"{self.identifier}-{role}",
                "availability_zone": had
                if (had := given.get((role, "availability_zone"))) in found
                else found[(first + tier) % len(found)],
                "promotion_tier": tier,
            }
            for tier, role in enumerate(("writer", *self.reader_roles))
        }


def with_apply_method(values: Mapping[str, str], at_start: frozenset[str] | set[str]) -> dict[str, Record]:
    return {
        name: Record({"value": value, "apply_method": "pending-reboot" if name in at_start else "immediate"})
        for name, value in sorted(values.items())
    }
