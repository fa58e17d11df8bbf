"""What templates read of a database: what every engine has, an Aurora cluster, an instance on RDS, and their users."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from infragen.core import clock
from infragen.core.expressions import Record, Reference
from infragen.core.names import LIMITS, Names
from infragen.core.part import named
from infragen.kinds import keys, network
from infragen.kinds.databases import extensions
from infragen.kinds.databases.aws_backup import BackupView
from infragen.kinds.databases.instance_classes import has_insights
from infragen.kinds.databases.memory_parameters import in_own_unit
from infragen.kinds.databases.users import ACCESS, MASTER, Login, derived, logins, own_roles, shown

if TYPE_CHECKING:
    from decimal import Decimal

    from infragen.core.expressions import Export, Module
    from infragen.core.place import Place
    from infragen.kinds.databases.model import Database

_PRODUCTION_RECOVERY_DAYS: Final = 30
_INSIGHTS_DAYS: Final = 7
"""What costs nothing (Amazon RDS User Guide: Pricing and data retention for Performance Insights)."""


_PASSWORD_CHECKS: Final = {"mysql": "MYSQL_CACHING_SHA2_PASSWORD", "postgresql": "POSTGRES_SCRAM_SHA_256"}
_SERVERLESS: Final = "db.serverless"
_PAUSE_SECONDS: Final = 300
"""AWS's own, where nobody says (Amazon RDS API: ServerlessV2ScalingConfiguration)."""
_CHANGES_TABLES: Final = ("ALTER", "CREATE", "CREATE VIEW", "DROP", "INDEX", "REFERENCES", "SHOW VIEW", "TRIGGER")
_CHANGES_ROUTINES: Final = ("ALTER ROUTINE", "CREATE ROUTINE")
_CHANGES_ROWS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE")
_MYSQL_PRIVILEGES: Final = {
    "read-write": _CHANGES_ROWS,
    "read": ("SELECT", "SHOW VIEW"),
    "owner": (*_CHANGES_ROWS, *_CHANGES_TABLES),
    "migrate": (*_CHANGES_ROWS, *_CHANGES_TABLES, *_CHANGES_ROUTINES),
}


def module(place: Place) -> Module:
    """Return the module of a cluster or an instance."""
    return place.module("data", "database", place.entry)


def readers_module(place: Place) -> Module:
    """Return the module of the readers of an instance on RDS; a cluster has its own."""
    return place.module("data", "readers", place.entry)


def proxy_module(place: Place) -> Module:
    """Return the module of the proxy."""
    return place.module("data", "proxy", place.entry)


def passwords_module(place: Place) -> Module:
    """Return the module of the users' passwords."""
    return place.module("data", "passwords", place.entry)


def sql_module(place: Place) -> Module:
    """Return the module that runs the SQL of the users through the Data API."""
    return place.module("data", "sql", place.entry)


def group_module(place: Place) -> Module:
    """Return the module of the security group of a cluster or an instance."""
    return place.module("security", "security_group", "database", place.entry)


def proxy_group_module(place: Place) -> Module:
    """Return the module of the proxy's security group."""
    return place.module("security", "security_group", "proxy", place.entry)


def sql_path(database: Database) -> str:
    """Return where in its stack's folder the SQL of a database's users is."""
    return f"sql/{database.name}.sql"


