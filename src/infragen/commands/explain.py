"""Explain a value: what it is, and which files set it."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel
from typer import Argument

from infragen.catalog import Environment
from infragen.commands import completion, flags
from infragen.core.figures import REST, figures
from infragen.core.part import Reason
from infragen.environment import Explanation
from infragen.environment import explain as explain_value
from infragen.environment.explain import Origin
from infragen.kinds import capabilities
from infragen.kinds.compose import ComposeEnvironment
from infragen.prices import Amount
from infragen.source import yaml_text
from infragen.stacks.build import in_force
from infragen.stacks.costs import Line, estimate
from infragen.text import cells, counted
from infragen.workflow.console import out
from infragen.workflow.target import open_project, refuse_stack, resolve_any

_MOST_REASONS: Final = 3  # lines; who else asks for a capability is counted
_ROOM: Final = 100  # columns; a longer mapping has a line for each of its keys


def explain(
    target: flags.OneEnvironment,
    path: Annotated[
        str,
        Argument(
            help="services.web.tasks.max; by default all capabilities, holds, alternatives and assumptions.",
            autocompletion=completion.paths,
        ),
    ] = "",
    profile: flags.Profiles = [],
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    project = open_project(folder)
    refuse_stack(target, "values belong to an environment, or to an entry in it")
    _, environment = resolve_any(project, target, tuple(profile))
    if path:
        out(*_value(environment, path))
    else:
        own = () if isinstance(environment, ComposeEnvironment) else (_capabilities(environment), _holds(environment))
        owners = [f"{kind}/{name}" for kind, named in environment.disabled.items() for name in named]
        lines = [f"{environment.target}: {counted(len(owners), 'entry', 'entries')} not built yet"]
        lines += [f"  {environment.at(owner, 'enabled')}: {owner}" for owner in owners]
        system = environment.system
        chosen = [f"{system.name}: {counted(len(system.alternatives), 'choice')} of the document's alternatives"]
        for what, (built, *others) in system.alternatives.items():
            place = environment.at("system", "alternatives", what, key=True)
            chosen.append(f"  {place}: {what}: {built}, not {', '.join(others)}")
        found = (*own, lines if owners else [], chosen if system.alternatives else [], _assumptions(environment))
        first, *more = filter(None, found)
        out(*first, *(line for lines in more for line in ("", *lines)))
    return 0


def _capabilities(environment: Environment) -> list[str]:
    found = in_force(environment)
    count = counted(len(found), "capability", "capabilities")
    lines = [f"{environment.target}: {count} in force, with what they cost a month (`infragen cost` has it all)"]
    costs = estimate(environment)
    for name, reasons in found.items():
        capability = capabilities()[name]
        lines.append(f"  {name}: {capability.title}{_price(costs.of_capability(name))}")
        lines += [f"    {_asked(environment, reason)}" for reason in reasons[:_MOST_REASONS]]
        if len(reasons) > _MOST_REASONS:
            lines.append(f"    and {len(reasons) - _MOST_REASONS} more")
    return lines


def _holds(environment: Environment) -> list[str]:
    holds = environment.settings.holds
    lines = [f"{environment.target}: {counted(len(holds), 'module')} held, regardless of newer templates"]
    for name, hold in holds.items():
        place = environment.at("environment", "holds", name, key=True)
        lines.append(f"  {place}: {name} is held until {hold.until}: {hold.why}")
    return lines if holds else []


def _price(lines: Sequence[Line]) -> str:
    """Return what a capability costs here: `(45.26 USD, and 0.062 USD per GB through NAT)`."""
    amounts = [line.amount for line in lines if line.amount is not None]
    usage = dict.fromkeys(str(line.price) for line in lines if line.is_usage and line.price is not None)
    said = [*([str(sum(amounts, Amount()))] if amounts else []), *usage]
    return f" ({', and '.join([', '.join(said[:-1]), said[-1]] if len(said) > 1 else said)})" if said else ""


def _asked(environment: Environment, reason: Reason) -> str:
    if reason.owner not in environment.origins:
        return f"{reason.owner}: {reason.why}"
    return f"{environment.at(reason.owner, *reason.path)}: {reason.owner}: {reason.why}"


def _value(environment: Environment | ComposeEnvironment, path: str) -> list[str]:
    found = explain_value(environment, path)
    # what it says about itself stands in its file
    value = found.written
    if isinstance(found.value, BaseModel):
        value = {key: item for key, item in value.items() if key not in ("assumptions", "notes")}
    line = f"{found.path} = {yaml_text(value)}"
    lines = (
        [line]
        if not isinstance(value, dict) or cells(line) <= _ROOM
        else [f"{found.path} =", *(f"  {key}: {yaml_text(item)}" for key, item in value.items())]
    )
    for index, origin in enumerate(found.origins):
        mark = "set by  " if index == 0 else "over    "
        lines.append(f"  {mark}{origin.location}  {_written(found, origin)}".rstrip())
    if not found.origins:
        lines.append("  set by  infragen's own default")
    if found.rows:
        lines.append(f"  of the document: {', '.join(found.rows)}")
    if found.assumption:
        lines.append(f"  assumption: {found.assumption}")
    lines.extend(f"  note {note}" for note in found.notes)
    return lines


def _written(found: Explanation, origin: Origin) -> str:
    """Return what stands at a place; nothing for a whole entry, whose file says it all."""
    if origin.value is None and origin.brought_by is None and isinstance(found.value, BaseModel):
        return ""
    value = "unset" if origin.value is None else yaml_text(origin.value)
    return value if origin.brought_by is None else f"{value}, by `{origin.brought_by}`"


def _assumptions(environment: Environment | ComposeEnvironment) -> list[str]:
    lines: list[str] = []
    for owner, model in environment.models():
        for path, why in model.assumptions.items():
            if path == REST:
                continue  # of each figure that it is about
            place = environment.at(owner, *path.split("."))
            shown = path if owner == "environment" else f"{owner.replace('/', '.')}.{path}"  # as `explain` takes it
            lines.append(f"{place}: {shown}: {why}")
    lines += [f"{one.location}: {one.name}: {one.reason}" for one in figures([environment]) if one.reason]
    return [f"{environment.target}: {len(lines)} assumed values", *(f"  {line}" for line in lines)]
