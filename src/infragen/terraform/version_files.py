"""Which terraform a checkout asks for, told to version managers in variables: its files can name a program instead.

Source: the README of tfenv and of tenv, asdf's "Versions" (`path:`, `ref:`), mise's "Configuration" and "Settings",
proto's "Configuration" (`.prototools`).
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.storage.project_files import PLAIN, read_regular

_VERSION: Final = re.compile(r"v?[0-9][\w.+-]*|latest|latest-[a-z-]+|latest:[^/]+|min-required", re.ASCII)
_FIXED: Final = re.compile(r"v?[0-9][\w.+-]*|latest", re.ASCII)
_LARGEST: Final = 1 << 14
CEILING: Final = "MISE_CEILING_PATHS"  # mise looks for its files neither in these folders nor above them
_VARIABLES: Final = {
    "terraform": ("TFENV_TERRAFORM_VERSION", "ASDF_TERRAFORM_VERSION", "MISE_TERRAFORM_VERSION"),
    "opentofu": ("TOFUENV_TOFU_VERSION", "ASDF_OPENTOFU_VERSION", "MISE_OPENTOFU_VERSION"),
}


def version_variables(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """InfragenError T065 where a checkout's file names no version or cannot be read; files above are the user's."""
    found: dict[str, str] = {}
    folder = folder.resolve()
    top = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
    for place in (folder, *folder.parents):
        is_own = place == top or top in place.parents
        for path, read in ((place / name, read) for name, read in _FILES.items()):
            for tool, wanted in _read(path, read, is_own=is_own):
                is_version = _VERSION.fullmatch(wanted) if tool in _VARIABLES else not wanted.startswith("path:")
                if is_own and not is_version:
                    raise _refused(path, "names something else than a version: it could be a program of this folder")
                if tool in _VARIABLES and _FIXED.fullmatch(wanted):
                    found.setdefault(tool, wanted)
    variables = {name: version for tool, version in found.items() for name in _VARIABLES[tool] if name not in given}
    return {CEILING: os.fspath(folder), **variables}


def refuse_between(project: Path, folder: Path) -> None:
    """Raise InfragenError T065 for a version manager's file nearer than those of `version_variables`."""
    for place in (folder, *folder.parents):
        if place == project or project not in place.parents:
            break
        for path in place.iterdir() if place.is_dir() else ():
            if _OF_MANAGERS.fullmatch(path.name):
                raise _refused(path, "lies where infragen wrote none", "remove it: nobody's checkout needs it there")


def _refused(path: Path, why: str, hint: str = "write versions alone, such as `1.11.4`") -> InfragenError:
    return InfragenError(Diagnostic("T065", f"a version manager's file {why}", Location(os.fspath(path)), hint=hint))


def _read(path: Path, read: Callable[[str], Iterator[tuple[str, str]]], *, is_own: bool) -> list[tuple[str, str]]:
    try:
        descriptor = os.open(path, PLAIN)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        if not is_own:
            return []
        raise _refused(path, f"cannot be read: {error.strerror}") from None
    try:
        return list(read(read_regular(descriptor, path, _LARGEST).decode()))
    except tomllib.TOMLDecodeError:  # mise does not come to read it
        return []
    except (OSError, UnicodeDecodeError, RecursionError):
        if not is_own:
            return []
        raise _refused(path, f"is no text of at most {_LARGEST // 1024} KiB") from None


def _only(tool: str) -> Callable[[str], Iterator[tuple[str, str]]]:
    return lambda text: iter([(tool, text.strip())] if text.strip() else [])


def _in_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        tool, *versions = line.partition("#")[0].split() or [""]
        yield from ((tool, version) for version in versions if version != "system")


def _in_toml(text: str) -> Iterator[tuple[str, str]]:
    tools = tomllib.loads(text).get("tools")
    for tool, written in tools.items() if isinstance(tools, dict) else ():
        for one in written if isinstance(written, list) else [written]:
            version = one.get("version", "") if isinstance(one, dict) else one
            if version != "system":
                yield tool, str(version)


def _in_proto(text: str) -> Iterator[tuple[str, str]]:
    if tomllib.loads(text).get("plugins"):
        yield "plugins", "path:"  # which says where the programs come from


_OF_MANAGERS: Final = re.compile(
    r"\.?mise(?:rc)?(?:\..+)?|\.config|\.prototools|\.tfswitch.*|\.(?:terraform|opentofu)-version|\.tool-versions"
)
_FILES: Final[Mapping[str, Callable[[str], Iterator[tuple[str, str]]]]] = {
    ".terraform-version": _only("terraform"),
    ".opentofu-version": _only("opentofu"),
    ".tool-versions": _in_lines,
    ".prototools": _in_proto,
    **dict.fromkeys(("mise.toml", ".mise.toml", "mise.local.toml", ".mise.local.toml"), _in_toml),
    **dict.fromkeys(
        ("mise/config.toml", ".mise/config.toml", ".config/mise.toml", ".config/mise/config.toml"), _in_toml
    ),
}
