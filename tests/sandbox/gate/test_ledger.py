"""The ledger of calls: each of them once, what it names, and nothing secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from moto.core.utils import get_service_model

from infragen_sandbox.gate.calls import Call
from infragen_sandbox.gate.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def call(service: str, operation: str, **parameters: object) -> Call:
    model = get_service_model(service).operation_model(operation)
    return Call(service, model, "json", parameters, (), "123456789012", "ap-northeast-1")


def test_a_call_is_noted_once_with_what_it_names_and_without_what_is_secret(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "calls.jsonl")
    secret = call("secretsmanager", "PutSecretValue", SecretId="/shop/prod/key", SecretString="not-for-a-file")
    for _ in range(2):
        ledger.note(secret, "APN/1.0 HashiCorp/1.0 Terraform/1.11.4")
    ledger.note(secret, "Boto3/1.43")
    first, second = map(json.loads, (tmp_path / "calls.jsonl").read_text("utf-8").splitlines())
    assert first == {
        "service": "secretsmanager",
        "operation": "PutSecretValue",
        "region": "ap-northeast-1",
        "account": "123456789012",
        "terraform": True,
        "parameters": {"SecretId": "/shop/prod/key"},
    }
    assert not second["terraform"]


def test_documents_are_left_out_and_another_emulators_calls_are_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text("of before\n", encoding="utf-8")
    ledger = Ledger(file)
    tags = [{"Key": "System", "Value": "shop"}]
    ledger.note(call("iam", "CreatePolicy", PolicyName="a", PolicyDocument="{\n}", Tags=tags), "")
    [line] = file.read_text("utf-8").splitlines()
    assert json.loads(line)["parameters"] == {"PolicyName": "a", "Tags": tags}


def test_a_ledger_that_cannot_be_written_stops_no_call_and_notes_it_later(tmp_path: Path) -> None:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    ledger = Ledger(folder / "calls.jsonl")
    folder.rename(tmp_path / "moved")
    asked = call("iam", "GetRole", RoleName="a")
    ledger.note(asked, "")
    (tmp_path / "moved").rename(folder)
    ledger.note(asked, "")
    ledger.note(asked, "")
    assert len((folder / "calls.jsonl").read_text("utf-8").splitlines()) == 1


def test_a_full_disk_stops_no_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "calls.jsonl")
    monkeypatch.setattr(ledger, "_file", type(tmp_path)("/dev/full"))
    ledger.note(call("iam", "GetRole", RoleName="a"), "")
