"""Create the file of an entry: a service, a database, a gateway ...

It is valid as it is, and has every other field as a comment.
"""

from typing import Annotated

from typer import Argument

from infragen.commands import completion, flags
from infragen.workflow.console import console, out
from infragen.workflow.invocation import typeable_hint
from infragen.workflow.new_entry import kind_of, write_entry
from infragen.workflow.target import open_project, select
from infragen.workflow.validation import findings


def new(
    kind: Annotated[
        str, Argument(metavar="KIND", help="service, database, gateway ...", autocompletion=completion.kinds)
    ],
    name: Annotated[str, Argument(metavar="NAME", help="Its name: lower case, digits, hyphens.")],
    system: flags.System = None,
    domain: flags.Domain = None,
    title: flags.Title = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Write the file of an entry, and print what `validate` has to say about it; nothing is overwritten."""
    project = open_project(folder)
    place = write_entry(project, kind_of(kind), name, system=system, domain=domain, title=title)
    out(f"wrote {place}")
    of_system = place.parts[1]
    found = findings(project, select(project, of_system), ())
    if about := [one for one in found if one.location and one.location.file == str(place)]:
        console().findings(about)
    out(typeable_hint(f"next: edit it, then `infragen validate {of_system}` and `infragen render {of_system}`"))
    return 0
