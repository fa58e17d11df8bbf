"""Merged layers into a frozen model, with every schema problem at the line that causes it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache, partial, reduce
from typing import Annotated, Any, Final, TypeGuard, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from infragen.catalog.examples import choices, example, example_of, members_of, sample_of
from infragen.core.entry import Entry, has_form
from infragen.core.layers import Layer, Layers
from infragen.core.regions import REGIONS
from infragen.core.units import written
from infragen.diagnostics import Diagnostic, Location
from infragen.diagnostics.hints import close_to, did_you_mean
from infragen.diagnostics.look_alikes import as_ascii, look_alike
from infragen.secret_forms import without_secrets
from infragen.source import Document, holds, yaml_text

M = TypeVar("M", bound=BaseModel)

_LONGEST: Final = 60
"""Characters of a value that a message shows."""


_OF_PLACE: Final = {("name",): "its folder", ("environment",): "the file"}
_COLLECTIONS: Final = ("dict_type", "tuple_type")
"""What pydantic says of a word where a map or a list may stand, too."""
_MOST: Final = 500
"""Errors of one model that are shown; a hint takes about a millisecond, and a file has room for 100,000 of them."""


def build(model: type[M], layers: Document | Layers, data: Mapping[str, Any], problems: list[Diagnostic]) -> M | None:
    """Append C001 (unknown key), C002 (missing), C003 (wrong value) or C004 (no value) to `problems`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details: list[Any] = error.errors(include_url=False, include_context=True)
        if as_written := _as_written(model, layers, data, details):
            return build(model, layers, as_written, problems)
        details = _of_one_member(details, data)
        problems.extend(first_errors(details, partial(_diagnostic, model, layers, data)))
        return None


def first_errors(details: Sequence[Any], made: Callable[[Any], Diagnostic]) -> Iterator[Diagnostic]:
    yield from map(made, details[:_MOST])
    if len(details) > _MOST:
        message = f"{len(details) - _MOST:,} more errors in these values are not shown"
        yield replace(made(details[_MOST]), code="C003", message=message, hint="mend those that are shown first")


def _as_written(
    model: type[BaseModel], layers: Document | Layers, data: Mapping[str, Any], details: Iterable[Any]
) -> Mapping[str, Any] | None:
    """Return the data with the file's spelling of `True` where a map or a list takes texts; None if there is none."""
    found = {
        path: layers.spelling(path)
        for detail in details
        if detail["type"] == "string_type" and isinstance(detail["input"], bool)
        if _field(model, path := _path(detail["loc"], data, missing=False)) is None
    }
    if not found:
        return None
    copied: Any = deepcopy(data)
    for path, text in found.items():
        reduce(lambda holder, step: holder[step], path[:-1], copied)[path[-1]] = text
    return copied  # type: ignore[no-any-return]


def _of_one_member(details: list[Any], data: Any) -> list[Any]:
    """Leave out what a union of words, texts and maps says of the member that is not meant."""
    words = {one["input"] for one in details if one["type"] == "literal_error" and isinstance(one["input"], str)}
    below: dict[tuple[Any, ...], dict[Any, int]] = {}  # of each place the next steps, with the longest way by each
    for loc in (one["loc"] for one in details):
        for end, step in enumerate(loc):
            steps = below.setdefault(loc[:end], {})
            steps[step] = max(steps.get(step, 0), len(loc))
    meant = [
        one
        for one in details
        if one["type"] not in _COLLECTIONS or not isinstance(one["input"], str) or one["input"] not in words
    ]
    meant = [one for one in meant if not _is_of_other_member(one, below, data)]
    # Pydantic counts items of a list that are wrong as missing.
    meant = [one for one in meant if one["type"] != "too_short" or one["loc"] not in below]
    unknown = {one["loc"] for one in details if one["type"] == "extra_forbidden"}
    beside: dict[tuple[Any, ...], list[str]] = {}
    for *holder, key in unknown:
        beside.setdefault(tuple(holder), []).append(str(key))
    meant = [one for one in meant if not _is_of_no_map(one, unknown, data) and not _is_misspelled(one, beside)]
    return [one for one in meant if one["type"] != "literal_error" or not isinstance(one["input"], dict)] or details


