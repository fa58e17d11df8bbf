"""Policies name no role by its ARN as a principal: AWS refuses one that is not there yet, and loses what is made anew.

Conditions may: they are compared when somebody asks (IAM User Guide: AWS JSON policy elements, Principal; AWS global
condition context keys, aws:PrincipalArn).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED = re.compile(r"arn:aws:iam::(?:[0-9]{12}|\$\{[^}]+\}):(?:role|user)/")
KEY = re.compile(r'"?([\w:-]+)"?\s*=\s')
MAY = {"aws:PrincipalArn"}


def keys_of(text: str) -> Iterator[str]:
    """Yield the key before each role or user that is named in full: in its line, or above the list that has it."""
    for found in NAMED.finditer(text):
        *_, key = KEY.findall(text[: found.start()])
        yield key


def test_no_principal_of_a_committed_policy_is_a_role_by_its_name() -> None:
    named = [
        (path.relative_to(ROOT).as_posix(), key)
        for folder in ("generated", "templates/modules", "templates/kinds", "templates/parts")
        for path in sorted((ROOT / folder).rglob("*.tf"))
        for key in keys_of(path.read_text("utf-8"))
    ]
    assert {key for _, key in named} == MAY
    assert [one for one in named if one[1] not in MAY] == []


def test_a_principal_that_is_named_so_is_found() -> None:
    assert [*keys_of('Principal = {\n  AWS = [\n    "arn:aws:iam::${var.account_id}:role/web",\n  ]\n}\n')] == ["AWS"]
