"""What a new contract takes from the callers of the one before it.

Whoever sends what the old contract allowed must still be understood, and whoever reads what it promised must still
find it. So of requests all that was taken is still taken, and of answers nothing comes that was not promised: in both,
one schema has to lie `within` another. Keywords that this cannot compare break when they change at all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Final

from msgspec import Struct

from infragen.source.openapi import Part, Path

Parameters = Mapping[tuple[str, str], Part]
Steps = Iterator[int]

_HIGH: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_SAME: Final = ("format", "pattern", "multipleOf", "uniqueItems")
"""Keywords whose absence allows more, and of which no two values are compared."""
_OPAQUE: Final = (
    "not", "if", "then", "else", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas",
    "prefixItems", "contains", "discriminator", "dependencies", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
_MOST: Final = 40_000
"""Pairs of schemas, and ways in, that are compared; forms of forms, each with each, could go on for ever."""


class Change(Struct, frozen=True):
    """What breaks, of what, and where it stands in the new contract: what is gone, where it stood."""

    subject: str
    said: str
    path: Path


def breaking_changes(old: Part, new: Part) -> Iterator[Change]:
    return _to_an_end("the contract", _of_operations(old, new, count()))


def _to_an_end(name: str, changes: Iterator[Change]) -> Iterator[Change]:
    """Yield changes; where there is no end of them, that they are not all."""
    try:
        yield from changes
    except RecursionError:
        yield Change(name, "is too large, or too deep, for infragen to compare all of it", ())


def _of_operations(old: Part, new: Part, steps: Steps) -> Iterator[Change]:
    now = {(_shape(path), method): (path, one) for path, method, one in new.operations()}
    paths = {_shape(path): path for path, _ in new.items("paths")}
    for path, method, before in old.operations():
        name, found = f"{method.upper()} {path}", now.get((_shape(path), method))
        if found is None:
            where = paths.get(_shape(path))
            yield Change(name, "is gone", ("paths", where) if where is not None else ("paths",))
            continue
        own_path, after = found
        was, taken = _parameters_of(old, path, before), _parameters_of(new, own_path, after)
        yield from _parameters(name, was, taken, after, steps)
        yield from _body(name, before, after, steps)
        yield from _responses(name, before, after, steps)
        yield from _security(name, (old, before), (new, after), steps)


def _shape(path: str) -> str:
    """Return a path without the names of its variables, which callers do not see."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _parameters_of(root: Part, path: str, operation: Part) -> Parameters:
    """Return the parameters of an operation, its path's among them; those of the path by their place."""
    found: dict[tuple[str, str], Part] = {}
    shared = root.get("paths", path)
    variables = re.findall(r"\{([^}]*)\}", path)
    for holder in (shared, operation):
        for _, one in holder.items("parameters") if holder is not None else ():
            kind, name = str(one.value.get("in")), str(one.value.get("name"))
            if kind == "path" and name in variables:
                name = f"{variables.index(name)}"
            found[kind, name.lower() if kind == "header" else name] = one
    return found


def _parameters(name: str, before: Parameters, after: Parameters, operation: Part, steps: Steps) -> Iterator[Change]:
    for key, one in after.items():
        called = f"{name}: the {key[0]} parameter `{one.value.get('name')}`"
        was = before.get(key)
        if one.value.get("required") is True and (was is None or was.value.get("required") is not True):
            yield Change(called, "is required now", one.path)
        if was is not None:
            yield from _schemas(called, (was.get("schema"), one.get("schema")), steps, is_request=True, near=one)
    for key, was in before.items():
        if key not in after:
            called = f"{name}: the {key[0]} parameter `{was.value.get('name')}`"
            yield Change(called, "is gone", operation.path)


def _body(name: str, before: Part, after: Part, steps: Steps) -> Iterator[Change]:
    was, now = before.get("requestBody"), after.get("requestBody")
    is_required = now is not None and now.value.get("required") is True
    if now is not None and is_required and (was is None or was.value.get("required") is not True):
        yield Change(f"{name}: the request's body", "is required now", now.path)
    if was is not None:
        yield from _content(f"{name}: the request's body", was, now or after, steps, is_request=True)


def _responses(name: str, before: Part, after: Part, steps: Steps) -> Iterator[Change]:
    now = dict(after.items("responses"))
    for status, was in before.items("responses"):
        if (one := now.get(status)) is None:
            if str(status).startswith("2"):
                yield Change(f"{name}: the answer {status}", "is gone", (*after.path, "responses"))
            continue
        called = f"{name}: the answer {status}"
        yield from _content(called, was, one, steps, is_request=False)
        headers = {header.lower(): found for header, found in one.items("headers")}
        for header, had in was.items("headers"):
            found = headers.get(header.lower())
            if header.lower() in ("deprecation", "sunset"):  # they announce that this version ends
                continue
            if found is None or (had.value.get("required") is True and found.value.get("required") is not True):
                yield Change(called, f"may lack the header `{header}` now", (found or one).path)


