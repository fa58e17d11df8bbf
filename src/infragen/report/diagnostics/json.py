"""Findings as JSON: a published shape with a version."""

import json
from collections.abc import Sequence

from infragen.diagnostics import Diagnostic, Severity
from infragen.report.tables import fields

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
    place = fields(diagnostic.location, "file", "line", "column") if diagnostic.location else None
    return {**fields(diagnostic, "code", "severity", "message", "hint"), "location": place}
