"""A new system's files, from a template: in an empty folder, or beside existing code.

A template is a folder of `templates/init/`: `about.txt` (one line), `README.md`, `catalog/` and `environments/`, whose
files go below `catalog/SYSTEM/` and `environments/SYSTEM/`. In each text, `$system`, `$title`, `$account` and `$region`
stand for what was asked; `$account_example`, behind `assumptions`, for the reason of an account that is an example.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from string import Template
from typing import Final

from msgspec import Struct

from infragen import installation, pinned
from infragen.core.account_settings import Region
from infragen.core.entry import Title, has_form, sample_name, slug_problem
from infragen.core.placeholders import placeholder_in
from infragen.core.system import AccountId, account_mend
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.diagnostics.hints import did_you_mean, unless_full
from infragen.kinds import kinds
from infragen.render.shipped import shipped_templates
from infragen.settings import FILE, load_ci
from infragen.source import parse, yaml_text
from infragen.storage import INTERNAL, Confined
from infragen.text import title_of
from infragen.workflow.rendering.schema_files import FOLDER as SCHEMAS
from infragen.workflow.rendering.schema_files import schema_files, with_schema

_IGNORED: Final = (f"{INTERNAL}/", ".terraform/", "*.plan")
"""What infragen and terraform keep for themselves, and saved plans, which hold secrets."""
_GITIGNORE: Final = PurePosixPath(".gitignore")
_README: Final = PurePosixPath("README.md")
_OTHER_README: Final = PurePosixPath("INFRAGEN.md")
_ABOUT: Final = "about.txt"


class Wanted(Struct, frozen=True):
    """What a new system is asked to be."""

    system: str
    account: str
    region: str
    template: str
    title: str = ""

    @property
    def shown_title(self) -> str:
        return self.title or title_of(self.system)


def templates() -> Mapping[str, str]:
    found = sorted(path.parent for path in (shipped_templates() / "init").glob(f"*/{_ABOUT}"))
    return {folder.name: (folder / _ABOUT).read_text(encoding="utf-8").strip() for folder in found}


def suggested_name(folder: Path) -> str:
    return sample_name(folder.absolute().name, "demo")


def name_problems(name: str) -> Iterator[Diagnostic]:
    if broken := slug_problem(name):
        hint = f"write `{sample_name(name, 'demo')}`, for example"
        yield Diagnostic("X051", f"{name!r} cannot be the name of a system: {broken}", hint=hint)


def account_problems(account: str | None, region: str | None) -> Iterator[Diagnostic]:
    if account is not None and not has_form(AccountId, account):
        yield Diagnostic("X051", f"{account!r} is not an AWS account ID", hint=account_mend(account))
    if region is not None and not has_form(Region, region):
        hint = "write it as AWS does, such as ap-northeast-1 or us-east-1"
        yield Diagnostic("X051", f"{region!r} is not an AWS region", hint=hint)


def template_problems(template: str) -> Iterator[Diagnostic]:
    known = templates()
    if template not in known:
        hint = did_you_mean(template, known) or f"templates: {', '.join(known)}"
        yield Diagnostic("X052", f"there is no template {template!r}", hint=hint)


def refuse_wrong(wanted: Wanted) -> None:
    problems = [*name_problems(wanted.system), *account_problems(wanted.account, wanted.region)]
    problems += template_problems(wanted.template)
    if wanted.title and not has_form(Title, wanted.title):
        hint = "one line of at most 120 characters, without spaces around it"
        problems.append(Diagnostic("X051", f"{wanted.title!r} cannot be a title", hint=hint))
    raise_problems(problems)


def refuse_taken(folder: Path, system: str = "", *, add: bool = False) -> None:
    """Raise InfragenError X053 where a catalogue is there already, unless one may `add` to it, or the name is taken."""
    for place in (folder, *folder.parents):
        known = sorted(path.parent.name for path in place.glob("catalog/*/system.y*ml"))
        if known and not (add and place == folder):
            where = "this folder already has" if place == folder else f"the folder {place} above already has"
            what = f"{where} a catalogue, of {', '.join(known)}"
            kind = kinds()["services"].model.SINGULAR
            hint = f"`infragen new {kind} NAME` adds to a system; `infragen init --add` adds another system"
            raise InfragenError(Diagnostic("X053", what, hint=hint if place == folder else f"go there: {hint}"))
    if not add and _is_used(folder / "catalog"):
        message = f"{folder / 'catalog'} already exists, and is not an infragen catalogue"
        hint = "choose another folder: `infragen init -C infrastructure`"
        raise InfragenError(Diagnostic("X053", message, hint=hint))
    for name in ("catalog", "environments", "generated"):
        if system and os.path.lexists(folder / name / system):
            message = f"the name {system!r} is taken: {name}/{system} already exists"
            raise InfragenError(Diagnostic("X053", message, hint="choose another name with `--system`"))


def _is_used(folder: Path) -> bool:
    try:
        return os.path.lexists(folder) and not (folder.is_dir() and next(folder.iterdir(), None) is None)
    except OSError:
        return True


def system_files(folder: Path, wanted: Wanted, *, add: bool = False) -> Mapping[PurePosixPath, str]:
    """Return every file, schemas for editors too; a README that is there stays, and another stands beside it."""
    source = shipped_templates() / "init" / wanted.template
    files: dict[PurePosixPath, str] = {}
    for path in sorted(path for path in source.rglob("*") if path.is_file() and path.name != _ABOUT):
        inner = PurePosixPath(path.relative_to(source).as_posix())
        title = yaml_text(wanted.shown_title) if inner.suffix == ".yaml" else wanted.shown_title
        text = Template(path.read_text(encoding="utf-8")).safe_substitute(
            system=wanted.system,
            title=title,
            account=wanted.account,
            account_example="\n  account: an example, which is nobody's" if placeholder_in(wanted.account) else "",
            region=wanted.region,
        )
        if inner == _README:
            inner = _OTHER_README if os.path.lexists(folder / _README) else _README
            if not add:
                files[inner] = text
            continue
        place = PurePosixPath(inner.parts[0], wanted.system, *inner.parts[1:])
        files[place] = with_schema(place, kind, text) if (kind := _kind_of(inner)) else text
        if kind:
            parse(files[place], str(place))  # a title may hold what no file of the catalogue may
    return {**files, **schema_files()}


def ci_settings(folder: Path) -> Mapping[PurePosixPath, str]:
    """None where the project has its own; InfragenError X040 where nothing says what CI installs infragen from."""
    if os.path.lexists(folder / FILE):
        load_ci(folder)
        return {}
    known = installation.repository()
    if known and pinned.problem(known) is None:
        return {PurePosixPath(FILE): f'[ci]\ninstall = "{known}"\n'}
    message = "it is not configured where CI installs infragen from"
    hint = f'write {FILE} with `[ci]` and `install = "{pinned.EXAMPLE}"`, or leave out `--ci` for now'
    raise InfragenError(Diagnostic("X040", message, hint=hint))


def _kind_of(inner: PurePosixPath) -> str | None:
    if inner.suffix != ".yaml":
        return None
    if inner.parts[0] == "environments":
        return "environment"
    if inner.name == "system.yaml":
        return "system"
    found = kinds().get(inner.parts[1])
    return found.model.SINGULAR if found else None


def write_system(folder: Path, files: Mapping[PurePosixPath, str]) -> tuple[PurePosixPath, ...]:
    """Return what was written or added to; InfragenError X054 where something is in the way: nothing is left then."""
    made: list[PurePosixPath] = []
    folders: list[Path] = []
    confined = Confined(folder)
    try:
        for place, text in files.items():
            inner = folder / place.parent
            for missing_folder in (one for one in reversed((inner, *inner.parents)) if not os.path.lexists(one)):
                missing_folder.mkdir()
                folders.append(missing_folder)
            if place.parent != SCHEMAS or confined.look(place) is None:
                confined.create(place, text.encode())
                made.append(place)
            else:
                confined.write(place, text.encode())
        known = confined.read(_GITIGNORE).decode(errors="replace") if confined.look(_GITIGNORE) else ""
        missing = [line for line in _IGNORED if line not in known.splitlines()]
        if missing:
            start = known if not known or known.endswith("\n") else f"{known}\n"
            confined.write(_GITIGNORE, (start + "\n".join(missing) + "\n").encode())
    except (OSError, InfragenError) as error:
        for place in made:
            confined.remove(place)
        for made_folder in reversed(folders):
            made_folder.rmdir()
        if isinstance(error, InfragenError):
            raise
        raise InfragenError(_unwritable(folder, error)) from None
    return (*(place for place in made if place.parent != SCHEMAS), *([_GITIGNORE] if missing else []))


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    where = os.path.relpath(str(error.filename or folder), folder)
    if isinstance(error, FileExistsError):
        return Diagnostic("X054", f"{where} already exists", hint="move it away, or choose another folder with `-C`")
    where = str(folder) if where == "." else where
    hint = unless_full(error, "choose a folder that you may write to: `infragen init -C FOLDER`")
    return Diagnostic("X054", f"cannot write {where}: {error.strerror or error}; nothing was written", hint=hint)
