"""Stacks to files: every text that belongs below `generated/<system>/<environment>/`, in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from infragen.diagnostics import Diagnostic, InfragenError, Location, sort_diagnostics
from infragen.hcl.folders import SUFFIXES
from infragen.hcl.header import header_text
from infragen.hcl.index import Index, module_folder
from infragen.render.archive import archive
from infragen.render.languages import language_of
from infragen.render.templates import Templates
from infragen.stacks.model import Stack, StackFile

Held = Mapping[str, Mapping[str, str]]
"""The files of held modules as they were generated, `modules/<name>/<file>` to text, by the module's name."""
_OBJECTS = frozenset({"module", "resource", "data", "ephemeral"})
_CALL = re.compile(r'\nmodule "([^"\\$%\n]*+)" \{\n  source += "([^"\\$%\n]*+)"\n')
_WORD = re.compile(r"module(?![.s}])")
"""The word that begins a call, or stands in other text; not that of `module.x`, `path.module}` and `../modules`."""


def header(path: str, source: str) -> str:
    if not source.isprintable() or "--" in source:
        message = f"the file name {source!r} cannot be written in a comment"
        raise InfragenError(Diagnostic("G007", message, hint="rename the file"))
    return language_of(path).comment.format(header_text(source)) + "\n"


def render_stacks(
    templates: Templates, stacks: Sequence[Stack], module_context: Mapping[str, object]
) -> dict[str, str]:
    """Render modules from `module_context` (the environment) alone. Raise one InfragenError with all that is wrong."""
    files: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for stack in stacks:
        for file in stack.files:
            path = f"{stack.name}/{file.path}"
            try:
                rendered = render_file(templates, path, file)
            except InfragenError as error:
                problems += error.diagnostics
                continue
            if path in files:
                message = f"{file.entry or 'the stack itself'} needs the file {path}, which is already in use"
                problems.append(Diagnostic("G006", message, Location(file.source), hint="rename the entry"))
            files[path] = rendered
    try:
        files |= render_modules(templates, (module for stack in stacks for module in stack.modules), module_context)
    except InfragenError as error:
        problems += error.diagnostics
    if problems:
        raise InfragenError(*sort_diagnostics(problems))
    return dict(sorted(files.items()))


def entries_by_address(stacks: Iterable[Stack], files: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Map (stack, address) of each block in a stack's root, like ("network", "module.vpc"), to its catalogue entry."""
    entries: dict[tuple[str, str], str] = {}
    for stack in stacks:
        for file in stack.files:
            if file.entry is None:
                continue
            blocks = Index(files[f"{stack.name}/{file.path}"]).blocks if file.path.endswith(SUFFIXES) else ()
            entries.update(((stack.name, one.address), file.entry) for one in blocks if one.kind in _OBJECTS)
    return entries


def render_file(templates: Templates, path: str, file: StackFile, resolved: Callable[[Any], Any] | None = None) -> str:
    try:
        return with_header(path, templates.render(file.template, file.context, resolved), file.source)
    except InfragenError as error:
        come = f"the template's values come from {file.source}"
        found = (replace(one, hint=f"{one.hint}; {come}") if one.code == "G004" else one for one in error.diagnostics)
        raise InfragenError(*found) from error


def with_header(path: str, text: str, source: str) -> str:
    """Return `text` below its header; a script's first line stays first."""
    line = header(path, source)
    if text.startswith("#!"):
        first, _, rest = text.partition("\n")
        return f"{first}\n{line}\n{rest}"
    return f"{line}\n{text}"


def render_modules(
    templates: Templates, wanted: Iterable[str], context: Mapping[str, object], held: Held | None = None
) -> dict[str, str]:
    files: dict[str, str] = {}
    problems: list[Diagnostic] = []
    waiting = sorted(set(wanted), reverse=True)
    done: set[str] = set()
    while waiting:
        module = waiting.pop()
        done.add(module)
        try:
            rendered = (held or {}).get(module) or _render_module(templates, module, context)
        except InfragenError as error:
            problems += error.diagnostics
            continue
        files |= rendered
        called = {module for text in rendered.values() if "source" in text for _, module in calls_of(text)} - {""}
        waiting += sorted(called - done - set(waiting), reverse=True)
    if problems:
        raise InfragenError(*sort_diagnostics(problems))
    return files


@lru_cache(maxsize=1024)
def calls_of(text: str) -> tuple[tuple[str, str], ...]:
    """Keep the answer: most texts are those of another environment, too. A module from elsewhere has no folder."""
    return tuple((call.labels[0], intern(call.module)) for call in Index(text).calls if call.labels)


@lru_cache(maxsize=1024)
def generated_calls(text: str) -> tuple[tuple[str, str], ...]:
    found = _CALL.findall(text)
    if len(found) != len(_WORD.findall(text)) or "<<" in text or ("/*" in text and "*/" in text):
        return calls_of(text)
    return tuple((label, intern(module_folder(source))) for label, source in found)


class Described(NamedTuple):
    """What a module says of an output of its own."""

    description: str
    is_sensitive: bool


@lru_cache(maxsize=256)
def outputs_of(text: str) -> tuple[tuple[str, Described], ...]:
    outputs = (one for one in Index(text).blocks if one.kind == "output")
    return tuple((one.labels[0], Described(one.text("description"), one.is_true("sensitive"))) for one in outputs)


def _render_module(templates: Templates, module: str, context: Mapping[str, object]) -> dict[str, str]:
    names = templates.names(f"modules/{module}", ".tf")
    if not names:
        folders = ", ".join(str(folder) for folder in templates.folders)
        raise InfragenError(Diagnostic("G002", f"there is no module {module}: no modules/{module}/*.tf in {folders}"))
    code = templates.names(f"modules/{module}", ".py")
    found = {name: with_header(name, templates.render(name, context), f"templates/{name}") for name in (*names, *code)}
    for name in code:
        try:
            found[name], found[f"{name.removesuffix('.py')}.zip"] = archive(name.rpartition("/")[2], found[name])
        except ValueError as error:
            message = f"{name} {error}: it cannot be the code of a function"
            hint = "write ASCII, or let a pipeline upload what is longer (`functions`, `code`)"
            raise InfragenError(Diagnostic("G030", message, hint=hint)) from error
    return found
