"""Templates that are valid HCL: found, compiled and rendered, with every error at the template's own line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.diagnostics.hints import close_to
from infragen.hcl.literal import literal, without_remarks
from infragen.render.languages import LANGUAGES, language_of, suffix_of
from infragen.render.shipped import shipped_templates
from infragen.storage import is_leftover, may_exist, read_project_file, refuse_outside, text_of

if TYPE_CHECKING:
    from jinja2 import Template

    from infragen.render.template_sandbox import SandboxedTemplates

_MODULE = re.compile(r"modules/([^/]+)(?:/([^/]+))?")
_VARIANTS = "variants.toml"
"""Names modules that are made from the templates of its folder, each with the conditions that hold for it."""
_VERSIONS = "modules/versions.tf"
"""What a module takes as its `versions.tf` that has none of its own, where its folder of templates has this file."""
_DELIMITER = re.compile(r'"@\{|# \{[%#]')
_LEFTOVER = re.compile(r"@\{|\{%|%\}|\{#")
_LEFTOVER_HINTS = {
    "@{": 'write "@{value}" directly in quotes, and compose longer strings in Python',
    "{%": "write a block as `# {% ... %}`: hash, one space, brace",
    "%}": "write a block as `# {% ... %}`: hash, one space, brace",
    "{#": "write a template's comment as `# {# ... #}`: hash, one space, brace",
}


class Variant(Struct, frozen=True):
    """A module, the folder whose templates it is made from, and which of that folder's conditions hold for it."""

    family: str
    conditions: SimpleNamespace


