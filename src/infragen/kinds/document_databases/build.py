"""What a document database is built of, and what it gives who uses it."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, call, named_by, of
from infragen.core.entry import Entry
from infragen.core.expressions import Generated, Joined, Record
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine, UsersScript, quota_of, read_secret
from infragen.core.part import Binding, Part
from infragen.core.takeover import AT_ONCE, Command, Step, Takeover
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.databases import rehearsal
from infragen.kinds.databases.build import signing_in
from infragen.kinds.databases.instance_classes import memory
from infragen.kinds.databases.store import StoreView, with_apply_method
from infragen.kinds.databases.users import Login, in_turn, turns, user_of, users_of
from infragen.kinds.document_databases.model import PORT, DocumentDatabase
from infragen.text import counted

ACCESS: Final = ("read-write", "read")
"""What a use may say; `read-write` when it says nothing. Who writes makes collections and indexes, too."""
ROLES: Final = {"read-write": "readWrite", "read": "read"}
"""Built-in roles (Amazon DocumentDB Developer Guide: Database access using role-based access control)."""
MASTER: Final = "administrator"
"""The user that AWS makes: nobody is it, but for the first script and for emergencies."""
_LONGEST: Final = 63
_MONGOSH: Final = (
    "mongosh --tls --tlsCAFile global-bundle.pem --tlsAllowInvalidHostnames"
    f" --host 127.0.0.1 --port {PORT} --retryWrites=false --username {MASTER}"
)


def name_of(entry: Entry) -> str:
    # It does not follow a rename
    return user_of(entry, _LONGEST)


def users(ctx: BuildContext) -> tuple[Login, ...]:
    return tuple(
        Login(user, (owner,), access, is_only=False, has_password=True, number=number, is_second=user != name_of(entry))
        for owner, entry, access in users_of(ctx.environment).get(ctx.owner, ())
        for user, number in turns(ctx, name_of(entry), _LONGEST)
    )


class ClusterView(StoreView):
    """A cluster, and the passwords of its users."""

    MODULE = "documentdb_cluster"
    port = PORT
    master_username = MASTER
    _entry: DocumentDatabase
    database = call("data", "document-database")
    passwords = call("data", "passwords", "document-database")
    group = call("security", "security_group", "document-database")
    logins = of(users)
    users_module = call("data", "users", "document-database")
    identifier = named_by(lambda ctx: ctx.names.plain("docdb", ctx.entry.identity), LIMITS["database"])
    """What AWS calls the cluster; Aurora's share the names of DocumentDB's."""
    family = of(lambda ctx: f"docdb{ctx.entry.major}")

    @property
    def parameters(self) -> dict[str, Record]:
        values = {"tls": "enabled"}
        if self._entry.audit is not None:
            values["audit_logs"] = "all"
        if (profiler := self._entry.profiler) is not None:
            values |= {
                "profiler": "enabled",
                "profiler_sampling_rate": f"{profiler.sampling / 100:.4f}".rstrip("0").ljust(3, "0"),
                "profiler_threshold_ms": str(profiler.slower_than),
            }
        values |= self._entry.parameters
        # `tls` waits for a restart (Amazon DocumentDB Developer Guide: Cluster parameters reference)
        return with_apply_method(values, {"tls"})

    @property
    def log_exports(self) -> dict[str, int]:
        audit, profiler, usual = self._entry.audit, self._entry.profiler, self._ctx.settings.log_retention
        audited = {} if audit is None else {"audit": audit.retention}
        return audited if profiler is None else {**audited, "profiler": profiler.retention or usual}

    @property
    def roles(self) -> dict[str, str]:
        return {login.name: ROLES.get(login.access, ROLES[ACCESS[0]]) for login in self.logins}

    script = of(lambda ctx: _script(ctx.entry))


def _script(database: DocumentDatabase) -> str:
    return f"mongosh/{database.name}.js"


def parts(database: DocumentDatabase, ctx: BuildContext) -> Iterator[Part]:
    own = ClusterView(ctx)
    yield ctx.part("data", "kinds/document-databases/main.tf", own)
    if own.logins:
        yield ctx.part("data", "kinds/document-databases/users.js", own, _script(database))
    yield from alarms_part(ctx, own.identifier, own.database, partial(_alarms, database, own))


def _alarms(database: DocumentDatabase, own: ClusterView) -> Iterator[tuple[str, Alarm]]:
    # The figures are assumptions (Amazon DocumentDB Developer Guide: Monitoring Amazon DocumentDB with CloudWatch)
    bytes_ = memory(database.size)
    for role, instance in own.instances.items():
        name = str(instance["identifier"])

        def alarm(metric: str, threshold: int, said: str, *, name: str = name, is_least: bool = False) -> Alarm:
            return Alarm(
                description=f"{name}: {said}", namespace="AWS/DocDB", metric=metric,
                statistic="Minimum" if is_least else "Maximum",
                comparison="LessThanOrEqualToThreshold" if is_least else "GreaterThanOrEqualToThreshold",
                threshold=threshold, dimensions={"DBInstanceIdentifier": name}, periods=10, datapoints=10,
                because=database.size if is_least else None, missing="missing",
            )  # fmt: skip

        yield f"{role}-cpu", alarm("CPUUtilization", 90, "CPU stays high.")
        if bytes_ is not None:
            said = "little memory is free: what it works with no longer fits."
            yield f"{role}-memory", alarm("FreeableMemory", bytes_ * 10 // 100, said, is_least=True)
        if database.connections is not None:
            said = "more connections than were planned."
            yield f"{role}-connections", alarm("DatabaseConnections", database.connections, said)
    if database.readers:
        yield "replica-lag", Alarm(
            description=f"{own.identifier}: a reader is far behind the writer.", namespace="AWS/DocDB",
            metric="DBClusterReplicaLagMaximum", statistic="Maximum", threshold=1_000,
            dimensions={"DBClusterIdentifier": own.identifier}, missing="missing",
        )  # fmt: skip


def bindings(database: DocumentDatabase, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    own, name = ClusterView(ctx), in_turn(ctx, name_of(user.entry), _LONGEST)
    turn = [one for one, _ in turns(ctx, name_of(user.entry), _LONGEST)]
    variables: dict[str, object] = {
        "HOST": own.database.endpoint,
        "NAME": database.inner_name,
        "PORT": str(PORT),
        "USER": name,
    }
    if ctx.is_ever("readers"):
        variables["READER_HOST"] = own.database.reader_endpoint
    arns, policy = own.passwords.secret_arns, f"document-database-{database.identity}"
    yield signing_in(ctx, user, variables, policy, arns[name], *(arns[one] for one in turn if one != name))


def costs(database: DocumentDatabase, ctx: BuildContext) -> Iterator[Cost]:
    what = f"{counted(database.instances, 'instance')} of {database.size}"
    yield Cost(what, "docdb-instance", database.instances, size=database.size)
    yield Cost("storage", "docdb-storage", usage="stored")
    yield Cost("I/O", "docdb-requests", usage="requests")
    yield Cost("backups beyond the size of the storage", "docdb-backup", usage="backed_up")
    yield Cost("the secret of the master user", "secret", 1)
    if count := len(users(ctx)):
        yield Cost("the secrets of its users", "secret", count)
    if database.audit is not None or database.profiler is not None:
        yield Cost("its logs", "logs", usage="logged")


def outputs(database: DocumentDatabase, ctx: BuildContext) -> Iterator[OutputLine]:
    own = ClusterView(ctx)
    yield OutputLine("address", "host and port", Joined.of(own.database.endpoint, f":{PORT}"))
    if own.logins:
        yield OutputLine("next", "make its users, as the master user", Generated(ctx.owner, "data", _script(database)))
    yield OutputLine("secret", f"read the password of {MASTER}", own.master_password("docdb"), is_command=True)
    for user, secret in own.secret_names.items():
        yield OutputLine("secret", f"read the password of {user}", read_secret(secret, own.region), is_command=True)


def users_script(database: DocumentDatabase, ctx: BuildContext) -> UsersScript:
    return UsersScript(_script(database), {user.name: user.owners for user in users(ctx)})


def failover_steps(database: DocumentDatabase, change: Takeover) -> Iterator[Step]:
    """Its cluster is no copy, and has the users that were made there."""
    if change.action == "restore":
        copy = rehearsal.Copy(change.taking, ClusterView(change.taking), "docdb")
        told = "print(name, own.getCollection(name).estimatedDocumentCount())"
        script = f"own = db.getSiblingDB('{database.inner_name}'); own.getCollectionNames().forEach(name => {told})"
        shows = "its collections, each with as many documents as the original; then look at the newest of one you know"
        looks = rehearsal.through(copy, f'{_MONGOSH} --eval "{script}"', shows)
        yield copy.step(looks, instance=f"--engine docdb --db-instance-class {database.size}")
    if change.action != "failover":
        return
    own, entry = ClusterView(change.taking), change.taking.entry
    if entry.size != database.size and change.taking.settings.production:
        resize = f"--db-instance-class {database.size} --apply-immediately --region {own.region}"
        commands = tuple(
            Command(f"aws docdb modify-db-instance --db-instance-identifier {one['identifier']} {resize}")
            for one in own.instances.values()
        )
        what = f"{own.identifier} with instances of {database.size}, if that line is gone"
        yield Step("enlarge", what, commands, 30, AT_ONCE)
    if not own.logins:
        return
    target = change.taking.environment.target
    file = f"generated/{target}/data/{_script(database)}"
    why = "its users exist only if somebody ran it here before; run again, it sets their passwords and roles once more"
    commands = (
        Command(f"infragen outputs {target}", "how to get there, the passwords, and the command that makes its users"),
        Command(f"less {file}"),
    )
    yield Step("sign-in", f"run {file} as {MASTER}", commands, 10, why)


def create_users_command(database: DocumentDatabase, ctx: BuildContext) -> Joined | None:
    # Through a forwarded port the certificate's name differs from the machine's (Amazon DocumentDB Developer Guide:
    # Connecting from outside an Amazon VPC); who signed it is checked
    if not ClusterView(ctx).logins:
        return None
    return Joined((f"{_MONGOSH} --file ", Generated(ctx.owner, "data", _script(database))))


QUOTAS: Final = (
    quota_of("database-clusters"),
    quota_of("database-instances", lambda database, _: database.instances),
    quota_of("cluster-parameter-groups"),
)
"""RDS's, which DocumentDB's clusters and instances count in (Amazon Aurora User Guide: Quotas and constraints)."""
