"""What templates read of a database: what every engine has, an Aurora cluster, an instance on RDS, and their users."""

import re
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, call, named_by, of, value
from infragen.core.expressions import Export, Joined, Record, Reference
from infragen.core.names import LIMITS, Names
from infragen.core.part import named, pattern
from infragen.core.tracing import Read
from infragen.kinds import network
from infragen.kinds.databases import postgresql
from infragen.kinds.databases.aws_backup import BackupView
from infragen.kinds.databases.instance_classes import has_insights
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.postgresql import in_own_unit, schemas
from infragen.kinds.databases.store import StoreView, with_apply_method
from infragen.kinds.databases.users import ACCESS, MASTER, Login, derived, logins, own_roles, owning_role

URLS: Final = ("url_primary", "url_replica")
"""The keys of a user's secret with the addresses for writing and for reading."""
_PASSWORD_CHECKS: Final = {"mysql": "MYSQL_CACHING_SHA2_PASSWORD", "postgresql": "POSTGRES_SCRAM_SHA_256"}


def sql_path(database: Database) -> str:
    return f"sql/{database.name}.sql"


class DatabaseView(StoreView):
    """What a database of any engine has."""

    WHAT = "Instance"
    master_username = MASTER
    _entry: Database
    database = call("data", "database")
    proxy = call("data", "proxy")
    group = call("security", "security_group", "database")
    readers_module = call("data", "readers")
    proxy_group = call("security", "security_group", "proxy")
    subnets = of(lambda ctx: network.standing_subnets(ctx, "data", "subnet_ids", 2))
    passwords_module = call("data", "passwords")
    users_module = call("data", "users")
    sql_module = call("data", "sql")
    identifier = named_by(lambda ctx: ctx.names.database(ctx.entry), LIMITS["database"])
    is_global: bool = value(lambda self: self.is_cluster and self._entry.global_database)
    is_secondary: bool = value(lambda self: self.is_global and self._ctx.settings.standby_of is not None)
    """Whether it was made as the copy: it stays what it is in Terraform when it takes over."""
    is_copy: bool = value(lambda self: self._ctx.environment.followed is not None and not self.is_cluster)
    source_target = pattern("{own._ctx.environment.system.name}/{own._ctx.settings.follows}", when="is_copy")

    @property
    def master_secret_description(self) -> str:
        return f"Master user of {self.identifier}{', once that is promoted' if self.is_copy else ''}"

    @property
    def secrets_prefix(self) -> str:
        return self._ctx.primary_names.database(self._entry) if self.is_secondary else self.identifier

    @property
    def replica_region(self) -> str | None:
        recovery = self._ctx.settings.recovery
        return recovery.region if self.is_global and not self.is_secondary and recovery is not None else None

    global_identifier = of(lambda ctx: f"{ctx.primary_names.database(ctx.entry)}-global")
    """What AWS calls the global database, which the environment makes that has the standby."""

    @named(LIMITS["global_database"])
    def global_identifier_taken(self) -> str:
        return self.global_identifier if self.is_global and not self.is_secondary else ""

    global_identifier_joined = pattern("{own.global_identifier}", LIMITS["joined_global_database"], when="is_secondary")
    port = of(lambda ctx: ctx.entry.kind_of_engine.port)

    @property
    def log_exports(self) -> dict[str, int]:
        engine, audit = self._entry.kind_of_engine, self._entry.audit
        usual = dict.fromkeys(engine.logs, self._entry.log_retention or self._ctx.settings.log_retention)
        return usual if audit is None else usual | {engine.audit_log: audit.retention}

    backup: BackupView = value(lambda self: BackupView(self._ctx, self.identifier, self.database))
    backup_role_name = pattern("{own.backup.role_name}", LIMITS["role"], when="_entry.has_vault")
    backup_plan_name = pattern("{own.backup.plan_name}", LIMITS["backup_plan"], when="_entry.backup.schedules")
    longest_proxy_name = pattern("{own.proxy_name}-reader", LIMITS["proxy"], when="_entry.proxy")
    proxy_name = pattern("{own.identifier}-proxy")
    proxy_role_name = pattern("{own.identifier}-proxy", LIMITS["role"], when="_entry.proxy")
    logins = of(lambda ctx: logins(ctx.entry, ctx))
    script = of(lambda ctx: sql_path(ctx.entry))
    sql_file = of(lambda ctx: Reference(f'file("${{path.module}}/{sql_path(ctx.entry)}")'))
    is_migrated: bool = value(lambda self: any(login.is_owner for login in self.logins))
    pooled_logins: tuple[Login, ...] = value(lambda self: tuple(login for login in self.logins if not login.migrates))
    username: str = value(lambda self: self.pooled_logins[0].name)
    password_version: int = value(lambda self: self.pooled_logins[0].number)

    @property
    def has_one_login(self) -> bool:
        database = self._entry
        is_alone = _is_plain(database) and database.login == "token" and database.has_passwords
        return is_alone and sum(not login.is_second for login in self.pooled_logins) == 1

    has_own_secret: bool = value(lambda self: self.has_one_login and not self.is_secondary)
    has_passwords = of(lambda ctx: ctx.entry.has_passwords)

    @property
    def secret_names(self) -> dict[str, str]:
        found = super().secret_names
        return found | {self.username: self.secret_name} if self.has_one_login else found

    made_secrets: dict[str, object] = value(lambda self: {**(self.secret_names if self.is_secondary else self.secrets)})

    @property
    def user_access(self) -> dict[str, Record]:
        users, made = super().user_access, ", ".join(schemas(self._entry, self._ctx.environment))
        if not made:
            return users
        of, owner = self._entry.tenants_of, self._ctx.owner
        listed = Read(owner, ("tenants_of",)) if of[1:] else Read(f"gateways/{of[0]}" if of else owner, ("tenants",))
        return users | {owning_role(self._entry): Record({"of": "tenants", "access": made}, listed)}

    @property
    def sql_passwords(self) -> dict[str, Export]:
        if not self.has_passwords:
            return {}
        arns = self.passwords_module.secret_arns
        own = self.username if self.has_one_login else None
        return {
            login.variable: self.proxy.secret_arn if login.name == own else arns[login.name]
            for login in self.logins_with_passwords
        }

    @property
    def sql_password_versions(self) -> dict[str, int]:
        known = self.sql_passwords
        return {one.variable: one.number for one in self.logins if one.variable in known}

    @property
    def proxy_logins(self) -> dict[str, dict[str, object]]:
        arns, names = self.passwords_module.secret_arns, self.proxy_users[self.has_own_secret :]
        return {name: {"secret_arn": arns[name], "description": f"User {name}"} for name in names}

    proxy_has_tokens = of(lambda ctx: ctx.entry.proxy is not None and ctx.entry.proxy.login == "token")

    @property
    def proxy_module(self) -> str:
        if self.has_own_secret:
            return f"../modules/rds_proxy{'' if self.replica_region is None else '_replicated'}"
        return f"../modules/rds_proxy_{'tokens' if self.proxy_has_tokens else 'users'}"

    @property
    def passwords_module_source(self) -> str:
        if self.is_secondary:
            return "../modules/database_password_replicas"
        if self._entry.url_options is not None:
            return "../modules/database_passwords_with_urls"
        return f"../modules/database_passwords{'' if self.replica_region is None else '_replicated'}"

    @property
    def urls(self) -> dict[str, object]:
        """`%s` is replaced by user and password."""
        entry, primary = self._entry, self.database.endpoint
        replica = primary
        if self.reader_roles:
            readers = self.readers_module
            replica = self.database.reader_endpoint if self.is_cluster else readers.endpoints[self.reader_roles[0]]
        rest = f":{self.port}/{self.database_name}?{entry.url_options}"
        scheme = f"{entry.kind_of_engine.dialect}://%s@"
        return {URLS[0]: Joined.of(scheme, primary, rest), URLS[1]: Joined.of(scheme, replica, rest)}

    proxy_users: tuple[str, ...] = value(lambda self: tuple(login.name for login in self.pooled_logins))
    engine_family = of(lambda ctx: ctx.entry.kind_of_engine.dialect.upper())
    is_cluster: bool = value(lambda self: self._entry.kind_of_engine.is_aurora)
    iam_auth = of(lambda ctx: "REQUIRED" if ctx.entry.login == "token" else "DISABLED")
    client_password_auth_type = of(lambda ctx: _PASSWORD_CHECKS[ctx.entry.kind_of_engine.dialect])
    secret_name = pattern("{own.secrets_prefix}-app")
    secret_description = pattern("Login of the proxy at {own.identifier}")
    auth_description = pattern("User {own.username}")
    max_connections_percent = of(lambda ctx: int(ctx.entry.proxy.max_connections) if ctx.entry.proxy else 0)
    max_idle_connections_percent: int = value(lambda self: self.max_connections_percent // 2)

    @property
    def reader_endpoints(self) -> tuple[str, ...]:
        return (f"{self.proxy_name}-reader",) if self._entry.kind_of_engine.is_aurora and self._entry.readers else ()


class ClusterView(DatabaseView):
    """An Aurora cluster."""

    WHAT = "Cluster"
    MODULE = "aurora_cluster"

    @property
    def module(self) -> str:
        if self.is_secondary:
            return f"../modules/{self.MODULE}_secondary"
        return f"../modules/{self.MODULE}_global" if self.is_global else super().module

    @property
    def template(self) -> str:
        return f"kinds/databases/{'main' if self.MODULE == ClusterView.MODULE else 'cluster'}.tf"


class EngineView(DatabaseView):
    """What differs by engine and version."""

    engine = of(lambda ctx: ctx.entry.kind_of_engine.name)
    engine_version = of(lambda ctx: ctx.entry.release or ctx.entry.version)
    keeps_minor = of(lambda ctx: not ctx.entry.release and ctx.entry.kind_of_engine.minor(ctx.entry.version) is None)
    """Whether AWS may install newer minor versions: not where the catalogue names one."""

    @property
    def family(self) -> str:
        engine = self._entry.kind_of_engine
        return f"{engine.family}{engine.major(self._entry.version)}"

    @property
    def parameters(self) -> dict[str, Record]:
        # What the catalogue says wins. TLS is in force from the first start. AWS reports a value that is its default as
        # one for the next start (AWS provider, issue 39252), so that another word would change with each plan
        engine = self._entry.kind_of_engine
        at_start = {*engine.static, engine.tls[0]}
        audit = engine.audit if self._entry.audit is not None else ()
        given = in_own_unit(self._entry)
        values = dict((engine.tls, *engine.slow, *audit)) | postgresql.parameters(self._entry) | given
        return with_apply_method(values, at_start)


class InstanceView(EngineView):
    """An instance on RDS."""

    MODULE = "rds_instance"

    @property
    def engine_version(self) -> str:
        """A former copy has the version of copies: AWS never downgrades."""
        ahead = self._entry.readers_version if self._ctx.settings.standby_of is not None else None
        return ahead or self._entry.version

    @property
    def module(self) -> str:
        return "../modules/rds_instance_copy" if self.copied_from is not None else super().module

    @property
    def copied_from(self) -> str | None:
        followed = self._ctx.environment.followed
        if followed is None:
            return None
        name = Names(self._ctx.environment, followed.environment).database(self._entry)
        return f"arn:aws:rds:{followed.region}:{followed.account}:db:{name}"

    @property
    def insights_days(self) -> int | None:
        # 7 days cost nothing (Amazon RDS User Guide: Pricing and data retention for Performance Insights)
        size = self._entry.size
        return 7 if size is not None and has_insights(size, self._entry.kind_of_engine) else None

    @property
    def reader_identifiers(self) -> dict[str, str]:
        return {role: f"{self.identifier}-{role}" for role in self.reader_roles}

    @property
    def reader_zones(self) -> dict[str, str]:
        return dict(zip(self.reader_identifiers, self._entry.reader_zones, strict=False))


class EngineClusterView(ClusterView, EngineView):
    """An Aurora cluster of any engine, serverless or of an instance class."""

    MODULE = "aurora"
    instance_class = of(lambda ctx: "db.serverless" if ctx.entry.capacity is not None else str(ctx.entry.size))
    reader_scaling = call("data", "reader_scaling")

    @property
    def reader_targets(self) -> Record | None:
        scaling = self._entry.reader_scaling
        return Record(scaling.targets, scaling) if scaling is not None and self._entry.readers else None

    @property
    def capacity(self) -> Record | None:
        capacity = self._entry.capacity
        if capacity is None:
            return None
        # AWS's default of a pause (Amazon RDS API: ServerlessV2ScalingConfiguration)
        pause = {} if capacity.min else {"seconds_until_pause": capacity.pause_after or 300}
        return Record({"min": capacity.min, "max": capacity.max, **pause})


def cluster_view(ctx: BuildContext) -> ClusterView:
    return ClusterView(ctx) if _is_plain(ctx.entry) else EngineClusterView(ctx)


def _is_plain(database: Database) -> bool:
    capacity = database.capacity
    is_serverless = capacity is not None and capacity.min > 0
    return database.engine == "aurora-mysql" and is_serverless and not database.parameters


_CHANGES_TABLES: Final = ("ALTER", "CREATE", "CREATE VIEW", "DROP", "INDEX", "REFERENCES", "SHOW VIEW", "TRIGGER")
_CHANGES_ROWS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE")
_MYSQL_PRIVILEGES: Final = {
    "read-write": _CHANGES_ROWS,
    "read": ("SELECT", "SHOW VIEW"),
    "owner": (*_CHANGES_ROWS, *_CHANGES_TABLES),
    "migrate": (*_CHANGES_ROWS, *_CHANGES_TABLES, "ALTER ROUTINE", "CREATE ROUTINE"),
}


def _privileges(login: Login) -> tuple[str, ...]:
    return _MYSQL_PRIVILEGES.get(login.access, _MYSQL_PRIVILEGES[ACCESS[0]])


class UsersView(DatabaseView):
    """The SQL of who signs in."""

    what = of(lambda ctx: Reference("cluster" if ctx.entry.kind_of_engine.is_aurora else "instance"))
    is_shared: bool = value(lambda self: len(self.pooled_logins) > 1)
    host = of(lambda ctx: Reference("CLUSTER" if ctx.entry.kind_of_engine.is_aurora else "INSTANCE"))

    @property
    def passwords(self) -> Reference:
        return Reference(f"'{' '.join(f'${login.variable}' for login in self.logins_with_passwords)}'")

    @property
    def first_run(self) -> Reference:
        """A copy has the users of its source, and takes no change before its promotion."""
        if not self.is_copy:
            return Reference("the first apply")
        return Reference(f"the promotion of this copy, if `infragen runbook {self.source_target} failover` says so")

    @property
    def password_variables(self) -> Reference:
        return Reference(", ".join(f"${{{login.variable}}}" for login in self.logins_with_passwords))

    @property
    def privileges(self) -> dict[str, Reference]:
        return {login.name: Reference(", ".join(_privileges(login))) for login in self.logins}

    @property
    def others(self) -> dict[str, Reference]:
        lacks = {login.name: set(_MYSQL_PRIVILEGES["migrate"]) - {*_privileges(login)} for login in self.logins}
        return {
            name: Reference(", ".join(one for one in _MYSQL_PRIVILEGES["migrate"] if one in lacked))
            for name, lacked in lacks.items()
            if lacked
        }

    @property
    def ways_in(self) -> dict[str, Reference]:
        return {login.name: self._way_in(login, "its") for login in self.logins}

    way_of_tasks: Reference = value(lambda self: self._way_in(self.pooled_logins[0], "their"))

    def _way_in(self, login: Login, whose: str) -> Reference:
        is_token = self._entry.login == "token"
        word = f"a token of {whose} IAM role" if is_token else f"the password of {whose} secret"
        if login.migrates:
            return Reference(f"to the {self.what.expression} itself with {word}")
        if self._entry.proxy is None:
            return Reference(f"with {word}")
        of_proxy = "a token of its own role" if self.proxy_has_tokens else "its secret" if is_token else "the same"
        return Reference(f"to the proxy with {word}; the proxy logs in here with {of_proxy}")

    tables: Reference = value(lambda self: Reference(f"`{self.database_name}`.*"))


class TenantIndex(Struct, frozen=True):
    """An index, its table, and its columns as SQL has them."""

    name: Reference
    table: Reference
    columns: Reference


def _role(suffix: str) -> of[Reference]:
    return of(lambda ctx: Reference(f'"{derived(ctx.entry, suffix)}"'))


class RolesView(UsersView):
    """The same as roles of PostgreSQL, whose names stand in double quotes."""

    can_read = _role("_can_read")
    can_write = _role("_can_write")
    owner = _role("_owner")

    @property
    def connection(self) -> Reference:
        where = f"host={self.host.expression} port={self.port} dbname={self.database_name} user={self.master_username}"
        return Reference(f'"{where} sslmode=verify-full sslrootcert=global-bundle.pem"')

    inner: Reference = value(lambda self: Reference(f'"{self.database_name}"'))

    @property
    def all_roles(self) -> Reference:
        names = (*own_roles(self._entry), *(login.name for login in self.logins))
        return Reference(", ".join(f"'{name}'" for name in dict.fromkeys(names)))

    @property
    def extensions(self) -> tuple[Reference, ...]:
        audit = ("pgaudit",) if self._entry.audit is not None else ()
        return tuple(Reference(f'"{name}"') for name in dict.fromkeys((*self._entry.extensions, *audit)))

    schemas = of(lambda ctx: tuple(Reference(f'"{name}"') for name in schemas(ctx.entry, ctx.environment)))
    schema_texts = of(lambda ctx: Reference(", ".join(f"'{name}'" for name in schemas(ctx.entry, ctx.environment))))

    @property
    def indexes(self) -> tuple[TenantIndex, ...]:
        found = sorted(self._entry.indexes.items()) if self.schemas else ()
        quoted = {name: ", ".join(re.sub(r"^\S+", r'"\g<0>"', one) for one in made.columns) for name, made in found}
        return tuple(TenantIndex(*map(Reference, (name, made.table, quoted[name]))) for name, made in found)

    @property
    def rights(self) -> dict[str, Reference]:
        return {login.name: self.can_read if login.access == "read" else self.can_write for login in self.logins}

    @property
    def wrongs(self) -> dict[str, Reference]:
        both = Reference(f"{self.can_write.expression}, {self.owner.expression}")
        return {login.name: both if login.access == "read" else self.owner for login in self.logins}
