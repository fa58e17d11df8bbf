"""The function that rotates a master password: what each of its steps does, once and again, and when it gives up."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from infragen.render.shipped import shipped_templates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
FIRST, SECOND = "1" * 32, "2" * 32


class Context:
    """How much time Lambda leaves."""

    def __init__(self, milliseconds: int = 300_000) -> None:
        self.left = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.left


@pytest.fixture
def module() -> ModuleType:
    path = shipped_templates() / "modules" / "database_password_rotation" / "rotation.py"
    spec = importlib.util.spec_from_file_location("rotation", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    with mock_aws():
        yield


class Database:
    """An instance or a cluster with a secret, one version of which is to come; the passwords that RDS was given."""

    def __init__(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rds, self.secrets = boto3.client("rds"), boto3.client("secretsmanager")
        self.given: list[str] = []
        self.pending: dict[str, str] = {}
        monkeypatch.setenv("KIND", kind)
        monkeypatch.setenv("DATABASE", "shop-prod-stock")
        master = {"MasterUsername": "administrator", "MasterUserPassword": "the-old-one"}
        if kind == "cluster":
            self.rds.create_db_cluster(DBClusterIdentifier="shop-prod-stock", Engine="aurora-mysql", **master)
        else:
            self.rds.create_db_instance(
                DBInstanceIdentifier="shop-prod-stock", Engine="postgres", DBInstanceClass="db.t4g.micro",
                AllocatedStorage=20, **master,
            )  # fmt: skip
        value = json.dumps({"username": "administrator", "password": "the-old-one"})
        self.secret = self.secrets.create_secret(Name="master", SecretString=value)["ARN"]
        # Secrets Manager makes the version that is to come before it invokes the function.
        self.secrets.put_secret_value(
            SecretId=self.secret, ClientRequestToken=FIRST, SecretString=value, VersionStages=["AWSPENDING"]
        )

    def value(self, stage: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(
            self.secrets.get_secret_value(SecretId=self.secret, VersionStage=stage)["SecretString"]
        )
        return found


@pytest.fixture(params=["instance", "cluster"])
def database(
    request: pytest.FixtureRequest, aws: None, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> Database:
    made = Database(request.param, monkeypatch)
    real = boto3.client

    class Watched:
        """RDS, with the passwords that it was given, and with what it is busy with."""

        def modify_db_instance(self, **asked: Any) -> Any:
            made.given.append(asked["MasterUserPassword"])
            assert asked.keys() == {"DBInstanceIdentifier", "MasterUserPassword"}, "nothing else comes into force"
            return made.rds.modify_db_instance(**asked)

        def modify_db_cluster(self, **asked: Any) -> Any:
            made.given.append(asked["MasterUserPassword"])
            assert asked.keys() == {"DBClusterIdentifier", "MasterUserPassword"}, "nothing else comes into force"
            return made.rds.modify_db_cluster(**asked)

        def describe_db_instances(self, **asked: Any) -> Any:
            found = made.rds.describe_db_instances(**asked)
            found["DBInstances"][0]["PendingModifiedValues"] = made.pending
            return found

        def describe_db_clusters(self, **asked: Any) -> Any:
            found = made.rds.describe_db_clusters(**asked)
            found["DBClusters"][0]["PendingModifiedValues"] = made.pending
            return found

    class Fresh:
        """Secrets Manager, where the version that is to come has no value before the function gives it one."""

        exceptions = made.secrets.exceptions

        def __getattr__(self, name: str) -> Any:
            return getattr(made.secrets, name)

        def get_secret_value(self, **asked: Any) -> Any:
            found = made.secrets.get_secret_value(**asked)
            if asked.get("VersionStage") == "AWSPENDING" and "the-old-one" in found["SecretString"]:
                raise made.secrets.exceptions.ResourceNotFoundException({"Error": {}}, "GetSecretValue")
            return found

    clients = {"rds": Watched(), "secretsmanager": Fresh()}
    monkeypatch.setattr(module.boto3, "client", lambda name: clients.get(name) or real(name))
    monkeypatch.setattr(module.time, "sleep", lambda _seconds: made.pending.clear())
    return made


def rotate(module: ModuleType, database: Database, *steps: str, context: Context | None = None) -> None:
    for step in steps or STEPS:
        event = {"SecretId": database.secret, "ClientRequestToken": FIRST, "Step": step}
        module.handler(event, context or Context())


def test_rds_and_the_secret_have_one_new_password_in_the_end(module: ModuleType, database: Database) -> None:
    rotate(module, database)
    now = database.value("AWSCURRENT")
    assert now == {"username": "administrator", "password": database.given[-1]}
    assert now["password"].isalnum()
    assert len(now["password"]) == 40
    assert database.value("AWSPREVIOUS")["password"] == "the-old-one"


def test_a_step_that_is_done_again_draws_no_second_password(module: ModuleType, database: Database) -> None:
    rotate(module, database, "createSecret", "setSecret", "createSecret", "setSecret", "testSecret", "finishSecret")
    assert len(set(database.given)) == 1
    assert database.value("AWSCURRENT")["password"] == database.given[0]
    rotate(module, database)  # a version that is current is left alone
    assert len(database.given) == 2


def test_it_waits_until_rds_has_set_the_password(module: ModuleType, database: Database) -> None:
    rotate(module, database, "createSecret", "setSecret")
    database.pending["MasterUserPassword"] = "****"
    rotate(module, database, "testSecret")
    assert not database.pending


def test_it_says_why_it_gives_up_and_leaves_the_current_password(module: ModuleType, database: Database) -> None:
    rotate(module, database, "createSecret", "setSecret")
    database.pending["MasterUserPassword"] = "****"
    with pytest.raises(module.NotRotatedError, match="shop-prod-stock is available, and has no new password yet"):
        rotate(module, database, "testSecret", context=Context(12_000))
    assert database.value("AWSCURRENT")["password"] == "the-old-one"


def test_a_version_that_nobody_announced_is_refused(module: ModuleType, database: Database) -> None:
    event = {"SecretId": database.secret, "ClientRequestToken": SECOND, "Step": "createSecret"}
    with pytest.raises(module.NotRotatedError, match="is not the one that is to come"):
        module.handler(event, Context())
    assert not database.given
