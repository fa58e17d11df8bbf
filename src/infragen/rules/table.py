"""All rules over a system: those of kinds and capabilities, those beside this, and every finding once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path, PurePosixPath
from pkgutil import iter_modules

from infragen.core.rule import Environment, Finding, ResolvedSystem, Rule, Scope, rules_of
from infragen.diagnostics import Diagnostic, InfragenError, sort_diagnostics
from infragen.kinds import kinds_and_capabilities
from infragen.kinds.compose import ComposeEnvironment


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return all rules by code; InfragenError K104 when two have the same one."""
    beside = (import_module(f"{__package__}.{module.name}") for module in iter_modules([str(Path(__file__).parent)]))
    owned = (one.rules for one in kinds_and_capabilities())
    found: dict[str, Rule] = {}
    for rule in (*rules_of(*beside), *chain.from_iterable(owned)):
        if found.setdefault(rule.code, rule) is not rule:
            message = f"two rules have the code {rule.code}: {found[rule.code].title}, and {rule.title}"
            hint = f"uninstall the package of {rule.check.__module__}, or give its rule another code"
            raise InfragenError(Diagnostic("K104", message, hint=hint))
    return tuple(found[code] for code in sorted(found))


def run(  # noqa: PLR0913  # what the scopes look at
    resolved: ResolvedSystem | None,
    environments: Sequence[Environment],
    others: Sequence[Environment] = (),
    composed: Sequence[ComposeEnvironment] = (),
    *,
    beside: Sequence[Environment] = (),
    partly: Sequence[ResolvedSystem] = (),
    today: date | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what all rules find; what the catalogue alone shows is not repeated for an environment.

    Broken entries are left out. `others` are environments of other systems and `beside` of this one, looked at only
    where they concern `environments`; `composed` are Docker Compose; of `partly` only the catalogue part is sound.
    """
    day = today or date.today()  # noqa: DTZ011  # an end of life is a calendar day wherever the reader is
    asked = tuple(environments)
    seen_with = {Scope.ACCOUNTS: (*others, *beside), Scope.ENVIRONMENTS: tuple(beside)}
    found: list[Diagnostic] = []
    for rule in all_rules():
        if rule.scope in seen_with:
            others = seen_with[rule.scope]
            of_others = set(rule.check(others)) - set(rule.check(asked)) if others else frozenset()
            found += map(
                rule.diagnostic, (finding for finding in rule.check((*others, *asked)) if finding not in of_others)
            )
        elif rule.scope is Scope.COMPOSE:
            found += [rule.diagnostic(finding) for one in composed for finding in rule.check(one)]
        else:
            every: tuple[ResolvedSystem, ...] = asked
            if rule.scope is Scope.DESCRIBED:
                every = (*asked, *composed)
            elif rule.scope in (Scope.LANDSCAPE, Scope.DATED):
                every = (*asked, *partly)
            found += _of_each(rule, resolved, every, (day,) if rule.scope is Scope.DATED else ())
    return sort_diagnostics(found)


def _of_each(
    rule: Rule, resolved: ResolvedSystem | None, every: tuple[ResolvedSystem, ...], dated: tuple[date, ...]
) -> Iterator[Diagnostic]:
    everywhere: set[Finding] = set()
    if resolved is not None and rule.scope is not Scope.ENVIRONMENT:
        everywhere.update(rule.check(resolved, *dated))
    yield from map(rule.diagnostic, everywhere)
    known = {"known": resolved} if rule.is_of_entry_alone and resolved is not None else {}
    some: dict[Finding, dict[str, ResolvedSystem]] = {}
    for environment in every:
        for finding in rule.check(environment, *dated, **known):
            if finding not in everywhere:
                target = f"{environment.system.name}/{PurePosixPath(environment.source('environment')).stem}"
                some.setdefault(finding, {})[target] = environment
    alone = resolved is None and len(every) == 1
    for finding, holders in some.items():
        yield rule.diagnostic(finding, "" if alone else _place(finding, holders, len(every)))


def _place(finding: Finding, holders: Mapping[str, ResolvedSystem], count: int) -> str:
    if any(finding.location.file == environment.source("environment") for environment in holders.values()):
        return ""
    return " (in every environment)" if len(holders) == count > 1 else f" (in {', '.join(holders)})"
