"""The lock files of all stacks, and the upgrade of a provider as a change of its own."""

import difflib
import os
import re
import shlex
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.catalog import Project
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.index import edited
from infragen.hcl.literal import literal
from infragen.settings import MAJORS, load_settings
from infragen.stacks.model import BOOTSTRAP, LOCK_FILE
from infragen.storage import Confined, files_below
from infragen.terraform import providers
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.environment_variables import downloading_environment
from infragen.terraform.provider_mirror import find_mirror, home_folder
from infragen.terraform.workfolder import read_tree
from infragen.text import first_of
from infragen.workflow.console import announce, note, out, out_text
from infragen.workflow.rendering.composition import compose, refuse_unless_rendered, templates_of
from infragen.workflow.target import generated_folder, open_project, resolve_one, select

_SHELL: Final = "stacks/_shell/versions.tf"
"""The template that states the versions of all stacks; the modules state only what they can work with."""
_WANTED: Final = re.compile(r"([a-z0-9_-]+)=([0-9]+(?:\.[0-9]+){0,2})\Z")
_BY_MAJOR: Final = re.compile(
    r'# \{% if aws_provider == "6" %\}(?P<six>.*?)# \{% else %\}(?P<five>.*?)# \{% endif %\}', re.DOTALL
)
_MISSING: Final = "are missing"
_OTHER_VERSIONS: Final = "are not for the providers and versions that the stacks require"
_RUNNERS: Final = "linux_amd64"
"""The platform of most machines in CI."""


class Root(Struct, frozen=True):
    """A folder that terraform runs for: where its lock file belongs, and what it requires."""

    folder: Path
    needs: providers.Requirements


@dataclass(slots=True)
class Changes:
    """Files to write, by path; `before` is what stands there."""

    files: dict[Path, str] = field(default_factory=dict)

    def add(self, path: Path, text: str) -> None:
        if _read(path) != text:
            self.files[path] = text

    def write(self, within: Path) -> None:
        files = Confined(within)
        for path, text in self.files.items():
            place = path.relative_to(within)
            files.make_folder(place.parent)
            files.write(place, text.encode())


def lock_files(
    folder: Path, target: str | None, *, platforms: tuple[str, ...], check: bool, plugin_dir: Path | None
) -> int:
    project = open_project(folder)
    wanted = _platforms(project, platforms)
    trees = dict(_trees(project, target))
    runner = _runner(project, plugin_dir)
    roots = tuple(_at_hand(project, _roots(trees.items(), keep=True), runner))
    left = list(_left(trees.items()))
    up_to_date = f"{len(roots)} lock files are up to date, for {', '.join(wanted)}"
    if check:
        stale = _stale(project, roots, runner, wanted) | ({"belong to no stack": left} if left else {})
        out(*(_line(project, why, folders) for why, folders in stale.items()))
        flags = [*([target] if target else []), *(part for name in platforms for part in ("--platform", name))]
        flags += ["--plugin-dir", str(plugin_dir)] if plugin_dir else []
        command = shlex.join(["infragen", "providers", "lock", *flags])
        note(f"run `{command}`, and commit what it writes" if stale else up_to_date)
        return 2 if stale else 0
    changes = _locked(project, roots, runner, wanted)
    changes.write(project.root)
    for gone in left:
        Confined(project.root).remove((gone / LOCK_FILE).relative_to(project.root))
    written = f"{len(changes.files)} of {len(roots)} lock files written, for {', '.join(wanted)}"
    note(written if changes.files else up_to_date)
    if left:
        note(f"{len(left)} removed, of stacks that are gone: {first_of([project.relative(one) for one in left])}")
    return 0


def upgrade(folder: Path, wanted: str | None, *, platforms: tuple[str, ...], plugin_dir: Path | None) -> int:
    """Raise a version, or take the newest that is allowed, everywhere; V012 where something is not committed."""
    project = open_project(folder)
    from infragen.terraform.git import Git

    found = Git(project.root).uncommitted()
    if found:
        hint = "commit or stash it first: an upgrade is a change of its own"
        raise InfragenError(Diagnostic("V012", f"not committed: {first_of(found)}", hint=hint))
    trees = dict(_trees(project, None))
    templates = templates_of(project)
    path = templates.path(_SHELL)
    if path is None:
        raise InfragenError(Diagnostic("G002", f"there is no template {_SHELL}"))
    old = path.read_text(encoding="utf-8")
    new = _with_version(old, wanted, read=_of_major(old, wanted, project)) if wanted else old
    changes = Changes()
    if new != old:
        changes.add(project.root / "templates" / _SHELL, new)
        trees = {root: _raised(tree, wanted or "") for root, tree in trees.items()}
    for root, tree in trees.items():
        for inner, text in tree.items():
            changes.add(root / inner, text)
    runner = _runner(project, plugin_dir)
    roots = tuple(_at_hand(project, _roots(trees.items(), keep=False), runner))
    locked = _locked(project, roots, runner, _platforms(project, platforms))
    told = _versions(locked)
    changes.files.update(locked.files)
    if not changes.files:
        note("nothing to upgrade: every lock file has the newest version that is allowed")
        return 0
    paths: dict[str, list[str]] = {}
    for file, text in sorted(changes.files.items()):
        lines = difflib.unified_diff((_read(file) or "").splitlines(keepends=True), text.splitlines(keepends=True), n=1)
        paths.setdefault("".join(list(lines)[2:]), []).append(project.relative(file))
    parts = []
    for body, files in paths.items():
        more = f" and {len(files) - 1} more like it" if len(files) > 1 else ""
        parts.append(f"{files[0]}{more}\n{body}")
    out_text("\n".join(parts))
    changes.write(project.root)
    note(*told, f"{len(changes.files)} files written; commit only them: they are this upgrade")
    return 0


