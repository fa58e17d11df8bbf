"""The changes that need a look as SARIF 2.1.0, for code scanning.

One result a finding (see `findings`), one rule a kind of risk. HIGH is an `error`, MEDIUM a `warning`, LOW a `note`. A
result stands at the line that its object comes from; where no one knows that, at the report's target, since GitHub
refuses results without a place ("SARIF support for code scanning"). All other changes are counted in the run's
properties. Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

import hashlib
import json
import re
from pathlib import PurePosixPath
from urllib.parse import quote

from infragen.plan import ChangeSet, Level
from infragen.report.diagnostics.sarif import document, region
from infragen.report.findings import RULES, Finding, findings

_LEVELS = {Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "note", Level.NONE: "none"}
_PLACES = {rule: place for place, rule in enumerate(RULES)}
_FINGERPRINT = "infragenChange/v1"
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(change_set: ChangeSet, target: str) -> str:
    found = findings(change_set)
    rules = [
        {"id": rule, "shortDescription": {"text": words}, "fullDescription": {"text": f"{words}."}}
        for rule, words in RULES.items()
    ]
    run = {
        "tool": {"driver": {"name": "infragen", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not change_set.errored}],
        "results": [_result(finding, target) for finding in found],
        "properties": {
            "target": target,
            "summary": change_set.summary.as_dict(),
            "changes": len(change_set.changes),
            "findings": len(found),
        },
    }
    return document(run)


def _result(finding: Finding, target: str) -> dict[str, object]:
    place = finding.location
    where: dict[str, object] = {"artifactLocation": _artifact(place.file if place else target)}
    where["region"] = region(place) if place else {"startLine": 1}
    return {
        "ruleId": finding.rule,
        "ruleIndex": _PLACES[finding.rule],
        "level": _LEVELS[finding.level],
        # In it nothing is an embedded link or a placeholder (sections 3.11.5 and 3.11.6).
        "message": {"text": _PLACEHOLDER.sub(r"{{\1}}", finding.message.replace("](", "] ("))},
        "locations": [{"physicalLocation": where, "logicalLocations": [{"fullyQualifiedName": finding.name}]}],
        # The same for the same finding in every run: no line, no wording, no place in the plan.
        "partialFingerprints": {_FINGERPRINT: hashlib.sha256(json.dumps(finding.identity).encode()).hexdigest()[:32]},
    }


def _artifact(file: str) -> dict[str, str]:
    """Return a path as a relative reference: an absolute one loses its root, since it is no place in the project."""
    path = PurePosixPath(file.replace("\\", "/"))
    inside = [part for part in path.parts if part not in {"/", "//", ".."}]
    return {"uri": quote("/".join(inside) or "plan", errors="replace"), "uriBaseId": "%SRCROOT%"}
