from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from infragen.plan import Level, RiskKind, change_sets
from infragen.plan.reader import parse_plan
from infragen.redaction.decode import OpenPlan, decode_plan

STRIPE = "sk_live_" + "51H8xQ2eZvKYlo2C"
GITHUB = "ghp_" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA"
AWS = "AKIA" + "QYLPMN5HFIQR7XYA"
OTHER_HALF = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzQ7mN2vKLp"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nabcdefghijkl\n-----END RSA " + "PRIVATE KEY-----"


def _plan(kind: str, after: dict[str, Any], before: dict[str, Any] | None = None, **more: Any) -> bytes:
    change = {"actions": ["update"] if before else ["create"], "before": before, "after": after, "after_unknown": {}}
    item = {
        "address": f"{kind}.this", "mode": "managed", "type": kind, "name": "this",
        "provider_name": "registry.terraform.io/hashicorp/aws", "change": {**change, **more.pop("change", {})},
    }  # fmt: skip
    return json.dumps({"format_version": "1.2", "resource_changes": [item], **more}).encode()


def _container(**variables: str) -> dict[str, Any]:
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    return {"container_definitions": json.dumps([{"name": "web", "environment": environment}])}


CASES = {
    "a container's variable": ("aws_ecs_task_definition", _container(STRIPE_KEY=STRIPE), STRIPE, "STRIPE_KEY"),
    "one that its name tells": ("aws_ecs_task_definition", _container(SMTP_PASS="hunter"), "hunter", "SMTP_PASS"),
    "a container's address": (
        "aws_ecs_task_definition", _container(CACHE_DSN="redis://app:hunter2x@cache:6379"), "hunter2x", "CACHE_DSN",
    ),
    "a function's variable in small letters": (
        "aws_lambda_function", {"environment": [{"variables": {"mail_token": "a8f3-99zz-01"}}]}, "a8f3-99zz-01",
        "mail_token",
    ),
    "a build's pair": (
        "aws_codebuild_project", {"environment": [{"environment_variable": [{"name": "DEPLOY", "value": GITHUB}]}]},
        GITHUB, "DEPLOY",
    ),
    "a machine's script": ("aws_instance", {"user_data": f"#!/bin/sh\nexport A={GITHUB}\n"}, GITHUB, "user_data"),
    "a variable that a script sets": (
        "aws_instance", {"user_data": "#!/bin/sh\nexport DB_TOKEN='a8f3-99zz-01'\n"}, "a8f3-99zz-01", "user_data",
    ),
    "one of a container that it runs": (
        "google_compute_instance", {"metadata": {"startup-script": "docker run -e API_SECRET=a8f3-99zz-01 app"}},
        "a8f3-99zz-01", "metadata",
    ),
    "one in a file of settings": (
        "kubernetes_config_map", {"data": {"app.env": 'A=info\nSIGNING_KEY="a8f3-99zz-01"\n'}}, "a8f3-99zz-01", "data",
    ),
    "one in an encoded script": (
        "aws_launch_template", {"user_data": b64encode(b"#!/bin/sh\nexport DB_TOKEN=a8f3-99zz-01\n").decode()},
        b64encode(b"#!/bin/sh\nexport DB_TOKEN=a8f3-99zz-01\n").decode(), "user_data",
    ),
    "a key in an encoded script": (
        "azurerm_linux_virtual_machine", {"custom_data": b64encode(f"A={GITHUB}".encode()).decode()},
        b64encode(f"A={GITHUB}".encode()).decode(), "custom_data",
    ),
    "a key's other half": (
        "aws_instance", {"user_data": f"[default]\naws_access_key_id={AWS}\naws_secret_access_key={OTHER_HALF}\n"},
        OTHER_HALF, "user_data",
    ),
    "a parameter's key": ("aws_ssm_parameter", {"description": KEY}, "abcdefghijkl", "description"),
    "another provider's setting": (
        "azurerm_linux_web_app", {"app_settings": {"StorageKey": "Zm9vYmFyYmF6cXV4MTIzNDU2"}},
        "Zm9vYmFyYmF6cXV4MTIzNDU2", "StorageKey",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_secret_in_a_plain_field_is_masked_and_a_high_risk(case: str) -> None:
    kind, after, secret, name = CASES[case]
    change = parse_plan(_plan(kind, after)).changes[0]
    risk = change.risks[0]
    assert (risk.level, risk.kind) == (Level.HIGH, RiskKind.EXPOSURE)
    assert f"{name} (a" in risk.reason
    assert secret not in repr((change.attributes, change.risks))


def test_a_secret_that_was_there_is_masked_and_not_told_again() -> None:
    before, after = _container(STRIPE_KEY=STRIPE, LEVEL="info"), _container(STRIPE_KEY=STRIPE, LEVEL="debug")
    change = parse_plan(_plan("aws_ecs_task_definition", after, before)).changes[0]
    assert change.risks[0].level < Level.HIGH
    assert STRIPE not in repr(change.attributes)


def test_another_secret_in_its_place_is_told() -> None:
    before, after = _container(STRIPE_KEY=STRIPE), _container(STRIPE_KEY=STRIPE[::-1])
    change = parse_plan(_plan("aws_ecs_task_definition", after, before)).changes[0]
    assert "STRIPE_KEY (a secret by its name)" in change.risks[0].reason


def test_what_is_marked_is_not_in_a_plain_field() -> None:
    after = _container(STRIPE_KEY=STRIPE)
    marked = {"change": {"after_sensitive": {"container_definitions": True}}}
    change = parse_plan(_plan("aws_ecs_task_definition", after, **marked)).changes[0]
    assert change.risks[0].level < Level.HIGH


def test_a_secret_in_a_text_that_the_plan_does_not_know_yet_is_found_in_the_files() -> None:
    files = {
        "main.tf": f"""
resource "aws_ecr_repository" "this" {{
  name = "web"
}}

resource "aws_ecs_task_definition" "this" {{
  container_definitions = jsonencode([{{
    name        = "web"
    image       = aws_ecr_repository.this.repository_url
    environment = [for name, value in local.environment : {{ name = name, value = value }}]
  }}])
}}

locals {{
  environment = {{
    STRIPE_KEY = "{STRIPE}"
  }}
}}
"""
    }
    content = _plan("aws_ecs_task_definition", {}, change={"after_unknown": {"container_definitions": True}})
    change = change_sets([OpenPlan(decode_plan(content, "plan.json"), "plan.json", files)])[0].changes[0]
    assert "STRIPE_KEY (a live key of Stripe)" in change.risks[0].reason
    assert STRIPE not in repr((change.attributes, change.risks))


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("aws_ecs_task_definition", _container(TOKEN_TTL="3600", SORT_KEY="created_at", SECRET_ARN="arn:aws:x:y")),
        ("aws_ecs_task_definition", _container(TOKEN_URL="https://id.example.com/token", MAX_TOKENS="4096")),
        ("aws_ecs_task_definition", _container(S3_KEY="2024/orders-archive.zip", DATABASE_PASSWORD="")),
        ("aws_db_parameter_group", {"parameter": [{"name": "password_encryption", "value": "scram-sha-256"}]}),
        ("aws_kms_alias", {"name": "alias/secret", "target_key_id": "1234abcd-12ab-34cd-56ef-1234567890ab"}),
        ("aws_instance", {"user_data": 'TOKEN=$(curl x)\nA_TOKEN="${T}"\nB_TOKEN="$T"\nTOKEN_FILE=/run/token\n'}),
        ("aws_instance", {"user_data": "SECRET=true\nAPI_TOKEN=none\nTOKEN=default\nSORT_KEY=created_at\n"}),
        ("aws_launch_template", {"user_data": b64encode(b"#!/bin/sh\nTOKEN=$(cat /run/token)\n").decode()}),
        ("aws_iam_access_key", {"id": "AKIA" + "QYLPMN5HFIQR7XYA"}),
    ],
)
def test_what_only_sounds_like_a_secret_is_no_risk(kind: str, after: dict[str, Any]) -> None:
    assert parse_plan(_plan(kind, after)).changes[0].risks[0].level < Level.HIGH
