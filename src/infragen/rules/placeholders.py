"""Production with what nobody replaced: example domains, addresses, numbers and ids."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from infragen.core.placeholders import Placeholder, placeholder_in
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.diagnostics import Location

_FOR_PEOPLE = (
    "alternatives", "assumptions", "configurations", "differs", "document", "document_costs", "notes", "reason", "says",
    "title", "when", "why",
)  # fmt: skip
_NOT_OF_THE_SYSTEM = frozenset({"defaults", "schema"})
"""What of a system's file is in force where its entries and environments have it."""


class Found(Struct, frozen=True):
    """A placeholder in what an environment is made of."""

    owner: str
    path: tuple[str | int, ...]
    placeholder: Placeholder
    location: Location
    reason: str | None
    """Why it stands there, where `assumptions` say so."""

    @property
    def setting(self) -> str:
        owner = () if self.owner == "environment" else self.owner.split("/")
        return ".".join(map(str, (*owner, *self.path)))


def placeholders_of(environment: Environment) -> tuple[Found, ...]:
    found: dict[Location, Found] = {}
    for owner, model in environment.models():
        values = environment.origins[owner].merged()
        fields = {field.alias or name for name, field in type(model).model_fields.items()}
        fields -= _NOT_OF_THE_SYSTEM if owner == "system" else set()
        for path, text in _texts({key: value for key, value in values.items() if key in fields}):
            form, *said = getattr(model, "EXAMPLES", {}).get(path[-1], ("",))
            placeholder = (Placeholder(text, *said) if said and re.fullmatch(form, text) else None) or placeholder_in(
                text, is_name=_is_name(path)
            )
            if placeholder is not None:
                location = environment.at(owner, *path)
                reason = environment.assumption(owner, path)
                known = found.get(location)
                if known is None or (known.reason and not reason):
                    found[location] = Found(owner, path, placeholder, location, reason)
    return tuple(found.values())


def _is_name(path: Iterable[str | int]) -> bool:
    return any(word in str(step) for step in path for word in ("domain", "host"))


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*path, key)) if key not in _FOR_PEOPLE else ()
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from _texts(one, (*path, index))


def is_refused(environment: Environment, owner: str, field: str, text: str) -> bool:
    """Whether T110 says of a value that it is a placeholder, so that no other rule has to."""
    return bool(
        environment.settings.production
        and not environment.broken
        and placeholder_in(text, is_name=_is_name((field,)))
        and environment.assumption(owner, (field,)) is None
    )


@rule("T110")
def _placeholder(environment: Environment) -> Findings:
    if not environment.settings.production or environment.broken:
        return  # what is broken is said first
    for found in placeholders_of(environment):
        if found.reason is None:
            placeholder = found.placeholder
            message = f"`{placeholder.text}` is {placeholder.what}, and this is production"
            layer = environment.origins[found.owner].setting(found.path)[0]
            field = [str(one) for one in found.path]
            while isinstance(found.path[len(field) - 1], int):  # all of a list
                field.pop()
            prefix = layer.prefix
            if prefix and layer.document.file == environment.source("environment") and prefix[0] != "every":
                field, prefix = [*prefix, *field], ()
            place = f" in `{'.'.join(prefix)}` of {layer.document.file}" if prefix else f" in {layer.document.file}"
            mark = f"`assumptions: {{{'.'.join(field)}: ...}}`{place}"
            hint = f"{placeholder.instead}; if it is your document's own example, add the reason: {mark}"
            yield Finding(message, found.location, hint)
