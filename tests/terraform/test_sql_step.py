"""The module that runs SQL, with the real terraform: once, again when the SQL changes, again when it failed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from infragen.aws.session import Aws
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.sandbox import Sandbox
from tests.conftest import ROOT
from tests.sandbox.rds_clusters import make_cluster, make_instance
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

REGION = "ap-northeast-1"


class World:
    """A cluster in a strict sandbox, and a root that calls the module."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "111122223333", "AWS_SECRET_ACCESS_KEY": "sandbox", "AWS_REGION": REGION}
        base = {name: value for name, value in os.environ.items() if not name.startswith("INFRAGEN_")}
        without = os.pathsep.join(
            one for one in base["PATH"].split(os.pathsep) if not shutil.which("infragen", path=one)
        )
        self.without_infragen = without
        self.variables: Mapping[str, str] = child_environment(
            base | {"PATH": without}, {**keys, "AWS_ENDPOINT_URL": sandbox.url}
        )
        self.folder = folder
        self.rds = Aws(self.variables).client("rds", REGION)
        self.cluster = make_cluster(self.rds)
        make_instance(self.rds, "writer")
        found = {"DBInstanceIdentifier": "writer"}
        until(lambda: self.rds.describe_db_instances(**found)["DBInstances"][0]["DBInstanceStatus"] == "available")
        secrets = Aws(self.variables).client("secretsmanager", REGION)
        self.secret = secrets.create_secret(Name="master", SecretString="{}")["ARN"]
        self.application = secrets.create_secret(Name="app", SecretString='{"password": "s3cretly"}')["ARN"]
        shutil.copytree(ROOT / "templates/modules/aurora_sql", folder / "aurora_sql")

    def write(self, statements: str) -> None:
        call = {
            "source": "./aurora_sql",
            "cluster_arn": self.cluster["DBClusterArn"],
            "cluster_resource_id": self.cluster["DbClusterResourceId"],
            "secret_arn": self.secret,
            "database_name": "orders",
            "statements": statements.replace("${", "$${"),
            "passwords": {"APP": self.application},
        }
        (self.folder / "main.tf.json").write_text(json.dumps({"module": {"sql": call}}), encoding="utf-8")

    def terraform(self, *arguments: str, path: str | None = None) -> tuple[int, str]:
        done = subprocess.run(
            ["terraform", *arguments, "-no-color"],
            cwd=self.folder, env={**self.variables, "PATH": path or self.variables["PATH"]},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def endpoint(self, wanted: str) -> Any:
        return getattr(self.rds, f"{wanted}_http_endpoint")(ResourceArn=self.cluster["DBClusterArn"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "project").mkdir()
    sandbox = Sandbox.start(tmp_path / "project", strict=True)
    try:
        (tmp_path / "root").mkdir()
        yield World(tmp_path / "root", sandbox)
    finally:
        sandbox.stop()


def test_what_failed_is_run_again_and_what_ran_is_not(world: World) -> None:
    world.write("CREATE USER app IDENTIFIED BY '${APP}';\nGRANT SELECT ON `orders`.* TO app;")
    assert world.terraform("init")[0] == 0
    code, said = world.terraform("apply", "-auto-approve")
    assert code == 1
    assert "error T056 statement 1 of 2 was not run in planning" in said
    assert "set `data_api: true`" in " ".join(said.split())

    world.endpoint("enable")
    assert world.terraform("plan", "-detailed-exitcode")[0] == 2, "what failed is forgotten"
    code, said = world.terraform("apply", "-auto-approve")
    assert code == 0, said
    assert "2 statements run in orders of planning" in said
    assert "s3cretly" not in said + (world.folder / "terraform.tfstate").read_text(encoding="utf-8")
    assert world.terraform("plan", "-detailed-exitcode")[0] == 0

    world.write("CREATE USER app IDENTIFIED BY '${APP}';")
    code, said = world.terraform("apply", "-auto-approve")
    assert (code, "1 statement run" in said) == (0, True), said
    assert sys.executable not in (world.folder / "aurora_sql/main.tf").read_text(encoding="utf-8")


def test_without_infragen_it_is_said_what_to_run_and_the_apply_goes_on(world: World) -> None:
    world.write("CREATE USER app IDENTIFIED BY '${APP}';")
    assert world.terraform("init")[0] == 0
    code, said = world.terraform("apply", "-auto-approve", path=world.without_infragen)
    assert code == 1
    words = " ".join(said.split())
    assert "infragen, which runs this SQL, is not on the PATH" in words
    called = f"--region {REGION} --resource-arn {world.cluster['DBClusterArn']}"
    assert f"aws rds-data execute-statement {called} " in words
    assert f'"APP":"{world.application}"' in words
    assert "CREATE USER app IDENTIFIED BY '${APP}';" in words

    assert world.terraform("untaint", "module.sql.terraform_data.this", path=world.without_infragen)[0] == 0
    assert world.terraform("plan", "-detailed-exitcode", path=world.without_infragen)[0] == 0
