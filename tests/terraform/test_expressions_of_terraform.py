"""What an expression comes to is what Terraform makes of it, or is not known: a report says what an apply does."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from infragen.hcl.expressions import evaluated
from infragen.hcl.later import UnevaluatedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.terraform

ALIKE = (
    "-7 % 3", "7 / 2 * 2 == 7", '1 == "1"', "1 == true", 'tostring(1.5)', 'tostring(100)',
    '[for key, one in { b = 1, a = 2 } : "${key}${one}"]', 'keys({ b = 1, a = 2 })[0]', 'values({ b = 1, a = 2 })[0]',
    'replace("a.b.c", "/[.]/", "-")',
    'replace("ab", "/(a)(b)/", "$2$1")', r'replace("a", "a", "\\n$1")',
    'regex("^(?P<l>[a-z]+)-(?P<n>[0-9]+)$", "ab-12")',
    'regexall("{([a-z]+)}", "/{ab}/{cd}")',
    'regexall("[a-z]+", "ab12cd")', 'format("%s-%d%%", "a", 3)', 'substr("hello", -2, -1)', 'substr("hello", -3, 2)',
    'substr("hello", 1, 3)', 'element(["a", "b"], 3)', 'slice(["a", "b", "c"], 1, 3)', 'sort(["b", "a"])',
    'sort([10, 9])', "max(3, 10)", 'title("it is o\'neil")', 'trimspace("\\t a\\n ")', 'distinct(["b", "a", "b"])',
    'toset(["b", "a", "b"])', 'split(",", "a,b")', 'join("-", ["a", 1, true])', 'coalesce("", null, "b")',
    'lookup({ a = 1 }, "b", 2)', 'setsubtract(["a", "b"], ["a"])', "flatten([[1], [[2]]])", "range(1, 4)",
    'contains(["a"], "a")', 'length("abc")',
)  # fmt: skip
TRIED = (
    'can(regex("-[A-Za-z0-9]{6}$", local.arn))', 'can(regex("^a$", local.arn))', 'try(local.arn.x, "else")',
    'try(local.list[1], "else")', 'try(local.list[0], "else")', 'can(local.none.x)', 'try(local.map["b"], 7)',
)  # fmt: skip
LOCALS = {"arn": "arn:x-AbCd12", "list": ["a"], "none": None, "map": {"a": 1}}
NOT_GUESSED = (
    'try(strrev("*"), "safe")', 'can(strrev("x")) ? "*" : "safe"', 'try("%{ if true }*%{ endif }", "safe")',
    'try(formatlist("%s", ["*"])[0], "safe")', 'try((true || [][0]) ? "safe" : "x", "*")', 'try(["safe"][-1], "*")',
    'uuid() == "00000000-0000-0000-0000-000000000000" ? "safe" : "*"',
    'replace("arn:aws", "/^[[:print:]]*$/", "*")', 'length("e\\u0301") == 2 ? "safe" : "*"', '"e\\u0301" == "é"',
    'format("%[1]s", "*")', 'format("%q", "a")', 'replace("abxd", "/x*/", "-")', 'max("10", "9")', "[1] == tolist([1])",
    'length(toset([1, "1"]))', "0.1 + 0.2 == 0.3", 'replace("a", "/a++/", "x")', 'length("👨‍👩‍👧")', 'upper("ß")',
    'regex("\\\\pL+", "a")', 'replace("a\\n", "/a$/", "b")',
)  # fmt: skip
"""Terraform takes these for something else than Python would."""


def test_what_is_evaluated_is_what_terraform_says(tmp_path: Path) -> None:
    known = {text: evaluated(text, _nothing) for text in ALIKE}
    assert _told(tmp_path, known) == {text: json.loads(json.dumps(one)) for text, one in known.items()}


def _told(folder: Path, texts: Iterable[str]) -> dict[str, object]:
    """Return what Terraform says of expressions, in one process."""
    texts = tuple(texts)
    said = subprocess.run(
        ["terraform", "console"],
        cwd=folder,
        env={**os.environ, "TF_CLI_CONFIG_FILE": os.devnull},
        input=f"base64encode(jsonencode([{', '.join(texts)}]))\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    told = json.loads(base64.b64decode(said.strip().strip('"')))
    return dict(zip(texts, told, strict=True))


@pytest.mark.parametrize("text", NOT_GUESSED)
def test_what_terraform_takes_for_something_else_is_not_guessed(text: str) -> None:
    with pytest.raises(UnevaluatedError):
        evaluated(text, _nothing)


def _nothing(name: str) -> object:
    raise UnevaluatedError(name)


def test_what_is_tried_fails_where_terraform_fails(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(json.dumps({"locals": LOCALS}))
    known = {text: evaluated(text, {"local": LOCALS}.__getitem__) for text in TRIED}
    assert _told(tmp_path, known) == known