class Templates:
    """The templates of a project: each name is looked up in `folders` in turn, so the user's come before the shipped.

    `project` is the folder that paths in messages are relative to. A folder is listed, and a template read and
    compiled, when it is first used, and kept. A template without any template code is laid out once; shipped ones
    are in their layout already. What a template without values says is kept too: that is the same in each environment.

    A variant of a module (`variants`) has the files of its family's folder, and of its own where there is one.
    """

    def __init__(self, folders: Sequence[Path], project: Path | None = None) -> None:
        self.folders = tuple(folders)
        self.project = project or Path()
        self._within = project
        self._shipped = f"{shipped_templates()}{os.sep}"
        self._own = f"{project}{os.sep}" if project is not None else ""
        self._environments: dict[str, SandboxedTemplates] = {}
        self._tracing: SandboxedTemplates | None = None
        self._compiled: dict[str, Template] = {}
        self._constant: dict[str, str] = {}
        self._trusted: dict[str, bool] = {}
        self._with: dict[str, set[str]] = {}
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        self._sources: dict[str, str] = {}

    def begin_anew(self) -> None:
        for one in self._environments.values():
            one.begin_anew()

    def render(self, name: str, context: Mapping[str, object], resolved: Callable[[Any], Any] | None = None) -> str:
        """G001 syntax, G002 no template, G003 undefined, G004 no literal, G008 forbidden, G005 others: at its line."""
        if name in self._constant:
            return self._constant[name]
        source = self._source_of(name)
        if (template := self._compiled.get(source)) is None:
            if source in self._constant or self._is_constant(source):
                return self._constant[source]
            template = self._compile(source)
        environment = self._environments[suffix_of(name)]
        found = _MODULE.fullmatch(name)
        variant = self.variants.get(found[1]) if found else None
        if variant is not None:
            context = {**context, "variant": variant.conditions}
        try:
            text = environment.text(template, context, resolved)
        except Exception as error:  # a template's code may raise anything; its author sees it at its line
            raise self._failed(name, error, context) from error
        if environment.asked:
            self._with.setdefault(name, set()).update(environment.asked)
        text = language_of(name).layout(text)
        if environment.read <= {"variant"}:
            self._constant[name] = text
        return text

    def traced(
        self,
        name: str,
        context: Mapping[str, object],
        resolved: Callable[[Any], Any],
        begin: Callable[[], None],
        mark: Callable[[Any], str],
    ) -> str:
        """Leave out the layout, and expect no error: the template has been rendered before."""
        tracing = self._traced()
        tracing.begin, tracing.mark = begin, mark
        tracing.begin_anew()
        return tracing.text(tracing.get_template(name), context, resolved)

    def compile_all(self) -> int:
        from jinja2.meta import find_referenced_templates

        names = {name for folder in self.folders for name in _below(folder) if not self._is_constant(name)}
        parsed = (self._traced().parse((self._source(name) or ("",))[0]) for name in names)
        included = {one for text in parsed for one in find_referenced_templates(text) if one}
        names |= included  # also what has no code itself
        for name in names:
            self._compile(name)
            self._traced().get_template(name)
        return len(names)

    def names(self, folder: str, suffix: str) -> tuple[str, ...]:
        if (folder, suffix) not in self._names:
            module = _MODULE.fullmatch(folder)
            variant = self.variants.get(module[1]) if module else None
            found: set[str] = set()
            for base in self.folders:
                for place in (folder, *((f"modules/{variant.family}",) if variant else ())):
                    with suppress(FileNotFoundError, NotADirectoryError):
                        names = (entry.name for entry in os.scandir(base / place) if entry.name.endswith(suffix))
                        found.update(name for name in names if not (name.startswith(".") or is_leftover(name)))
                        if module and suffix == ".tf" and (base / _VERSIONS).is_file():
                            found.add("versions.tf")
            self._names[folder, suffix] = tuple(sorted(f"{folder}/{name}" for name in found))
        return self._names[folder, suffix]

    @cached_property
    def variants(self) -> Mapping[str, Variant]:
        """Of two `variants.toml` of one folder, the first one counts. InfragenError G001 for one of another form."""
        found: dict[str, Mapping[str, Variant]] = {}
        for path in (one for folder in self.folders for one in sorted((folder / "modules").glob(f"*/{_VARIANTS}"))):
            family = path.parent.name
            if family not in found:
                found[family] = _variants(family, self._read(f"modules/{family}/{_VARIANTS}", path))
        return {name: variant for variants in found.values() for name, variant in variants.items()}

    def path(self, name: str) -> Path | None:
        return self._file(self._source_of(name))

    def _file(self, name: str) -> Path | None:
        return next((path for folder in self.folders if may_exist(path := folder / name)), None)

    def _source_of(self, name: str) -> str:
        if name not in self._sources:
            self._sources[name] = next((one for one in self._sources_of(name) if self._file(one)), name)
        return self._sources[name]

    def _sources_of(self, name: str) -> Iterator[str]:
        yield name
        module = _MODULE.fullmatch(name)
        if module and module[2]:
            if variant := self.variants.get(module[1]):
                yield f"modules/{variant.family}/{module[2]}"
            if module[2] == "versions.tf":
                yield _VERSIONS

    def is_shipped(self, name: str) -> bool:
        if name not in self._trusted:
            path = str(self.path(name))
            self._trusted[name] = path.startswith(self._shipped) or not path.startswith(self._own)
        return self._trusted[name]

    def own(self, name: str) -> tuple[str, ...]:
        parts = (name, *sorted(self._with[name])) if name in self._with else (name,)
        return tuple(part for part in parts if not (self.is_shipped(part) or self._is_copy(part)))

    def _is_copy(self, name: str) -> bool:
        shipped = Path(self._shipped, self._source_of(name))
        return shipped.is_file() and self._source(name) == (text_of(shipped.read_bytes()), str(self.path(name)))

    def _is_constant(self, name: str) -> bool:
        source, filename = self._source(name) or (None, "")
        if source is None:
            raise InfragenError(self._missing(name))
        if _DELIMITER.search(source):
            return False
        if found := _leftover(source):
            location = Location(self.shown(filename), source.count("\n", 0, found[0]) + 1)
            raise InfragenError(Diagnostic("G001", found[1], location))
        is_shipped = filename.startswith(self._shipped)
        self._constant[name] = source if is_shipped else language_of(name).layout(source)
        return True

    def _compile(self, name: str) -> Template:
        from infragen.render.jinja import new_environment

        language, suffix = language_of(name), suffix_of(name)
        if suffix not in self._environments:
            self._environments[suffix] = new_environment(self._source, language.literal, _leftover)
        try:
            self._compiled[name] = self._environments[suffix].get_template(name)
        except Exception as error:
            raise self._failed(name, error, {}) from error
        return self._compiled[name]

    def _traced(self) -> SandboxedTemplates:
        from infragen.render.jinja import new_environment

        if self._tracing is None:
            self._tracing = new_environment(
                self._source,
                lambda value: without_remarks(literal(value)),  # so that what follows it is no comment
                _leftover,
                is_traced=True,
            )
        return self._tracing

    def _source(self, name: str) -> tuple[str, str] | None:
        is_plain = not name.startswith("/") and "\\" not in name and ".." not in name.split("/")
        path = self.path(name) if is_plain else None
        return None if path is None else (self._read(name, path), str(path))

    def _read(self, name: str, path: Path) -> str:
        try:
            folder = path.parent
            if self._within is not None and not self.is_shipped(name):
                folder = self._within
                refuse_outside(folder, path)
            return text_of(read_project_file(folder, path))
        except (UnicodeDecodeError, OSError) as error:
            message = f"the template cannot be read: {error}"
            raise InfragenError(Diagnostic("G001", message, Location(self.shown(str(path))))) from error

    def _missing(self, name: str) -> Diagnostic:
        folders = [self.shown(str(folder)) for folder in self.folders]
        known = self.names(str(Path(name).parent), Path(name).suffix)
        close = close_to(name, known)
        where = ", ".join(folders) or "this version: it has no folder `templates`"
        hint = f"did you mean {close[0]}?" if close else f"write {folders[0]}/{name}" if folders else None
        return Diagnostic("G002", f"there is no template {name} in {where}", hint=hint)

    def _failed(self, name: str, error: Exception, context: Mapping[str, object]) -> InfragenError:
        from infragen.render.jinja import translated

        if isinstance(error, InfragenError):
            return error
        said = translated(error)
        location = self._location(error.__traceback__, name)
        if said.file or said.line:
            location = Location(self.shown(said.file or str(self.path(name))), said.line or 1)
        hint = said.hint
        if said.code == "G003":
            hint = f"values of this template: {', '.join(sorted(context))}"
        return InfragenError(Diagnostic(said.code, said.message, location, hint=hint))

    def _location(self, traceback: TracebackType | None, name: str) -> Location:
        folders = tuple(f"{folder}{os.sep}" for folder in self.folders)
        place = Location(self.shown(str(self.path(name) or name)))
        while traceback:
            filename = traceback.tb_frame.f_code.co_filename
            if filename.startswith(folders):
                place = Location(self.shown(filename), traceback.tb_lineno)
            traceback = traceback.tb_next
        return place

    def shown(self, path: str) -> str:
        shown = os.path.relpath(path, self.project)
        return path if shown.startswith("..") else Path(shown).as_posix()


def _below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.*"):
        name = path.relative_to(folder).as_posix()
        if path.suffix in LANGUAGES and not name.startswith("init/"):
            yield name


def _leftover(text: str) -> tuple[int, str] | None:
    found = _LEFTOVER.search(text)
    return found and (found.start(), f"`{found[0]}` would stay in the generated file: {_LEFTOVER_HINTS[found[0]]}")


def _variants(family: str, text: str) -> Mapping[str, Variant]:
    try:
        named = tomllib.loads(text)
        every = sorted({condition for conditions in named.values() for condition in conditions})
        conditions = {name: {one: one in held for one in every} for name, held in named.items()}
        return {name: Variant(family, SimpleNamespace(**each)) for name, each in conditions.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        message = f"these are no variants, each with a list of its conditions: {error}"
        raise InfragenError(Diagnostic("G001", message, Location(f"templates/modules/{family}/{_VARIANTS}"))) from error
