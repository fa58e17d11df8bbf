"""What an environment's entries are given, asked for, watched for and called, as text: `make golden` writes it anew.

What nothing of infragen's own asks a kind for is here for all kinds: who changes a kind reads the difference.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.core.build_context import BuildContext
from infragen.environment import environments, resolve
from infragen.hcl.index import Index
from infragen.hcl.literal import literal
from infragen.kinds import capabilities, kinds, kinds_and_capabilities
from infragen.render.draft import bodies
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.render.writing import Writing
from infragen.stacks.build import draft, in_force, relations
from infragen.workflow.rendering.composition import templates_of
from tests.fixtures import FULL
from tests.shipped import NO_STANDBY
from tests.unit.stacks.packaged import FILES, installed
from tests.unit.stacks.systems import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.core.part import Binding
    from infragen.core.resolved_system import Environment
    from infragen.hcl.index import Block
    from infragen.stacks.build import Draft

__all__ = ["FOLDER", "blocks", "every_module", "golden", "shipped_and_brought"]

OTHERS = r"(?<![.\w])[a-z]+_\w+\.[a-z]\w*"
LITERAL = re.compile(r'-?[\d.]+|"[^"$]*"|true|false')
TOLD_APART = {"description", "namespace", "metric", "comparison", "dimensions"}
FOLDER = Path(__file__).with_name("golden")


def golden() -> dict[str, str]:
    """Return the text of each golden file by its name."""
    found = {f"depot-{name}.txt": text for name, text in told(FULL, "depot")}
    with installed(), TemporaryDirectory() as folder:
        found |= {f"package-{name}.txt": text for name, text in told(write(Path(folder), FILES), "demo")}
        lines = {"modules.txt": in_modules(inside), "literals.txt": in_modules(literals)}
        return found | {name: "".join(f"{line}\n" for line in some) for name, some in lines.items()}


def shipped_and_brought() -> Templates:
    """Return infragen's own templates and those of packages."""
    brought = [kind.templates for kind in kinds_and_capabilities() if kind.templates is not None]
    return Templates([shipped_templates(), *dict.fromkeys(brought)])


def every_module(templates: Templates) -> tuple[str, ...]:
    """Return the names of all modules, variants included."""
    folders = {path.name for folder in templates.folders for path in (folder / "modules").iterdir() if path.is_dir()}
    return tuple(sorted(folders | templates.variants.keys()))


def in_modules(lines: Callable[[Block], Iterator[str]]) -> Iterator[str]:
    """Yield what is to be told of the blocks of each module, line by line.

    Of a variant it is what the module of its family's name does not have.
    """
    templates = shipped_and_brought()
    found = {
        module: [line for block in blocks(templates, module) for line in lines(block)]
        for module in every_module(templates)
    }
    for module, some in found.items():
        variant = templates.variants.get(module)
        known = found[variant.family] if variant and variant.family != module else ()
        yield from (f"{module} {line}" for line in some if line not in known)


def blocks(templates: Templates, module: str) -> Iterator[Block]:
    """Yield the blocks at the top of a module's files."""
    for name in templates.names(f"modules/{module}", ".tf"):
        yield from Index(templates.render(name, NO_STANDBY)).blocks


def inside(block: Block) -> Iterator[str]:
    """Yield what stands in a block of other resources of the same module."""
    lines = (" ".join(line.split()) for line in block.body.splitlines())
    yield from (f"{block.address}: {line}" for line in lines if re.search(OTHERS, line))


def literals(block: Block) -> Iterator[str]:
    """Yield the arguments of a resource that no variable says: whoever calls the module cannot have them otherwise."""
    for one in block.walk() if block.kind == "resource" else ():
        for argument in one.arguments.values():
            if LITERAL.fullmatch(argument.value):
                yield f"{argument.address} = {argument.value}"


def told(root: Path, system: str) -> Iterator[tuple[str, str]]:
    project = Project(root)
    for name in environments(project, system):
        of = resolve(project, load(project, system), name).environment()
        yield name, "\n".join(Told(of, templates_of(project)).lines()) + "\n"


