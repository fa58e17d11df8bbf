"""Which terraform a checkout asks for, told to version managers in variables: its files can name a program instead.

Source: the README of tfenv and of tenv, asdf's "Versions" (`path:`, `ref:`), mise's "Configuration" and "Settings".
"""

from __future__ import annotations

import os
import re
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.storage.project_files import PLAIN, read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_VERSION: Final = re.compile(r"v?[0-9][\w.+-]*|latest|latest-[a-z-]+|latest:[^/]+|min-required", re.ASCII)
_FIXED: Final = re.compile(r"v?[0-9][\w.+-]*|latest", re.ASCII)
_LARGEST: Final = 1 << 16
_VARIABLES: Final = {
    "terraform": ("TFENV_TERRAFORM_VERSION", "ASDF_TERRAFORM_VERSION", "MISE_TERRAFORM_VERSION"),
    "opentofu": ("TOFUENV_TOFU_VERSION", "ASDF_OPENTOFU_VERSION", "MISE_OPENTOFU_VERSION"),
}


def version_variables(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that keep version managers from reading a project's files, beside those that are given.

    They hold the versions that the nearest file names, as tfenv, tenv, asdf and mise would find it; mise is to look no
    further up than the project. InfragenError T065 where a file names no version.
    """
    found: dict[str, str] = {}
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        for name, read in _FILES.items():
            for tool, wanted in _read(place / name, read):
                if wanted.startswith("path:") or not (tool not in _VARIABLES or _VERSION.fullmatch(wanted)):
                    message = (
                        f"{tool} {wanted[:100]!r} is no version: a version manager could run a program of this folder"
                    )
                    hint = "write a version, such as `1.11.4`, or select a program with `INFRAGEN_TERRAFORM`"
                    raise InfragenError(Diagnostic("T065", message, Location(os.fspath(place / name)), hint=hint))
                if tool in _VARIABLES and _FIXED.fullmatch(wanted):
                    found.setdefault(tool, wanted)
    variables = {name: version for tool, version in found.items() for name in _VARIABLES[tool] if name not in given}
    return {"MISE_CEILING_PATHS": os.fspath(folder), **variables}


def _read(path: Path, read: Callable[[str], Iterator[tuple[str, str]]]) -> list[tuple[str, str]]:
    with suppress(OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return list(read(read_regular(os.open(path, PLAIN), path, _LARGEST).decode()))
    return []


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


_FILES: Final[Mapping[str, Callable[[str], Iterator[tuple[str, str]]]]] = {
    ".terraform-version": _only("terraform"),
    ".opentofu-version": _only("opentofu"),
    ".tool-versions": _in_lines,
    **dict.fromkeys(("mise.toml", ".mise.toml", "mise.local.toml", ".mise.local.toml"), _in_toml),
    **dict.fromkeys(
        ("mise/config.toml", ".mise/config.toml", ".config/mise.toml", ".config/mise/config.toml"), _in_toml
    ),
}
