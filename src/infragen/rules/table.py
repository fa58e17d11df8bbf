"""Every rule there is: those of kinds and capabilities, and those about a whole system, which stand beside this."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from infragen.core.rule import rules_of
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.kinds import kinds_and_capabilities

if TYPE_CHECKING:
    from infragen.core.rule import Rule


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
