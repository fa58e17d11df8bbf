"""A new master password every so often, where AWS does not keep it: a function of infragen's own, which RDS obeys."""

from collections.abc import Iterator
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, call, of, value
from infragen.core.expressions import Export
from infragen.core.measures import COUNT, Measure
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import Part, pattern
from infragen.kinds.alarms import Alarm
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.views import DatabaseView
from infragen.kinds.secrets import rotate_now

MEASURE: Final = Measure("rotation", "the number of times its master password could not be rotated", COUNT, "high")


def is_rotated(database: Database) -> bool:
    return database.master_rotation is not None and database.master_password == "write-only"  # noqa: S105 -- a way


class RotationView(DatabaseView):
    """The function that rotates a database's master password."""

    function_name = pattern("{own.identifier}-rotation", LIMITS["function"])
    rotation = call("compute", "rotation", "database")
    role_name = pattern("{own.function_name}", LIMITS["role"])
    kind = of(lambda ctx: "cluster" if ctx.entry.kind_of_engine.is_aurora else "instance")
    arn: Export = value(lambda self: self.database.cluster_arn if self.kind == "cluster" else self.database.arn)


def _is_set_here(database: Database, ctx: BuildContext) -> bool:
    # The replica of a secret cannot be written
    return is_rotated(database) and not DatabaseView(ctx).is_secondary


def parts(database: Database, ctx: BuildContext) -> Iterator[Part]:
    if _is_set_here(database, ctx):
        because = (database.master_rotation,)
        yield ctx.part("compute", "kinds/databases/rotation.tf", RotationView(ctx), because=because)


def alarms(database: Database, ctx: BuildContext) -> Iterator[tuple[str, Alarm]]:
    """Secrets Manager tries again, and keeps the old password until then."""
    if _is_set_here(database, ctx):
        own = RotationView(ctx)
        yield "rotation", Alarm(
            description=f"{own.identifier}: its master password could not be rotated.", namespace="AWS/Lambda",
            metric="Errors", statistic="Sum", threshold=1, dimensions={"FunctionName": own.function_name},
            because=database.master_rotation, periods=1, datapoints=1, measure=MEASURE,
        )  # fmt: skip


def costs(database: Database) -> Iterator[Cost]:
    if is_rotated(database):
        yield Cost("requests of the function that rotates its master password", "function-requests")


def outputs(database: Database, ctx: BuildContext) -> Iterator[OutputLine]:
    if _is_set_here(database, ctx):
        own = RotationView(ctx)
        command = rotate_now(own.master_secret_name, own.region)
        yield OutputLine("detail", f"give {own.master_username} a new password at once", command, is_command=True)
