"""Lock files of providers: which stacks need the same one, and what terraform writes into it.

`terraform providers lock` runs in a scratch folder that holds nothing of a stack but its requirements, once for all
stacks that have the same ones: reading the AWS provider to write its checksum costs seconds.
"""

from __future__ import annotations

import json
import platform
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.hcl.blocks import block
from infragen.hcl.folders import Folders
from infragen.hcl.index import Argument, Block, Index, edited
from infragen.hcl.literal import literal
from infragen.stacks.model import LOCK_FILE, Stack
from infragen.terraform.provider_mirror import Mirror, without_version
from infragen.terraform.runner import Folder

if TYPE_CHECKING:
    from infragen.terraform.adapter import TerraformRunner

_REQUIRED: Final = "required_providers"
_OBJECTS: Final = frozenset({"resource", "data", "ephemeral"})
_MAJOR: Final = re.compile(r"~> (\d+)\.\d+\Z")
_MACHINES: Final = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386"}  # all others have one name


class Requirements(Struct, frozen=True):
    """What decides a stack's lock file: its own `terraform` block, those of its modules, and the lock it has.

    `implied` are providers that resources belong to without anyone requiring them.
    """

    own: str
    modules: tuple[str, ...]
    implied: tuple[str, ...]
    before: str | None


class Locked(Struct, frozen=True):
    """A provider as a lock file has it."""

    version: str
    constraints: str
    hashes: tuple[str, ...]


def here() -> str:
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_MACHINES.get(machine, machine)}"


def requirements(tree: Mapping[str, str], stack: str, *, keep: bool = True) -> Requirements:
    """Ignore a lock file for another major version than is asked for; the empty name is the tree's own folder."""
    folders = Folders(tree)
    own = folders.blocks(stack)
    called = [block for module in folders.modules(stack) for block in folders.blocks(f"modules/{module}")]
    required = {name for block in (*own, *called) for name in _required(block)}
    used = {block.labels[0].partition("_")[0] for block in (*own, *called) if block.kind in _OBJECTS and block.labels}
    before = tree.get(f"{stack}/{LOCK_FILE}".lstrip("/")) if keep else None
    asked = {name: one for block in own for name, one in _required(block).items()}
    return Requirements(
        own="\n".join(sorted({_written(block) for block in own if _requires(block)})),
        modules=tuple(sorted({_written(block) for block in called if block.kind == "terraform"})),
        implied=tuple(sorted(used - required - {"terraform"})),
        before=None if before is None or _is_of_other_major(before, asked) else before,
    )


def _is_of_other_major(lock: str, required: Mapping[str, Argument]) -> bool:
    """Whether a lock file has another major version of a provider than `~> 6.25` says: terraform keeps what it has."""
    locked = read_lock(lock)
    for one in required.values():
        source, version = ((one.items or {}).get(name) for name in ("source", "version"))
        major = _MAJOR.match(str(version.plain)) if version else None
        held = locked.get(f"registry.terraform.io/{source.plain}") if source else None
        if major and held and held.version.partition(".")[0] != major[1]:
            return True
    return False


def required_providers(text: str) -> Mapping[str, Argument]:
    return {name: one for block in Index(text).blocks for name, one in _required(block).items()}


ELSEWHERE: Final = frozenset({"google"})  # providers whose API nothing here stands for: they sign in before they plan


def left_out(tree: Mapping[str, str], stacks: Iterable[Stack]) -> tuple[str, ...]:
    """Stacks of ELSEWHERE, and who reads of them; `stacks` come after those they read from."""
    found: list[str] = []
    for stack in stacks:
        required = required_providers(tree.get(f"{stack.name}/versions.tf", ""))
        if ELSEWHERE.intersection(required) or not {*found}.isdisjoint(stack.upstreams):
            found.append(stack.name)
    return tuple(found)


def lock(
    wanted: Iterable[Requirements], runner: TerraformRunner, scratch: Path, platforms: Sequence[str]
) -> dict[Requirements, str]:
    """InfragenError V011 when a mirror is the source and lacks a package, otherwise what terraform said."""
    texts: dict[Requirements, str] = {}
    for number, one in enumerate(dict.fromkeys(wanted)):
        mirror = runner.mirror
        if mirror.path is not None:
            addresses = sorted(_addresses(one).values())
            raise_problems(
                Diagnostic(
                    "V011",
                    f"the mirror {mirror.path} has no package of {address} for {', '.join(lacking)}; "
                    f"it has {', '.join(next(iter(lacking.values()))) or 'none'}",
                    hint=f"fill it: `terraform providers mirror {' '.join(f'-platform={name}' for name in lacking)} "
                    f"{mirror.path}`; or lock only the available platforms, with --platform",
                )
                for address, lacking in missing_packages(mirror.path, addresses, platforms).items()
            )
        folder = scratch / str(number)
        _write(folder, one)
        try:
            runner.providers_lock(Folder(folder, "the providers", disposable=True), platforms)
        except InfragenError as error:
            raise without_version(error, runner.mirror) from error
        texts[one] = (folder / LOCK_FILE).read_text(encoding="utf-8")
    return texts


