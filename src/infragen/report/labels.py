"""The words that reports use for entries, resource types, actions, counts and addresses, with remarks on changes."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from infragen.plan import LOOKS, Action, Change, Summary
from infragen.plan.shown_address import common_address, relative_address
from infragen.tables import own_table
from infragen.text import counted, plural, visible

_INSTANCE = re.compile(r"(.*)\[(\d{1,9})\]", re.ASCII)
WAYS = {
    Action.REPLACE_CREATE_FIRST: "new one created first",
    Action.REPLACE_FORGET: "the old one stays, unmanaged",
    Action.FORGET: "it stays, unmanaged",
}


def full_name(change: Change) -> str:
    address = visible(relative_address(change))
    return f"{address} (deposed {visible(change.deposed)})" if change.deposed else address


def full_names(changes: Iterable[Change]) -> list[str]:
    """Return the addresses; those of a `count` that follow each other as one, `aws_eip.nat[0 to 3]`."""
    names: list[str] = []
    last: tuple[str, int, int] | None = None
    for change in changes:
        name = full_name(change)
        match = _INSTANCE.fullmatch(name)
        if match and last and match[1] == last[0] and int(match[2]) == last[2] + 1:
            last = (last[0], last[1], last[2] + 1)
            names[-1] = f"{last[0]}[{last[1]} to {last[2]}]"
            continue
        last = (match[1], int(match[2]), int(match[2])) if match else None
        names.append(name)
    return names


def about(change: Change) -> str:
    return _facts(
        f"deposed object {visible(change.deposed)}" if change.deposed else None,
        f"moved from {visible(change.previous_address)}" if change.previous_address else None,
        f"imported from {visible(change.importing)}" if change.importing is not None else None,
        change.action,
    )


def about_all(changes: Sequence[Change]) -> str:
    change = changes[0]
    previous = [one.previous_address or "" for one in changes]
    return _facts(
        "deposed objects" if change.deposed else None,
        f"moved from {visible(common_address(previous, change.entry))}" if change.previous_address else None,
        "each imported by its own id" if change.importing is not None else None,
        change.action,
    )


def _facts(deposed: str | None, moved: str | None, imported: str | None, action: Action) -> str:
    facts = (deposed, moved, imported, WAYS.get(action))
    return "".join(f"  ({fact})" for fact in facts if fact)


SYMBOLS = {
    Action.DELETE: "-",
    Action.REPLACE_DELETE_FIRST: "!",
    Action.REPLACE_CREATE_FIRST: "!",
    Action.REPLACE_FORGET: "!",
    Action.FORGET: ".",
    Action.UNKNOWN: "?",
    Action.UPDATE: "~",
    Action.CREATE: "+",
    Action.IMPORT: "=",
    Action.MOVE: ">",
    **dict.fromkeys(LOOKS, "<"),
    Action.NO_OP: " ",
}
_TABLE: Final = own_table(__file__)
_ACRONYMS: Final = frozenset(_TABLE["acronyms"].split())
_FAMILIES: Final[Mapping[str, str]] = _TABLE["families"]
_TYPE_WORDS: Final[Mapping[str, str]] = _TABLE["types"]
_FIRST: Final = {f"aws_{name}": place for place, name in enumerate(_TABLE["first"].split())}
_COUNTED: Final = (
    "replace", "destroy", "forget", "unknown", "revise", "change", "add", "imported", "move", "read", "open",
    "deferred",
)  # fmt: skip
_CALLED: Final = {"revise": "new revision", "imported": "import"}
DIFFERS, UNEQUAL = "differs", "≠"
"""What is compared without a state: whether AWS changes it or makes it anew, only a plan with one can tell."""


def type_words(resource_type: str) -> str:
    if resource_type in _TYPE_WORDS:
        return _TYPE_WORDS[resource_type]
    name = resource_type.removeprefix("aws_")
    for prefix, words in _FAMILIES.items():
        if name.startswith(prefix):
            return f"{words} {' '.join(map(_word, name.removeprefix(prefix).split('_')))}"
    return " ".join(map(_word, name.split("_")))


def counted_types(changes: Iterable[Change]) -> tuple[tuple[str, int], ...]:
    """Return `Aurora cluster`, `2 Aurora instances`, `alarm`: what people name a thing by first, then the alphabet."""
    counts = Counter(change.type for change in changes)
    named = sorted((_FIRST.get(kind, len(_FIRST)), type_words(kind), count) for kind, count in counts.items())
    return tuple((_counted(words, count), count) for _, words, count in named)


def type_plural(resource_type: str) -> str:
    return plural(type_words(resource_type))


def action_word(action: Action) -> str:
    return action.word.upper() if action.destroys else action.word


def word_of(change: Change) -> str:
    """Return what happens as a word: the action's, but for a new revision, and where nobody knows what AWS will do."""
    if change.is_difference and change.action is Action.UPDATE:
        return DIFFERS
    return "revise" if change.is_revision else action_word(change.action)


