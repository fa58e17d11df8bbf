"""What a rule is, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, cast

from infragen.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FunctionType, ModuleType

    from infragen.diagnostics import Location


__all__ = ["Finding", "Rule", "Scope", "Severity", "ending", "rule", "rules_of"]


class Scope(Enum):
    """What a rule looks at: the parameters of its `check`."""

    LANDSCAPE = ("landscape",)
    """The catalogue alone, and again with each environment's overrides."""
    DATED = ("landscape", "today")
    """The same, and today's date."""
    DESCRIBED = ("described",)
    """The catalogue alone, and again with each environment's file, be it AWS or Docker Compose."""
    COMPOSE = ("composed",)
    """Each environment that is Docker Compose."""
    ENVIRONMENT = ("environment",)
    """Each environment."""
    ENVIRONMENTS = ("environments",)
    """All environments of the system side by side, a tuple."""
    ACCOUNTS = ("accounts",)
    """The same, behind those of the systems that are validated before it: accounts may be shared."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is not kept. The message does not name the environment: `run` adds that.

    `is_secret` says that the line may hold what nobody may see.
    """

    message: str
    location: Location
    hint: str | None = None
    is_secret: bool = False


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
        message, is_secret = finding.message + place, finding.is_secret
        return Diagnostic(self.code, message, finding.location, self.severity, finding.hint, is_secret)


def rule(code: str, title: str, severity: Severity, source: str) -> Callable[[Callable[..., Iterator[Finding]]], Rule]:
    """Make a rule of a generator of findings; its parameters say what it looks at (`Scope`)."""

    def made(check: Callable[..., Iterator[Finding]]) -> Rule:
        code_of = cast("FunctionType", check).__code__
        scope = Scope(code_of.co_varnames[: code_of.co_argcount])
        return Rule(code, title, severity, scope, check, source)

    return made


def rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    """Return the rules that modules make."""
    return tuple(found for module in modules for found in vars(module).values() if isinstance(found, Rule))


_EARLY: Final = timedelta(days=183)


def ending(what: str, end: date | None, today: date) -> str | None:
    """Return that standard support ends, or has ended; None where there is no end, or none within half a year."""
    if end is None or today < end - _EARLY:
        return None
    return f"standard support of {what} {'has ended' if end <= today else 'ends'} on {end}"