class DatabaseView(keys.EncryptedView):
    """What a database of any engine has."""

    WHAT = "Instance"
    """What AWS calls it, at the beginning of a sentence."""

    def __init__(self, place: Place) -> None:
        """Take the place of a database."""
        super().__init__(place)
        self._database: Database = place.entry

    @property
    def database(self) -> Module:
        """The module of the cluster or the instance."""
        return module(self._place)

    @property
    def proxy(self) -> Module:
        """The module of the proxy."""
        return proxy_module(self._place)

    @property
    def is_managed(self) -> bool:
        """Whether AWS keeps the master password."""
        return self._database.master_password == "managed"  # noqa: S105 -- the way a password is kept, not one

    @named(LIMITS["database"])
    def identifier(self) -> str:
        """What AWS calls the cluster or the instance."""
        return self._place.names.database(self._database)

    @named(LIMITS["database"])
    def longest_identifier(self) -> str:
        """The longest name of an instance."""
        return f"{self.identifier}-reader-15"

    @property
    def description(self) -> str:
        """What it is."""
        return f"{self.WHAT} {self.identifier}"

    @property
    def database_name(self) -> str:
        """The database inside."""
        return self._database.inner_name

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._database.kind_of_engine.port

    @property
    def master_username(self) -> str:
        """Whom nobody is, but for the first SQL file and for emergencies."""
        return MASTER

    @named(LIMITS["secret"])
    def master_secret_name(self) -> str:
        """The secret with that user's password."""
        return f"{self.identifier}-master"

    @property
    def master_secret_description(self) -> str:
        """What it is."""
        return f"Master user of {self.identifier}"

    @property
    def recovery_window_in_days(self) -> int:
        """Days a deleted secret can be restored: none outside production, where names are soon used again."""
        return _PRODUCTION_RECOVERY_DAYS if self._place.settings.production else 0

    @property
    def subnet_group(self) -> Export:
        """The subnets of databases."""
        return network.subnet_group(self._place)

    @property
    def group(self) -> Module:
        """Its security group."""
        return group_module(self._place)

    @property
    def key(self) -> Export | None:
        """What its storage is encrypted with."""
        return keys.key(self._place, "databases")

    @property
    def log_exports(self) -> dict[str, int]:
        """Which logs go to CloudWatch, and how many days they stay."""
        retention = self._database.log_retention or self._place.settings.log_retention
        usual = dict.fromkeys(self._database.kind_of_engine.logs, retention)
        audit = self._database.audit
        return usual | {self._database.kind_of_engine.audit_log: audit.retention} if audit is not None else usual

    @property
    def backup_window(self) -> str:
        """When backups are made, in UTC."""
        return clock.backup_window(self._database.backup.window, self._place.environment.system.time_zone)

    @property
    def maintenance_window(self) -> str:
        """When AWS may restart it, in UTC."""
        maintenance = self._database.maintenance
        return clock.maintenance_window(maintenance.day, maintenance.window, self._place.environment.system.time_zone)

    @property
    def deletion_protection(self) -> bool:
        """Whether AWS refuses to delete it."""
        return self._usual(self._database.deletion_protection)

    @property
    def skip_final_snapshot(self) -> bool:
        """Whether it goes without a last snapshot."""
        return not self._usual(self._database.final_snapshot)

    def _usual(self, said: bool | None) -> bool:
        return self._place.settings.production if said is None else said

    @property
    def final_snapshot_identifier(self) -> str:
        """The snapshot that stays when it goes."""
        return f"{self.identifier}-final"

    @property
    def backup(self) -> BackupView:
        """What AWS Backup does for it."""
        return BackupView(self._place, self.identifier, self.database)

    @named(LIMITS["role"])
    def backup_role_name(self) -> str:
        """The role that takes its snapshots."""
        return self.backup.role_name if self._database.has_vault else ""

    @named(LIMITS["backup_plan"])
    def backup_plan_name(self) -> str:
        """The plan of its backups by the clock."""
        return self.backup.plan_name if self._database.backup.schedules else ""

    @named(LIMITS["proxy"])
    def longest_proxy_name(self) -> str:
        """The longest name of the proxy and its endpoints."""
        return f"{self.proxy_name}-reader" if self._database.proxy else ""

    @property
    def proxy_name(self) -> str:
        """What AWS calls the proxy."""
        return f"{self.identifier}-proxy"

    @named(LIMITS["role"])
    def proxy_role_name(self) -> str:
        """The role with which the proxy reads its secrets."""
        return f"{self.identifier}-proxy" if self._database.proxy else ""

    @property
    def proxy_group(self) -> Module:
        """The security group of the proxy."""
        return proxy_group_module(self._place)

    @property
    def subnets(self) -> Export:
        """Where the proxy stands."""
        return network.data_subnets(self._place)

    @property
    def logins(self) -> tuple[Login, ...]:
        """The users of who uses it."""
        return logins(self._database, self._place)

    @property
    def logins_with_passwords(self) -> tuple[Login, ...]:
        """Those that have a password."""
        return tuple(login for login in self.logins if login.has_password)

    @property
    def pooled_logins(self) -> tuple[Login, ...]:
        """Those that its proxy signs in as, where it has one."""
        return tuple(login for login in self.logins if not login.migrates)

    @property
    def username(self) -> str:
        """The only user that its proxy signs in as."""
        return self.pooled_logins[0].name

    @property
    def has_one_login(self) -> bool:
        """Whether its proxy has the only password, in a secret of its own."""
        database = self._database
        is_plain = database.engine == "aurora-mysql" and database.proxy is not None and database.login == "token"
        return is_plain and len(self.pooled_logins) == 1

    @property
    def has_passwords(self) -> bool:
        """Whether its users have passwords."""
        return self._database.has_passwords

    @property
    def secret_names(self) -> dict[str, str]:
        """The secret with each user's password, by the user's name."""
        if self.has_one_login:
            return {self.username: self.secret_name}
        names = (login.name for login in self.logins_with_passwords)
        return {name: f"{self.identifier}-user-{name.replace('_', '-')}" for name in names}

    @named(LIMITS["secret"])
    def longest_secret_name(self) -> str:
        """The longest name of a secret with a user's password."""
        return max(self.secret_names.values(), key=len) if self.has_passwords else ""

    @property
    def passwords_module(self) -> Module:
        """The module of its users' passwords."""
        return passwords_module(self._place)

    @property
    def users_module(self) -> Module:
        """The module that shows in a plan what its users may do, where people make them."""
        return self._place.module("data", "users", self._database)

    @property
    def resource_id(self) -> Export:
        """The id that AWS gives it, another one for a database that replaces it."""
        return self.database.resource_id

    @property
    def user_access(self) -> dict[str, Record]:
        """Whose each user is and what it may do, by its name."""
        return {login.name: shown(self._place, login.owners, login.access) for login in self.logins}

    @property
    def script(self) -> str:
        """The file that people run to make them."""
        return sql_path(self._database)

    @property
    def sql_module(self) -> Module:
        """The module that runs the SQL of its users."""
        return sql_module(self._place)

    @property
    def sql_file(self) -> Reference:
        """The file with that SQL, read when Terraform runs."""
        return Reference(f'file("${{path.module}}/{sql_path(self._database)}")')

    @property
    def sql_passwords(self) -> dict[str, Export]:
        """The secret with the password of each variable in that SQL."""
        if not self.has_passwords:
            return {}
        if self.has_one_login:
            return {self.pooled_logins[0].variable: self.proxy.secret_arn}
        arns = self.passwords_module.secret_arns
        return {login.variable: arns[login.name] for login in self.logins_with_passwords}

    @property
    def secrets(self) -> dict[str, dict[str, str]]:
        """The secret with the password of each user, by its name."""
        return {
            user: {"secret_name": name, "description": f"User {user} of {self.identifier}"}
            for user, name in self.secret_names.items()
        }

    @property
    def proxy_logins(self) -> dict[str, dict[str, object]]:
        """Whom the proxy signs in as, by name."""
        return {
            login.name: {
                "secret_arn": self.passwords_module.secret_arns[login.name],
                "description": f"User {login.name}",
            }
            for login in self.pooled_logins
        }

    @property
    def engine_family(self) -> str:
        """What its proxy speaks."""
        return self._database.kind_of_engine.dialect.upper()

    @property
    def is_cluster(self) -> bool:
        """Whether it is a cluster, and no instance."""
        return self._database.kind_of_engine.is_aurora

    @property
    def iam_auth(self) -> str:
        """Whether who connects to the proxy signs in with a token."""
        return "REQUIRED" if self._database.login == "token" else "DISABLED"

    @property
    def client_password_auth_type(self) -> str:
        """How the proxy checks a password."""
        return _PASSWORD_CHECKS[self._database.kind_of_engine.dialect]

    @property
    def secret_name(self) -> str:
        """The secret with the password of its only user."""
        return f"{self.identifier}-app"

    @property
    def secret_description(self) -> str:
        """What it is."""
        return f"Login of the proxy at {self.identifier}"

    @property
    def auth_description(self) -> str:
        """Whom the proxy signs in as."""
        return f"User {self.username}"

    @property
    def max_connections_percent(self) -> int:
        """How much of the database's connections the proxy may take."""
        return int(self._database.proxy.max_connections) if self._database.proxy else 0

    @property
    def max_idle_connections_percent(self) -> int:
        """How much of them it keeps open without work."""
        return self.max_connections_percent // 2

    @property
    def reader_endpoints(self) -> tuple[str, ...]:
        """A second address of the proxy that leads to a cluster's readers, where there are any."""
        is_aurora = self._database.kind_of_engine.is_aurora
        return (f"{self.proxy_name}-reader",) if is_aurora and self._database.readers else ()