def read_lock(text: str) -> dict[str, Locked]:
    found = (block for block in Index(text).blocks if block.kind == "provider" and block.labels)
    return {one.labels[0]: Locked(one.text("version"), one.text("constraints"), _hashes(one)) for one in found}


def checksums(texts: Iterable[str]) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], frozenset[str]] = {}
    for text in texts:
        for address, one in read_lock(text).items():
            found[address, one.version] = found.get((address, one.version), frozenset()) | {*one.hashes}
    return found


def with_checksums(text: str, known: Mapping[tuple[str, str], frozenset[str]]) -> str:
    changes = []
    for provider in Index(text).blocks:
        if provider.kind == "provider" and provider.labels and "hashes" in provider.arguments:
            has, place = _hashes(provider), provider.arguments["hashes"]
            more = known.get((provider.labels[0], provider.text("version")), frozenset()) - {*has}
            lines = "".join(f"    {literal(one)},\n" for one in sorted({*has, *more}))
            changes += [(place.value_start, place.end, f"[\n{lines}  ]")] if more else []
    return edited(text, changes)


def _hashes(provider: Block) -> tuple[str, ...]:
    found = provider.arguments["hashes"].plain if "hashes" in provider.arguments else None
    return tuple(map(str, found)) if isinstance(found, list) else ()


def missing_packages(
    mirror: Path, providers: Iterable[str], platforms: Sequence[str]
) -> dict[str, dict[str, list[str]]]:
    missing: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for address in providers:
        folder = mirror / address
        unpacked = {path.name for path in folder.glob("*/*_*") if path.is_dir()}
        packed = {re.sub(r".*_([a-z0-9]+_[a-z0-9]+)\.zip$", r"\1", path.name) for path in folder.glob("*.zip")}
        has = sorted(unpacked | packed)
        for wanted in platforms:
            if wanted not in has:
                missing[address][wanted] = has
    return dict(missing)


def absent_elsewhere(mirror: Mirror, wanted: Requirements) -> tuple[str, ...]:
    found = {name: address for name, address in _addresses(wanted).items() if name in ELSEWHERE}
    path = mirror.path if found else None
    return tuple(name for name, address in found.items() if path and not (path / address).is_dir())


def _addresses(wanted: Requirements) -> dict[str, str]:
    required = (one for text in (wanted.own, *wanted.modules) for one in required_providers(text).items())
    sources = {name: source.plain for name, one in required if one.items and (source := one.items.get("source"))}
    return {name: f"registry.terraform.io/{source}" for name, source in sources.items() if str(source).count("/") == 1}


def _write(folder: Path, wanted: Requirements) -> None:
    installed = [{"Key": "", "Source": "", "Dir": "."}]
    calls = []
    for number, text in enumerate(wanted.modules):
        name = f"module{number}"
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "versions.tf").write_text(text + "\n", encoding="utf-8")
        calls.append(block("module", name, arguments={"source": f"./{name}"}))
        installed.append({"Key": name, "Source": f"./{name}", "Dir": name})
    implied = {name: {"source": f"hashicorp/{name}"} for name in wanted.implied}
    required = [block("terraform", blocks=[block("required_providers", arguments=implied)])] if implied else []
    data = folder / ".terraform" / "modules"
    data.mkdir(parents=True, exist_ok=True)
    (data / "modules.json").write_text(json.dumps({"Modules": installed}), encoding="utf-8")
    (folder / "main.tf").write_text("\n".join([wanted.own + "\n", *calls, *required]), encoding="utf-8")
    if wanted.before is not None:
        (folder / LOCK_FILE).write_text(wanted.before, encoding="utf-8")


def _requires(block: Block) -> bool:
    return block.kind == "terraform" and ("required_version" in block.arguments or any(block.nested(_REQUIRED)))


def _required(block: Block) -> dict[str, Argument]:
    nested = block.nested(_REQUIRED) if block.kind == "terraform" else ()
    return {name: argument for one in nested for name, argument in one.arguments.items()}


def _written(block: Block) -> str:
    return f"{block.kind} {{{block.body}}}"
