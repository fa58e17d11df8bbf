"""What AWS refuses, in infragen's words."""

from __future__ import annotations

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from infragen.aws.session import answering
from infragen.diagnostics import InfragenError


@pytest.mark.parametrize(
    ("error", "mended_by"),
    [
        (exceptions.ProfileNotFound(profile="nosuch"), "list-profiles"),
        (exceptions.NoCredentialsError(), "log in"),
        (exceptions.UnauthorizedSSOTokenError(), "log in"),
        (exceptions.ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "expired"}}, "X"), "log in"),
        (exceptions.ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "X"), None),
        (exceptions.EndpointConnectionError(endpoint_url="https://x"), None),
    ],
)
def test_credentials_that_are_wrong_are_told_with_a_way_out(error: Exception, mended_by: str | None) -> None:
    with pytest.raises(InfragenError) as caught, answering("T053", "no word: "):
        raise error
    [said] = caught.value.diagnostics
    assert (said.code, said.message) == ("T053", f"no word: {error}")
    assert (said.hint is not None and mended_by in said.hint) if mended_by else said.hint is None


def server_error(status: int) -> exceptions.ClientError:
    said = {"Error": {"Code": "X", "Message": "x"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return exceptions.ClientError(said, "X")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (server_error(400), "was not done: "),
        (server_error(503), "may be done: "),
        (exceptions.ConnectionClosedError(endpoint_url="https://x"), "may be done: "),
        (exceptions.ReadTimeoutError(endpoint_url="https://x"), "may be done: "),
        (exceptions.NoCredentialsError(), "was not done: "),
        (ResponseParserError("<html>"), "may be done: the response is not from an AWS API"),
        (KeyError("taskArn"), "may be done: AWS returned something other than a task"),
    ],
)
def test_what_may_have_been_done_is_told_as_that(error: Exception, begins: str) -> None:
    with (
        pytest.raises(InfragenError) as caught,
        answering("T057", "was not done: ", unsure="may be done: ", what="a task"),
    ):
        raise error
    assert caught.value.diagnostics[0].message.startswith(begins)


@pytest.mark.parametrize("error", [AttributeError("get"), KeyError("x"), IndexError(), TypeError("x"), ValueError("x")])
def test_an_answer_of_another_shape_is_told_where_it_is_said_what_is_read(error: Exception) -> None:
    said = "no word: AWS returned something other than a backup"
    with pytest.raises(InfragenError, match=said), answering("T057", "no word: ", what="a backup"):
        raise error
    with pytest.raises(type(error)), answering("T057"):
        raise error
