"""Rules about paths to values: of figures, whose row or reason they give, and of what operations rely on."""

from collections.abc import Sequence
from itertools import islice

from infragen.catalog.check import fields_at
from infragen.core.entry import Model
from infragen.core.figures import REST, figures
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.core.system import Settings
from infragen.diagnostics.hints import nearest
from infragen.kinds import kinds
from infragen.text import counted


@rule("A159")
def _from_nowhere(environments: tuple[Environment, ...]) -> Findings:
    system = environments[0].system if environments else None
    if system is None or system.document is None or REST in system.assumptions:
        return
    found = (one for one in figures(environments) if one.reason is None)
    first = [f"{one.name} ({one.location})" for one in islice(found, 3)]
    if not first:
        return
    more = sum(1 for _ in found)
    message = f"no row of the document, and no reason, for {counted(len(first) + more, 'figure')}: {', '.join(first)}"
    hint = (
        "`figures: {ROW: [services.*.tasks]}` names the row that has some, and `assumptions: "
        '{"*": the document gives no figures}` gives the reason for the rest'
    )
    place = environments[0].at("system", "document", key=True)
    yield Finding(f"{message}, and {more} more" if more else message, place, hint)


@rule("A160")
def _astray(resolved: ResolvedSystem) -> Findings:
    if hasattr(resolved, "settings"):
        return  # all entries are in the catalogue alone, and none is left out
    for row, paths in resolved.system.figures.items():
        for number, path in enumerate(paths):
            found = _unknown(resolved, path.split("."))
            if found is not None:
                step, known = found
                message = f"`{path}` leads nowhere: there is no `{step}`"
                place = resolved.at("system", "figures", row, number)
                yield Finding(message, place, nearest(step, known, "write one of"))


@rule("T120")
def _not_set(environment: Environment) -> Findings:
    """Leave out test environments, standbys, and environments with broken entries, whose values are unknown."""
    settings = environment.settings
    if environment.broken or not settings.production or settings.standby_of is not None:
        return
    for place, path in environment.system.operations.paths():
        if next(environment.values(path), None) is None:
            found = _unknown(environment, path.split("."))
            hint = "set it, or write `code` or `people` for what the catalogue does not do"
            hint = nearest(*found, "write one of") if found else hint
            message = f"production does not set `{path}`"
            yield Finding(message, environment.at("system", "operations", *place), hint)


def _unknown(resolved: ResolvedSystem, steps: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    head, rest = steps[0], steps[1:]
    model: type[Model] = Settings
    if head in kinds():
        names = resolved.known(head)
        if rest and rest[0] not in {REST, *names}:
            return rest[0], names
        model, rest = kinds()[head].model, rest[1:]
    elif head not in fields_at(Settings, ()):
        return head, (*kinds(), *fields_at(Settings, ()))
    else:
        rest = steps
    for count, step in enumerate(rest):
        known = fields_at(model, tuple(rest[:count]))
        if known and step not in {REST, *known}:
            return step, known
    return None