class ClusterView(DatabaseView):
    """An Aurora cluster."""

    WHAT = "Cluster"
    MODULE = "aurora_cluster"

    @property
    def template(self) -> str:
        """The template that calls it."""
        return f"kinds/databases/{'main' if self.MODULE == ClusterView.MODULE else 'cluster'}.tf"

    @property
    def module(self) -> str:
        """Which module makes it: they differ in who keeps the master password."""
        return f"../modules/{self.MODULE}{'_managed_password' if self.is_managed else ''}"

    @property
    def min_capacity(self) -> Decimal | None:
        """Its least capacity in ACU; a rule says where it has none."""
        capacity = self._database.capacity
        return None if capacity is None else capacity.min

    @property
    def max_capacity(self) -> Decimal | None:
        """Its greatest capacity in ACU."""
        capacity = self._database.capacity
        return None if capacity is None else capacity.max

    @property
    def instances(self) -> dict[str, dict[str, object]]:
        """The writer and the readers, one zone further each.

        The first zone comes from the database's own name: writers spread over the zones, and no database's place
        depends on another's. The first reader is the one that is promoted; it scales with the writer (tier 1).
        """
        found = network.zones(self._place.environment)
        first = zlib.crc32(self._database.identity.encode())
        roles = ("writer", *self._database.reader_roles)
        return {
            role: {
                "identifier": f"{self.identifier}-{role}",
                "availability_zone": found[(first + tier) % len(found)],
                "promotion_tier": tier,
            }
            for tier, role in enumerate(roles)
        }