class Told:
    """All that is told of one environment."""

    def __init__(self, of: Environment, templates: Templates) -> None:
        self.environment = of
        self.draft: Draft = draft(of)
        self.bodies = bodies(templates, self.draft)
        self.place = BuildContext(of, in_force(of))

    def lines(self) -> Iterator[str]:
        sections = {
            "Capabilities in force, and who asks": self.asked(),
            "What does nothing without a capability": self.needed(),
            "What who uses an entry is given": self.used(),
            "What is given to who did not ask by name": self.given(),
            "Connections": self.connections(),
            "Module calls, and what they read of others": self.read(),
            "Alarms": self.alarms(),
            "Physical names, and what they are": self.names(),
        }
        yield self.environment.target
        for title, lines in sections.items():
            yield from ("", f"## {title}", *lines)

    def asked(self) -> Iterator[str]:
        for name, reasons in in_force(self.environment).items():
            yield from (f"{name}: {' '.join((one.owner, '.'.join(one.path)))} ({one.why})" for one in reasons)

    def needed(self) -> Iterator[str]:
        for owner, entry in self.environment.every():
            for need in kinds()[entry.KIND].required_capabilities(entry):
                yield f"{owner} {'.'.join(need.path)}: {need.capability}{'' if need.is_built else ', promised only'}"

    def used(self) -> Iterator[str]:
        for owner, entry in self.environment.every():
            for used, use, path in entry.used() if hasattr(entry, "used") else ():
                other, user = self.environment.find(used), self.place.of(owner)
                if other is None:
                    continue
                kind, place = kinds()[other.KIND], self.place.of(used)
                word = f", {use.access}" if use.access else ""
                yield f"{owner}, by {'.'.join(path)}{word}: {used}"
                yield from (f"  port {port} of {end}" for end, port in kind.network.ingress_ports(other, place, user))
                for offer in kind.permissions.bindings(other, place, user):
                    yield from self.offered(owner, offer, use.beginning(used))

    def given(self) -> Iterator[str]:
        for owner, entry in self.environment.every():
            if not hasattr(entry, "used"):
                continue
            user = self.place.of(owner)
            giving = [
                (one, kinds()[of.KIND].permissions.default_bindings(of, self.place.of(one), user))
                for one, of in self.environment.every()
            ]
            giving += [
                (name, capabilities()[name].default_bindings(self.place.of(name), user))
                for name in self.place.capabilities
            ]
            for other, offers in giving:
                for offer in offers:
                    yield f"{owner}: {other}"
                    yield from self.offered(owner, offer, "")

    def offered(self, owner: str, offer: Binding, beginning: str) -> Iterator[str]:
        for name, value in offer.variables.items():
            yield f"  {beginning}{name} = {self.literal(owner, value)}"
        for grant in offer.grants:
            yield f"  policy {offer.policy}, {grant.sid}: {', '.join(grant.actions)}"
            yield from (f"    on {self.literal(owner, one)}" for one in grant.resources)
            if grant.condition is not None:
                yield f"    if {self.literal(owner, grant.condition)}"

    def literal(self, owner: str, value: object) -> str:
        """Return a value as it stands in the file of who is given it."""
        part = next(part for some in self.draft.stacks.values() for part in some if part.owner == owner)
        return " ".join(literal(Writing(self.draft.wiring, part).resolved(value)).split())

    def connections(self) -> Iterator[str]:
        for one in relations(self.environment).all:
            yield f"{one.source} -> {one.target}:{one.port}, by {one.owner} {'.'.join(one.path)}"

    def calls(self) -> Iterator[tuple[str, Block]]:
        for (stack, path), text in sorted(self.bodies.items()):
            yield from ((f"{stack}/{path}", call) for call in Index(text).calls if path.endswith(".tf"))

    def read(self) -> Iterator[str]:
        for path, call in self.calls():
            yield f"{path} {call.labels[0]}: {call.module}"
            for name, argument in call.arguments.items():
                found = [text for text in re.findall(r"\b(?:local|module)\.[\w.]+", argument.value) if name != "alarms"]
                yield from [f"  {name}: {', '.join(dict.fromkeys(found))}"] if found else []

    def alarms(self) -> Iterator[str]:
        for path, call in self.calls():
            argument = call.arguments.get("alarms")
            for name, alarm in ((argument and argument.items) or {}).items():
                said = {field: " ".join(one.value.split()) for field, one in (alarm.items or {}).items()}
                yield f"{path} {name}"
                yield f"  {', '.join(said[field].strip(chr(34)) for field in ('namespace', 'metric', 'comparison'))}"
                yield f"  {', '.join(f'{field} {said[field]}' for field in said if field not in TOLD_APART)}"
                yield f"  {said['dimensions']}"

    def names(self) -> Iterator[str]:
        for stack, parts in self.draft.stacks.items():
            for part in parts:
                yield from (
                    f"{stack}/{part.path}: {name} ({limit.what}, {limit.length})" for limit, name in part.names()
                )


def main() -> int:
    """Write the golden files."""
    FOLDER.mkdir(exist_ok=True)
    made = golden()
    for path in FOLDER.iterdir():
        path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
