"""Findings for people: where, how bad, which code, what is wrong, how to mend it.

Every floor above speaks of problems in these terms. Codes are stable: users suppress and search for them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is; only an error stops infragen."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: a path relative to the project, and line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `hint` is a sentence or a line of YAML that mends it.

    The line that a finding is about may be quoted, unless `is_secret` says that it may hold what nobody may see.
    """

    code: str
    message: str
    location: Location | None = None
    severity: Severity = Severity.ERROR
    hint: str | None = None
    is_secret: bool = False

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        return f"{place}{self.severity} {self.code} {self.message}"


class InfragenError(Exception):
    """Something the user can mend; carries one diagnostic or many, never a traceback."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        if not diagnostics:
            raise ValueError("an InfragenError needs a diagnostic")
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


def raise_problems(problems: Iterable[Diagnostic]) -> None:
    if found := tuple(problems):
        raise InfragenError(*found)


def raise_together(*checks: Callable[[], object]) -> None:
    found: list[Diagnostic] = []
    for check in checks:
        try:
            check()
        except InfragenError as error:
            found += error.diagnostics
    raise_problems(found)


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return each finding once, ordered by file, line, column and code; those without a place come first."""
    nowhere = Location("", 0, 0)
    return tuple(
        sorted(set(diagnostics), key=lambda d: (d.location or nowhere, d.code, d.message, d.severity, d.hint or ""))
    )
