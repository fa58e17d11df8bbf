"""Create the file of an entry (a service, a database, a gateway ...) or of an environment.

It is valid as it is, and has every other field as a comment.
"""

from collections.abc import Mapping
from typing import Annotated

from typer import Option

from infragen.catalog import Project
from infragen.commands import completion, flags
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow.console import console, out
from infragen.workflow.invocation import typeable_hint
from infragen.workflow.new.entry import ENVIRONMENT, kind_of, write_entry
from infragen.workflow.new.environment import WantedEnvironment, write_environment
from infragen.workflow.target import open_project, select
from infragen.workflow.validation import findings


def new(
    kind: Annotated[str, flags.argument("KIND", "service, database, gateway ..., or environment.", completion.kinds)],
    name: Annotated[str, flags.argument("NAME", "Its name: lower case, digits, hyphens.")],
    system: flags.System = None,
    domain: flags.Domain = None,
    title: flags.Title = None,
    account: flags.Account = None,
    region: flags.Region = None,
    production: Annotated[
        bool, Option("--production", help="For an environment: protect it, with the settings of production.")
    ] = False,
    standby_of: Annotated[
        str | None,
        flags.option(
            "--standby-of",
            "NAME",
            "For an environment: make it a standby, in another region, of environment NAME.",
            completion.environments,
        ),
    ] = None,
    opens: Annotated[
        str | None,
        flags.option("--opens", "NAME", "Bucket or service that a distribution, balancer or gateway makes public."),
    ] = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Write the file, and print what `validate` has to say about it; nothing is overwritten."""
    project = open_project(folder)
    of_environment = {"--account": account, "--region": region, "--production": production, "--standby-of": standby_of}
    if kind in ENVIRONMENT:
        _refuse({"--domain": domain, "--opens": opens}, "an environment belongs to no domain, and makes nothing public")
        if standby_of is not None:
            why = f"a standby has its account and its protection from {standby_of}"
            _refuse({"--account": account, "--production": production}, why)
        wanted = WantedEnvironment(name, account, region, title, production, standby_of)
        return _environment(project, wanted, system)
    found_kind = kind_of(kind)
    _refuse(of_environment, f"a {found_kind.model.SINGULAR} has no account of its own")
    if not found_kind.scaffold.opens:
        _refuse({"--opens": opens}, f"a {found_kind.model.SINGULAR} makes nothing public")
    place = write_entry(project, found_kind, name, system=system, domain=domain, title=title, opens=opens)
    out(f"wrote {place}")
    of_system = place.parts[1]
    found = findings(project, select(project, of_system), ())
    if about := [one for one in found if one.location and one.location.file == str(place)]:
        console().findings(about)
    out(typeable_hint(f"next: edit it, then `infragen validate {of_system}` and `infragen render {of_system}`"))
    return 0


def _refuse(given: Mapping[str, object], why: str) -> None:
    """Raise InfragenError X083 for flags that mean nothing here."""
    named = [flag for flag, value in given.items() if value]
    if named:
        raise InfragenError(Diagnostic("X083", why, hint=f"leave out {' and '.join(f'`{one}`' for one in named)}"))


def _environment(project: Project, wanted: WantedEnvironment, system: str | None) -> int:
    written = write_environment(project, wanted, system=system)
    out(f"wrote {written.place}")
    if written.found:
        console().findings(written.found)
    target = f"{written.system}/{wanted.name}"
    if written.unknown:
        out(f"next: replace the example values, as its `assumptions` explain: {', '.join(written.unknown)}")
    commands = (
        f"`infragen validate {written.system}`, `infragen render {target}` and `infragen plan {target} --offline`"
    )
    out(typeable_hint(f"next: edit it, then {commands}"))
    return 0
