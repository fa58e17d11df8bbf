"""Where the providers come from: a folder on this machine, or a download."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.hcl.index import Index

REGISTRY = "registry.terraform.io"  # the folder that a provider mirror begins with (terraform's own layout)
WELL_KNOWN = (Path("/opt"), Path("/usr/local/share"))
"""Folders below which images for closed networks keep a mirror, one level down."""


class Mirror(Struct, frozen=True):
    """A folder of providers, and why it was chosen; without a path terraform downloads.

    `flag` says that `terraform init` must be told (`-plugin-dir`); otherwise terraform finds it by itself, and telling
    it would forbid what its own configuration allows beside the mirror.
    """

    path: Path | None
    why: str
    flag: bool = False


def home_folder() -> Path:
    """Return this user's home folder; the root where no one knows one, as in a container with a bare uid."""
    with suppress(RuntimeError):
        return Path.home()
    return Path("/")


def find_mirror(
    plugin_dir: Path | None, environment: Mapping[str, str], home: Path, roots: Sequence[Path] = WELL_KNOWN
) -> Mirror:
    """InfragenError T011 for a named folder without providers, T012 for a configuration that cannot be read."""
    if known := _named(plugin_dir, environment) or _configured(environment, home):
        return known
    for path in _implied(environment, home):
        if _holds_providers(path):
            return Mirror(path, "a folder terraform searches by default")
    for root in roots:
        with suppress(OSError):
            if found := sorted(path for path in root.iterdir() if _holds_providers(path)):
                return Mirror(found[0], f"found below {root}", flag=True)
    return Mirror(None, f"no mirror on this machine: terraform downloads from {REGISTRY}")


def _named(plugin_dir: Path | None, environment: Mapping[str, str]) -> Mirror | None:
    if plugin_dir is not None:
        path, why = plugin_dir, "--plugin-dir"
    elif value := environment.get("INFRAGEN_PLUGIN_DIR"):
        path, why = Path(value), "INFRAGEN_PLUGIN_DIR"
    else:
        return None
    if not _holds_providers(path):
        message = f"{why} points to {path}, which has no folder {REGISTRY}/"
        hint = "fill it with `terraform providers mirror FOLDER`"
        raise InfragenError(Diagnostic("T011", message, hint=hint))
    return Mirror(path.resolve(), why, flag=True)


def _holds_providers(path: Path) -> bool:
    with suppress(OSError):  # a folder of someone else's that may not even be looked into
        return (path / REGISTRY).is_dir()
    return False


def _configured(environment: Mapping[str, str], home: Path) -> Mirror | None:
    file, text = read_configuration(environment, home)
    if "provider_installation" not in text:
        return None
    for path in _filesystem_mirrors(text, file):
        if _holds_providers(path):
            return Mirror(path, f"filesystem_mirror in {file}")
    return Mirror(None, f"provider_installation in {file}")


def read_configuration(environment: Mapping[str, str], home: Path) -> tuple[Path, str]:
    file = Path(environment.get("TF_CLI_CONFIG_FILE") or home / ".terraformrc")
    with suppress(OSError, UnicodeDecodeError):
        return file, file.read_text(encoding="utf-8")
    return file, ""


def _filesystem_mirrors(text: str, file: Path) -> Iterator[Path]:
    index = Index(text)
    if index.problem is not None:
        where = Location(str(file), index.place(index.problem)[0])
        raise InfragenError(Diagnostic("T012", "terraform's CLI configuration is not valid HCL", where))
    for installation in (block for block in index.blocks if block.kind == "provider_installation"):
        for path in (method.text("path") for method in installation.nested("filesystem_mirror")):
            yield home_folder() / path[2:] if path.startswith("~/") else Path(path)


def _implied(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    yield home / ".terraform.d" / "plugins"
    if sys.platform == "darwin":
        yield home / "Library/Application Support/io.terraform/plugins"
        yield Path("/Library/Application Support/io.terraform/plugins")
        return
    yield Path(environment.get("XDG_DATA_HOME") or home / ".local/share") / "terraform/plugins"
    for folder in (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(os.pathsep):
        yield Path(folder) / "terraform/plugins"


_NO_VERSION: Final = re.compile(
    r"(\S+/\S+): no\s+available\s+releases\s+match\s+the\s+given\s+constraints\s+([~<>=!\s\d.,]+)"
)


def without_version(error: InfragenError, mirror: Mirror) -> InfragenError:
    asked = _NO_VERSION.search(error.diagnostics[0].message)
    if asked is None:
        return error
    address = asked[1] if asked[1].count("/") > 1 else f"{REGISTRY}/{asked[1]}"
    constraints = " ".join(asked[2].split()).rstrip(".")
    hint = "the stacks require one version range (templates/stacks/_shell/versions.tf), the modules another: match both"
    if mirror.path is not None:
        folder = mirror.path / address
        packed = {path.name.split("_")[1] for path in folder.glob("terraform-provider-*_*_*_*.zip")}
        versions = sorted(packed | {path.parent.name for path in folder.glob("*/*_*") if path.is_dir()})
        major = re.search(r"~> (\d+)\.", constraints)
        if major and not any(version.startswith(f"{major[1]}.") for version in versions):
            hint = (
                f"put {major[1]}.x there (`terraform providers mirror {mirror.path}`, on a machine with network);"
                " `infragen providers check` needs no provider to compare files with what is known of AWS provider 6"
            )
        hint = f"the mirror {mirror.path} has {', '.join(versions) or 'none'}; {hint}"
    return InfragenError(Diagnostic("V014", f"no version of {address} matches {constraints}", hint=hint))
