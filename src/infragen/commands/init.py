"""Create a new system: a catalogue, an environment, and what editors and git need.

With a terminal it asks for what the flags leave open. What is there already stays as it is, except that .gitignore gets
the lines that it lacks.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Final, Literal

from typer import Abort, Option

from infragen.commands import completion, flags
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow.console import ask, can_be_asked, console, note, out
from infragen.workflow.invocation import typeable_command
from infragen.workflow.new import system as new_system
from infragen.workflow.new.system import Wanted
from infragen.workflow.rendering.schema_files import FOLDER
from infragen.workflow.target import open_project, resolve_all, select

_ACCOUNT: Final = "111122223333"  # the account of AWS's own examples; an offline plan and the emulated AWS take any
_TEMPLATE: Final = "minimal"
_ATTEMPTS: Final = 5


def init(
    template: Annotated[
        str | None, flags.option("--template", "NAME", "Template to start from.", completion.templates)
    ] = None,
    system: flags.System = None,
    account: flags.Account = None,
    region: flags.Region = None,
    title: flags.Title = None,
    ci: Annotated[
        Literal["github", "atlantis"] | None, Option("--ci", help="Also generate the files of a CI system.")
    ] = None,
    add: Annotated[bool, Option("--add", help="Add a system to the catalogue that is there.")] = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Write the files of a system, check them, and print what to do next; 1 when something is in the way."""
    root = Path(os.path.abspath(folder))  # noqa: PTH100  # what is a link keeps its name
    new_system.refuse_taken(root, system or "", add=add)
    wanted = _asked(root, template, system, account, region, title or "")
    new_system.refuse_wrong(wanted)
    new_system.refuse_taken(root, wanted.system, add=add)
    settings = new_system.ci_settings(root) if ci else {}
    written = new_system.write_system(root, {**new_system.system_files(root, wanted, add=add), **settings})
    out(f"{wanted.shown_title}: wrote {len(written)} files, and the schemas for editors in {FOLDER}/")
    out(*(f"  {path}" for path in written))
    return _checked(root, wanted, ci)


def _checked(root: Path, wanted: Wanted, ci: str | None) -> int:
    from infragen.stacks.costs import summary
    from infragen.workflow.ci import files as ci_files
    from infragen.workflow.validation import findings

    project = open_project(root)
    chosen = select(project, wanted.system)
    if found := findings(project, chosen, ()):
        console().findings(found)
    if ci == "github":
        ci_files.github(root, None, file=None, check=False, by_level=True)
    elif ci == "atlantis":
        ci_files.atlantis(root, None, file=None, check=False)
    steps = (
        (f"infragen render {wanted.system}", "write its Terraform below generated/"),
        (f"infragen plan {wanted.system}/dev --offline", "see what it would build; needs no account"),
        (f"infragen apply {wanted.system}/dev --sandbox", "build it on an emulated AWS"),
    )
    lines = [(typeable_command(line), why) for line, why in steps]
    width = max(len(line) for line, _ in lines)
    out(*["next", *(f"  {line:<{width}}  {why}" for line, why in lines)])
    _, resolved = resolve_all(project, *chosen[0], ())
    for environment in (one.environment() for one in resolved):
        out(f"{environment.target} costs {summary(environment)}")
    return 0


def _asked(
    root: Path, template: str | None, system: str | None, account: str | None, region: str | None, title: str
) -> Wanted:
    """Return what is wanted; a person is asked what no flag says, and without one InfragenError X050 names it."""
    if not can_be_asked():
        given = {"--system": system, "--account": account, "--region": region}
        missing = [flag for flag, value in given.items() if not value]
        if missing:
            known = system or new_system.suggested_name(root)
            line = f"infragen init --template {template or _TEMPLATE} --system {known} --account {account or _ACCOUNT}"
            message = f"there is no terminal to ask on; missing: {', '.join(missing)}"
            hint = f"write `{line} --region {region or _usual_region()}`"
            raise InfragenError(Diagnostic("X050", message, hint=hint))
        return Wanted(system or "", account or "", region or "", template or _TEMPLATE, title)
    if system is None:
        system = _answer("Name of the system", new_system.suggested_name(root), new_system.name_problems)
    if account is None or region is None:
        account, region = _account(account, region)
    if template is None:
        note(*(f"  {name:<10}{about}" for name, about in new_system.templates().items()))
        template = _answer("Template", _TEMPLATE, new_system.template_problems)
    return Wanted(system, account, region, template, title)


def _account(account: str | None, region: str | None) -> tuple[str, str]:
    """Ask for account and region at once; what a flag gave is the answer already."""
    known = account or _ACCOUNT, region or _usual_region()

    def problems(answer: str) -> Iterable[Diagnostic]:
        words = answer.replace(",", " ").split()
        if len(words) != len(known):
            hint = f"write both: `{' '.join(known)}`"
            return [Diagnostic("X051", f"{answer!r} is not an account and a region", hint=hint)]
        return new_system.account_problems(*words)

    number, place = _answer("AWS account and region", " ".join(known), problems).replace(",", " ").split()
    return number, place


def _usual_region() -> str:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "ap-northeast-1"


def _answer(question: str, usual: str, problems: Callable[[str], Iterable[Diagnostic]]) -> str:
    """Ask until the answer is good; nothing is the usual one."""
    for _ in range(_ATTEMPTS):
        given = ask(f"{question} [{usual}]: ")
        if given is None:
            note("")
            raise Abort
        answer = given or usual
        if not (found := [*problems(answer)]):
            return answer
        console().findings(found)
    raise Abort