def _is_misspelled(detail: Any, unknown: Mapping[tuple[Any, ...], list[str]]) -> bool:
    if detail["type"] != "missing":
        return False
    *holder, key = detail["loc"]
    return any(did_you_mean(one, [str(key)]) for one in unknown.get(tuple(holder), ()))


def _is_of_no_map(detail: Any, unknown: set[tuple[Any, ...]], data: Any) -> bool:
    """Whether a key is missed in a map of unknown keys alone, where something else than a map may stand."""
    *holder, _ = detail["loc"] or ("",)
    if detail["type"] != "missing" or len(_path(holder, data, missing=False)) == len(holder) or not detail["input"]:
        return False
    return all((*holder, key) in unknown for key in detail["input"])


def _is_of_other_member(detail: Any, below: Mapping[tuple[Any, ...], Mapping[Any, int]], data: Any) -> bool:
    """Whether the error is about a member of a union that was not meant: a map for a text, a list for a word."""
    is_map, is_list = isinstance(detail["input"], dict), isinstance(detail["input"], list)
    is_word = is_list and detail["type"] == "literal_error"
    if not is_word and detail["type"] != ("string_type" if is_map else "model_type"):
        return False
    *union, member = detail["loc"]
    if _path(detail["loc"], data, missing=False)[-1:] == (member,):
        return False  # a field, and no member of a union
    others = below.get(tuple(union), {})
    return any(step != member and longest > len(union) + is_word for step, longest in others.items())


def _diagnostic(model: type[BaseModel], layers: Document | Layers, data: Any, detail: Any) -> Diagnostic:
    path = _path(detail["loc"], data, missing=detail["type"] == "missing")
    dotted = ".".join(map(str, path))
    if detail["type"] == "extra_forbidden":
        return _unknown(model, path, layers.locate(path, key=True))
    if detail["type"] == "missing":
        if layers.has(path):
            return _without_value(model, path, layers.locate(path, key=True))
        if (missing := getattr(_bare(_at(model, path[:-1])), "MISSING", None)) is not None:
            return Diagnostic("C002", f"`{dotted}` is missing", layers.locate(path[:-1]), hint=missing.format(path[-1]))
        has_defaults = not path[1:] and issubclass(model, Entry)
        hint = f"add {_example(model, path)}" + ", here or as a default of the domain or the system" * has_defaults
        return Diagnostic("C002", f"`{dotted}` is missing", layers.locate(path[:-1]), hint=hint)
    message, hint = _explain(model, path, detail)
    if detail["type"] == "string_type" and isinstance(detail["input"], bool):
        text = layers.spelling(path)
        message, hint = f"{text} is not text", f'quote it, if it is meant as text: `{path[-1]}: "{text}"`'
    key = bool(detail["loc"]) and detail["loc"][-1] == "[key]"
    if path in _OF_PLACE and layers.locate(path) == layers.locate(()):
        hint = f"{hint}; rename {_OF_PLACE[path]}"
    if isinstance(detail["input"], str) and (seen := look_alike(detail["input"])):
        given = detail["input"]
        plain, field = as_ascii(given).strip(" \t\"'"), _field(model, path)
        form: Any = Annotated[(field.annotation, *field.metadata)] if field and field.metadata else _at(model, path)
        values = (*((int(plain),) if plain.isdecimal() else ()), plain)
        fit = next((value for value in values if key or has_form(form, value)), None)
        name = "" if key or isinstance(path[-1], int) else f"{path[-1]}: "
        hint = (None if fit is None else f"{seen}: write `{name}{yaml_text(fit)}`") or hint
    place, given = layers.locate(path, key=key), str(detail["input"])
    is_secret = _may_hold_a_secret(model, path) or without_secrets(given) != given
    hint = without_secrets(hint) if hint else hint
    return Diagnostic("C003", without_secrets(f"`{dotted}`: {message}"), place, hint=hint, is_secret=is_secret)


