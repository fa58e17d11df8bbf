"""Whether two changes look alike, told from the plan's bytes: cheap enough to ask of every change of a large plan.

Two changes whose bytes differ in the same way are shown in the same words, unless a lens reads more of the object than
what differs. Nothing of a value can be read from a likeness: it is a few numbers that mean nothing outside of this run.
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import MsgspecError, Raw
from msgspec.json import Decoder, Encoder

from infragen.plan.change_parts import Fingerprint
from infragen.plan.display import literal
from infragen.plan.view import View
from infragen.redaction.encodings import escaped_for_html
from infragen.redaction.exact_json import decode_value
from infragen.redaction.marks import is_marked, unknown_at

_Sides = tuple[str, bytes, bytes]
"""An attribute's name, and its bytes before and after."""
_HOLE = b"\0"
_TAGS = frozenset({"tags", "tags_all"})
_PLAIN = Decoder(float_hook=lambda digits: ("number", digits))
_SORTED = Encoder(order="sorted")
_NO_SCALAR = (b"{", b"[", b'"{', b'"[', b'"\\n')


def fingerprint_of(view: View, names: Sequence[str], beside: Sequence[bytes]) -> Fingerprint:
    # `beside` is what else must be the same, as bytes. What only becomes unknown counts by its name, except where it
    # forces the replacement, or where the files tell what the text will hold.
    old, new = view.sides.before.members, view.sides.after.members
    forcing = {path[0] for path in view.replace_paths if path}
    differing = {name for name, content in new.items() if content != old.get(name)} | (old.keys() - new.keys())
    ordered: dict[bytes, bytes] = {}
    sides = {name: (_bytes(old.get(name), ordered), _bytes(new.get(name), ordered)) for name in sorted(differing)}
    changed = [name for name, (before, after) in sides.items() if before != after]
    others = [_ordered_once(one) for one in beside]
    fields: list[tuple[str, tuple[bytes, bytes] | None]] = []
    values: list[_Sides] = []
    for name in changed:
        before, after = sides[name]
        if not after and is_marked(unknown_at(view.sides.unknown, name)):
            expected = view.expected(name)
            if isinstance(expected, dict | list):
                after = literal(expected).encode("utf-8", "surrogatepass")
            elif name not in forcing:
                before = b""
        fields.append((name, None if _is_scalar(before) and _is_scalar(after) else (before, after)))
        values.append((name, before, after))
    holes = [form for name in names for form in _written(name)]
    pattern = [_without_names(value, holes) for value in values] if holes else values
    tags = _tags_alike(view, changed) if changed and not forcing and _TAGS.issuperset(changed) else 0
    return Fingerprint(hash((*others, *fields)), hash((*others, *values)), hash((*others, *pattern)), tags)


def _tags_alike(view: View, changed: Sequence[str]) -> int:
    """Return a hash of which tags differ and how, whatever the type and other tags; 0 for hidden or unknown ones."""
    sides = view.sides
    found: list[object] = []
    for name in changed:
        before, after = sides.before.get(name), sides.after.get(name)
        marks = [unknown_at(tree, name) for tree in (sides.before_mark, sides.after_mark, sides.unknown)]
        if not isinstance(before, dict) or not isinstance(after, dict) or any(map(is_marked, marks)):
            return 0
        keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
        found.append((name, *((key, str(before.get(key)), str(after.get(key))) for key in keys)))
    return hash(tuple(found)) or 1


def _bytes(content: Raw | None, ordered: dict[bytes, bytes]) -> bytes:
    """Put maps in one order, since a plan can be in any; `ordered` keeps them: `tags_all` mostly are the `tags`."""
    data = b"" if content is None else bytes(content)
    if data.startswith(b'"') or b"{" not in data[:64]:  # in which a map, or a list of maps, begins
        return data
    if data not in ordered:
        ordered[data] = _ordered(data)
    return ordered[data]


def _ordered(data: bytes) -> bytes:
    try:
        return _SORTED.encode(_PLAIN.decode(data))
    except (MsgspecError, UnicodeError):  # a number of thousands of digits, half of a character
        return json.dumps(decode_value(data), sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")


_ordered_once = lru_cache(maxsize=4096)(_ordered)


def _is_scalar(content: bytes) -> bool:
    return len(content) <= 200 and not content.startswith(_NO_SCALAR)


def _without_names(value: _Sides, holes: Sequence[bytes]) -> _Sides:
    name, before, after = value
    for hole in holes:
        if hole in before or hole in after:
            before, after = _hollow(before, hole), _hollow(after, hole)
    return name, before, after


@lru_cache(maxsize=1024)
def _written(name: str) -> frozenset[bytes]:
    """Return a name as JSON may hold it: escaped, and with what HTML reads escaped too, as terraform writes it."""
    plain = json.dumps(name, ensure_ascii=False)[1:-1]
    html = escaped_for_html(plain)
    return frozenset(form.encode("utf-8", "surrogatepass") for form in (name, plain, html))


def _hollow(content: bytes, name: bytes) -> bytes:
    """Leave a hole where a name stands; a short one counts as a word of its own only."""
    return content.replace(name, _HOLE) if len(name) >= 3 else _word(name).sub(_HOLE, content)


@lru_cache(maxsize=1024)
def _word(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z0-9])" + re.escape(name) + rb"(?![A-Za-z0-9])")
