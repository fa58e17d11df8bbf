"""Secrets that nobody marked: in an environment, in the settings of an object, in a script, in the configuration.

By their form they are known anywhere; by the name of a variable only where variables stand: as pairs of a name and a
value, under a name in capitals, or in a map that is called so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from ahocorasick_rs import BytesAhoCorasick
from msgspec import UNSET, Raw

from infragen.redaction.document import Lazy, PlanDocument, members_of, opened, opened_quickly, resources_of
from infragen.redaction.encodings import decoded_text
from infragen.redaction.exact_json import json_inside
from infragen.redaction.redactor import Redactor, is_plain
from infragen.redaction.values import Redacted, Value
from infragen.secret_forms import MARKS, VARIABLE, is_password, secrets_of

_FORMS = (
    *(mark for mark in MARKS if mark != "://"),
    *("assword=", "pwd=", "Pwd=", "ccountKey=", "ccessKey="),
    *("PASS", "PWD", "SECRET", "TOKEN", "CREDENTIAL", "KEY", "SALT", "PEPPER", "_AUTH"),
    *("user_data", "custom_data", "binary_data"),
)
_MAPS = ("environment", "ariables", "_settings", '"setting"')
_WORDS = ("passw", "secret", "token", "credential", "_key", "Key", "Secret", "Token", "Passw")
_GROUPS = (_FORMS, ("://",), ("@",), _MAPS, _WORDS)
"""What stands in an object that may have a secret: a form, a variable in capitals, a script that may be encoded; or
both parts of an address with a password; or a map of variables, and a word of a secret. Others stay closed."""
_GROUP_OF = [number for number, marks in enumerate(_GROUPS) for _ in marks]
_SEARCH = BytesAhoCorasick([mark.encode() for marks in _GROUPS for mark in marks])
_HOLDS_VARIABLES = re.compile(r"(?:.*_)?(?:env|environment|variables?|app_settings|setting)")
_ASSIGNED = re.compile(r'^[^\S\n]*"?(\w+)"?\s*=\s*"((?:[^"\\\n]|\\.)*)"', re.MULTILINE)
_EXPORTED = re.compile(
    r"""(?<![\w$%{.-])([A-Z][A-Z0-9_]*)=(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([^\s"'`$;&|<>(){}]+))"""
)
"""A variable in capitals that a script or a file of settings sets, in either kind of quotes or none."""


class PlainSecrets(dict[str, str]):
    """What the texts with a secret that nobody marked hold, by the text; `parts` are what must not be seen of them."""

    def __init__(self, documents: Iterable[PlanDocument], files: Iterable[Mapping[str, str]] = ()) -> None:
        super().__init__()
        self.parts: set[str] = set()
        for document in documents:
            for content in _contents(document):
                if isinstance(content, Raw) and _has(bytes(content)):
                    for found, word in variables(opened_quickly(content)):
                        self._add(str(found), word)
            for item in (one for one in document.items if opened(one.change.importing) is not None):
                held = variables(opened_quickly(item.change.before))
                self.parts.update(one for found in held for name, one in _said(*map(str, found)) if name)
        for text in (text for one in files for text in one.values()):
            for name, value in _ASSIGNED.findall(text) if _has(text.encode()) else ():
                self._add(value, name if VARIABLE.fullmatch(name) else "")

    def _add(self, text: str, name: str) -> None:
        found = [
            one
            for variable, value in _said(text, name)
            for one in secrets_of(variable, value)
            if one.text != value or (not is_plain(one.text) or is_password(variable))
        ]
        if found:
            self.setdefault(text, found[0].what)
            self.parts.update(one.text for one in found)


def _said(text: str, name: str) -> Iterator[tuple[str, str]]:
    inside = decoded_text(text) or ""
    yield name, text
    if inside:
        yield "", inside
    for variable, *values in _EXPORTED.findall(f"{text}\n{inside}") if "=" in text or inside else ():
        value = "".join(values)
        if not value.startswith("$"):  # it is asked for when the script runs
            yield variable, value


def _has(content: bytes) -> bool:
    found = {_GROUP_OF[mark] for mark, _, _ in _SEARCH.find_matches_as_indexes(content, overlapping=True)}
    return 0 in found or {1, 2} <= found or {3, 4} <= found


def _contents(document: PlanDocument) -> Iterator[Lazy]:
    for item in document.items:
        yield from (item.change.before, item.change.after) if item.change.actions != ["no-op"] else (item.change.after,)
    yield from (one.values for one in resources_of(document.prior) if one.mode == "data")
    for change in (document.output_changes or {}).values():
        yield from (change.before, change.after)
    parts = members_of(document.configuration)
    todo = [parts.pop("root_module", UNSET)]
    yield from parts.values()
    while todo:
        module = members_of(todo.pop())
        for call in members_of(module.pop("module_calls", UNSET)).values():
            given = members_of(call)
            todo.append(given.pop("module", UNSET))
            yield from given.values()
        yield from module.values()
    yield from (document.variables, document.action_invocations, document.deferred_action_invocations)


def left_plain(value: Value, attribute: str, redactor: Redactor) -> Iterator[tuple[str, bytes]]:
    for text, name in variables(value, attribute):
        if isinstance(text, Redacted) and not text.marked and text.token in redactor.plain:
            yield name or attribute, text.token


def variables(value: object, inside: str = "") -> Iterator[tuple[str | Redacted, str]]:
    """Texts, also within JSON, each with its variable's name; `inside` is the attribute they are in."""
    todo: list[tuple[object, str, str]] = [(value, "", inside)]
    while todo:
        item, name, inside = todo.pop()
        if isinstance(item, dict):
            todo.extend(_members(item, name, inside))
        elif isinstance(item, list):
            todo.extend((part, name, inside) for part in item)
        elif isinstance(item, str | Redacted):
            document = item.inside if isinstance(item, Redacted) else json_inside(item)
            if document is None:
                yield item, name
            else:
                todo.append((document, "", ""))


def _members(item: Mapping[str, object], name: str, inside: str) -> Iterator[tuple[object, str, str]]:
    has_variables = _HOLDS_VARIABLES.fullmatch(inside)
    paired = item.get("name", item.get("key")) if "value" in item else None
    for key, part in item.items():
        if key == "constant_value":  # of the configuration: what stands around it says what it is
            yield part, name, inside
        elif key == "value" and isinstance(paired, str):
            yield part, paired if has_variables or VARIABLE.fullmatch(paired) else "", ""
        else:
            yield part, key if (has_variables and paired is None) or VARIABLE.fullmatch(key) else "", key
