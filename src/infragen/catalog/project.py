"""Where things lie: the folder that holds `catalog/`, which of its files are read, and what is said of others."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from shlex import quote
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location, Severity
from infragen.diagnostics.hints import did_you_mean
from infragen.storage import entries, files_below, may_exist

SUFFIXES: Final = (".yaml", ".yml")
"""What the names of YAML files end in."""


class Project(Struct, frozen=True):
    """A folder with `catalog/`, `environments/` and `generated/`."""

    root: Path
    is_base: bool = False
    """Whether it is what the merge base had, in a folder that no repository holds."""

    @classmethod
    def find(cls, start: Path) -> Project:
        """InfragenError P001 without a catalogue; P016 inside of what another one renders (Atlantis starts there)."""
        for parts in (["catalog"], ["environments", "generated"]):  # of a catalogue that is gone, these are left
            for folder in (start, *start.parents):
                if all((folder / part).is_dir() for part in parts):
                    above = (one for one in (folder, *folder.parents) if one.name == "generated")
                    beside = ("catalog", "environments")  # of a catalogue that it was rendered from, or had been
                    outer = next((one for one in above if any((one.parent / name).is_dir() for name in beside)), None)
                    if outer is None:
                        return cls(folder)
                    message = f"{folder} is a project inside the generated/ of another, {outer.parent}"
                    hint = f"remove its folders, or name the outer one: `--project {quote(str(outer.parent))}`"
                    raise InfragenError(Diagnostic("P016", message, hint=hint))
        message = f"no catalogue: neither {start} nor a folder above it has a folder `catalog/`"
        hint = "go to your project, name it with `--project FOLDER`, or start one with `infragen init`"
        raise InfragenError(Diagnostic("P001", message, hint=hint))

    def systems(self) -> tuple[str, ...]:
        found = entries(self.root / "catalog", "catalog")
        return tuple(
            one.name for one in found if any(may_exist(Path(one.path, f"system{suffix}")) for suffix in SUFFIXES)
        )

    def environment_folders(self) -> tuple[str, ...]:
        found = entries(self.root / "environments", "environments")
        return tuple(entry.name for entry in found if entry.is_dir())

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def yaml_file(project: Project, folder: Path, stem: str) -> Path:
    """Return the file of a name, `prod.yaml` or `prod.yml`; InfragenError C005 where there are both."""
    usual, other = (folder / f"{stem}{suffix}" for suffix in SUFFIXES)
    if not may_exist(other):
        return usual
    if may_exist(usual):
        message = f"{usual.name} stands beside it, and both are {stem!r}"
        hint = f"keep one of them: `git rm {quote(project.relative(other))}`"
        raise InfragenError(Diagnostic("C005", message, Location(project.relative(other)), hint=hint))
    return other


def yaml_stems(project: Project, folder: Path) -> tuple[str, ...]:
    found = entries(folder, project.relative(folder))
    return tuple(dict.fromkeys(Path(entry.path).stem for entry in found if entry.name.endswith(SUFFIXES)))


def misplaced(project: Project, path: Path, hint: str) -> Diagnostic:
    return Diagnostic("C010", "no file is read here", Location(project.relative(path)), hint=hint)


def unread(project: Project, systems: Collection[str], folders: Collection[str]) -> Iterator[Diagnostic]:
    """Yield files that are not read; Markdown is left out, as it cannot be mistaken for entries."""
    for entry in entries(project.root / "catalog", "catalog"):
        path = Path(entry.path)
        if entry.name in project.systems():
            yield from _of_system(project, path, folders) if entry.name in systems else ()
        elif not path.is_dir():
            yield from _file(project, path, "move it into the folder of a system: `catalog/NAME/`")
        elif files := _yaml_below(project, path):
            message = f"{project.relative(path)}/ is no system: it has no system.yaml"
            hint = did_you_mean(entry.name, project.systems())
            hint = hint or "write `schema: 1`, `name: NAME` and `title: TITLE` into one, or move the folder away"
            yield Diagnostic("C010", message, Location(project.relative(files[0])), hint=hint)
    for entry in entries(project.root / "environments", "environments"):
        yield from _of_environments(project, Path(entry.path))


def _of_system(project: Project, folder: Path, folders: Collection[str]) -> Iterator[Diagnostic]:
    for entry in entries(folder, project.relative(folder)):
        if not Path(entry.path).is_dir():  # an entry raises on a link to itself
            yield from _stray(project, Path(entry.path))
        elif entry.name in folders:
            below = files_below(Path(entry.path), f"{project.relative(folder)}/{entry.name}")
            yield from (found for path in below if not path.is_dir() for found in _stray(project, path))


def _of_environments(project: Project, path: Path) -> Iterator[Diagnostic]:
    systems = project.systems()
    if not path.is_dir():
        hint = f"move it into the folder of its system: `environments/{(*systems, 'NAME')[0]}/`"
        yield from _file(project, path, hint)
    elif path.name in systems:
        for entry in entries(path, project.relative(path)):
            if not Path(entry.path).is_dir():  # an entry raises on a link to itself
                yield from _stray(project, Path(entry.path))
            elif files := _yaml_below(project, Path(entry.path)):
                yield misplaced(project, files[0], f"move it to {project.relative(path)}/")
    elif files := _yaml_below(project, path):
        message = f"{project.relative(path)}/ is of no system: there is no catalog/{path.name}/"
        destroy = f"`infragen destroy {quote(f'{path.name}/{files[0].stem}')}`"
        others = f"systems here: {', '.join(systems) or 'none'}; {destroy} destroys what was applied of a removed one"
        hint = did_you_mean(path.name, systems) or others
        yield Diagnostic("C010", message, Location(project.relative(files[0])), hint=hint)


def _file(project: Project, path: Path, hint: str) -> Iterator[Diagnostic]:
    if path.name.endswith(SUFFIXES):
        yield misplaced(project, path, hint)
    else:
        yield from _stray(project, path)


def _stray(project: Project, path: Path) -> Iterator[Diagnostic]:
    if path.name.endswith(SUFFIXES) or path.suffix == ".md":
        return
    low = path.name.lower()
    end = next((low.index(suffix) for suffix in SUFFIXES if suffix in low), low.find("."))
    hint = f"rename it to `{path.name[:end] if end > 0 else path.name}.yaml`, or move it away"
    message = "this file is not read: its name does not end in .yaml or .yml"
    yield Diagnostic("C011", message, Location(project.relative(path)), Severity.WARNING, hint)


def _yaml_below(project: Project, folder: Path) -> list[Path]:
    return list(files_below(folder, project.relative(folder), SUFFIXES))
