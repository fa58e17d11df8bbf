"""What checkov is told to pass over: each with its reason, and in one place."""

from __future__ import annotations

import re
from collections import Counter

import yaml

from tests.conftest import ROOT

CONFIGURATION = ROOT / ".checkov.yaml"
AT_A_RESOURCE = re.compile(r"checkov:skip=([A-Z0-9_]*):?(.*)")
IDENTIFIER = re.compile(r"CKV2?_(AWS|GCP)_[0-9]+")
LEAST = 12
"""Characters of a reason."""


def everywhere() -> dict[str, str]:
    """Return the reasons of `.checkov.yaml`, by check."""
    lines = CONFIGURATION.read_text(encoding="utf-8").splitlines()
    rows = (line.removeprefix("  - ").partition(" # ") for line in lines if line.startswith("  - "))
    return {check: reason for check, _, reason in rows}


def at_resources() -> list[tuple[str, str, str]]:
    """Return the check, the reason and the module of each waiver in a template."""
    return [
        (found[1], found[2], path.parent.name)
        for path in sorted((ROOT / "templates").rglob("*.tf"))
        for found in AT_A_RESOURCE.finditer(path.read_text(encoding="utf-8"))
    ]


def test_each_waiver_has_its_reason() -> None:
    written = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))["skip-check"]
    assert Counter(written) == Counter(everywhere().keys())
    given = [*everywhere().items(), *((check, reason) for check, reason, _ in at_resources())]
    assert len(given) > len(written)
    for check, reason in given:
        assert IDENTIFIER.fullmatch(check), check
        assert len(reason) >= LEAST, check


def test_no_waiver_hides_another() -> None:
    assert [(check, module) for check, _, module in at_resources() if check in everywhere()] == []


def test_settings_are_none_that_a_check_of_one_plan_would_take_amiss() -> None:
    """`infragen plan` runs checkov in the project's folder too: it must not be sent to other folders there."""
    assert yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8")).keys() == {"skip-download", "skip-check"}
