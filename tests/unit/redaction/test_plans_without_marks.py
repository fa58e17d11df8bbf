"""Plans that do not mark what is sensitive, as terraform 0.12 to 0.15.0 wrote them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import ChangeSet, parse_plan
from infragen.report import github, html, junit, markdown, sarif, terminal
from infragen.report import json as json_report
from tests.plans.corpus import case
from tests.unit.plan.plans import resource

WRITERS = (github.render, html.render, json_report.render, junit.render, markdown.render, sarif.render)
SECRET = "Zq9!vVx72mKp0wQe"


def without_marks(address: str, before: Any, after: Any) -> ChangeSet:
    """Read a plan of terraform 0.13 that updates one object."""
    item = resource(address, ["update"], before, after)
    del item["change"]["before_sensitive"], item["change"]["after_sensitive"]
    other = resource("null_resource.n", ["update"], {"triggers": {"a": "x"}}, {"triggers": {"a": f"psql -p {SECRET}"}})
    del other["change"]["before_sensitive"], other["change"]["after_sensitive"]
    document = {"format_version": "0.1", "terraform_version": "0.13.7", "resource_changes": [item, other]}
    return parse_plan(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("kubernetes_secret.s", {"data": {"token": SECRET}}),
        ("kubernetes_secret_v1.s", {"binary_data": {"token": SECRET}}),
        ("random_password.r", {"result": SECRET}),
        ("tls_private_key.t", {"private_key_pem": SECRET}),
        ("tls_self_signed_cert.t", {"private_key_pem": SECRET}),
        ("helm_release.h", {"set_sensitive": [{"name": "password", "value": SECRET}]}),
        ("azurerm_key_vault_secret.v", {"value": SECRET}),
        ("azurerm_postgresql_flexible_server.p", {"administrator_password": SECRET}),
        ("google_sql_user.u", {"password": SECRET}),
        ("google_service_account_key.k", {"private_key": SECRET}),
        ("vault_generic_secret.v", {"data_json": SECRET}),
        ("github_actions_secret.g", {"plaintext_value": SECRET}),
        ("local_sensitive_file.f", {"content": SECRET}),
        ("aws_db_instance.d", {"password": SECRET}),
        ("module.m.random_password.r", {"result": SECRET}),
    ],
)
def test_well_known_secrets_are_hidden_in_every_format_and_wherever_they_stand(address: str, value: Any) -> None:
    for sides in (({}, value), (value, {}), ({**value, "x": 1}, {**value, "x": 2})):
        change_set = without_marks(address, *sides)
        texts = [write(change_set, "x") for write in WRITERS]
        texts.append(terminal.render(change_set, "x", width=200, details=True))
        assert not [text for text in texts if SECRET in text]


def test_a_notice_says_that_other_secrets_cannot_be_known() -> None:
    (notice,) = without_marks("aws_x.a", {"a": 1}, {"a": 2}).notices
    assert "nothing in this plan is marked as sensitive" in notice
    assert "--schema FILE" in notice


@pytest.mark.parametrize("number", ["001", "015", "022", "048", "049", "186"])
def test_a_plan_with_marks_or_without_changes_has_no_such_notice(number: str) -> None:
    assert "marked as sensitive" not in " ".join(parse_plan(case(number).path.read_bytes()).notices)
