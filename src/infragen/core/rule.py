"""What a rule is, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.diagnostics import Location

__all__ = ["Finding", "Rule", "Scope", "Severity"]


class Scope(Enum):
    """What a rule looks at, and so what its `check` is given."""

    LANDSCAPE = "the catalogue alone, and again with each environment's overrides"
    """`check(landscape)`."""
    DATED = "the same, and today's date"
    """`check(landscape, today)`."""
    ENVIRONMENT = "each environment"
    """`check(environment)`."""
    ENVIRONMENTS = "all environments of the system side by side"
    """`check(environments)`, a tuple."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is not kept. The message does not name the environment: `run` adds that."""

    message: str
    location: Location
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a stable code, what it says, how bad breaking it is, and where the rule comes from."""

    code: str
    title: str
    severity: Severity
    scope: Scope
    check: Callable[..., Iterator[Finding]]
    source: str
    """The page of AWS' documentation, the standard, or the row of the requirements."""

    def diagnostic(self, finding: Finding, place: str = "") -> Diagnostic:
        """Return a finding as people see it; `place` says which environments it holds in."""
        return Diagnostic(self.code, finding.message + place, finding.location, self.severity, finding.hint)
