"""The files of an environment as they were rendered last: what was given once is read from them (`core/written.py`)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import PurePath

from infragen.catalog.project import Project
from infragen.diagnostics import InfragenError
from infragen.storage import Confined


def on_disk(project: Project, system: str, environment: str) -> Callable[[str], Iterable[str]]:
    """Return what gives the texts of the files of a name; what cannot be read is none, as comparing it says."""
    files, root = Confined(project.root), PurePath("generated", system, environment)

    @cache
    def places() -> Mapping[str, Sequence[PurePath]]:
        found: dict[str, list[PurePath]] = {}
        for stack in _names(files, root):
            for name in _names(files, root / stack):
                found.setdefault(name, []).append(root / stack / name)
        return found

    @cache
    def texts(name: str) -> Iterable[str]:
        found = []
        for place in places().get(name, ()):
            with suppress(OSError, UnicodeDecodeError, InfragenError):
                found.append(files.read(place).decode())
        return found

    return texts


def written_in(tree: Mapping[str, str]) -> Callable[[str], Iterable[str]]:
    return lambda name: [text for path, text in tree.items() if path.count("/") == 1 and path.endswith(f"/{name}")]


def _names(files: Confined, folder: PurePath) -> Iterable[str]:
    try:
        return files.names(folder)
    except (OSError, InfragenError):
        return ()
