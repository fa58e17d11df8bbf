"""Planning without the values of secrets: what Secrets Manager is asked passes through here, and no value comes back.

Terraform's AWS provider reads a value where it refreshes a version of a secret, and where an ephemeral resource gives
one to write-only arguments. A plan neither shows nor keeps any of that. So it is given another value, and whoever plans
needs no permission for the real one: not a pull request, whose author decides what its plan runs.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from infragen.aws.session import Aws
from infragen.loopback import AwsHandler, answering

VARIABLE: Final = "AWS_ENDPOINT_URL_SECRETS_MANAGER"
VALUE: Final = json.dumps({"username": "unread", "password": "UnreadUnreadUnreadUnread"})
"""What every secret contains while a plan is made."""

_PASSED_ON: Final = frozenset({"DescribeSecret", "GetRandomPassword", "GetResourcePolicy", "ListSecretVersionIds"})
"""Operations that say how a secret is configured; whatever else is asked is refused."""
_UNSUPPORTED: Final = ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT")
"""Settings that AWS's SDK for Go does not take together with an endpoint of one's own."""
_SCOPE: Final = re.compile(r"Credential=[^/]+/[0-9]+/(?P<region>[a-z0-9-]+)/secretsmanager/")
"""The region in a request's signature (AWS Signature Version 4: credential scope)."""


@dataclass(frozen=True, slots=True)
class _RefusedError(Exception):
    code: str
    message: str


@contextmanager
def unread_secrets(aws: Aws, but_of: frozenset[str] = frozenset()) -> Iterator[dict[str, str]]:
    """Give no variables, so that values are read, if AWS's SDK does not support the endpoint."""
    if any(aws.variables.get(name, "").lower() == "true" for name in _UNSUPPORTED):
        yield {}
        return
    token = secrets.token_urlsafe(16)  # others on this machine reach the port, and must not ask with these credentials
    handler = type("_Bound", (_Handler,), {"aws": aws, "but_of": but_of, "path_expected": f"/{token}"})
    with answering(handler) as url:
        yield {VARIABLE: f"{url}/{token}"}


def _answer(
    aws: Aws, but_of: frozenset[str], operation: str, region: str, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    client = aws.client("secretsmanager", region)
    if operation == "GetSecretValue" and parameters["SecretId"] not in but_of:
        return _version(client, parameters)
    if operation not in {*_PASSED_ON, "GetSecretValue"}:
        raise _RefusedError("AccessDeniedException", f"infragen plans without the values of secrets: no {operation}")
    return _asked(client, operation, parameters)


def _asked(client: Any, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError

    method = next(name for name, known in client.meta.method_to_api_mapping.items() if known == operation)
    try:
        found: Mapping[str, Any] = getattr(client, method)(**parameters)
    except ClientError as error:
        said = error.response["Error"]
        raise _RefusedError(said["Code"], said["Message"]) from None
    except BotoCoreError as error:
        raise _RefusedError("ServiceUnavailableException", f"infragen could not ask AWS: {error}") from None
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def _version(client: Any, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a version of a secret with another value; as AWS does, the current one where none is named."""
    named = {"SecretId": parameters["SecretId"]}
    secret = _asked(client, "DescribeSecret", named)
    if secret.get("DeletedDate") is not None:
        message = "You can't perform this operation on the secret because it was marked for deletion."
        raise _RefusedError("InvalidRequestException", message)
    number, stage = parameters.get("VersionId"), parameters.get("VersionStage")
    stage = stage or (None if number else "AWSCURRENT")
    for one in _versions(client, named):
        if number in (None, one["VersionId"]) and (stage is None or stage in one.get("VersionStages", ())):
            kept = {name: one[name] for name in ("VersionId", "VersionStages", "CreatedDate") if name in one}
            return {"ARN": secret["ARN"], "Name": secret["Name"], **kept, "SecretString": VALUE}
    asked = f"VersionId: {number}" if number else f"staging label: {stage}"
    message = f"Secrets Manager can't find the specified secret value for {asked}"
    raise _RefusedError("ResourceNotFoundException", message)


def _versions(client: Any, named: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    more: dict[str, Any] = {}
    while True:
        page = _asked(client, "ListSecretVersionIds", {**named, **more, "IncludeDeprecated": True})
        yield from page.get("Versions", ())
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


class _Handler(AwsHandler):
    aws: Aws
    but_of: frozenset[str]
    path_expected: str

    def do_POST(self) -> None:  # noqa: N802 (the library calls it so)
        sent = self.sent()
        operation = self.headers.get("X-Amz-Target", "").partition(".")[2]
        scope = _SCOPE.search(self.headers.get("Authorization", ""))
        if self.path.rstrip("/") != self.path_expected or scope is None:
            self._refuse("AccessDeniedException", "infragen answers only the terraform that it runs")
            return
        try:
            found = _answer(self.aws, self.but_of, operation, scope["region"], json.loads(sent or b"{}"))
            self.answer(200, found, _number)
        except _RefusedError as refused:
            self._refuse(refused.code, refused.message)

    def _refuse(self, code: str, message: str) -> None:
        self.answer(400, {"__type": code, "message": message})


def _number(moment: object) -> float:
    """Return a moment as AWS JSON 1.1 writes it: seconds."""
    if not isinstance(moment, datetime):
        raise TypeError(moment)
    return moment.timestamp()
