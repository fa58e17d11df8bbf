"""Findings as SARIF 2.1.0, for code scanning."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from infragen.diagnostics import Diagnostic, Location, Severity

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}


def render(diagnostics: Sequence[Diagnostic]) -> str:
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    driver = {"name": "infragen", "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in diagnostics],
    }
    return document(run)


def document(run: Mapping[str, object]) -> str:
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def region(place: Location) -> dict[str, int]:
    return {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)}


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, object]:
    message = diagnostic.message + (f"\nhint: {diagnostic.hint}" if diagnostic.hint else "")
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": message},
    }
    if diagnostic.location:
        artifact = _artifact(diagnostic.location.file)
        place = {"artifactLocation": artifact, "region": region(diagnostic.location)}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _artifact(file: str) -> dict[str, str]:
    path = PurePath(file)
    address = quote(path.as_posix(), errors="replace")
    return {"uri": f"file://{address}"} if path.is_absolute() else {"uri": address, "uriBaseId": "%SRCROOT%"}