def symbol_of(change: Change) -> str:
    if change.is_difference and change.action is Action.UPDATE:
        return UNEQUAL
    return SYMBOLS[Action.UPDATE if change.is_revision else change.action]


def action_counts(changes: Iterable[Change]) -> str:
    found = Counter((change.is_revision, change.action.rank, word_of(change)) for change in changes)
    counts: Counter[str] = Counter()
    for (_, _, word), count in sorted(found.items()):
        counts[word] += count
    return ", ".join(f"{word} {count}" for word, count in counts.items())


def entry_label(entry_id: str) -> str:
    kind, slash, name = entry_id.partition("/")
    one = f"{kind[:-3]}y" if kind.endswith("ies") else kind.removesuffix("s")
    return f"{one} {name}" if slash else entry_id


def kind_plural(entry_id: str) -> str:
    return entry_id.partition("/")[0]


def headline_counts(summary: Summary) -> str:
    """`1 replace, 14 change, 2 add`: a replacement or a new revision is not also added and destroyed."""
    if summary.without_state:
        return _in_configuration(summary)
    counts = {name: int(getattr(summary, name)) for name in _COUNTED}
    forgetting = max(summary.replace - summary.destroy, 0)
    counts["add"] -= summary.replace
    counts["destroy"] -= summary.replace - forgetting
    counts["forget"] -= forgetting
    counts["replace"] -= summary.revise
    parts = [
        _counted(_CALLED[name], count, always=True) if name == "revise" else f"{count} {_CALLED.get(name, name)}"
        for name, count in counts.items()
        if count > 0
    ]
    if summary.outputs_changed:
        parts.append(_counted("output", summary.outputs_changed, always=True))
    if summary.unread:
        parts.append(f"{_counted('item', summary.unread, always=True)} of unknown sections")
    parts += [f"Actions: {summary.invoke} to invoke"] if summary.invoke else []
    none = summary.partial.partition(":")[0] or "no changes"
    return ", ".join(parts) or (f"{none}, {summary.drift_shown} drifted" if summary.drift_shown else none)


def _in_configuration(summary: Summary) -> str:
    if not summary.is_difference:
        whole = ": all of it, since the base could not be planned" if summary.without_base else ""
        return f"{summary.add} in the configuration{whole}"
    found = ((summary.destroy, "gone"), (summary.change, "different"), (summary.add, "new"))
    none = "no known difference" if summary.untold else "no difference"
    said = ", ".join(f"{count} {word}" for count, word in found if count) or none
    untold = f", {counted(summary.untold, 'value')} cannot be told" if summary.untold else ""
    return f"{said} in the configuration{untold}"


def plan_line(summary: Summary) -> str:
    if summary.without_state:
        return f"Planned without a state: {_in_configuration(summary)}."
    imported = f"{summary.imported} to import, " if summary.imported else ""
    line = f"Plan: {imported}{summary.add} to add, {summary.change} to change, {summary.destroy} to destroy"
    others = (
        ("to forget", summary.forget), ("to move", summary.move), ("to read", summary.read), ("to open", summary.open),
        ("unknown", summary.unknown),
    )  # fmt: skip
    line += "".join(f", {count} {word}" for word, count in others if count) + "."
    return line + (f" Actions: {summary.invoke} to invoke." if summary.invoke else "")


def _word(part: str) -> str:
    return part.upper() if part in _ACRONYMS else part


def _counted(words: str, count: int, *, always: bool = False) -> str:
    if count == 1:
        return f"1 {words}" if always else words
    return f"{count} {plural(words)}"
