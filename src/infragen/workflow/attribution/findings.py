"""Terraform's findings at the catalogue's lines: from a line of a generated file, or an object's address, to the entry.

The generated place stays in the message, for whoever wants to look there.
"""

from collections.abc import Iterable
from dataclasses import replace

from infragen.diagnostics import Diagnostic, Location
from infragen.hcl.addresses import without_keys
from infragen.hcl.index import Index
from infragen.hcl.module_lines import BlockLine
from infragen.plan.address import split_address, top_block
from infragen.terraform.findings import address_of
from infragen.workflow.attribution.source_lines import CatalogueSources, by_hand
from infragen.workflow.rendering.composition import Composed


class FindingLocator:
    """Finds the catalogue's line of a finding of terraform's; works things out when asked."""

    def __init__(self, composed: Composed) -> None:
        self._composed = composed
        self._shown = f"generated/{composed.environment.target}/"
        self._stacks = {stack.name: stack for stack in composed.stacks}
        self._sources = CatalogueSources(composed)

    def locate(self, found: Iterable[Diagnostic], stack: str | None = None) -> tuple[Diagnostic, ...]:
        return tuple(self._moved(one, stack) for one in found)

    def locate_by_hand(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        return tuple(self._moved(one, None, only_by_hand=True) for one in found)

    def _moved(self, found: Diagnostic, stack: str | None, *, only_by_hand: bool = False) -> Diagnostic:
        place = found.location
        if place is None or not place.file.startswith(self._shown):
            return found
        path = place.file.removeprefix(self._shown)
        if only_by_hand:
            line = self._by_hand(path, place.line, place.column)
            return replace(found, location=line) if line else found
        line = self._of_line(path, place.line) or self._of_address(address_of(found), stack, path, place.line)
        return replace(found, location=line, message=f"{found.message}\n(in {place})") if line else found

    def _by_hand(self, path: str, line: int, column: int = 1) -> Location | None:
        written = by_hand(self._composed, path) if path in self._composed.files else None
        if written is None:
            return None
        source, begin = written
        return Location(source, max(1, line - self._composed.files[path][:begin].count("\n")), column)

    def _of_line(self, path: str, line: int) -> Location | None:
        stack, _, file = path.partition("/")
        text = self._composed.files.get(path)
        if stack not in self._stacks or text is None:
            return None
        if own := self._by_hand(path, line):
            return own
        standing = Index(text).argument_at(line)
        block, _, argument = standing.address.rpartition(".") if standing else ("", "", "")
        call = self._sources.calls(stack).get(block)
        made_for = next((one.entry for one in self._stacks[stack].files if one.path == file), None)
        origin = call.origin([(argument, None)]) if call and argument else None
        return origin.location if origin else self._sources.home(call.owner if call else made_for)

    def _of_address(self, address: str | None, stack: str | None, path: str, line: int) -> Location | None:
        if address is None:
            return None
        stack, address = self._within(address, stack)
        found = self._sources.calls(stack).get(top_block(address)) if stack else None
        if found is None:
            return None
        names = split_address(address)
        block = self._sources.module(found.call.module).blocks.get(without_keys(".".join(names[2:4])))
        origin = found.origin(_variables_at(block, line)) if block and path.startswith("modules/") else None
        return origin.location if origin else self._sources.home(found.owner)

    def _within(self, address: str, stack: str | None) -> tuple[str | None, str]:
        if stack in self._stacks:
            return stack, address
        parts = split_address(address)
        for one in self._composed.stacks:
            if parts[:2] == ("module", one.identifier):
                return one.name, ".".join(parts[2:])
        return None, address


def _variables_at(block: BlockLine, line: int) -> list[tuple[str, str | None]]:
    above = [one for one in block.arguments.values() if one.location.line <= line]
    nearest = max(above, key=lambda one: one.location.line, default=None)
    if nearest is None or nearest.reads.objects:
        return []
    return [(variable.name, variable.part) for variable in nearest.reads.variables]
