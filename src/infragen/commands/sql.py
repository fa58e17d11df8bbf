"""Run SQL in an Aurora cluster through the RDS Data API.

Generated Terraform calls it while it is applied, for databases with `data_api: true`, and gives all options as
variables. Statements may have `${NAME}` for a password.
"""

import json
import os
from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option

from infragen.aws.data_api import DataApi, run_sql
from infragen.aws.session import Aws
from infragen.text import counted
from infragen.workflow.console import out


def _passwords(given: str) -> str:
    try:
        found = json.loads(given)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise BadParameter('write them as JSON: \'{"APPLICATION_PASSWORD": "arn:aws:secretsmanager:..."}\'')
    return given


def sql(
    cluster: Annotated[str, Option(envvar="INFRAGEN_SQL_CLUSTER", metavar="ARN", help="The Aurora cluster.")],
    secret: Annotated[
        str, Option(envvar="INFRAGEN_SQL_SECRET", metavar="ARN", help="The secret of the user that runs them.")
    ],
    database: Annotated[str, Option(envvar="INFRAGEN_SQL_DATABASE", metavar="NAME", help="The database inside.")],
    file: Annotated[
        Path | None,
        Argument(metavar="[FILE]", exists=True, dir_okay=False, help="Statements, each with a semicolon at its end."),
    ] = None,
    statements: Annotated[
        str | None, Option(envvar="INFRAGEN_SQL", metavar="SQL", help="Statements in place of a file.")
    ] = None,
    passwords: Annotated[
        str,
        Option(
            envvar="INFRAGEN_SQL_PASSWORDS",
            metavar="JSON",
            callback=_passwords,
            help="ARNs of secrets with the field `password`, by the name used in the statements.",
        ),
    ] = "{}",
) -> int:
    """Run the statements in their order; 1 when one fails, and then none after it."""
    if file is None and not statements:
        raise BadParameter("name a file with statements")
    try:
        text = statements or "" if file is None else file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter(f"{file} is not UTF-8 text: {error.reason}") from None
    number = run_sql(Aws(os.environ), DataApi(cluster, secret, database), text, json.loads(passwords))
    out(f"{counted(number, 'statement')} run in {database} of {cluster.rpartition(':')[2]}")
    return 0
