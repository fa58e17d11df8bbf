"""Rules about where figures come from: a row of the system's document, or a reason."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from infragen.core.figures import REST, astray, figures
from infragen.core.rule import Finding, Findings, rule
from infragen.diagnostics.hints import nearest
from infragen.text import counted

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment

_SHOWN: Final = 3


@rule("A159")
def _from_nowhere(environments: tuple[Environment, ...]) -> Findings:
    if not environments or environments[0].system.document is None:
        return
    found = figures(environments, environments[0].system.assumptions.get(REST))
    first = [one.text for one in islice(found, _SHOWN)]
    if not first:
        return
    more = sum(1 for _ in found)
    message = f"no row of the document, and no reason, for {counted(len(first) + more, 'figure')}: {', '.join(first)}"
    hint = (
        "`figures: {ROW: [services.*.tasks]}` says which row has some, and `assumptions: "
        '{"*": the document gives no figures}` why the others are as they are'
    )
    place = environments[0].at("system", "document", key=True)
    yield Finding(f"{message}, and {more} more" if more else message, place, hint)


@rule("A160")
def _astray(environments: tuple[Environment, ...]) -> Findings:
    for row, number, step, known in astray(environments):
        path = environments[0].system.figures[row][number]
        message = f"`{path}` leads to nothing that the catalogue says: there is no `{step}`"
        hint = nearest(step, known, "write one of")
        yield Finding(message, environments[0].at("system", "figures", row, number), hint)
