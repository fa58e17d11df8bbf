"""Templates that are valid HCL: found, compiled and rendered, with every error at the template's own line."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.render.hcl import UnrenderableError
from infragen.render.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from jinja2 import Environment, Template

    from infragen.render.languages import Language

__all__ = ["Templates", "shipped_templates"]

_LEFTOVER = re.compile(r"@\{|\{%|%\}|\{#")
_LEFTOVER_HINTS = {
    "@{": 'write "@{value}" with the quotes next to it; compose a longer string in Python and pass it as one value',
    "{%": "write a block as `# {% ... %}`: hash, one space, brace",
    "%}": "write a block as `# {% ... %}`: hash, one space, brace",
    "{#": "write a template's comment as `# {# ... #}`: hash, one space, brace",
}


def shipped_templates() -> Path:
    """Return the folder of the default templates: inside the installed package, else of the source checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"


class Templates:
    """The templates of a project: each name is looked up in `folders` in turn, so the user's come before the shipped.

    `project` is the folder that paths in messages are relative to. Templates are compiled when first used and kept.
    """

    def __init__(self, folders: Sequence[Path], project: Path | None = None) -> None:
        self.folders = tuple(folders)
        self._project = project or Path()
        self._environments: dict[str, Environment] = {}
        self._compiled: dict[str, Template] = {}

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """Return the text of template `name` with the values of `context`, laid out for its kind of file.

        Raises InfragenError at the template's line for a syntax error, an undefined variable, a value that the file
        cannot carry, a delimiter that would stay unrendered, and any exception that the template's code raises.
        """
        template = self._compiled.get(name) or self._compile(name)
        try:
            text = template.render(context)
        except Exception as error:  # a template's code may raise anything; its author sees it at its line
            raise self._failed(name, context, error) from error
        return language_of(name).layout(text)

    def names(self, folder: str, suffix: str) -> tuple[str, ...]:
        """Return the sorted names of the templates right below `folder` that end in `suffix`, shipped or overridden."""
        found: set[str] = set()
        for base in self.folders:
            path = base / folder
            if path.is_dir():
                found.update(f"{folder}/{entry.name}" for entry in os.scandir(path) if entry.name.endswith(suffix))
        return tuple(sorted(found))

    def path(self, name: str) -> Path | None:
        """Return the file that template `name` is read from."""
        return next((path for folder in self.folders if (path := folder / name).is_file()), None)

    def _compile(self, name: str) -> Template:
        import jinja2

        environment = self._environment(language_of(name), Path(name).suffix)
        try:
            template = environment.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            location = Location(self._shown(error.filename or name), error.lineno)
            raise InfragenError(Diagnostic("G001", error.message or "this is no template", location)) from error
        except jinja2.TemplateNotFound as error:
            raise InfragenError(self._missing(name)) from error
        self._compiled[name] = template
        return template

    def _environment(self, language: Language, suffix: str) -> Environment:
        if suffix not in self._environments:
            self._environments[suffix] = _jinja_environment(self._source, language.literal)
        return self._environments[suffix]

    def _source(self, name: str) -> tuple[str, str] | None:
        path = self.path(name)
        if path is None or ".." in Path(name).parts:
            return None
        try:
            return path.read_text(encoding="utf-8"), str(path)
        except UnicodeDecodeError as error:
            raise InfragenError(
                Diagnostic("G001", "a template is UTF-8 text; this is not", Location(self._shown(str(path))))
            ) from error

    def _missing(self, name: str) -> Diagnostic:
        folders = ", ".join(self._shown(str(folder)) for folder in self.folders)
        known = self.names(str(Path(name).parent), Path(name).suffix)
        close = difflib.get_close_matches(name, known, n=1)
        return Diagnostic(
            "G002",
            f"there is no template {name} in {folders}",
            hint=f"did you mean {close[0]}?" if close else f"write {self._shown(str(self.folders[0] / name))}",
        )

    def _failed(self, name: str, context: Mapping[str, object], error: Exception) -> InfragenError:
        import jinja2

        if isinstance(error, InfragenError):
            return error
        if isinstance(error, jinja2.TemplateSyntaxError):  # in a template that this one includes
            location = Location(self._shown(error.filename or name), error.lineno)
            return InfragenError(Diagnostic("G001", error.message or "this is no template", location))
        location = self._location(error.__traceback__, name)
        if isinstance(error, UnrenderableError):
            return InfragenError(Diagnostic("G004", str(error), location, hint=error.hint))
        if isinstance(error, jinja2.UndefinedError):
            known = ", ".join(sorted(context))
            hint = f"values that this template has: {known}" if known else "this template has no values"
            return InfragenError(Diagnostic("G003", str(error), location, hint=hint))
        message = f"the template raised {type(error).__name__}: {error}"
        return InfragenError(Diagnostic("G005", message, location))

    def _location(self, traceback: TracebackType | None, name: str) -> Location:
        """Return the innermost line that is in a template; Jinja2 rewrites tracebacks to name templates' lines."""
        folders = tuple(f"{folder}{os.sep}" for folder in self.folders)
        place = Location(self._shown(str(self.path(name) or name)))
        while traceback:
            filename = traceback.tb_frame.f_code.co_filename
            if filename.startswith(folders):
                place = Location(self._shown(filename), traceback.tb_lineno)
            traceback = traceback.tb_next
        return place

    def _shown(self, path: str) -> str:
        shown = os.path.relpath(path, self._project)
        return path if shown.startswith("..") else Path(shown).as_posix()


def _jinja_environment(
    source: Callable[[str], tuple[str, str] | None], literal: Callable[[object], str]
) -> Environment:
    import jinja2

    def finalize(value: object) -> str:
        try:
            return literal(value)
        except UnrenderableError:
            if isinstance(value, jinja2.Undefined):
                str(value)  # raises with the name of what is undefined
            raise

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        found = source(name)
        if found is None:
            return None
        _refuse_leftovers(environment, *found)
        return *found, lambda: True

    environment = jinja2.Environment(
        variable_start_string='"@{',
        variable_end_string='}"',
        block_start_string="# {%",
        block_end_string="%}",
        comment_start_string="# {#",
        comment_end_string="#}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        autoescape=False,  # noqa: S701 -- HCL is no HTML: `finalize` escapes
        auto_reload=False,
        cache_size=-1,
        loader=jinja2.FunctionLoader(load),
    )
    # What a template makes may depend on its values alone: no random text, no hidden state.
    environment.globals.clear()
    del environment.filters["random"]
    return environment


def _refuse_leftovers(environment: Environment, source: str, filename: str) -> None:
    """Raise a syntax error where a delimiter would go to the output as it stands.

    The source is searched and not the output, because a catalogue's text may hold anything.
    """
    import jinja2

    for line, kind, text in environment.lex(source, filename=filename):
        found = _LEFTOVER.search(text) if kind == "data" else None
        if found:
            message = f"`{found[0]}` would stay in the generated file: {_LEFTOVER_HINTS[found[0]]}"
            raise jinja2.TemplateSyntaxError(message, line + text.count("\n", 0, found.start()), filename=filename)
