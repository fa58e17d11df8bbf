"""Patterns come from plans and catalogues: none takes longer than its length."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infragen.wildcards import fits
from tests.unit.plan.plans import plan
from tests.unit.plan.plans import resource as planned

if TYPE_CHECKING:
    from pathlib import Path

_TEXTS = st.text("ab*?", max_size=9)


@given(_TEXTS, _TEXTS)
def test_a_pattern_takes_what_the_regular_expression_takes(text: str, pattern: str) -> None:
    form = "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in pattern)
    assert fits(text, pattern) == (re.fullmatch(form, text, re.DOTALL) is not None)


@pytest.mark.parametrize(
    ("text", "pattern", "is_taken"),
    [
        ("a" * 500_000, "*a" * 250_000 + "b", False),
        ("a" * 500_000, "*a" * 250_000, True),
        ("ab" * 250_000, "*b?b" * 100_000 + "*", True),
        ("a" * 500_000, "*?" * 250_000, True),
        ("a" * 500_000, "?" * 500_000, False),  # more than is compared
        ("a" * 500_000, "*" + "a?" * 200_000 + "b", False),
    ],
)
def test_a_long_pattern_is_answered(text: str, pattern: str, is_taken: bool) -> None:
    assert fits(text, pattern) is is_taken


_BOMB = "*a" * 30 + "b"
_MANY = [f"s3:Get{number}*" for number in range(12_000)]


def _policy(actions: object, user: str) -> dict[str, object]:
    condition = {"StringLike": {"aws:username": user}}
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*", "Condition": condition}
    return {"policy": json.dumps({"Statement": [statement]})}


def _rule(path: str) -> dict[str, object]:
    return {"priority": 1, "condition": [{"path_pattern": [{"values": [path]}]}]}


def _behavior(path: str, origin: str) -> dict[str, object]:
    behavior = {"path_pattern": path, "target_origin_id": "x"}
    return {"ordered_cache_behavior": [behavior], "default_cache_behavior": [{"target_origin_id": origin}]}


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("aws_iam_policy", _policy("s3:*", _BOMB), _policy("s3:*", "a" * 60)),
        ("aws_iam_policy", _policy(_MANY, "a"), _policy([one.replace("Get", "Put") for one in _MANY], "a")),
        ("aws_lb_listener_rule", _rule("a" * 60), _rule(_BOMB)),
        ("aws_cloudfront_distribution", _behavior("a" * 60, "y"), _behavior(_BOMB, "z")),
        ("aws_x", {"text": "AKIAABCDEFGHIJKLMNOP " * 9_000}, {"text": "-----BEGIN PRIVATE KEY-----\nAAAA" * 9_000}),
    ],
    ids=["condition", "actions", "listener rule", "behavior", "keys"],
)
def test_a_plan_of_patterns_is_reported_within_bounds(
    tmp_path: Path, kind: str, before: dict[str, object], after: dict[str, object]
) -> None:
    """Each took minutes, or forever; the bounds are far above what it takes."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    (tmp_path / "plan.json").write_bytes(plan(planned(f"{kind}.a", ["update"], before, after)))
    command = [sys.executable, "-m", "infragen", "report", str(tmp_path / "plan.json")]
    done = subprocess.run(command, capture_output=True, timeout=600, preexec_fn=bounded, check=False)
    assert done.returncode == 0, done.stderr
