"""What people are told of what stands, as text, Markdown and JSON."""

from collections.abc import Mapping, Sequence
from typing import Final

from infragen.core.operations import ABOUTS, About
from infragen.markdown import code, in_markdown, plain
from infragen.report import tables
from infragen.stacks.outputs import Instruction
from infragen.text import visible

_HEADINGS: Final[Mapping[About, str]] = {
    "public": "Addresses on the internet",
    "address": "Addresses inside the VPC",
    "service": "Addresses of AWS services",
    "next": "Next steps",
    "code": "What the code has to know",
    "secret": "Secrets, and how to read them",
    "repair": "What failed, and how it is tried again",
    "detail": "More",
}
_UNKNOWN: Final = "(known after apply)"


def text(target: str, found: Sequence[Instruction], *, most: int | None = None) -> str:
    lines = [] if found else [f"{target}: there is nothing to report"]
    for about in ABOUTS:
        of_one = [one for one in found if one.output.line.about == about]
        if not of_one:
            continue
        lines += [*([""] if lines else []), _HEADINGS[about]]
        for one in of_one[:most]:
            told = f"  {one.output.owner}: {one.output.line.what}"
            if one.output.line.is_command and one.value is not None:
                lines += [told, f"    $ {visible(one.value)}"]
            else:
                lines.append(f"{told}: {visible(one.value or _UNKNOWN)}")
        if most is not None and len(of_one) > most:
            lines.append(f"  and {len(of_one) - most} more")
    return "\n".join(lines)


def after_apply(found: Sequence[Instruction], command: str) -> str:
    shown = [one for one in found if one.output.line.about not in ("repair", "detail")]
    first = f"{text('', shown, most=5)}\n\n" if shown else ""
    return f"\n{first}To show all: {command}\n"


def markdown(target: str, found: Sequence[Instruction]) -> str:
    lines = [f"### {plain(target)}"]
    for about in ABOUTS:
        if of_one := [one for one in found if one.output.line.about == about]:
            lines += ["", f"**{_HEADINGS[about]}**", ""]
            for one in of_one:
                value = _UNKNOWN if one.value is None else code(one.value)
                lines.append(f"- {plain(one.output.owner)}: {in_markdown(one.output.line.what)}: {value}")
    return "\n".join(lines)


def as_json(target: str, found: Sequence[Instruction]) -> str:
    told = [
        {"entry": one.output.owner, **tables.fields(one.output.line, "about", "what")}
        | {"value": one.value, "is_command": one.output.line.is_command}
        for one in found
    ]
    return tables.as_json(target=target, instructions=told)