def _unknown(model: type[BaseModel], path: Sequence[str | int], place: Location) -> Diagnostic:
    known, key = fields_at(model, path[:-1]), str(path[-1])
    holder = _bare(_at(model, path[:-1]))
    instead = getattr(holder, "INSTEAD", {}).get(key) or deeper(holder, key)
    hint = instead or did_you_mean(key, known) or f"valid keys: {', '.join(known)}"
    message, is_secret = f"unknown key `{'.'.join(map(str, path))}`", _may_hold_a_secret(model, path)
    return Diagnostic("C001", message, place, hint=hint, is_secret=is_secret)


def _may_hold_a_secret(model: type[BaseModel], path: Sequence[str | int]) -> bool:
    """Whether people write a value there that nobody may see: its line is not shown."""
    return any(getattr(_bare(_at(model, path[:end])), "IS_SECRET", False) for end in range(len(path)))


def deeper(holder: Any, key: str) -> str | None:
    """Return where a key belongs that one map beside it has, and no other."""
    fields = getattr(holder, "model_fields", {})
    inner = [f"{name}: {{{key}: ...}}" for name in fields if key in fields_at(holder, (name,))]
    inner += [
        f"{name}: {{NAME: {{{key}: ...}}}}"
        for name, field in fields.items()
        if key in fields_at(holder, (name, "")) and field.is_required() and get_origin(_bare(field.annotation)) is dict
    ]
    return f"it belongs in `{'` or `'.join(inner)}`" if len(inner) in (1, 2) else None


def unset(model: type[BaseModel], layers: Layers) -> Iterator[Diagnostic]:
    """Yield C001 for keys without a value that are unknown, C004 for those that unset nothing: merging drops them."""
    for index, layer in enumerate(layers.layers):
        others = [other for other in layers.layers if other is not layer]
        followed: set[Location] = set()
        for path in _unset(layer.data):
            if _is_known(model, path, others):
                if not _may_unset(model, layer, path, layers.layers[:index]):
                    yield _without_value(model, path, layer.locate(path, key=True))
                continue
            found = _unknown(model, path, layer.locate(path, key=True))
            text = _broken_text(layer, path)
            if text is None:
                yield replace(found, hint=_with_point(layer, path) or found.hint)
            elif (start := layer.locate((*path[:-1], text[0]), key=True)) not in followed:
                followed.add(start)
                hint = f'quote the text, where the comma is part of it: `{text[0]}: "{text[1]}"`'
                yield replace(found, hint=hint)


def _may_unset(model: type[BaseModel], layer: Layer, path: tuple[str, ...], weaker: Iterable[Layer]) -> bool:
    is_of_many = layer.prefix[:1] in {("defaults",), ("every",)} or layer.brought_by is not None
    if is_of_many or any(one.has(path) for one in weaker):
        return True
    is_text = any(isinstance(one, type) and issubclass(one, str) for one in members_of(_at(model, path)))
    return layer.spelling(path) != "" and (_field(model, path) is not None or not is_text)


def _without_value(model: type[BaseModel], path: Sequence[str | int], place: Location) -> Diagnostic:
    message = f"`{'.'.join(map(str, path))}` has no value"
    field = _field(model, path)
    is_needed = field is not None and field.is_required()
    hint = f"write {_example(model, path)}" + ", or leave it out" * (not is_needed)
    return Diagnostic("C004", message, place, hint=hint)


def _example(model: type[BaseModel], path: Sequence[str | int], given: Any = None) -> str:
    kind, field = _at(model, path), _field(model, path)
    forms = [form for form in _forms(kind, given) if given is not None and has_form(kind, form)]
    if forms:
        value: Any = forms[0]
    elif any(_is_model(one) for one in members_of(kind)) and has_form(kind, {}):
        value = {}
    elif field is not None:
        value = example(field)
    else:
        value = "..." if has_form(kind, "") else example_of(kind)
    words = choices(kind)
    key = "" if isinstance(path[-1], int) else f"{path[-1]}: "
    return f"`{key}{yaml_text(value)}`" + f" (one of {', '.join(words)})" * (len(words) > 1)