def _left(trees: Iterable[tuple[Path, Mapping[str, str]]]) -> Iterator[Path]:
    for root, tree in trees:
        configured = {path.rpartition("/")[0] for path in tree if path.endswith(".tf")}
        for path in tree:
            folder, _, name = path.rpartition("/")
            if name == LOCK_FILE and folder not in configured:
                yield root / folder


def _platforms(project: Project, named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*(named or load_settings(project.root).providers.platforms or (providers.here(), _RUNNERS))}))


def _trees(project: Project, target: str | None) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Yield the folder and the files of each environment, and of what it stands on; all must be up to date."""
    templates = templates_of(project)
    for catalogue, names in select(project, target):
        for name in names:
            _, environment = resolve_one(project, f"{catalogue.name}/{name}")
            root = generated_folder(project, environment)
            refuse_unless_rendered(project, compose(project, environment, templates))
            yield root, read_tree(root)
            if (root / BOOTSTRAP).is_dir():
                yield root / BOOTSTRAP, read_tree(root / BOOTSTRAP)


def _roots(trees: Iterable[tuple[Path, Mapping[str, str]]], *, keep: bool) -> Iterator[Root]:
    for root, tree in trees:
        for stack in (path.rpartition("/")[0] for path in tree if _is_shell(path)):
            yield Root(root / stack, providers.requirements(tree, stack, keep=keep))


def _at_hand(project: Project, roots: Iterable[Root], runner: TerraformRunner) -> Iterator[Root]:
    """Yield the folders whose providers there are; of other clouds' (`ELSEWHERE`) a mirror may have none: say so."""
    left: list[str] = []
    for root in roots:
        missing = providers.absent_elsewhere(runner.mirror, root.needs)
        if missing:
            left.append(f"{project.relative(root.folder)} ({', '.join(missing)})")
        else:
            yield root
    if left:
        note(f"not locked, because {runner.mirror.path} lacks a provider: {first_of(left)}; lock them without a mirror")


def _is_shell(path: str) -> bool:
    return path.rpartition("/")[2] == "versions.tf" and not path.startswith("modules/")


def _known(project: Project) -> Iterator[str]:
    paths = files_below(project.root / "generated", "generated", LOCK_FILE, every=True)
    yield from (text for path in paths if (text := _read(path)) is not None)


def _locked(project: Project, roots: tuple[Root, ...], runner: TerraformRunner, platforms: tuple[str, ...]) -> Changes:
    """Return the lock files that are not yet as they should be, each with all that the project knows of its version."""
    kinds = len({root.needs for root in roots})
    announce(f"locking {len(roots)} stacks, {kinds} of which differ, for {', '.join(platforms)}")
    changes = Changes()
    with tempfile.TemporaryDirectory(prefix="infragen-providers-") as scratch, runner.stopper.signals():
        texts = providers.lock((root.needs for root in roots), runner, Path(scratch), platforms)
    known = providers.checksums((*_known(project), *texts.values()))
    for root in roots:
        changes.add(root.folder / LOCK_FILE, providers.with_checksums(texts[root.needs], known))
    return changes