def _content(name: str, before: Part, after: Part, steps: Steps, *, is_request: bool) -> Iterator[Change]:
    now = dict(after.items("content"))
    for media_type, was in before.items("content"):
        if media_type not in now:
            yield Change(name, f"is no longer {media_type}", after.path)
        else:
            one = now[media_type]
            yield from _schemas(name, (was.get("schema"), one.get("schema")), steps, is_request=is_request, near=one)


def _security(name: str, before: tuple[Part, Part], after: tuple[Part, Part], steps: Steps) -> Iterator[Change]:
    (old, was), (new, now) = before, after
    ways = {frozenset(one.value) for one in _counted(_ways(new, now), steps)}
    if not ways or frozenset() in ways:
        return
    often = Counter(scheme for way in ways for scheme in way)
    by_rarest: dict[str, list[frozenset[str]]] = {}
    for way in ways:
        by_rarest.setdefault(min(way, key=lambda scheme: (often[scheme], scheme)), []).append(way)
    for one in _counted(_ways(old, was) or [Part({}, (), None)], steps):
        if not any(way <= one.value.keys() for scheme in one.value for way in by_rarest.get(scheme, ())):
            enough = " and ".join(sorted(one.value)) or "nothing"
            yield Change(f"{name}: who shows {enough}", "is no longer let in", now.path)


def _counted(parts: Iterable[Part], steps: Steps) -> Iterator[Part]:
    """Yield each part, and count it; RecursionError beyond _MOST."""
    for part in parts:
        if next(steps) > _MOST:
            raise RecursionError
        yield part


def _ways(root: Part, operation: Part) -> list[Part]:
    holder = operation if "security" in operation.value else root
    return [one for _, one in holder.items("security")]


def _schemas(
    name: str, pair: tuple[Part | None, Part | None], steps: Steps, *, is_request: bool, near: Part
) -> Iterator[Change]:
    was, now = pair
    if was is None or now is None:
        if (was is None) != (now is None) and (now if is_request else was) is not None:
            yield Change(name, "has a schema now" if is_request else "has no schema any more", near.path)
        return
    yield from _Comparison(name, steps, is_request=is_request).changes("", was, now)


def no_longer_taken(name: str, old: Part, new: Part) -> Iterator[Change]:
    return _to_an_end(name, _Comparison(name, count(), is_request=True).changes("", old, new))


