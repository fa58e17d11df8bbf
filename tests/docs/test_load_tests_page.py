"""The page on load tests: its samples are files of one system, and the script does what the page says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests import k6

from .pages import blocks, prose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

PAGE = "docs/load-tests.md"
SYSTEM = "schema: 1\nname: demo\ntitle: Demo\n"
DEV = 'environment: dev\naccount: "111122223333"\nregion: ap-northeast-1\nnetwork: {cidr: 10.0.0.0/16}\n'
PASSWORDS = {"acme": "first", "globex": "second", "initech": "third"}
GIVEN = {"PASSWORDS": json.dumps(PASSWORDS), "API_KEY": "key", "BASE_URL": "https://demo"}
TOKEN = [200, {"data": {"accessToken": "t1"}}]


@pytest.fixture
def script(tmp_path: Path, infragen: Callable[..., Outcome]) -> Path:
    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")

    write("catalog/demo/system.yaml", SYSTEM)
    write("environments/demo/dev.yaml", DEV)
    for block in blocks(PAGE):
        if block.language == "yaml":
            write(block.text.splitlines()[0].removeprefix("# "), block.text)
    said = infragen("validate", "-C", tmp_path)
    assert (said.out + said.err).strip().splitlines()[-1] == "0 errors, 0 warnings, 2 notices"  # G106, Q101
    assert infragen("render", "-C", tmp_path).code == 0
    return tmp_path / "generated/demo/dev/edge/k6/peak.js"


def test_each_tenant_s_user_logs_in_and_passes_the_token_on(script: Path, tmp_path: Path) -> None:
    ran = k6.run(script, tmp_path, GIVEN, users=(1, 2, 3, 4), answers=[TOKEN, [200, {}]] * 4)
    logins, dashboards = ran.requests[::2], ran.requests[1::2]
    names = [f"load-test@{tenant}.example.com" for tenant in (*PASSWORDS, "acme")]
    assert [(one["method"], one["url"]) for one in logins] == [("POST", "https://demo/auth/login")] * 4
    assert [one["body"] for one in logins] == [
        {"email": name, "password": password}
        for name, password in zip(names, (*PASSWORDS.values(), "first"), strict=True)
    ]
    assert {one["headers"].get("Authorization") for one in logins} == {None}
    assert [one["headers"] for one in dashboards] == [{"Authorization": "Bearer t1", "x-api-key": "key"}] * 4
    assert [one for one in ran.done if "sleep" in one] == [{"sleep": 1}] * 4
    assert {one["tags"]["name"] for one in ran.requests} == {"login", "dashboard"}
    assert {json.dumps(one["expected"]) for one in ran.requests} == {'{"statuses": [200]}'}
    assert set(map(tuple, ran.checks)) == {("login: 200", True), ("dashboard: 200", True)}


def test_a_user_without_a_token_waits_and_asks_nothing_else(script: Path, tmp_path: Path) -> None:
    ran = k6.run(script, tmp_path, GIVEN, answers=[[503, {}]])
    assert [one["tags"]["name"] for one in ran.requests] == ["login"]
    assert ran.done[-1] == {"sleep": 1}
    assert ran.checks == [("login: 200", False)]


def test_the_goals_are_measured_by_and_the_limits_where_they_are_asked_for(script: Path, tmp_path: Path) -> None:
    goals = {"http_req_duration": ["p(95)<200"], "http_req_failed": ["rate<0.001"]}
    limits = {"http_req_duration": ["p(95)<500"], "http_req_failed": ["rate<0.01"]}
    ran = k6.run(script, tmp_path, GIVEN)
    assert ran.options["thresholds"] == goals
    assert ran.options["stages"] == [
        {"duration": "5m", "target": 30},
        {"duration": "10m", "target": 100},
        {"duration": "5m", "target": 0},
    ]
    assert k6.run(script, tmp_path, {**GIVEN, "THRESHOLDS": "limits"}).options["thresholds"] == limits
    with pytest.raises(AssertionError, match="THRESHOLDS is one of: goals, limits"):
        k6.run(script, tmp_path, {**GIVEN, "THRESHOLDS": "loose"})


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        ("PASSWORDS", "load-test@acme.example.com has no password"),
        ("API_KEY", "API_KEY is empty"),
        ("BASE_URL", "BASE_URL is empty"),
    ],
)
def test_what_is_not_given_is_said_before_anything_is_asked(
    script: Path, tmp_path: Path, variable: str, says: str
) -> None:
    with pytest.raises(AssertionError, match=says):
        k6.run(script, tmp_path, {name: value for name, value in GIVEN.items() if name != variable})


def test_the_page_s_command_and_figures_are_the_script_s(script: Path) -> None:
    [command] = [block.text for block in blocks(PAGE) if block.language == "sh"]
    secret = "aws secretsmanager get-secret-value --secret-id /demo/dev/load-test-users --query SecretString"
    text = script.read_text("utf-8")
    assert secret in command
    assert f'PASSWORDS="$({secret}' in text
    assert command.endswith("k6 run generated/demo/dev/edge/k6/peak.js")
    assert "143 requests a second" in text
    assert "= 143." in prose(PAGE)


def test_its_own_key_has_its_own_limit_at_the_gateway(script: Path) -> None:
    plan = (script.parents[1] / "load-test-peak.tf").read_text("utf-8")
    assert "requests_per_second = 200" in plan
    assert "rest_api_id         = module.gateway_api.id" in plan
    assert "--name-query demo-dev-load-test-peak" in script.read_text("utf-8")
    assert 'name        = "demo-dev-load-test-peak"' in plan


def test_the_release_workflow_of_the_page_s_settings_runs_the_script(
    script: Path, tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    [settings] = [block.text for block in blocks(PAGE) if block.language == "toml"]
    install = f'ci.install = "git+https://git.example.com/infragen@{"0f" * 20}"'
    (tmp_path / "infragen.toml").write_text(f"{install}\n{settings}\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/Dockerfile").write_text("FROM scratch\n")
    said = infragen("ci", "github", "-C", tmp_path)
    assert said.code == 0, said.err
    workflow = yaml.safe_load((tmp_path / ".github/workflows/infragen-release.yml").read_text("utf-8"))
    job = workflow["jobs"]["load-test-demo-dev"]
    variables = job["steps"][-1]["env"]
    assert tmp_path / variables["SCRIPT"] == script
    assert f"k6 {job['steps'][1]['with']['k6-version']}." in prose(PAGE)
    assert f"`{job['environment']}`" in prose(PAGE)
    named = {f"`{value.split('.')[1].split()[0]}`" for value in variables.values() if "LOAD_TEST" in value}
    assert {one for one in named if one not in prose(PAGE)} == set()
    assert set(re.findall(r"__ENV\.(\w+)", script.read_text("utf-8"))) <= variables.keys()
