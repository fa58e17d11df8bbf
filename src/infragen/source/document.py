"""A parsed file that can tell where each of its values stands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.source.yaml12 import node_of, parse
from infragen.storage import read_project_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yaml import Node


class Document(Struct, frozen=True):
    """One YAML file: its mapping as plain data, and its text, which is read once more when a position is asked for."""

    file: str
    data: dict[str, Any]
    text: str

    def locate(self, path: Sequence[str | int] = (), *, key: bool = False) -> Location:
        """Return where the value at `path` starts, or its key; the nearest known ancestor if the path goes too deep."""
        node = node_of(self.text)
        mark = node.start_mark
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            key_node, node = found
            mark = (key_node if key and key_node is not None else node).start_mark
        return Location(self.file, mark.line + 1, mark.column + 1)

    def has(self, path: Sequence[str | int]) -> bool:
        """Say whether the file itself gives a value at `path`."""
        return holds(self.data, path)


def holds(data: Any, path: Sequence[str | int]) -> bool:
    """Say whether there is a value at `path` of plain data."""
    for step in path:
        known: Any = range(len(data)) if isinstance(data, list) else data if isinstance(data, dict) else ()
        if step not in known:
            return False
        data = data[step]
    return True


def read(path: Path, file: str) -> Document:
    """Read one YAML file whose top is a mapping; `file` is the name that diagnostics show.

    Raises InfragenError with every problem of the file.
    """
    text = read_text(path, file)
    return Document(file, parse(text, file)[0], text)


def read_text(path: Path, file: str) -> str:
    """Return the text of a file of a project, in which diagnostics call it `file`.

    InfragenError S005 when it is not UTF-8, S006 when it cannot be read, S009 when it is a link out of the project.
    """
    whole = os.fspath(path)
    project = Path(whole[: -len(file)]) if whole.endswith(f"{os.sep}{file}") else path.parent
    try:
        return read_project_file(project, path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InfragenError(
            Diagnostic("S005", f"the file is not UTF-8 (byte {error.start})", Location(file), hint="save it as UTF-8")
        ) from None
    except OSError as error:
        raise InfragenError(
            Diagnostic(
                "S006", f"the file cannot be read: {error.strerror}", Location(file), hint="check its permissions"
            )
        ) from None


def _child(node: Any, step: str | int) -> tuple[Node | None, Node] | None:
    value = node.value
    if node.id == "mapping":
        for key_node, value_node in value:
            if key_node.value == step:
                return key_node, value_node
    elif node.id == "sequence" and isinstance(step, int) and 0 <= step < len(value):
        return None, value[step]
    return None
