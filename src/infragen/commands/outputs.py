"""Show addresses, next steps and where secrets are, after an apply."""

from infragen.commands import flags
from infragen.commands.formats import in_text_format
from infragen.report import instructions as report
from infragen.workflow.console import out_text
from infragen.workflow.session import open_session
from infragen.workflow.states.output_values import instructions


def outputs(
    target: flags.Target,
    sandbox: flags.Sandbox = False,
    output: flags.TextFormat = "text",
    profile: flags.Profiles = [],
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    with open_session(
        folder, target, sandbox=sandbox, profiles=tuple(profile), plugin_dir=plugin_dir, as_applied=True
    ) as session:
        found = instructions(session)
    out_text(in_text_format(report, output, target, found))
    return 0
