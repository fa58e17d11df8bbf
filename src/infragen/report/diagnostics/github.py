"""Findings as workflow commands: GitHub Actions shows each as an annotation at its line.

Escaping as in the `@actions/core` toolkit (`command.ts`): `%`, line ends, and in properties `:` and `,` as well.
"""

from collections.abc import Mapping, Sequence

from infragen.diagnostics import Diagnostic
from infragen.text import visible


def render(diagnostics: Sequence[Diagnostic]) -> str:
    lines = []
    for one in diagnostics:
        place, message = one.location, one.message + (f"\nhint: {one.hint}" if one.hint else "")
        where = {"file": place.file, "line": str(place.line), "col": str(place.column)} if place else {}
        lines.append(workflow_command(one.severity, {**where, "title": one.code}, message))
    return "".join(f"{line}\n" for line in lines)


def workflow_command(name: str, properties: Mapping[str, str], message: str) -> str:
    """Return one line, whatever the texts hold: nothing in them can begin another command."""
    values = {key: visible(value.replace("%", "%25")) for key, value in properties.items()}
    listed = ",".join(f"{key}={value.replace(':', '%3A').replace(',', '%2C')}" for key, value in values.items())
    lines = message.replace("%", "%25").replace("\r\n", "\n").split("\n")
    return f"::{name} {listed}::{'%0A'.join(map(visible, lines))}"
