"""A system's catalogue as one page: what there is and where, what differs from the document, what no document gives."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from infragen.core.entry import path_steps
from infragen.core.operating import ELSEWHERE, Operations, Task
from infragen.core.part import ENVIRONMENT
from infragen.core.resolved_system import Environment, ResolvedSystem, standbys
from infragen.core.standby import by_need
from infragen.diagnostics import Location
from infragen.kinds.compose import ComposeEnvironment
from infragen.markdown import Markdown, code, plain
from infragen.report.tables import table
from infragen.secret_forms import without_secrets
from infragen.source import yaml_text
from infragen.stacks.standbys import holdings
from infragen.text import counted


def _operations(operations: Operations, environments: Iterable[object]) -> Iterator[str]:
    on_aws = [one for one in environments if isinstance(one, Environment)]
    levels = [[level, one.impact, one.begins, one.example or ""] for level, one in operations.incidents.items()]
    alerts = [(one.name, level, delivery) for one in on_aws for level, delivery in one.settings.alerts.items()]
    called = [[name, level, f"after {waited}", who] for name, level, one in alerts for waited, who in one.escalated]
    tasks = [[period, one.title, _commands(one, on_aws)] for period, some in operations.tasks.items() for one in some]
    kept = [[what, _values(path, on_aws), code(path)] for what, path in operations.given.items()]
    if operations.old_columns is not None:
        removed = f"removed {counted(operations.old_columns, 'day')} after the release without them"
        kept.append(["columns and tables that a migration replaces", removed, "a later migration"])
    points = [
        [standard, point, Markdown(", ".join(ELSEWHERE.get(path) or code(path) for path in paths))]
        for standard, asked in operations.compliance.items()
        for point, paths in asked.items()
    ]
    found = {
        ("Incidents", "level", "impact", "work begins", "example"): levels,
        ("Escalation", "environment", "alarms", "still open", "call"): called,
        ("Recurring tasks", "how often", "task", "command"): tasks,
        ("Figures that code keeps", "of", "value", "given by"): kept,
        ("Compliance", "by", "asks for", "met by"): points,
    }
    lines = [
        line for (title, *head), rows in found.items() if rows for line in ("", f"### {title}", "", *table(head, rows))
    ]
    yield from ("", "## Operations", *lines) if lines else ()


def _commands(task: Task, environments: Sequence[Environment]) -> str:
    verb, _, action = (task.command or "").partition(" ")
    with_standby = {primary.name for _, primary in standbys(environments)}
    own = [one for one in environments if verb and one.settings.production and not one.settings.standby_of]
    found = [one.target for one in own if action != "rehearsal" or one.name in with_standby]
    return Markdown(", ".join(code(f"infragen {verb} {target} {action}".rstrip()) for target in found))


def _values(path: str, environments: Sequence[Environment]) -> str:
    return without_secrets(", ".join(dict.fromkeys(str(value) for one in environments for value in one.values(path))))


AnyEnvironment = Environment | ComposeEnvironment
_FOR_PEOPLE: Final = ("name", "title", "notes", "assumptions")  # fields with a place of their own on the page
_LONGEST: Final = 90  # characters of a map that stands in one cell
_NOT_SHOWN: Final = (*_FOR_PEOPLE, "environment", "differs")


def markdown(catalogue: ResolvedSystem, environments: Sequence[AnyEnvironment], prefix: str = "") -> str:
    """Return the page; `prefix` leads from it to the project, such as `../`."""
    system = catalogue.system
    lines = [
        f"<!-- Written by `infragen describe {system.name}`. Edits are lost: change the catalogue. -->",
        f"# {system.title}",
        "",
        f"`{system.name}`, after {plain(system.document)}." if system.document else f"`{system.name}`.",
        *_environments(environments, prefix),
        *_defaults(catalogue, prefix),
        *_entries(catalogue, environments, prefix),
        *_operations(system.operations, environments),
        *_alternatives(catalogue, prefix),
        *_notes((catalogue, *environments), prefix),
        *_figures(catalogue, prefix),
        *_assumptions((catalogue, *environments), prefix),
    ]
    return "\n".join(lines) + "\n"


def _environments(environments: Sequence[AnyEnvironment], prefix: str) -> Iterator[str]:
    for one in environments:
        said = one.origins[ENVIRONMENT].home.data
        yield from ("", f"## {one.name}: {plain(one.settings.title or one.name)}", "")
        where = "Docker Compose, on a developer's machine"
        if isinstance(one, Environment):
            production = ", production" if one.settings.production else ""
            where = f"{one.settings.region}, account {one.settings.account}{production}"
        yield f"{where} ({_link(one.source(ENVIRONMENT), prefix)})."
        own = {key: value for key, value in said.items() if key not in _NOT_SHOWN}
        yield from _table(("setting", "value"), ([code(path), value] for path, value in _flat(own)))
        on_aws = [each for each in environments if isinstance(each, Environment)]
        for standby, primary in standbys(on_aws):
            if standby is one:
                yield from ("", f"What it holds of {primary.name}:")
                held = by_need(holdings(primary, standby))
                rows = ([each.held.need, code(each.owner), plain(each.words)] for each in held)
                yield from _table(("of its", "entry", "there is"), rows)


def _defaults(catalogue: ResolvedSystem, prefix: str) -> Iterator[str]:
    document = catalogue.origins["system"].home.document
    given = document.data.get("defaults")
    rows = (
        [kind, code(path), value]
        for kind, fields in (given if isinstance(given, dict) else {}).items()
        for path, value in _flat(_fields(fields if isinstance(fields, dict) else {}))
    )
    where = f"Unless they say otherwise ({_link(document.file, prefix)})."
    return _table(("kind", "field", "value"), rows, "## Defaults of each kind", where)


def _entries(catalogue: ResolvedSystem, environments: Sequence[AnyEnvironment], prefix: str) -> Iterator[str]:
    for kind, named in catalogue.entries.items():
        if named:
            yield from ("", f"## {kind}")
        for name, entry in named.items():
            owner = f"{kind}/{name}"
            there = [one for one in environments if one.find(owner) is not None]
            shown = ", ".join(one.name for one in there) or "no environment"
            yield from ("", f"### {name}: {plain(getattr(entry, 'title', None) or name)}", "")
            yield f"In {shown} ({_link(catalogue.source(owner), prefix)})."
            said = dict(_flat(_fields(catalogue.origins[owner].home.data)))
            others = {one.name: dict(_above(one, owner)) for one in there}
            paths = dict.fromkeys((*said, *(path for above in others.values() for path in above)))
            rows = [[code(path), said.get(path, ""), _elsewhere(path, others)] for path in paths]
            yield from _table(("field", "value", "otherwise"), rows)


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in _FOR_PEOPLE}


def _above(one: AnyEnvironment, owner: str) -> Iterator[tuple[str, str]]:
    layers = one.origins[owner].layers
    for layer in layers[layers.index(one.origins[owner].home) + 1 :]:
        yield from _flat(_fields(layer.data))


def _elsewhere(path: str, others: Mapping[str, Mapping[str, str]]) -> str:
    said: dict[str, list[str]] = defaultdict(list)
    for name, above in others.items():
        if path in above:
            said[above[path]].append(name)
    return Markdown("; ".join(f"{', '.join(names)}: {value}" for value, names in said.items()))


def _flat(data: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        is_of_lines = isinstance(value, str) and "\n" in value
        shown = without_secrets("none" if value is None else value if is_of_lines else yaml_text(value))
        if isinstance(value, dict) and len(shown) > _LONGEST:
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", plain(shown)


def _alternatives(catalogue: ResolvedSystem, prefix: str) -> Iterator[str]:
    found = catalogue.system.alternatives
    at = {what: _place(catalogue.at("system", "alternatives", what, key=True), prefix) for what in found}
    rows = ([plain(what), plain(one[0]), plain(", ".join(one[1:])), at[what]] for what, one in found.items())
    return _table(("for", "built", "not built", "where"), rows, "## Which of its alternatives are built")


def _notes(systems: Sequence[ResolvedSystem], prefix: str) -> Iterator[str]:
    found: dict[tuple[tuple[str, ...], Location], None] = {}
    for resolved in systems:
        for owner, model in resolved.models():
            for number, note in enumerate(model.notes):
                home = resolved.origins[owner].home
                path = path_steps(note.at) if note.at else ()
                place = home.locate(path if path and home.has(path) else ("notes", number))
                found[(note.id, note.says, note.built), place] = None
    ordered = sorted(found, key=lambda one: one[0])
    rows = ([*map(plain, words), _place(place, prefix)] for words, place in ordered)
    title = "## Where the specification contradicts itself or AWS"
    return _table(("row", "specified", "built", "where"), rows, title)


def _figures(catalogue: ResolvedSystem, prefix: str) -> Iterator[str]:
    rows = (
        [plain(row), Markdown(", ".join(map(code, paths))), _place(catalogue.at("system", "figures", row), prefix)]
        for row, paths in catalogue.system.figures.items()
    )
    return _table(("row", "values", "where"), rows, "## Figures of the document")


def _assumptions(systems: Sequence[ResolvedSystem], prefix: str) -> Iterator[str]:
    found: dict[tuple[str, str, Location], None] = {}
    for resolved in systems:
        for owner, model in resolved.models():
            for path, why in model.assumptions.items():
                layers = resolved.origins[owner]
                [setting, *_] = layers.setting(("assumptions", path)) or (layers.home,)
                shown = path if owner in {ENVIRONMENT, "system"} else f"{owner}: {path}"
                found[shown, why, setting.locate(("assumptions", path))] = None
    ordered = sorted(found, key=lambda one: (*one[:2], str(one[2])))
    rows = ([code(shown), plain(why), _place(place, prefix)] for shown, why, place in ordered)
    return _table(("value", "reason", "where"), rows, "## Assumed values")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *title: str) -> Iterator[str]:
    above = [line for one in title for line in ("", one)]
    body = [*rows]
    yield from (*above, "", *table(head, body)) if body else ()


def _place(place: Location, prefix: str) -> Markdown:
    shown = plain(f"{place.file.rpartition('/')[2]}:{place.line}")
    return Markdown(f"[{shown}]({prefix}{quote(place.file)}#L{place.line})")


def _link(file: str, prefix: str) -> Markdown:
    return Markdown(f"[{plain(file)}]({prefix}{quote(file)})")
