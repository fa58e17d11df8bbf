"""Rules about the layout of a system: what is put into which stack."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Severity, rule
from infragen.diagnostics.hints import nearest
from infragen.stacks.build import parts_by_owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

_USUAL: Final = frozenset({"network", "security", "data", "edge", "compute", "monitoring"})


@rule("R119", "a layout names what nothing is", Severity.ERROR, "docs/rules.md")
def _unknown_role(environment: Environment) -> Iterator[Finding]:
    layout = environment.system.layout
    if isinstance(layout, str) or _USUAL.issuperset(layout):
        return
    known = set(_USUAL)
    for some in parts_by_owner(environment):
        with suppress(KeyError):  # it refers to what does not exist: another finding says so
            known.update(part.role for part in some)
    for role in layout:
        if role not in known:
            place = environment.at("system", "layout", role, key=True)
            yield Finding(
                f"nothing is `{role}`, so the layout puts nothing there", place, nearest(role, known, "parts")
            )
