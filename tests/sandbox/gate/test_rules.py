"""Every rule has its source and a test that fails without the gate, and the documentation has the same table.

That it fails is seen in `make lives`: another moto or another rule changes it, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infragen.terraform.sandbox import STRICT
from infragen_sandbox.gate.answers import CODES
from infragen_sandbox.gate.exceptions import EXCEPTIONS
from infragen_sandbox.gate.rules import RULES, rule
from tests.sandbox.conftest import LENIENT

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "sandbox-proofs.md").read_text("utf-8")


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_a_source_and_a_test(name: str) -> None:
    found = rule(name)

    assert any(word in found.source for word in ("Reference", "Guide"))
    assert found.operations
    assert (HERE / f"test_{name}.py").is_file()


def test_every_rule_is_in_the_table() -> None:
    from infragen_sandbox.gate import rules

    assert sorted(path.stem for path in Path(rules.__file__).parent.glob("[a-z]*.py")) == list(RULES)


def test_operations_of_rules_are_in_the_models() -> None:
    from moto.core.utils import get_service_model

    for name in RULES:
        found = rule(name)
        assert set(found.operations) <= set(get_service_model(found.service).operation_names), name


def test_the_documentation_has_the_tables_that_the_gate_uses() -> None:
    rows = [f"| `{name}` | {rule(name).says} | {rule(name).source} |" for name in RULES]
    rows += [f"| {service} | `{known}` | {why} |" for service, of in EXCEPTIONS.items() for known, why in of.items()]
    rows += [
        f"| {name} | `{one.missing}` | `{one.value}` | `{one.unknown}` | {one.source} |" for name, one in CODES.items()
    ]

    assert [row for row in rows if row not in PAGE.splitlines()] == []


def test_the_documentation_says_whether_a_new_sandbox_is_strict() -> None:
    assert ("A new sandbox is strict" in PAGE) is STRICT


@pytest.mark.long
def test_without_the_gate_the_tests_of_rules_fail() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, *(str(HERE / f"test_{name}.py") for name in RULES)],
        env={**os.environ, LENIENT: "1"}, cwd=HERE.parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip

    failed = {line.split()[1].partition("::")[0] for line in run.stdout.splitlines() if line.startswith("FAILED")}
    assert [name for name in RULES if f"tests/sandbox/gate/test_{name}.py" not in failed] == [], run.stdout[-3000:]
