"""Findings as JSON: a published shape with a version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infragen.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infragen.diagnostics import Diagnostic

VERSION = 1


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the findings in the order given, with counts by severity; `version` rises when a member changes."""
    counts = {severity.value: sum(d.severity is severity for d in diagnostics) for severity in Severity}
    document = {
        "kind": "infragen-diagnostics",
        "version": VERSION,
        "summary": counts,
        "diagnostics": [_finding(diagnostic) for diagnostic in diagnostics],
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(diagnostic: Diagnostic) -> dict[str, object]:
    place = diagnostic.location
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "location": {"file": place.file, "line": place.line, "column": place.column} if place else None,
    }
