"""A new entry's file, where its kind's files lie: valid in its system, and ready to edit."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from infragen.catalog import Catalogue, Environment, Project, load
from infragen.catalog.entry_text import NewEntry
from infragen.core.entry import Title, has_form, sample_name, slug_problem
from infragen.core.kind import Kind
from infragen.core.layers import Layer, Layers
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.environment import environments, resolve
from infragen.kinds import kinds
from infragen.kinds.synonyms import elsewhere
from infragen.source import Document, parse
from infragen.storage import Confined
from infragen.text import title_of
from infragen.workflow.rendering.schema_files import with_schema
from infragen.workflow.target import only_system

_ARN: Final = re.compile(r"(arn:aws:[a-z-]+:)[a-z0-9-]+:111122223333(?=:)")
ENVIRONMENT: Final = ("environment", "environments")
"""What is no kind of entry, and has a file as well."""


def kind_of(word: str) -> Kind:
    """Return a kind by its name or by what one of it is called: `services`, `service`; InfragenError X055."""
    known = {name: kind for kind in kinds().values() for name in (kind.model.SINGULAR, kind.name)}
    if word not in known:
        singular = [*(kind.model.SINGULAR for kind in kinds().values()), ENVIRONMENT[0]]
        hint = elsewhere(word) or did_you_mean(word, (*known, ENVIRONMENT[0])) or f"kinds: {', '.join(singular)}"
        raise InfragenError(Diagnostic("X055", f"there is no kind of entry {word!r}", hint=hint))
    return known[word]


def write_entry(
    project: Project,
    kind: Kind,
    name: str,
    *,
    system: str | None,
    domain: str | None,
    title: str | None,
    opens: str | None = None,
) -> PurePosixPath:
    """Write its file; `opens` is the entry that it makes public. InfragenError X003 to X006, X056, X081 and C005."""
    catalogue = load(project, system or only_system(project))
    raise_problems(wrong_words(name, title))
    if found := catalogue.entries[kind.name].get(name):
        message = f"{kind.name}/{name} exists already"
        raise InfragenError(Diagnostic("C005", message, found.locate(), hint="choose another name"))
    chosen = _domain(catalogue, kind, domain)
    values: dict[str, Any] = {"name": name, "title": title or title_of(name), **({"domain": chosen} if chosen else {})}
    of_domain = catalogue.entries["domains"].get(chosen or "")
    layers = [Layer.of(one, "defaults", kind.name) for one in (catalogue.system, of_domain) if one]
    given = Layers.of(layers, Layer(catalogue.system, (), {})).merged()
    defaults = {**given, **kind.model.implied(given)}
    names = {one.model.SINGULAR: _offered(catalogue.entries[place]) for place, one in kinds().items()}
    examples = [kind.scaffold.example, *kind.scaffold.other_examples]
    if public := kind.scaffold.opens:
        if names[public]:
            examples = [one for one in examples if opens or f"{{{public}}}" not in str(one)]
        if (opens and opens not in names[public]) or not examples:
            message = f"{kind.model.SINGULAR} {name} makes a {public} public, and it is not said which"
            if opens is not None:
                message = f"there is no {public} {opens!r}"
            hint = nearest(opens or "", names[public], "add `--opens` with one of")
            raise InfragenError(Diagnostic("X081", message, hint=hint))
        names[public] = (opens,) if opens else names[public]
    ways = [NewEntry(kind.model, values, defaults, names, one) for one in examples]
    new = next((one for one in ways if not one.unknown_references()), None)
    if new is None:
        needed = [one.unknown_references()[0] for one in ways]
        message = f"{kind.model.SINGULAR} {name} needs a {' or a '.join(needed)}, and {catalogue.name} has none"
        first = " or ".join(f"`infragen new {one} NAME`" for one in needed)
        raise InfragenError(Diagnostic("X056", message, hint=f"first {first}"))
    place = PurePosixPath("catalog", catalogue.name, kind.name, *([chosen] if chosen else []), f"{name}.yaml")
    if os.path.lexists(project.root / place):
        message = f"{place} already exists and was not changed"
        raise InfragenError(Diagnostic("X006", message, hint="choose another name"))
    text = with_schema(place, kind.model.SINGULAR, _at_home(project, catalogue, new.text()))
    parse(text, str(place))  # a title may hold what no file of the catalogue may
    files = Confined(project.root)
    files.make_folder(place.parent)
    files.create(place, text.encode())
    return place


def _offered(entries: Mapping[str, Document]) -> tuple[str, ...]:
    return tuple(name for name, one in entries.items() if not (isinstance(one.data, dict) and one.data.get("private")))


def _at_home(project: Project, catalogue: Catalogue, text: str) -> str:
    for name in environments(project, catalogue.name):
        found = resolve(project, catalogue, name).resolved
        if isinstance(found, Environment):
            return _ARN.sub(rf"\g<1>{found.settings.region}:{found.settings.account}", text)
    return text


def wrong_words(
    name: str, title: str | None, *, called: str = "a name", example: str = "order-desk"
) -> Iterator[Diagnostic]:
    if broken := slug_problem(name):
        hint = f"write `{sample_name(name, example)}`, for example"
        yield Diagnostic("X005", f"{name!r} cannot be {called}: {broken}", hint=hint)
    if title is not None and not has_form(Title, title):
        hint = f"one line of at most 120 characters, without spaces around it: `{title_of(example)}`"
        yield Diagnostic("X005", f"{title!r} cannot be a title", hint=hint)


def _domain(catalogue: Catalogue, kind: Kind, wanted: str | None) -> str | None:
    known = list(catalogue.entries["domains"])
    if "domain" not in kind.model.model_fields:
        if wanted:
            hint = "leave out `--domain`"
            raise InfragenError(Diagnostic("X004", f"a {kind.model.SINGULAR} belongs to no domain", hint=hint))
        return None
    if wanted is None and len(known) <= 1:
        return next(iter(known), None)
    layout = catalogue.system.data.get("layout")
    ways = layout.values() if isinstance(layout, dict) else ()
    if wanted is None and layout != "domains" and not any("{domain}" in str(way) for way in ways):
        return None
    if wanted not in known:
        raise_problems(catalogue.problems)  # one of which may be why
        said = f"there is no domain {wanted!r}" if wanted else f"the system has {len(known)} domains"
        hint = "`infragen new domain NAME` first"
        if known:
            hint = nearest(wanted or "", known, "add `--domain` with one of")
        raise InfragenError(Diagnostic("X004", said, hint=hint))
    return wanted
