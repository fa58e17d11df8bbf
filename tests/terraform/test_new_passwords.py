"""A new password on the emulated AWS: what tasks and the proxy have stays as it is, and one is drawn that nobody has.

What tasks are told at each number is in tests/unit/stacks/test_kinds_databases.py; here Terraform draws the passwords.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infragen.aws.session import Aws
from infragen.hcl.index import Index
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.sandbox import Sandbox
from tests.unit.stacks.systems import DATABASE, SERVICE, environment, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

REGION = "ap-northeast-1"
PROVIDER = f"""
provider "aws" {{
  region                      = "{REGION}"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}}
"""


class World:
    """A root with the passwords of a database, as the catalogue asks for them, in a sandbox."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "111122223333", "AWS_SECRET_ACCESS_KEY": "sandbox", "AWS_REGION": REGION}
        self.variables: Mapping[str, str] = child_environment(os.environ, {**keys, "AWS_ENDPOINT_URL": sandbox.url})
        self.secrets = Aws(self.variables).client("secretsmanager", REGION)
        self.folder, self.root = folder, folder / "modules/root"
        self.root.mkdir(parents=True)

    def apply(self, number: int) -> tuple[str, str]:
        """Return whom tasks then sign in as, and what Terraform says that it did."""
        more = f"login: password\nproxy: {{}}\npassword_versions: {{web: {number}}}\n"
        files = {"services/web.yaml": SERVICE + "database: main\n", "databases/main.yaml": DATABASE + more}
        found = rendered(environment(self.folder / str(number), files)).files
        for path, module in found.items():
            if path.startswith("modules/database_passwords/"):
                file = self.folder / "modules" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(module, encoding="utf-8")
        text = found["data/database-main.tf"]
        call = next(one for one in Index(text).calls if one.module == "database_passwords")
        (self.root / "main.tf").write_text(f"{PROVIDER}\n{text[call.start : call.end + 1]}\n", encoding="utf-8")
        said = ""
        mirror = find_mirror(None, os.environ, Path.home())
        for arguments in (["init", *([f"-plugin-dir={mirror.path}"] if mirror else [])], ["apply", "-auto-approve"]):
            done = subprocess.run(
                ["terraform", *arguments, "-input=false", "-no-color"],
                cwd=self.root, env=dict(self.variables), capture_output=True, text=True, check=False,
            )  # fmt: skip
            said = done.stdout + done.stderr
            assert done.returncode == 0, said
        [user] = re.findall(r'DATABASE_USER += "(\w+)"', found["app/service-web.tf"])
        return user, said

    def now(self) -> dict[str, str]:
        """Return the password that each user's secret has."""
        names = (one["Name"] for one in self.secrets.list_secrets()["SecretList"])
        values = (json.loads(self.secrets.get_secret_value(SecretId=name)["SecretString"]) for name in names)
        return {value["username"]: value["password"] for value in values}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "project").mkdir()
    sandbox = Sandbox.start(tmp_path / "project", strict=True)
    try:
        yield World(tmp_path, sandbox)
    finally:
        sandbox.stop()


def test_each_new_password_is_of_the_user_that_no_task_is_at_that_moment(world: World) -> None:
    before, _ = world.apply(1)
    had = world.now()
    assert set(had) == {before}
    for number in (2, 3):
        user, said = world.apply(number)
        has = world.now()
        assert user != before
        assert has[before] == had[before]  # what runs goes on with it until the database has the other, and after
        assert has[user] != had.get(user)
        assert all(password not in said for password in has.values())
        before, had = user, has
    assert len(had) == 2