_NUMBER: Final = re.compile(r"\s*([0-9]{1,3}([,' ][0-9]{3})+(?![0-9])|[0-9]+(_[0-9]+)+|[0-9]{1,9}(?![0-9]|[xoe][0-9]))")
"""The number that a text begins with, its digits in groups or not: `8080/tcp`, `80_80`, `1,000`."""


def _forms(kind: Any, given: Any) -> Iterator[Any]:
    """Yield what may have been meant by a value: a list of it, a map with it, the number that a text begins with."""
    number = _NUMBER.match(given) if isinstance(given, str) else None
    if number is not None:
        yield int(re.sub("[^0-9]", "", number[1]))
    yield list(given) if isinstance(given, dict) else [given]
    for one in members_of(kind) if not isinstance(given, bool) else ():
        for name in getattr(one, "model_fields", ()):
            yield {name: given}
            yield {name: [given]}


def _field(model: type[BaseModel], path: Sequence[str | int]) -> FieldInfo | None:
    fields = getattr(_bare(_at(model, path[:-1])), "model_fields", {})
    return next((one for name, one in fields.items() if path[-1] in (name, one.alias)), None)


def _is_known(model: type[BaseModel], path: tuple[str, ...], others: Iterable[Layer]) -> bool:
    """Whether a key without a value may unset something; one of a free map with a space in it, only what is there."""
    holders: list[Any] = [model]
    for step in path[:-1]:
        holders = [inner for one in holders for member in members_of(one) for inner in members_of(_inner(member, step))]
    key = path[-1]
    is_there = " " not in key or any(other.has(path) for other in others)
    return not holders or any(
        any(key in (name, field.alias) for name, field in one.model_fields.items()) if _is_model(one) else is_there
        for one in holders
    )


