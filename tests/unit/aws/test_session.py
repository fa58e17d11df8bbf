"""What AWS refuses, in infragen's words."""

from __future__ import annotations

import pytest
from botocore import exceptions

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