def _stale(
    project: Project, roots: tuple[Root, ...], runner: TerraformRunner, platforms: tuple[str, ...]
) -> dict[str, list[Path]]:
    """Lock each platform by itself, on top of the one before it: a checksum does not tell its platform."""
    stale: dict[str, list[Path]] = {}
    texts = {root.needs: root.needs.before for root in roots if root.needs.before is not None}
    reasons = {root.needs: [] if root.needs in texts else [_MISSING] for root in roots}
    announce(f"checking {len(roots)} lock files, {len(reasons)} of which differ, for {', '.join(platforms)}")
    with tempfile.TemporaryDirectory(prefix="infragen-providers-") as scratch, runner.stopper.signals():
        for name in platforms:
            for number, (needs, text) in enumerate(texts.items()):
                folder = Path(scratch, name, str(number))
                asked = replace(needs, before=text)
                texts[needs] = providers.lock((asked,), runner, folder, (name,))[asked]
                if _OTHER_VERSIONS not in reasons[needs]:  # what is locked anew then lacks every other platform
                    reasons[needs] += _reasons(text, texts[needs], name)
    known = providers.checksums(_known(project))
    for needs in texts:
        if not reasons[needs] and providers.with_checksums(needs.before or "", known) != needs.before:
            reasons[needs].append("lack checksums that other lock files have of the same version")
    for root in roots:
        for why in dict.fromkeys(reasons[root.needs]):
            stale.setdefault(why, []).append(root.folder)
    return dict(sorted(stale.items(), key=lambda pair: pair[0] != _MISSING))


def _reasons(before: str, after: str, platform: str) -> list[str]:
    old, new = providers.read_lock(before), providers.read_lock(after)
    before_it, after_it = ({name: (one.version, one.constraints) for name, one in of.items()} for of in (old, new))
    if before_it != after_it:
        return [_OTHER_VERSIONS]
    if any(set(one.hashes) - set(old[name].hashes) for name, one in new.items()):
        return [f"lack checksums for {platform}"]
    return [] if before == after else ["are not formatted as terraform does"]


def _line(project: Project, why: str, folders: list[Path]) -> str:
    names = sorted(project.relative(folder) for folder in folders)
    verb, _, rest = why.partition(" ")
    said = f"lock file {'is' if verb == 'are' else f'{verb}s'}" if len(names) == 1 else f"lock files {verb}"
    return f"{len(names)} {said} {rest}: {first_of(names)}"


def _runner(project: Project, plugin_dir: Path | None) -> TerraformRunner:
    binary = find_binary(os.environ.get("INFRAGEN_TERRAFORM"), folder=project.root)
    mirror = find_mirror(plugin_dir, os.environ, home_folder())
    return TerraformRunner(binary, mirror, downloading_environment(os.environ))


def _of_major(template: str, wanted: str, project: Project) -> str:
    """Blank the other major's lines; V021 when another major is wanted than the one of infragen.toml."""
    major = load_settings(project.root).terraform.aws_provider
    other = wanted.removeprefix("aws=").partition(".")[0]
    if wanted.startswith("aws=") and other != major and other in MAJORS:
        message = f"{wanted} is of AWS provider {other}, and the stacks are for {major}"
        steps = "`infragen render` and `infragen providers lock` do the rest"
        hint = f'write `[terraform] aws_provider = "{other}"` in infragen.toml; {steps}'
        raise InfragenError(Diagnostic("V021", message, hint=hint))
    left_out = "five" if major == "6" else "six"
    return _BY_MAJOR.sub(lambda found: found[0].replace(found[left_out], " " * len(found[left_out])), template)


def _with_version(text: str, wanted: str, *, read: str | None = None) -> str:
    match = _WANTED.match(wanted)
    if match is None:
        meant = "that version or later, with the same numbers before the last dot"
        hint = f"write NAME=VERSION, such as `aws=5.101`: {meant}"
        raise InfragenError(Diagnostic("V013", f"{wanted!r} is not a provider with a version", hint=hint))
    required = providers.required_providers(read or text)
    version = (required[match[1]].items or {}).get("version") if match[1] in required else None
    if version is None:
        hint = f"the stacks require {', '.join(required)}"
        raise InfragenError(Diagnostic("V013", f"no stack requires the provider {match[1]!r}", hint=hint))
    return edited(text, [(version.value_start, version.end, literal(f"~> {match[2]}"))])


def _raised(tree: Mapping[str, str], wanted: str) -> dict[str, str]:
    name = wanted.partition("=")[0]
    shells = {
        path: text for path, text in tree.items() if _is_shell(path) and name in providers.required_providers(text)
    }
    return {**tree, **{path: _with_version(text, wanted) for path, text in shells.items()}}


def _versions(locked: Changes) -> list[str]:
    told: Counter[str] = Counter()
    for path, text in locked.files.items():
        before = providers.read_lock(_read(path) or "")
        for address, now in providers.read_lock(text).items():
            name = address.removeprefix("registry.terraform.io/")
            was = before.get(address)
            if was is None:
                told[f"{name}: {now.version}, not locked before"] += 1
            elif was.version != now.version:
                told[f"{name}: {was.version} -> {now.version}"] += 1
    return [f"{line} ({count} lock files)" for line, count in sorted(told.items())]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
