"""What people are told of a database, and what it needs of the account's quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.expressions import Export, Generated, Joined
from infragen.core.operations import OutputLine, quota_of, read_secret
from infragen.kinds.databases import aws_backup, rotation
from infragen.kinds.databases.views import DatabaseView, UsersView, sql_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.build_context import BuildContext
    from infragen.kinds.databases.model import Database


def outputs(database: Database, ctx: BuildContext) -> Iterator[OutputLine]:
    """Yield where users of it connect to, the SQL that makes them, and how the master password is read."""
    own = DatabaseView(ctx)
    entrance = own.proxy if database.proxy is not None else own.database
    yield OutputLine("address", "host and port", Joined.of(entrance.endpoint, f":{own.port}"))
    if not database.data_api:
        yield OutputLine("next", "make its users, as the master user", Generated(ctx.owner, "data", sql_path(database)))
    yield from aws_backup.outputs(own.backup)
    yield OutputLine("secret", f"read the password of {own.master_username}", master_password(own), is_command=True)
    yield from rotation.outputs(database, ctx)
    for user, secret in own.secret_names.items() if own.has_passwords else ():
        yield OutputLine("secret", f"read the password of {user}", read_secret(secret, own.region), is_command=True)


def create_users_command(database: Database, ctx: BuildContext) -> Joined | str | None:
    """Return the command that makes its users where its port is forwarded to the same one of this machine.

    `hostaddr` leaves the name to check in the certificate (PostgreSQL: Database Connection Control Functions); mysql
    knows no such thing, and checks who signed it.
    """
    if database.data_api:
        return None  # `infragen apply` does
    own, file = UsersView(ctx), Generated(ctx.owner, "data", sql_path(database))
    if database.kind_of_engine.dialect == "mysql":
        how = f"-h 127.0.0.1 -P {own.port} -u {own.master_username} -p"
        client: tuple[str | Export, ...] = (f"mysql --ssl-mode=VERIFY_CA --ssl-ca=global-bundle.pem {how}",)
        reading = " < "
    else:
        where = f" port={own.port} dbname={own.database_name} user={own.master_username}"
        client = (
            'PGHOSTADDR=127.0.0.1 psql "host=', own.database.endpoint,
            f'{where} sslmode=verify-full sslrootcert=global-bundle.pem" -v ON_ERROR_STOP=1',
        )  # fmt: skip
        reading = " -f "
    if own.has_passwords:
        return Joined.of(f"envsubst {own.passwords.expression} < ", file, " | ", *client)
    return Joined.of(*client, reading, file)


def master_password(own: DatabaseView) -> str:
    """Return the command that reads the password of the master user."""
    if not own.is_managed:
        return read_secret(own.master_secret_name, own.region)
    what, many = ("cluster", "DBClusters") if own.is_cluster else ("instance", "DBInstances")
    find = f"aws rds describe-db-{what}s --db-{what}-identifier {own.identifier} --region {own.region}"
    query = f"--query '{many}[0].MasterUserSecret.SecretArn' --output text"
    return read_secret(f'"$({find} {query})"', own.region)


def _of_rds(database: Database, number: int = 1) -> int:
    """Return a number of an instance on RDS; a cluster has none of that."""
    return 0 if database.kind_of_engine.is_aurora else number


QUOTAS: Final = (
    quota_of("database-clusters", lambda database, _: int(database.kind_of_engine.is_aurora)),
    quota_of("database-instances", lambda database, _: 1 + database.readers),
    quota_of("database-proxies", lambda database, _: int(database.proxy is not None)),
    quota_of("cluster-parameter-groups", lambda database, _: int(database.kind_of_engine.is_aurora)),
    quota_of("parameter-groups", lambda database, _: _of_rds(database)),
    quota_of("database-storage", lambda database, _: _of_rds(database, database.storage.size * (1 + database.readers))),
)
