"""What Terraform would run besides AWS's provider: provisioners, programs as data, code and keys from elsewhere.

A stack is planned with the keys of whoever plans it, and an `external` data source or a provisioner is a program that
gets them. Shipped templates have none. All other text of a project is looked at here, after it was rendered: its own
templates, hand-written files, and files that lie in a stack's folder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, Location
from infragen.hcl.index import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from infragen.hcl.index import Argument, Block

_RUNNING: Final[Mapping[tuple[str, ...], str]] = {
    ("data", "external"): "runs a program",
    ("data", "local_command"): "runs a program",
    ("action", "local_command"): "runs a program",
    ("data", "http"): "requests a server that is not AWS",
    ("resource", "local_file"): "writes a file on the machine that runs terraform",
    ("resource", "local_sensitive_file"): "writes a file on the machine that runs terraform",
}
_SETTINGS: Final[Mapping[str, frozenset[str]]] = {
    "provider": frozenset(
        {
            "alias",
            "allowed_account_ids",
            "default_tags",
            "forbidden_account_ids",
            "ignore_tags",
            "max_retries",
            "region",
        }
    ),
    "backend": frozenset({"allowed_account_ids", "bucket", "encrypt", "key", "kms_key_id", "region", "use_lockfile"}),
    "data": frozenset({"backend", "config", "count", "defaults", "depends_on", "for_each", "provider", "workspace"}),
    "terraform": frozenset({"backend", "experiments", "required_providers", "required_version"}),
}
"""What a block may say of AWS's provider, of a state in S3 or of the tool, and have no keys or programs from there."""
_OURS: Final = re.compile(r"\.\./(?:modules/)?[\w-]+|(?:registry\.terraform\.io/)?hashicorp/[\w-]+")
_OF_PROVIDER: Final = frozenset({"source", "version", "configuration_aliases"})


class Program(Struct, frozen=True):
    """Something that runs, or brings code along: where (below the environment's folder), its address, what it does."""

    path: str
    address: str
    said: str
    line: int = 1
    column: int = 1
    is_told: bool = False
    """Whether another error says more of it in a hand-written file: a module in a folder (G020), what belongs to the
    stack's shell (G012), another state (G013); to allow it would not help there."""

    @property
    def name(self) -> str:
        """How infragen.toml names it, below its system."""
        return f"{self.path.rpartition('/')[0]}/{self.address}"


def programs(files: Iterable[tuple[str, str]]) -> Iterator[Program]:
    """Yield what files would run; paths are relative to the environment's folder."""
    for path, text in files:
        if path.endswith(".json"):
            yield Program(path, path.rpartition("/")[2], "is JSON, which infragen does not check for programs")
            continue
        index = Index(text)
        if index.problem is None:
            yield from (program for block in index.blocks for program in _in_block(path, index, block))
        else:
            said = "cannot be read, so it is unknown what it runs"
            yield Program(path, path.rpartition("/")[2], said, *index.place(index.problem))


def refused(
    found: Iterable[Program], system: str, allowed: Collection[str], place: Callable[[Program], Location]
) -> Iterator[Diagnostic]:
    """Yield G015 for each program of a system that no one allowed."""
    for program in found:
        name = f"{system}/{program.name}"
        if name not in allowed:
            message = f"{program.address} {program.said}, with the credentials of whoever plans or applies the stack"
            hint = f'remove it, or allow it in infragen.toml: `[programs]`, `allow = ["{name}"]`'
            yield Diagnostic("G015", message, place(program), hint=hint)


def _in_block(path: str, index: Index, block: Block) -> Iterator[Program]:
    is_folder = block.kind == "module" and block.source.startswith((".", "/"))
    is_told = is_folder or belongs_to_shell(block) is not None or block.labels[:1] == ("terraform_remote_state",)
    for at, address, said in _said(block):
        yield Program(path, address, said, *index.place(at.start), is_told)
    if block.kind == "check":
        yield from (program for nested in block.blocks for program in _in_block(path, index, nested))


def belongs_to_shell(block: Block) -> tuple[str, str] | None:
    """Return why a hand-written file cannot have a block, whatever is allowed, and what to do instead."""
    if block.kind == "provider" and block.labels == ("aws",) and "alias" not in block.arguments:
        return "the provider is set by the environment's file", "add an `alias`, and name it: `provider = aws.<alias>`"
    if block.kind == "terraform":
        hint = "remove it; name providers in infragen.toml: `[providers.required]`, `x = {source = ..., version = ...}`"
        return "the backend and the provider versions are infragen's", hint
    if block.kind == "import":
        return "`infragen import` records and renders it", "remove the block"
    return None


def _said(block: Block) -> Iterator[tuple[Block, str, str]]:
    """Yield what a block, or one in it, does: which of them, the address it is called by, and what."""
    running = _RUNNING.get((block.kind, *block.labels[:1]))
    for said in (running, _set_up(block)):
        if said is not None:
            yield block, block.address, said
    if block.kind == "module" and "source" in block.arguments and not _is_ours(block.arguments["source"]):
        yield block, block.address, f"loads code from {block.arguments['source'].value}"
    if block.kind == "resource":
        for one in block.nested("provisioner"):
            yield one, block.address, f"runs a program ({' '.join(one.labels)})"
    for nested in block.blocks if block.kind == "terraform" else ():
        for source in _sources(nested):
            yield block, source.value.strip('"'), f"loads code from {source.value}"
        if said := _in_terraform(nested):
            yield nested, nested.kind, said


def _sources(required: Block) -> Iterator[Argument]:
    """Yield where providers come from, when that is neither infragen nor HashiCorp."""
    for provider in required.arguments.values():
        source = (provider.items or {}).get("source")
        if source is not None and not _is_ours(source):
            yield source


def _is_ours(source: Argument) -> bool:
    return _OURS.fullmatch(str(source.plain)) is not None


def _in_terraform(block: Block) -> str | None:
    """Say what a block of a `terraform` block does, when it is more than the usual."""
    if block.kind == "required_providers" and not all(map(_is_provider, block.arguments.values())):
        return "names a provider whose source cannot be determined"
    if block.kind != "backend":
        return None
    if block.labels != ("s3",):
        return f"stores state outside S3 ({' '.join(block.labels)})"
    more = _named(block) - _SETTINGS["backend"]
    return f"sets more than a bucket in S3: {_listed(more)}" if more else None


def _set_up(block: Block) -> str | None:
    """Say what a block does that sets up a provider or the tool, or reads a state, when it is more than the usual."""
    kind, names = block.kind, block.labels
    if kind == "provider" and names != ("aws",):
        return "configures a provider other than AWS"
    is_state = kind == "data" and names[:1] == ("terraform_remote_state",)
    unknown = _named(block) - _SETTINGS[kind] if is_state or kind in {"provider", "terraform"} else ()
    if unknown:
        return f"sets credentials, programs or endpoints: {_listed(unknown)}"
    if not is_state:
        return None
    config = block.arguments.get("config")
    keys = config.items if config else {}
    if block.text("backend") != "s3" or keys is None:
        return "reads a state from outside S3"
    more = keys.keys() - _SETTINGS["backend"]
    return f"sets more than a bucket in S3: {_listed(more)}" if more else None


def _named(block: Block) -> set[str]:
    """Return the names of a block's own arguments and blocks; those of a `dynamic` block are not told."""
    return {*block.arguments, *(one.kind for one in block.blocks)}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _is_provider(value: Argument) -> bool:
    return isinstance(value.plain, str) or (value.items is not None and value.items.keys() <= _OF_PROVIDER)