def _unset(data: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in data.items():
        if value is None:
            yield (*path, key)
        elif isinstance(value, dict):
            yield from _unset(value, (*path, key))


def _broken_text(layer: Layer, path: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the key and the whole of a text that goes on after a comma as keys; None for any other key."""
    holder = layer.value(path[:-1])
    before: list[str] = []
    for key, value in holder.items():
        if value is None and _is_bare(layer, (*path[:-1], key)):
            before += [key] if before else []
        elif path[-1] in before[2:]:
            break
        else:
            before = [key, value] if isinstance(value, str) else []
    return None if path[-1] not in before[2:] else (before[0], ", ".join(before[1:]))


def _with_point(layer: Layer, path: tuple[str, ...]) -> str | None:
    holder = layer.value(path[:-1])
    keys = list(holder)
    before = keys[keys.index(path[-1]) - 1] if path[-1] in keys[1:] else ""
    if not before or type(holder[before]) is not int or not path[-1][:1].isdigit():
        return None
    return f"write a point: `{before}: {holder[before]}.{path[-1]}`"


def _is_bare(layer: Layer, path: tuple[str, ...]) -> bool:
    place = layer.locate(path, key=True)
    rest = "\n".join(layer.document.text.splitlines()[place.line - 1 :])[place.column - 1 :]
    return re.match(r"\s+".join(map(re.escape, path[-1].split())) + r"\s*[,}]", rest) is not None


def _path(loc: Sequence[str | int], data: Any, *, missing: bool) -> tuple[str | int, ...]:
    """Return Pydantic's location without the steps that are not in the data (union members, `[key]`)."""
    path: list[str | int] = []
    for index, step in enumerate(loc):
        if holds(data, (step,)):
            data = data[step]
        elif not (missing and index == len(loc) - 1):
            continue
        path.append(step)
    return tuple(path)


_PLAIN: Final = {
    "greater_than_equal": ("{shown} is too small", "write {ge} or more"),
    "greater_than": ("{shown} is too small", "write more than {gt}"),
    "less_than_equal": ("{shown} is too large", "write {le} or less"),
    "less_than": ("{shown} is too large", "write less than {lt}"),
    "multiple_of": ("{shown} is not a multiple of {multiple_of}", "write a multiple of {multiple_of}"),
    "string_too_short": ("the text has {length} characters, fewer than {min_length}", "write at least {min_length}"),
    "string_too_long": ("the text has {length} characters, more than {max_length}", "write at most {max_length}"),
    "string": ("{shown} is not text", "write text, such as `order-desk`"),
    "too_short": ("there are {length}, fewer than {min_length}", "write at least {min_length}"),
    "too_long": ("there are {length}, more than {max_length}", "write at most {max_length}"),
    "float": ("{shown} is not a number", "write a number, such as `2.5`"),
    "decimal": ("{shown} is not a number", "write a number, such as `2.5`"),
    "bool": ("{shown} is neither true nor false", "write `true` or `false`"),
}
"""How Pydantic's kinds of errors begin: what is wrong, and what to write."""
_SHAPES: Final = {"int": "whole number", "tuple": "list", "list": "list", "dict": "map", "model": "map"}
"""The same, where an example of the field says what to write."""


def _explain(model: type[BaseModel], path: Sequence[str | int], detail: Any) -> tuple[str, str]:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    shown = _shown(given)
    if kind == "value_error":
        return f"{shown} is not understood", str(context["error"])
    if kind in ("literal_error", "enum"):
        allowed = context["expected"]
        known = [word.strip("' ") for word in allowed.replace(" or ", ",").split(",")]
        near = did_you_mean(str(given), known)
        if any(_is_model(one) for one in members_of(_at(model, path))):
            return f"{shown} is neither a map nor {allowed}", near or f"write {_example(model, path)}, or {allowed}"
        return f"{shown} is not one of {allowed}", near or f"write one of {allowed}"
    if kind == "string_pattern_mismatch":
        sample = _nearest(str(given), context["pattern"]) or sample_of(context["pattern"])
        hint = f"write it like `{sample}`" if sample else "`infragen new` and `infragen schema` show what it may be"
        return f"{shown} has an invalid format", hint
    for start, what in _SHAPES.items():
        if kind.startswith(start):
            return f"{shown} is not a {what}", f"write {_example(model, path, given)}"
    field = _field(model, path)
    read = dict(context)
    if field is not None:
        bounds = context.keys() & {"ge", "gt", "le", "lt", "multiple_of"}
        read |= {name: written(context[name], field.annotation, tuple(field.metadata)) for name in bounds}
    for start, (said, hint) in _PLAIN.items():
        if kind.startswith(start):
            length = len(given if isinstance(given, Collection) else str(given))
            return said.format(shown=shown, length=length, **context), hint.format(**read)
    return f"{shown} is not allowed here", "`infragen new` and `infragen schema` show what it may be"


def _nearest(given: str, pattern: str) -> str | None:
    regions = [one for one in sorted(REGIONS) if re.fullmatch(pattern, one)]
    begun = [one for one in regions if given and one.startswith(f"{given.lower()}-")]
    region = "` or `".join(begun) or next(iter(close_to(given, regions)), None)
    signs = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")
    return region or (signs if re.fullmatch(pattern, signs) else None)


def _shown(given: Any) -> str:
    if given is None:
        return "no value"
    if isinstance(given, bool):
        return "true" if given else "false"
    text = repr(given) if isinstance(given, (str, int)) else f"a {'map' if isinstance(given, dict) else 'list'}"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


@lru_cache(maxsize=4096)
def fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    kind = _bare(_at(model, path))
    return tuple(field.alias or name for name, field in kind.model_fields.items()) if _is_model(kind) else ()


def _at(kind: Any, path: Sequence[str | int]) -> Any:
    return reduce(_inner, path, kind)


def _inner(kind: Any, step: str | int) -> Any:
    kind = _bare(kind)
    if _is_model(kind):
        field = kind.model_fields.get(str(step))
        return field.annotation if field else None
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return arguments[1]
    return arguments[0] if arguments else None


def _bare(kind: Any) -> Any:
    """Return the annotation without Annotated and without None; of a union the model, where it has one."""
    members = members_of(kind)
    return next((one for one in members if _is_model(one)), members[0] if members else None)


def _is_model(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
