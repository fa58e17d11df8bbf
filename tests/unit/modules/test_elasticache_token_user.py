"""The function that rotates a cache's token: what each of its steps does, once and again, and when it gives up."""

from __future__ import annotations

import importlib.util
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infragen.render.shipped import shipped_templates

if TYPE_CHECKING:
    from types import ModuleType

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
FIRST = "1" * 32


class NotFoundError(Exception):
    """What Secrets Manager says of a version without a value."""


class Aws:
    """Secrets Manager with a current token, and ElastiCache with a user that is off."""

    exceptions = SimpleNamespace(ResourceNotFoundException=NotFoundError)

    def __init__(self, statuses: list[str]) -> None:
        self.values = {"0": json.dumps({"username": "default", "password": "the-old-one"})}
        self.stages = {"0": ["AWSCURRENT", "TERRAFORM"], FIRST: ["AWSPENDING"]}
        self.statuses, self.drawn = statuses, 0
        self.asked: list[dict[str, Any]] = []

    def describe_secret(self, **_: str) -> dict[str, Any]:
        return {"VersionIdsToStages": self.stages}

    def get_secret_value(self, **asked: str) -> dict[str, str]:
        version = next(one for one, stages in self.stages.items() if asked["VersionStage"] in stages)
        if version not in self.values:
            raise NotFoundError
        return {"SecretString": self.values[version]}

    def get_random_password(self, **asked: Any) -> dict[str, str]:
        assert asked == {"PasswordLength": 64, "ExcludePunctuation": True}
        self.drawn += 1
        return {"RandomPassword": f"drawn-{self.drawn}"}

    def put_secret_value(self, **asked: Any) -> None:
        assert asked["VersionStages"] == ["AWSPENDING"]
        self.values[asked["ClientRequestToken"]] = asked["SecretString"]

    def update_secret_version_stage(self, **asked: str) -> None:
        self.stages[asked["RemoveFromVersionId"]].remove(asked["VersionStage"])
        self.stages[asked["MoveToVersionId"]].append(asked["VersionStage"])

    def modify_user(self, **asked: Any) -> None:
        self.asked.append(asked)

    def describe_users(self, **asked: str) -> dict[str, Any]:
        assert asked == {"UserId": "shop-prod-sessions"}
        return {"Users": [{"Status": self.statuses.pop(0) if self.statuses else "active"}]}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = shipped_templates() / "modules" / "elasticache_token_user" / "rotation.py"
    spec = importlib.util.spec_from_file_location("token_rotation", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    monkeypatch.setenv("USER_ID", "shop-prod-sessions")
    monkeypatch.setattr(loaded.time, "sleep", lambda _seconds: None)
    return loaded


def rotate(module: ModuleType, aws: Aws, *steps: str, left: int = 300_000) -> None:
    module.boto3 = SimpleNamespace(client=lambda _name: aws)
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: left)
    for step in steps or STEPS:
        module.handler({"SecretId": "secret", "ClientRequestToken": FIRST, "Step": step}, context)


def test_the_user_takes_the_new_token_and_the_one_before_it(module: ModuleType) -> None:
    aws = Aws(["modifying", "active"])
    rotate(module, aws)
    passwords = {"Type": "password", "Passwords": ["drawn-1", "the-old-one"]}
    [asked] = aws.asked
    assert asked == {
        "UserId": "shop-prod-sessions", "AccessString": "on ~* &* +@all", "AuthenticationMode": passwords,
    }  # fmt: skip
    assert aws.stages == {"0": ["TERRAFORM"], FIRST: ["AWSPENDING", "AWSCURRENT"]}
    assert json.loads(aws.values[FIRST]) == {"username": "default", "password": "drawn-1"}


def test_a_step_that_is_done_again_draws_no_second_token(module: ModuleType) -> None:
    aws = Aws([])
    rotate(module, aws, "createSecret", "setSecret", "createSecret", "setSecret", "testSecret", "finishSecret")
    rotate(module, aws, "finishSecret")  # it was done
    assert aws.drawn == 1


def test_a_user_that_stays_busy_ends_the_rotation_and_names_no_token(module: ModuleType) -> None:
    aws = Aws(["modifying"] * 3)
    with pytest.raises(module.NotRotatedError, match="shop-prod-sessions is modifying, and has no new token yet"):
        rotate(module, aws, "createSecret", "setSecret", left=14_000)
    assert not aws.asked


def test_a_version_that_is_not_the_one_to_come_is_refused(module: ModuleType) -> None:
    aws = Aws([])
    aws.stages[FIRST] = ["AWSPREVIOUS"]
    with pytest.raises(module.NotRotatedError, match="not the one that is to come"):
        rotate(module, aws, "createSecret")
