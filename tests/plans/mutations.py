"""Sound plans made unsound, one small fault or a few at a time, the same for the same seed."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

ACTIONS = (
    [], ["invalid"], ["no-op"], ["create"], ["read"], ["update"], ["delete"], ["forget"], ["delete", "create"],
    ["create", "delete"], ["create", "forget"], ["update", "delete"], ["delete", "delete"], "update", None, [1],
    ["create", "delete", "update", "read", "no-op"],
)  # fmt: skip
VALUES = (
    None, True, False, 0, -1, 1.5, 2**63, 2**64, -(2**63) - 1, "", "x", [], {}, [None], [[]], {"": {}}, [True], "1.2",
    "\u2028", "\ud800", "\x00", "\x1b[2J", "</details>", "@team", "${a}", "a" * 3000, "e\u0301", "\U0001f4a3", "\u202e",
)  # fmt: skip
NUMBERS = (
    b"1e999", b"-1e999", b"9" * 400, b"0.1000000000000000000001", b"1E-400", b"-0", b"00", b"+1", b"NaN", b"Infinity",
    b"1.", b".5", b"0x10", b"9007199254740993",
)  # fmt: skip
TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\\u", b"\\ud800", b"null", b"true", b"//", b"\xff", b"\x00",
    b"\xef\xbb\xbf", b"\r\n", b"{}" , b"[" * 3000, b'{"a":' * 2000, b"\xc3", b"\xed\xa0\x80",
)  # fmt: skip
MEMBERS = (
    "importing", "previous_address", "deposed", "index", "change", "actions", "before", "after", "after_unknown",
    "before_sensitive", "after_sensitive", "replace_paths", "errored", "resource_drift", "resource_changes", "checks",
    "output_changes", "variables", "configuration", "planned_values", "prior_state", "deferred_changes", "complete",
    "action_invocations", "relevant_attributes", "provider_schemas", "format_version", "plan_format_version", "values",
)  # fmt: skip

Holder = dict[str, Any] | list[Any]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return a plan with one to three faults in its structure, its bytes, or both."""
    kind = chance.random()
    if kind < 0.7:
        document = json.loads(content)
        for _ in range(chance.choice((1, 1, 2, 3))):
            holder, key = chance.choice(list(_places(document)))
            chance.choice(STRUCTURE)(holder, key, chance)
        content = _written(document, chance)
    if kind > 0.6:
        for _ in range(chance.choice((1, 1, 2))):
            content = chance.choice(BYTES)(content, chance)
    return content


def _written(document: Any, chance: random.Random) -> bytes:
    text = json.dumps(document, indent=chance.choice((None, None, 1)), ensure_ascii=chance.random() < 0.8)
    encoding = chance.choice(("utf-8",) * 8 + ("utf-16", "utf-8-sig"))
    return text.encode(encoding, "surrogatepass")


def _places(document: Any) -> list[tuple[Holder, Any]]:
    """Return every place of a document that can be replaced: what holds it, and its key."""
    found: list[tuple[Holder, Any]] = []
    todo = [document]
    while todo:
        holder = todo.pop()
        if isinstance(holder, dict | list):
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            found += [(holder, key) for key in keys]
            todo += [holder[key] for key in keys]
    return found


def _remove(holder: Holder, key: Any, chance: random.Random) -> None:
    del holder[key]


def _replace(holder: Holder, key: Any, chance: random.Random) -> None:
    holder[key] = copy.deepcopy(chance.choice(VALUES))


def _wrap(holder: Holder, key: Any, chance: random.Random) -> None:
    holder[key] = [holder[key]] if chance.random() < 0.5 else {"a": holder[key]}


def _nest(holder: Holder, key: Any, chance: random.Random) -> None:
    if len(str(holder[key])) < 500:  # so that nesting of nesting stays within what Python's own writer takes
        for _ in range(chance.choice((5, 100, 400))):
            holder[key] = [holder[key]]


def _double(holder: Holder, key: Any, chance: random.Random) -> None:
    if isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    else:
        holder[chance.choice(MEMBERS)] = copy.deepcopy(holder[key])


def _add(holder: Holder, key: Any, chance: random.Random) -> None:
    value = copy.deepcopy(chance.choice(VALUES))
    if isinstance(holder, list):
        holder.append(value)
    else:
        holder[chance.choice(MEMBERS)] = value


def _actions(holder: Holder, key: Any, chance: random.Random) -> None:
    if isinstance(holder, dict) and "actions" in holder:
        holder["actions"] = copy.deepcopy(chance.choice(ACTIONS))
    else:
        _replace(holder, key, chance)


def _flip(content: bytes, chance: random.Random) -> bytes:
    if not content:
        return content
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _drop(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.randrange(1, 40) :]


def _insert(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content) + 1)
    return content[:place] + chance.choice(TOKENS) + content[place:]


def _twice(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    end = start + chance.randrange(1, 200)
    return content[:end] + content[start:end] + content[end:]


def _number(content: bytes, chance: random.Random) -> bytes:
    places = [place for place in range(1, len(content) - 1) if content[place - 1 : place] == b":"]
    if not places:
        return content
    place = chance.choice(places)
    return content[:place] + chance.choice(NUMBERS) + b',"z":' + content[place:]


STRUCTURE: tuple[Callable[[Holder, Any, random.Random], None], ...] = (
    _remove, _replace, _wrap, _nest, _double, _add, _actions,
)  # fmt: skip
BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _cut, _drop, _insert, _twice, _number)