class _Comparison:
    def __init__(
        self, name: str, steps: Steps, *, is_request: bool, within: dict[tuple[Path, Path], bool] | None = None
    ) -> None:
        self.name, self.steps = name, steps
        self.is_request = is_request
        self.seen: set[tuple[Path, Path]] = set()
        """What was compared: schemas may hold themselves, and many hold the same."""
        self.within = {} if within is None else within
        """Whether one of two forms lies within the other."""

    def change(self, field: str, taken: str, promised: str, path: Path) -> Change:
        subject = f"{self.name}, `{field}`" if field else self.name
        return Change(subject, taken if self.is_request else promised, path)

    def changes(self, field: str, was: Part, now: Part) -> Iterator[Change]:
        pair = (was.path, now.path)
        if pair in self.seen or not (isinstance(was.value, dict) and isinstance(now.value, dict)):
            return
        self.seen.add(pair)
        if next(self.steps) > _MOST:
            raise RecursionError
        old, new = _flat(was), _flat(now)
        narrow, wide = (old, new) if self.is_request else (new, old)
        found = tuple(self._values(field, narrow, wide, now.path))
        yield from found or self._alternatives(field, narrow, wide, now)
        yield from self._properties(field, old, new, now.path)
        for keyword in _OPAQUE:
            if _keyword(old, keyword) != _keyword(new, keyword):
                said = f"has another `{keyword}`, which infragen cannot compare"
                yield self.change(field, said, said, now.path)
        inner, outer = _part(old, "items"), _part(new, "items")
        if inner is not None and outer is not None:
            yield from self.changes(f"{field}[]", inner, outer)

    def _values(self, field: str, narrow: list[Part], wide: list[Part], path: Path) -> Iterator[Change]:
        if more := _types(narrow) - _types(wide):
            shown = " or ".join(sorted(more))
            yield self.change(field, f"takes no {shown} any more", f"may be {shown} now", path)
            return
        allowed, given = _words(wide), _words(narrow)
        if allowed is not None:
            known = {*map(_told_apart, allowed)}
            others = None if given is None else [one for one in given if _told_apart(one) not in known]
            if others is None:
                yield self.change(field, "takes certain values only now", "is no longer one of certain values", path)
            elif others:
                shown = ", ".join(f"`{one}`" for one in others)
                yield self.change(field, f"no longer takes {shown}", f"may be {shown} now", path)
        for keyword in (*_HIGH, "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", *_SAME):
            limit, own = _keyword(wide, keyword), _keyword(narrow, keyword)
            if limit is None or limit is False or own == limit:
                continue
            is_within = keyword not in _SAME and _is_number(limit) and _is_number(own)
            if is_within and (own <= limit if keyword in _HIGH else own >= limit):
                continue
            said, other = ("none" if one is None else f"`{one}`" for one in (own, limit))
            before, after = (said, other) if self.is_request else (other, said)
            words = f"has another `{keyword}`: {after}, not {before}"
            yield self.change(field, words, words, path)

    def _alternatives(self, field: str, narrow: list[Part], wide: list[Part], now: Part) -> Iterator[Change]:
        allowed, given = _choices(wide), _choices(narrow)
        if not allowed:
            return
        for one in given or narrow[:1]:
            pairs = ((one, other) if self.is_request else (other, one) for other in allowed)
            if not any(self._is_within(*pair) for pair in pairs):
                yield self.change(field, "no longer takes one of its forms", "may have another form now", now.path)

    def _is_within(self, was: Part, now: Part) -> bool:
        pair = (was.path, now.path)
        if pair not in self.within:
            self.within[pair] = True  # of what holds itself, as long as nothing is found
            alone = _Comparison(self.name, self.steps, is_request=self.is_request, within=self.within)
            self.within[pair] = next(alone.changes("", was, now), None) is None
        return self.within[pair]

    def _properties(self, field: str, old: list[Part], new: list[Part], path: Path) -> Iterator[Change]:
        was, now = _named(old), _named(new)
        demanded, given = (new, old) if self.is_request else (old, new)
        for name in sorted(_required(demanded) - _required(given)):
            place = now[name].path if name in now else path
            if self.is_request or name in now:
                yield self.change(_below(field, name), "is required now", "may be missing now", place)
        for name, one in was.items():
            if name in now:
                yield from self.changes(_below(field, name), one, now[name])
            else:
                yield self.change(_below(field, name), "is gone", "is gone", (*path, "properties"))
        narrow, wide = (old, new) if self.is_request else (new, old)
        if _keyword(wide, "additionalProperties") is False and _keyword(narrow, "additionalProperties") is not False:
            yield self.change(field, "takes no other fields any more", "may have other fields now", path)
        elif _keyword(old, "additionalProperties") is False and not self.is_request:
            for name in sorted(now.keys() - was.keys()):
                yield self.change(_below(field, name), "", "is new, and there were to be no others", now[name].path)
        inner, outer = _part(old, "additionalProperties"), _part(new, "additionalProperties")
        if inner is not None and outer is not None:
            yield from self.changes(f"{field}.*", inner, outer)


def _flat(schema: Part) -> list[Part]:
    found = {schema.path: schema}
    left = [schema]
    while left:
        for _, one in left.pop(0).items("allOf"):
            if one.path not in found and isinstance(one.value, dict):
                found[one.path] = one
                left.append(one)
    return [*found.values()]


def _keyword(schemas: list[Part], keyword: str) -> Any:
    return next((one.value[keyword] for one in schemas if keyword in one.value), None)


def _part(schemas: list[Part], keyword: str) -> Part | None:
    return next((found for one in schemas if (found := one.get(keyword)) is not None), None)


def _told_apart(value: Any) -> str:
    """Return what values of JSON are told apart by: 1 and 1.0 are one."""
    return repr(float(value) if _is_number(value) else value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def _types(schemas: list[Part]) -> frozenset[str]:
    if (said := _keyword(schemas, "type")) is None:
        return _TYPES
    found = {said} if isinstance(said, str) else {one for one in said if isinstance(one, str)}
    found |= {"integer"} if "number" in found else set()
    return frozenset(found | ({"null"} if _keyword(schemas, "nullable") is True else set()))


def _words(schemas: list[Part]) -> list[Any] | None:
    said = _keyword(schemas, "enum")
    if isinstance(said, list):
        return said
    return [_keyword(schemas, "const")] if any("const" in one.value for one in schemas) else None


def _choices(schemas: list[Part]) -> list[Part]:
    return [found for one in schemas for word in ("oneOf", "anyOf") for _, found in one.items(word)]


def _named(schemas: list[Part]) -> dict[str, Part]:
    return {name: found for one in schemas for name, found in one.items("properties")}


def _required(schemas: list[Part]) -> set[str]:
    lists = (one.value.get("required") for one in schemas)
    return {name for found in lists if isinstance(found, list) for name in found}


def _below(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name