class EngineView(DatabaseView):
    """What differs by engine and version."""

    @property
    def engine(self) -> str:
        """What the RDS API calls the engine."""
        return self._database.kind_of_engine.name

    @property
    def engine_version(self) -> str:
        """Its version; Aurora MySQL has releases of its own."""
        return self._database.release or self._database.version

    @property
    def keeps_minor(self) -> bool:
        """Whether AWS may install newer minor versions: not where the catalogue names one."""
        return not self._database.release and self._database.kind_of_engine.minor(self._database.version) is None

    @property
    def family(self) -> str:
        """The family of its parameter group."""
        engine = self._database.kind_of_engine
        return f"{engine.family}{engine.major(self._database.version)}"

    @named(LIMITS["parameter_group"])
    def parameter_group_name(self) -> str:
        """The parameter group, another one for another family, so that a major upgrade finds it ready."""
        return f"{self.identifier}-{self.family.replace('.', '-')}"

    @property
    def parameters(self) -> dict[str, Record]:
        """The parameters that are set, with when each takes effect; what the catalogue says wins.

        TLS is in force from the first start. AWS tells of a value that is its default as one for the next start (AWS
        provider, issue 39252), so that another word would change with each plan.
        """
        engine = self._database.kind_of_engine
        at_start = {*engine.static, engine.tls[0]}
        audit = engine.audit if self._database.audit is not None else ()
        given = in_own_unit(self._database)
        values = dict((engine.tls, *engine.slow, *audit)) | extensions.parameters(self._database) | given
        return {
            name: Record({"value": value, "apply_method": "pending-reboot" if name in at_start else "immediate"})
            for name, value in sorted(values.items())
        }


