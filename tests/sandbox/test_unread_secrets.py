"""Secrets Manager without values: everything that is asked is answered as AWS would, but for what is secret."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from infragen.aws.session import Aws
from infragen.aws.unread_secrets import VALUE, VARIABLE, unread_secrets

from .conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.terraform.sandbox import Sandbox


@pytest.fixture
def variables(server: Sandbox, account: str) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_ENDPOINT_URL": server.url,
    }


@pytest.fixture
def given(variables: dict[str, str]) -> Iterator[str]:
    with unread_secrets(Aws(variables)) as more:
        yield more[VARIABLE]


@pytest.fixture
def reader(given: str, account: str) -> Any:
    import boto3
    from botocore.config import Config

    session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="sandbox", region_name=REGION)
    settings = Config(retries={"total_max_attempts": 1}, proxies={})
    return session.client("secretsmanager", endpoint_url=given, config=settings)


@pytest.fixture
def owner(aws: Callable[[str], Any]) -> Any:
    found = aws("secretsmanager")
    found.create_secret(Name="login", SecretString='{"password": "first"}')
    return found


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_version_is_as_it_is_but_for_its_value(owner: Any, reader: Any) -> None:
    first = owner.describe_secret(SecretId="login")["VersionIdsToStages"]
    owner.put_secret_value(SecretId="login", SecretString='{"password": "second"}')
    found, real = reader.get_secret_value(SecretId="login"), owner.get_secret_value(SecretId="login")
    assert found["SecretString"] == VALUE
    for one in ("ARN", "Name", "VersionId", "VersionStages"):
        assert found[one] == real[one]
    (number,) = first
    former = reader.get_secret_value(SecretId="login", VersionId=number)
    assert (former["VersionId"], former["VersionStages"]) == (number, ["AWSPREVIOUS"])
    assert reader.get_secret_value(SecretId="login", VersionStage="AWSPREVIOUS")["VersionId"] == number


def test_what_a_plan_is_made_of_is_read_by_its_name(owner: Any, variables: dict[str, str], account: str) -> None:
    import boto3

    owner.create_secret(Name="header", SecretString="value of the primary")
    with unread_secrets(Aws(variables), frozenset({"header"})) as given:
        session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="sandbox", region_name=REGION)
        reader = session.client("secretsmanager", endpoint_url=given[VARIABLE])
        found = [reader.get_secret_value(SecretId=name)["SecretString"] for name in ("header", "login")]
    assert found == ["value of the primary", VALUE]


def test_how_a_secret_is_configured_is_passed_on(owner: Any, reader: Any) -> None:
    found, real = reader.describe_secret(SecretId="login"), owner.describe_secret(SecretId="login")
    assert {**found, "ResponseMetadata": 0} == {**real, "ResponseMetadata": 0}
    assert len(reader.get_random_password(PasswordLength=40)["RandomPassword"]) == 40


def test_what_is_not_there_is_refused_as_aws_refuses_it(owner: Any, reader: Any) -> None:
    for parameters in ({"SecretId": "none"}, {"SecretId": "login", "VersionStage": "AWSPENDING"}):
        with pytest.raises(ClientError) as error:
            reader.get_secret_value(**parameters)
        assert code(error) == "ResourceNotFoundException"
    owner.delete_secret(SecretId="login")
    with pytest.raises(ClientError) as error:
        reader.get_secret_value(SecretId="login")
    assert code(error) == "InvalidRequestException"


def test_nothing_is_changed_through_it(owner: Any, reader: Any) -> None:
    with pytest.raises(ClientError, match="no PutSecretValue") as error:
        reader.put_secret_value(SecretId="login", SecretString="other")
    assert code(error) == "AccessDeniedException"
    assert owner.get_secret_value(SecretId="login")["SecretString"] == '{"password": "first"}'


def test_nobody_else_on_the_machine_is_answered(owner: Any, given: str) -> None:
    """The port is open to all; the path is known to terraform alone."""
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=x/20261123/{REGION}/secretsmanager/aws4_request"}
    asked = {"X-Amz-Target": "secretsmanager.DescribeSecret", **signed}
    body = json.dumps({"SecretId": "login"}).encode()
    with urllib.request.urlopen(urllib.request.Request(given, body, asked), timeout=30) as known:
        assert json.loads(known.read())["Name"] == "login"
    for url in (given.rpartition("/")[0], f"{given}x"):
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(urllib.request.Request(url, body, asked), timeout=30)
        assert "AccessDeniedException" in error.value.read().decode()


@pytest.mark.parametrize("name", ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
def test_where_the_sdk_takes_no_endpoint_none_is_given(variables: dict[str, str], name: str) -> None:
    with unread_secrets(Aws({**variables, name: "true"})) as more:
        assert more == {}
