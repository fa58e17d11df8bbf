"""What people are told of a database: where it is, who signs in how, and what makes its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.expressions import Joined
from infragen.core.tell import Generated, Tell
from infragen.kinds.databases import aws_backup
from infragen.kinds.databases.views import DatabaseView, sql_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.databases.model import Database


def tells(database: Database, place: Place) -> Iterator[Tell]:
    """Yield where users of it connect to, the SQL that makes them, and how the master password is read."""
    own = DatabaseView(place)
    entrance = own.proxy if database.proxy is not None else own.database
    yield Tell("address", "host and port", Joined.of(entrance.endpoint, f":{own.port}"))
    if not database.data_api:
        yield Tell("next", "make its users, as the master user", Generated(place.owner, "data", sql_path(database)))
    yield from aws_backup.tells(own.backup)
    yield Tell("secret", f"read the password of {own.master_username}", master_password(own), is_command=True)
    for user, secret in own.secret_names.items() if own.has_passwords else ():
        yield Tell("secret", f"read the password of {user}", _read(secret, own.region), is_command=True)


def master_password(own: DatabaseView) -> str:
    """Return the command that reads the password of the master user."""
    if not own.is_managed:
        return _read(own.master_secret_name, own.region)
    what, many = ("cluster", "DBClusters") if own.is_cluster else ("instance", "DBInstances")
    find = f"aws rds describe-db-{what}s --db-{what}-identifier {own.identifier} --region {own.region}"
    query = f"--query '{many}[0].MasterUserSecret.SecretArn' --output text"
    return _read(f'"$({find} {query})"', own.region)


def _read(secret: str, region: str) -> str:
    query = "--query SecretString --output text"
    return f"aws secretsmanager get-secret-value --secret-id {secret} {query} --region {region}"