class InstanceView(EngineView):
    """An instance on RDS."""

    @property
    def module(self) -> str:
        """Which module makes it: they differ in who keeps the master password, and whether it is a copy."""
        if self.copied_from is not None:
            return "../modules/rds_instance_copy"
        return f"../modules/rds_instance{'_managed_password' if self.is_managed else ''}"

    @property
    def copied_from(self) -> str | None:
        """The ARN of the instance that it is a copy of, where its environment follows another one."""
        followed = self._place.environment.followed
        if followed is None:
            return None
        name = Names.of(self._place.environment, followed.environment).database(self._database)
        return f"arn:aws:rds:{followed.region}:{followed.account}:db:{name}"

    @property
    def lag_of_copy(self) -> int:
        """Seconds that a copy may be behind: a quarter of what may be lost, so that somebody can still do something.

        0 where nobody promises anything. Assumption: no document gives a figure for this alarm.
        """
        followed = self._place.environment.followed
        recovery = followed.recovery if followed is not None else None
        return recovery.rpo_hours * 900 if recovery is not None else 0

    @property
    def insights_days(self) -> int | None:
        """How long performance data is kept; None where the class has none."""
        engine, size = self._database.kind_of_engine, self._database.size
        return _INSIGHTS_DAYS if size is not None and has_insights(size, engine) else None

    @property
    def readers(self) -> Module | None:
        """The module of its readers."""
        return readers_module(self._place) if self._database.readers else None

    @property
    def reader_identifiers(self) -> dict[str, str]:
        """What AWS calls the readers, by role."""
        return {role: f"{self.identifier}-{role}" for role in self._database.reader_roles}

    @property
    def reader_zones(self) -> dict[str, str]:
        """The zones that the readers stand in, by role; none where AWS chooses."""
        return dict(zip(self.reader_identifiers, self._database.reader_zones, strict=False))


class EngineClusterView(ClusterView, EngineView):
    """An Aurora cluster of any engine, serverless or of an instance class."""

    MODULE = "aurora"

    @property
    def instance_class(self) -> str:
        """The class of its instances."""
        return _SERVERLESS if self._database.capacity is not None else str(self._database.size)

    @property
    def capacity(self) -> Record | None:
        """The range that its instances move in, and when they pause."""
        capacity = self._database.capacity
        if capacity is None:
            return None
        pause = {} if capacity.min else {"seconds_until_pause": capacity.pause_after or _PAUSE_SECONDS}
        return Record({"min": capacity.min, "max": capacity.max, **pause})


def cluster_view(place: Place) -> ClusterView:
    """Return the view of a cluster: the plain one of Aurora MySQL, or that of any engine."""
    database: Database = place.entry
    capacity = database.capacity
    is_plain = database.engine == "aurora-mysql" and capacity is not None and capacity.min and not database.parameters
    return ClusterView(place) if is_plain else EngineClusterView(place)


def _privileges(login: Login) -> tuple[str, ...]:
    return _MYSQL_PRIVILEGES.get(login.access, _MYSQL_PRIVILEGES[ACCESS[0]])


