"""What people are told of an environment: of each entry, and of what stands between them."""

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.operations import ABOUTS, OutputLine
from infragen.kinds import capabilities, kinds


class EntryOutput(Struct, frozen=True):
    """What is told of an entry, by its id, or of a capability, by its name."""

    owner: str
    line: OutputLine


class Instruction(Struct, frozen=True):
    """What people are told of an entry, and its value; None where no state knows it, or has it as sensitive."""

    output: EntryOutput
    value: str | None


def outputs_of(ctx: BuildContext) -> tuple[EntryOutput, ...]:
    found: dict[OutputLine, EntryOutput] = {}
    for owner, entry in ctx.environment.every():
        for line in kinds()[entry.KIND].operations.outputs(entry, ctx.of(owner)):
            found.setdefault(line, EntryOutput(owner, line))
    for name in ctx.capabilities:
        for line in capabilities()[name].outputs(ctx.of(name)):
            found.setdefault(line, EntryOutput(name, line))
    return tuple(sorted(found.values(), key=lambda one: ABOUTS.index(one.line.about)))
