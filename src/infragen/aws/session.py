"""Clients of AWS's APIs with the same variables that terraform has, and so with the same credentials."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from infragen.diagnostics import Diagnostic, InfragenError

_SECONDS: Final = 10
_READ_SECONDS: Final = {"rds-data": 60}
"""A statement may take 45 seconds (Amazon RDS Data API: ExecuteStatement, StatementTimeoutException)."""
_OWN_SETTINGS: Final = ("config_file", "credentials_file")
_LOG_IN: Final = "log in to AWS, then run the same command again"
_NOT_ACCEPTED: Final = frozenset({
    "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidClientTokenId", "RequestExpired",
    "UnrecognizedClientException",
})  # fmt: skip
"""What the services call credentials that are none, or are no longer (AWS: each API's Common Errors)."""
_OTHER_SHAPE: Final = (AttributeError, LookupError, TypeError, ValueError)
"""What reading an answer raises that has another shape, in botocore as well: a list where it reads a structure."""
_NO_API: Final = "the response is not from an AWS API: a proxy in between, or an outage"
_AGAIN: Final = "run the same command again"
_NO_PROFILE: Final = {"profile": (None, None, None, None), "ca_bundle": (None, None, None, None)}
"""What botocore reads of the shell that it runs in, and does not where the variables say what to use."""


@dataclass(frozen=True, slots=True)
class Aws:
    """AWS, or the emulated one, as a terraform with these variables sees it; a client is made once."""

    variables: Mapping[str, str]
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str, region: str) -> Any:
        """Use the endpoint that the variables name, as for the emulated AWS, and no proxy then."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self._made(service, region)
        return self._clients[service, region]

    def _made(self, service: str, region: str) -> Any:
        from botocore.config import Config
        from botocore.session import Session

        name = service.replace("-", "_").upper()
        endpoint = self.variables.get(f"AWS_ENDPOINT_URL_{name}") or self.variables.get("AWS_ENDPOINT_URL")
        patience: dict[str, Any] = {"connect_timeout": _SECONDS, "retries": {"total_max_attempts": 3}}
        patience["read_timeout"] = _READ_SECONDS.get(service, _SECONDS)
        if endpoint is None or "AWS_ACCESS_KEY_ID" not in self.variables:
            return Session().create_client(service, region_name=region, config=Config(**patience))
        session = Session(session_vars=dict.fromkeys(_OWN_SETTINGS, (None, None, os.devnull, None)) | _NO_PROFILE)
        session.set_credentials(self.variables["AWS_ACCESS_KEY_ID"], self.variables["AWS_SECRET_ACCESS_KEY"])
        config = Config(**patience, proxies={})
        return session.create_client(service, region_name=region, endpoint_url=endpoint, config=config)


@contextmanager
def answering(code: str, said: str = "", *, unsure: str = "", what: str = "") -> Iterator[None]:
    """While inside, a refusal of AWS, or no answer, is an InfragenError of this code; `said` begins its message.

    `unsure` begins it instead where AWS may have done what it was asked, and only its answer was lost. `what` is what
    it answers ("a delivery"): with that, an answer of another shape is such an error as well.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        is_unsure = bool(unsure) and _may_be_done(error)
        words = _NO_API if isinstance(error, ResponseParserError) else error
        hint = _hint(error) or (_AGAIN if is_unsure else None)
        raise InfragenError(Diagnostic(code, f"{unsure if is_unsure else said}{words}", hint=hint)) from error
    except _OTHER_SHAPE as error:
        if not what:
            raise
        message = f"{unsure or said}AWS returned something other than {what}"
        raise InfragenError(Diagnostic(code, message, hint=_AGAIN)) from error


def refusal(error: InfragenError) -> str:
    response = getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _may_be_done(error: Exception) -> bool:
    """Return whether AWS may have done what it was asked; botocore does not tell how its earlier attempts ended."""
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return bool(status >= 500)  # the fault is AWS's own
    return isinstance(error, (exceptions.HTTPClientError, exceptions.ConnectionError, ResponseParserError))


def _hint(error: Exception) -> str | None:
    from botocore import exceptions

    if isinstance(error, exceptions.ProfileNotFound):
        return "AWS_PROFILE is not in your AWS configuration: `aws configure list-profiles` lists the profiles"
    if isinstance(error, exceptions.ClientError):
        return _LOG_IN if error.response.get("Error", {}).get("Code") in _NOT_ACCEPTED else None
    missing = (exceptions.NoCredentialsError, exceptions.CredentialRetrievalError)
    return _LOG_IN if isinstance(error, (*missing, exceptions.SSOError, exceptions.TokenRetrievalError)) else None
