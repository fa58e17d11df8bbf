"""SQL through the Data API: in order, with passwords that nothing shows, and patient with a database that wakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from infragen.aws import data_api
from infragen.aws.data_api import REFUSED, DataApi, run_sql
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "ap-northeast-1"
CLUSTER = f"arn:aws:rds:{REGION}:111122223333:cluster:shop-orders"
MASTER = f"arn:aws:secretsmanager:{REGION}:111122223333:secret:master-AbCdEf"
APPLICATION = f"arn:aws:secretsmanager:{REGION}:111122223333:secret:app-AbCdEf"
PASSWORD = "x7Q" * 13


class StubbedAws:
    """AWS with answers that were written down."""

    def __init__(self) -> None:
        session = Session()
        session.set_credentials("111122223333", "secret")
        self.clients = {
            name: session.create_client(name, region_name=REGION) for name in ("rds-data", "secretsmanager")
        }
        self.answers = {name: Stubber(client) for name, client in self.clients.items()}

    def client(self, service: str, region: str) -> Any:
        assert region == REGION
        return self.clients[service]

    def takes(self, sql: str) -> None:
        self.answers["rds-data"].add_response("execute_statement", {}, asked(sql))

    def refuses(self, code: str, message: str = "no") -> None:
        self.answers["rds-data"].add_client_error("execute_statement", code, message)

    def knows(self, arn: str, text: str) -> None:
        answer = {"ARN": arn, "SecretString": text}
        self.answers["secretsmanager"].add_response("get_secret_value", answer, {"SecretId": arn})


@pytest.fixture
def aws() -> Iterator[Any]:
    found = StubbedAws()
    with found.answers["rds-data"], found.answers["secretsmanager"]:
        yield found
        for one in found.answers.values():
            one.assert_no_pending_responses()


def asked(sql: str) -> dict[str, Any]:
    given = {"resourceArn": CLUSTER, "secretArn": MASTER, "database": "orders", "continueAfterTimeout": True}
    return {**given, "sql": sql}


def run(aws: Any, sql: str, **passwords: str) -> int:
    return run_sql(aws, DataApi(CLUSTER, MASTER, "orders"), sql, passwords)


def refusal(aws: Any, sql: str, **passwords: str) -> str:
    with pytest.raises(InfragenError) as raised:
        run(aws, sql, **passwords)
    found = raised.value.diagnostics[0]
    assert found.code == REFUSED
    assert PASSWORD not in f"{raised.value}{found.message}{found.hint}"
    return f"{found.message} ({found.hint})"


def test_statements_run_one_by_one_without_their_comments(aws: Any) -> None:
    aws.takes("DO $$\nBEGIN\n  PERFORM 1;\nEND\n$$")
    aws.takes("GRANT \"a;b\" TO 'x'")
    assert run(aws, "-- first; of all\nDO $$\nBEGIN\n  PERFORM 1;\nEND\n$$;\n\nGRANT \"a;b\" TO 'x'; -- last\n") == 2


def test_a_password_stands_where_its_name_is(aws: Any) -> None:
    aws.knows(APPLICATION, f'{{"username": "app", "password": "{PASSWORD}"}}')
    aws.takes(f"CREATE USER app IDENTIFIED BY '{PASSWORD}'")
    aws.takes("SELECT '$HOME'")
    assert run(aws, "CREATE USER app IDENTIFIED BY '${APP}'; SELECT '$HOME';", APP=APPLICATION) == 2


def test_the_statement_that_fails_is_named_and_no_password_with_it(aws: Any) -> None:
    aws.knows(APPLICATION, f'{{"password": "{PASSWORD}"}}')
    aws.takes("SELECT 1")
    aws.refuses("DatabaseErrorException", f"You have an error near '{PASSWORD}'")
    said = refusal(aws, "SELECT 1; CREATE USERS app BY '${APP}'; SELECT 3;", APP=APPLICATION)
    assert "statement 2 of 3 was not run in shop-orders, CREATE USERS app BY '${APP}': " in said
    assert "error near '${APP}'" in said


def test_a_database_that_wakes_is_waited_for(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_api, "_LOOK_SECONDS", 0)
    aws.refuses("DatabaseResumingException")
    aws.refuses("DatabaseUnavailableException")
    aws.takes("SELECT 1")
    assert run(aws, "SELECT 1;") == 1


def test_it_is_not_waited_for_without_end(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_api, "_PATIENCE_SECONDS", 0)
    aws.refuses("DatabaseResumingException", "resuming")
    assert "resuming" in refusal(aws, "SELECT 1;")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("AccessDeniedException", "rds-data:ExecuteStatement"),
        ("HttpEndpointNotEnabledException", "data_api: true"),
        ("DatabaseErrorException", "apply again"),
    ],
)
def test_each_refusal_says_what_mends_it(aws: Any, code: str, hint: str) -> None:
    aws.refuses(code)
    assert hint in refusal(aws, "SELECT 1;")


@pytest.mark.parametrize(
    "text", ["plain", "{}", '{"password": 7}', '{"password": "a\'b"}', '{"password": "a\\\\"}', "[]"]
)
def test_a_secret_that_cannot_stand_in_sql_is_refused_before_anything_runs(aws: Any, text: str) -> None:
    aws.knows(APPLICATION, text)
    assert "APP" in refusal(aws, "SELECT '${APP}';", APP=APPLICATION)


def test_what_is_missing_is_said_before_anything_is_asked(aws: Any) -> None:
    assert "no secret is given for ONE, TWO" in refusal(aws, "SELECT '${TWO}${ONE}';")
    with pytest.raises(InfragenError, match="is not the ARN of an Aurora cluster"):
        run_sql(aws, DataApi("shop-orders", MASTER, "orders"), "SELECT 1;", {})
