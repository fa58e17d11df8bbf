"""The Amazon States Language: a definition as it is written, where its values stand, and what is wrong with it.

Source: Amazon States Language, https://states-language.net/spec.html; AWS Step Functions Developer Guide.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import nearest
from infragen.hcl.literal import Ordered
from infragen.source import Document, parse
from infragen.tables import own_table

_TABLE: Final = own_table(__file__, "states.toml")
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(fields.split()) | frozenset(_TABLE["every"]["fields"].split())
    for kind, fields in _TABLE["fields"].items()
}
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(fields.split()) for kind, fields in _TABLE["required"].items()
}
_LANGUAGES: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(fields.split()) for name, fields in _TABLE["languages"].items()
}

JSONPATH: Final = "JSONPath"
JSONATA: Final = "JSONata"
Path = tuple[str | int, ...]


class Problem(Struct, frozen=True):
    """Something wrong with a definition: the rule that it breaks, where, and how it is mended."""

    code: str
    message: str
    path: Path
    hint: str
    is_key: bool = False


class Task(Struct, frozen=True):
    """A state that has something done: where it stands, what it says, and in which query language."""

    path: Path
    state: Mapping[str, Any]
    language: str

    @property
    def resource(self) -> str:
        found = self.state.get("Resource")
        return found if isinstance(found, str) else ""


class Definition(Struct, frozen=True):
    """A state machine as it is written: its values, and its text; `broken` says why it cannot be read."""

    data: Mapping[str, Any]
    document: Document
    broken: tuple[Diagnostic, ...] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(_tasks(self.data, (), JSONPATH))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return () if self.broken else tuple(_of_machine(self.data, (), JSONPATH, {}))


@lru_cache(maxsize=64)
def read(text: str) -> Definition:
    text = str.__str__(text)  # plain, of a value whose reads are noted: libyaml takes one with a `read` for a file
    document = Document("definition", {}, text)
    try:
        _, root = parse(text, "definition")
    except InfragenError as error:
        return Definition({}, document, error.diagnostics)
    return Definition(_value(root), document)


def _value(node: Any) -> Any:
    """As JSON means it: null is a value, and 1.5 a number."""
    if node.id == "mapping":
        return Ordered({key.value: _value(value) for key, value in node.value})
    if node.id == "sequence":
        return [_value(value) for value in node.value]
    if node.tag == "s":
        # a number with a fraction is a text in infragen's own files: `BackoffRate: 1.5`
        is_number = not node.style and re.fullmatch(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}", node.value)
        return Decimal(node.value) if is_number else node.value
    return int(node.value) if node.tag == "i" else {"t": True, "f": False}.get(node.tag)


def _parts(state: Mapping[str, Any], path: Path) -> Iterator[tuple[Any, Path]]:
    branches = state.get("Branches")
    for number, branch in enumerate(branches if isinstance(branches, list) else ()):
        yield branch, (*path, "Branches", number)
    for name in ("ItemProcessor", "Iterator"):
        if name in state:
            yield state[name], (*path, name)


def _states(machine: Any) -> Mapping[str, Any]:
    found = machine.get("States") if isinstance(machine, dict) else None
    return found if isinstance(found, dict) else {}


def _language(said: Mapping[str, Any], above: str) -> str:
    found = str(said.get("QueryLanguage"))
    return found if found in _LANGUAGES else above


def _tasks(machine: Any, path: Path, above: str) -> Iterator[Task]:
    language = _language(machine, above) if isinstance(machine, dict) else above
    for name, state in _states(machine).items():
        here = (*path, "States", name)
        if isinstance(state, dict):
            own = _language(state, language)
            if state.get("Type") == "Task":
                yield Task(here, state, own)
            for part, where in _parts(state, here):
                yield from _tasks(part, where, own)


def _of_machine(machine: Any, path: Path, above: str, taken: dict[str, Path]) -> Iterator[Problem]:
    """`taken` are the names of states in all of it."""
    if not isinstance(machine, dict):
        yield Problem("E113", "this is no map with `StartAt` and `States`", path, "write both")
        return
    yield from _unknown(machine, frozenset(_TABLE["machine"]["part" if path else "whole"].split()), path, "it")
    language, states = _language(machine, above), _states(machine)
    if not states:
        yield Problem("E113", "there are no `States`", (*path, "States"), "write `States:` with a state at least")
        return
    if (start := machine.get("StartAt")) is None:
        yield Problem("E113", "nothing says where it starts", path, f"write `StartAt: {next(iter(states))}`")
    else:
        yield from _missing(start, states, (*path, "StartAt"), "it starts at")
    for name, state in states.items():
        here = (*path, "States", name)
        if name in taken:
            message = f"two states are called `{name}`, which has to be unique in all of a workflow"
            yield Problem("E113", message, here, "give one of them another name", is_key=True)
        if len(name) > 80:
            message = f"a state's name has 80 characters at most, not {len(name)}"
            yield Problem("E113", message, here, "write a shorter one", is_key=True)
        taken[name] = here
        yield from _of_state(name, state, here, states, _language(state, language) if isinstance(state, dict) else "")
        for part, where in _parts(state, here) if isinstance(state, dict) else ():
            yield from _of_machine(part, where, _language(state, language), taken)
    yield from _unreached(machine, states, path)


def _of_state(name: str, state: Any, path: Path, states: Mapping[str, Any], language: str) -> Iterator[Problem]:
    kind = state.get("Type") if isinstance(state, dict) else None
    if not isinstance(state, dict) or kind is None:
        hint = f"write one of {', '.join(_FIELDS)}"
        yield Problem("E113", f"the state `{name}` has no `Type`", path, hint, is_key=True)
        return
    if kind not in _FIELDS:
        hint = nearest(str(kind), _FIELDS, "types")
        yield Problem("E113", f"there is no type of states `{kind}`", (*path, "Type"), hint)
        return
    yield from _unknown(state, _FIELDS[kind], path, f"a state of the type {kind}")
    other = JSONPATH if language == JSONATA else JSONATA
    for field in state.keys() & _LANGUAGES[other]:
        message = f"`{field}` is {other}'s, and the state `{name}` is written in {language}"
        instead = "write `QueryLanguage: JSONata`" if other == JSONATA else "write `Arguments` or `Output`"
        yield Problem("E113", message, (*path, field), f"{instead}, or remove it", is_key=True)
    if (needed := _REQUIRED.get(kind, ())) and not state.keys() & {*needed}:
        message = f"the state `{name}` has no `{needed[0]}`"
        yield Problem("E113", message, path, f"write `{needed[0]}: ...`", is_key=True)
    if kind == "Wait" and len(state.keys() & {*needed}) > 1:
        yield Problem("E113", f"the state `{name}` waits for two things", path, f"write one of {', '.join(needed)}")
    if "Next" in _FIELDS[kind] and ("Next" in state) == (state.get("End") is True):
        both = "Next" in state
        message = f"the state `{name}` {'goes on and ends at once' if both else 'says nothing of what comes next'}"
        where = (*path, "End") if both else path
        yield Problem("E116", message, where, "write `Next: ...`, or `End: true` where it is the last", is_key=True)
    yield from _of_errors(state, path)
    for target, where in _targets(state, path):
        yield from _missing(target, states, where, f"`{name}` goes on with")


def _of_errors(state: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    for field in ("Retry", "Catch"):
        handlers = state.get(field)
        handlers = handlers if isinstance(handlers, list) else []
        for number, one in enumerate(handlers):
            here, said = (*path, field, number), one.get("ErrorEquals") if isinstance(one, dict) else None
            if not isinstance(said, list) or not said:
                hint = "write `ErrorEquals: [States.ALL]`, or the errors' names"
                yield Problem("E113", f"this `{field}` does not say for which errors", here, hint)
            elif "States.ALL" in said and (len(said) > 1 or one is not handlers[-1]):
                message = f"`States.ALL` stands alone, and in the last `{field}`: what comes after it never holds"
                yield Problem("E113", message, (*here, "ErrorEquals"), "move it to the end, alone")
            if field == "Catch" and isinstance(one, dict) and "Next" not in one:
                yield Problem("E113", "this `Catch` does not say what comes next", here, "write `Next: ...`")


def _targets(state: Mapping[str, Any], path: Path) -> Iterator[tuple[Any, Path]]:
    for field in ("Next", "Default"):
        if field in state:
            yield state[field], (*path, field)
    for field in ("Catch", "Choices"):
        found = state.get(field)
        for number, one in enumerate(found if isinstance(found, list) else ()):
            if isinstance(one, dict) and "Next" in one:
                yield one["Next"], (*path, field, number, "Next")


def _missing(target: Any, states: Mapping[str, Any], path: Path, what: str) -> Iterator[Problem]:
    if not isinstance(target, str) or target not in states:
        yield Problem("E114", f"{what} `{target}`, which does not exist", path, nearest(str(target), states, "states"))


def _unreached(machine: Mapping[str, Any], states: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    start = str(machine.get("StartAt"))
    ways = {
        name: {str(target) for target, _ in _targets(state, ())} if isinstance(state, dict) else set()
        for name, state in states.items()
    }
    if not {start}.union(*ways.values()) <= states.keys():
        return  # what is missing may lead to the others
    reached, new = {start}, {start}
    while new:
        new = {target for name in new for target in ways[name]} - reached
        reached |= new
    for name in states:
        if name not in reached:
            hint = f"lead to it with `Next: {name}`, or remove it"
            yield Problem("E115", f"nothing leads to the state `{name}`", (*path, "States", name), hint, is_key=True)
    if not any(_ends(state) for name, state in states.items() if name in reached):
        message = "it never ends: no state that is reached is the last one"
        yield Problem("E116", message, (*path, "States"), "write `End: true` in the last state", is_key=True)


def _ends(state: Any) -> bool:
    return not isinstance(state, dict) or state.get("End") is True or state.get("Type") in ("Succeed", "Fail")


def _unknown(said: Mapping[str, Any], known: frozenset[str], path: Path, what: str) -> Iterator[Problem]:
    for field in said:
        if field not in known:
            hint = nearest(field, known, "fields")
            yield Problem("E113", f"{what} has no `{field}`", (*path, field), hint, is_key=True)