class UsersView(DatabaseView):
    """The SQL of who signs in."""

    @property
    def what(self) -> Reference:
        """What AWS calls it."""
        return Reference("cluster" if self._database.kind_of_engine.is_aurora else "instance")

    @property
    def is_shared(self) -> bool:
        """Whether several entries work with its rows."""
        return len(self.pooled_logins) > 1

    @property
    def host(self) -> Reference:
        """What stands for its address in a command."""
        return Reference("CLUSTER" if self._database.kind_of_engine.is_aurora else "INSTANCE")

    @property
    def passwords(self) -> Reference:
        """The variables with the passwords, for `envsubst`."""
        return Reference(f"'{' '.join(f'${login.variable}' for login in self.logins_with_passwords)}'")

    @property
    def is_run_by_apply(self) -> bool:
        """Whether nobody has to run it."""
        return self._database.data_api

    @property
    def password_variables(self) -> Reference:
        """What stands for the passwords in it."""
        return Reference(", ".join(f"${{{login.variable}}}" for login in self.logins_with_passwords))

    @property
    def privileges(self) -> dict[str, Reference]:
        """What each user has in MySQL, by its name."""
        return {login.name: Reference(", ".join(_privileges(login))) for login in self.logins}

    @property
    def others(self) -> dict[str, Reference]:
        """What a user may have had before, by the names of those who have not all of it."""
        lacks = {login.name: set(_MYSQL_PRIVILEGES["migrate"]) - {*_privileges(login)} for login in self.logins}
        return {
            name: Reference(", ".join(one for one in _MYSQL_PRIVILEGES["migrate"] if one in lacked))
            for name, lacked in lacks.items()
            if lacked
        }

    @property
    def ways_in(self) -> dict[str, Reference]:
        """How each user signs in, by its name."""
        return {login.name: self._way_in(login, "its") for login in self.logins}

    @property
    def way_of_tasks(self) -> Reference:
        """How the tasks of the only entry do that works with its rows."""
        return self._way_in(self.pooled_logins[0], "their")

    def _way_in(self, login: Login, whose: str) -> Reference:
        is_token = self._database.login == "token"
        word = f"a token of {whose} IAM role" if is_token else f"the password of {whose} secret"
        if login.migrates:
            return Reference(f"to the {self.what.expression} itself with {word}")
        if self._database.proxy is None:
            return Reference(f"with {word}")
        of_proxy = "its secret" if is_token else "the same"
        return Reference(f"to the proxy with {word}; the proxy logs in here with {of_proxy}")

    @property
    def tables(self) -> Reference:
        """All tables of the database, in MySQL."""
        return Reference(f"`{self.database_name}`.*")


class RolesView(UsersView):
    """The same as roles of PostgreSQL, whose names stand in double quotes."""

    @property
    def connection(self) -> Reference:
        """What `psql` connects to."""
        where = f"host={self.host.expression} port={self.port} dbname={self.database_name} user={self.master_username}"
        return Reference(f'"{where} sslmode=verify-full sslrootcert=global-bundle.pem"')

    @property
    def inner(self) -> Reference:
        """The database inside."""
        return Reference(f'"{self.database_name}"')

    @property
    def can_read(self) -> Reference:
        """Whoever may read."""
        return self._quoted("_can_read")

    @property
    def can_write(self) -> Reference:
        """Whoever may change rows."""
        return self._quoted("_can_write")

    @property
    def owner(self) -> Reference:
        """Whoever may change tables; they belong to it."""
        return self._quoted("_owner")

    def _quoted(self, suffix: str) -> Reference:
        return Reference(f'"{derived(self._database, suffix)}"')

    @property
    def all_roles(self) -> Reference:
        """The names of all, as a list of texts."""
        names = (*own_roles(self._database), *(login.name for login in self.logins))
        return Reference(", ".join(f"'{name}'" for name in dict.fromkeys(names)))

    @property
    def extensions(self) -> tuple[Reference, ...]:
        """What PostgreSQL is extended by."""
        audit = ("pgaudit",) if self._database.audit is not None else ()
        return tuple(Reference(f'"{name}"') for name in dict.fromkeys((*self._database.extensions, *audit)))

    @property
    def rights(self) -> dict[str, Reference]:
        """The role that each user is a member of, by its name."""
        return {login.name: self.can_read if login.access == "read" else self.can_write for login in self.logins}

    @property
    def wrongs(self) -> dict[str, Reference]:
        """The roles that it may have been a member of before."""
        return {
            login.name: Reference(", ".join(role.expression for role in (self.can_write, self.owner)))
            if login.access == "read"
            else self.owner
            for login in self.logins
        }
