"""Make regions of the emulated AWS stop responding; without a region, end the outage."""

from typing import Annotated

from infragen.commands import flags
from infragen.core.regions import REGIONS
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import nearest
from infragen.workflow.console import note
from infragen.workflow.states.sandbox_inventory import running
from infragen.workflow.target import open_project


def outage(
    regions: Annotated[
        list[str] | None, flags.argument("[REGION]...", "Regions that do not respond: ap-northeast-1.")
    ] = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Begin an outage, or end it; InfragenError X065 for a region that AWS does not have."""
    wanted = regions or []
    for region in wanted:
        if region not in REGIONS:
            hint = nearest(region, REGIONS, "regions")
            raise InfragenError(Diagnostic("X065", f"AWS has no region `{region}`", hint=hint))
    running(open_project(folder)).outage(wanted)
    note(f"no answers from {', '.join(wanted)}; `infragen sandbox outage` ends it" if wanted else "all regions answer")
    return 0
