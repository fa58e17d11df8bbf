"""SQL in an Aurora cluster, through the RDS Data API: no network path leads there, only permissions of AWS."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlparse
from botocore.exceptions import ClientError
from msgspec import Struct
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

from infragen.aws.session import Aws, answering
from infragen.diagnostics import Diagnostic, InfragenError

REFUSED: Final = "T056"
"""SQL was not run in a database, or not all of it."""
_AWAKENING: Final = frozenset({"DatabaseResumingException", "DatabaseUnavailableException", "ServiceUnavailableError"})
"""Amazon RDS Data API: ExecuteStatement, Errors that pass: a paused cluster starts, a writer fails over."""
_PATIENCE_SECONDS: Final = 300
_LOOK_SECONDS: Final = 5
_SHOWN: Final = 60
_VARIABLE: Final = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")
_CLUSTER: Final = re.compile(r"arn:[a-z-]+:rds:(?P<region>[a-z0-9-]+):[0-9]{12}:cluster:(?P<name>.+)")


class DataApi(Struct, frozen=True):
    """A database of an Aurora cluster, and who runs SQL there: `cluster` and `secret` are ARNs."""

    cluster: str
    secret: str
    database: str


def run_sql(aws: Aws, where: DataApi, sql: str, passwords: Mapping[str, str]) -> int:
    """Commit each statement alone, with `passwords` (ARNs) for `${NAME}`; InfragenError T056 names a failed one."""
    found = _CLUSTER.fullmatch(where.cluster)
    if found is None:
        hint = "it begins with `arn:aws:rds:` and has `:cluster:` in it"
        raise InfragenError(Diagnostic(REFUSED, f"{where.cluster} is not the ARN of an Aurora cluster", hint=hint))
    statements = list(_statements(sql))
    unknown = sorted({name for _, text in statements for name in _VARIABLE.findall(text)} - passwords.keys())
    if unknown:
        raise InfragenError(Diagnostic(REFUSED, f"no secret is given for {', '.join(unknown)}", hint="name its ARN"))
    # a quote or a backslash in one would end its literal
    values = {}
    for name, arn in passwords.items():
        with answering(REFUSED, f"the password {name} cannot be read: "):
            text = aws.client("secretsmanager", found["region"]).get_secret_value(SecretId=arn)["SecretString"]
        try:
            value = json.loads(text)["password"]
        except (ValueError, KeyError, TypeError):
            raise InfragenError(Diagnostic(REFUSED, f"the secret of {name} has no field `password`")) from None
        if not isinstance(value, str) or re.search(r"['\\]", value):
            raise InfragenError(Diagnostic(REFUSED, f"the password {name} has a quote or a backslash in it"))
        values[name] = value
    client = aws.client("rds-data", found["region"])
    given = {"resourceArn": where.cluster, "secretArn": where.secret, "database": where.database}
    for number, (shown, text) in enumerate(statements, 1):
        try:
            with answering(REFUSED):
                _patiently(client, sql=_VARIABLE.sub(lambda one: values[one["name"]], text), **given)
        except InfragenError as error:
            said = error.diagnostics[0].message
            for name, value in values.items():  # the database may have repeated it
                said = said.replace(value, f"${{{name}}}")
            message = f"statement {number} of {len(statements)} was not run in {found['name']}, {shown}: {said}"
            raise InfragenError(Diagnostic(REFUSED, message, hint=_hint(said))) from None
    return len(statements)


def _statements(sql: str) -> Iterator[tuple[str, str]]:
    for one in sqlparse.split(sql):
        text = sqlparse.format(one, strip_comments=True).strip().removesuffix(";").rstrip()
        if text:
            words = " ".join(text.split())
            yield (words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()} ..."), text


def _patiently(client: Any, **statement: Any) -> None:
    def passes(error: BaseException) -> bool:
        return isinstance(error, ClientError) and error.response["Error"]["Code"] in _AWAKENING

    for attempt in Retrying(
        retry=retry_if_exception(passes),
        stop=stop_after_delay(_PATIENCE_SECONDS),
        wait=wait_fixed(_LOOK_SECONDS),
        reraise=True,
    ):
        with attempt:
            client.execute_statement(continueAfterTimeout=True, **statement)  # as AWS advises for what defines data


def _hint(said: str) -> str:
    if "AccessDenied" in said or "not authorized" in said:
        needed = "rds-data:ExecuteStatement, secretsmanager:GetSecretValue and the key's kms:Decrypt"
        return f"whoever applies needs {needed}"
    if "HttpEndpointNotEnabled" in said:
        return "the cluster's Data API is off: set `data_api: true`, and apply"
    return "fix it, and apply again: statements that ran before may run twice"
