"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TypeAlias, cast

from msgspec import Struct

from infragen.core.entry import Entry
from infragen.core.resolved_system import Environment, ResolvedSystem, standbys
from infragen.diagnostics import Diagnostic, Location, Severity

__all__ = [
    "At", "Environment", "Finding", "Findings", "ResolvedSystem", "Rule", "Scope", "Severity", "ending", "rule",
    "rules_of", "standbys",
]  # fmt: skip


class Scope(Enum):
    """What a rule looks at: the parameters of its `check`."""

    LANDSCAPE = ("resolved",)
    """The catalogue alone, and again with each environment's overrides."""
    DATED = ("resolved", "today")
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


class Finding(Struct, frozen=True):
    """One place where a rule is not kept. The message does not name the environment: `run` adds that.

    `is_secret` says that the line may hold what nobody may see.
    """

    message: str
    location: Location
    hint: str | None = None
    is_secret: bool = False


Findings: TypeAlias = "Iterator[Finding]"
"""What a rule yields."""


class At(Struct, frozen=True):
    """Where the values of an entry are written; `owner` is its id."""

    resolved: ResolvedSystem
    owner: str

    def __call__(self, *path: str | int, key: bool = False) -> Location:
        return self.resolved.at(self.owner, *path, key=key)


class Rule(Struct, frozen=True):
    """One rule: a stable code, what it says, how bad breaking it is, and where the rule comes from."""

    code: str
    title: str
    severity: Severity
    scope: Scope
    check: Callable[..., Findings]
    source: str
    """The page of AWS' documentation, the standard, or the row of the requirements."""
    is_of_entry_alone: bool = False
    """Whether what it finds of an entry depends on that entry: its `check` leaves out those that are `known`."""

    def diagnostic(self, finding: Finding, place: str = "") -> Diagnostic:
        message, is_secret = finding.message + place, finding.is_secret
        return Diagnostic(self.code, message, finding.location, self.severity, finding.hint, is_secret)


@cache
def _table() -> Mapping[str, tuple[str, Severity, str]]:
    text = Path(__file__).with_name("rules.md").read_text(encoding="utf-8")
    rows = (line.strip("| \n").split(" | ") for line in text.splitlines()[4:])
    return {code: (title, Severity(severity), source) for code, severity, title, source in rows}


def rule(  # noqa: PLR0913  # what it is, said here or in the table, and what it is asked of
    code: str,
    title: str = "",
    severity: Severity | None = None,
    source: str = "",
    *,
    of: type[Entry] | None = None,
    in_environments: bool = False,
) -> Callable[[Callable[..., Findings]], Rule]:
    """Make a rule of a generator; its parameters are its scope, or with `of` an entry of the model, its `at` etc."""
    if severity is None:
        title, severity, source = _table()[code]

    def made(check: Callable[..., Findings]) -> Rule:
        code_of = cast("FunctionType", check).__code__
        names = code_of.co_varnames[: code_of.co_argcount]
        if of is None:
            return Rule(code, title, severity, Scope(names), check, source)
        beside = names[2:]
        whole = "environment" if in_environments or "environment" in beside else "resolved"
        scope = Scope(tuple(dict.fromkeys((whole, *beside))))
        is_alone = scope in (Scope.LANDSCAPE, Scope.DATED) and "resolved" not in beside
        return Rule(code, title, severity, scope, _of_each(of, check, beside), source, is_alone)

    return made


def _of_each(model: type[Entry], check: Callable[..., Findings], beside: tuple[str, ...]) -> Callable[..., Findings]:
    kind: str | None = getattr(model, "KIND", None)

    def checked(resolved: ResolvedSystem, today: date | None = None, known: ResolvedSystem | None = None) -> Findings:
        named = ((f"{kind}/{name}", entry) for name, entry in resolved.all(model).items()) if kind else None
        more = tuple(today if word == "today" else resolved for word in beside)
        for owner, entry in named or resolved.each(model):
            if known is None or known.find(owner) is not entry:
                yield from check(entry, At(resolved, owner), *more)

    return checked


def rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    return tuple(found for module in modules for found in vars(module).values() if isinstance(found, Rule))


def ending(what: str, end: date | None, today: date) -> str | None:
    """Return that standard support ends, or has ended; None where there is no end, or none within half a year."""
    if end is None or today < end - timedelta(days=183):
        return None
    return f"standard support of {what} {'has ended' if end <= today else 'ends'} on {end}"
