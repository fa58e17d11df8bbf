"""Words of other tools for commands and flags that infragen calls otherwise; imported once one was not found."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_APPLY: Final = "`infragen apply` builds what the catalogue describes, `infragen release` deploys an image of a service"
_DESTROY: Final = "`infragen destroy` destroys an environment; for a single entry, remove its file and `infragen apply`"
_STATUS: Final = "`infragen runs` lists past runs, `infragen drift` compares with AWS, `infragen state` moves states"
_BACK: Final = (
    "`infragen release --back` ends a blue/green delivery; otherwise go back to the earlier commit and apply it"
)
_LOOK: Final = "`infragen describe` lists entries and environments, `infragen explain` values"
_COMMANDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("deploy", "ship", "rollout", "up"), _APPLY),
    **dict.fromkeys(("delete", "remove", "rm", "down", "teardown", "undeploy", "uninstall"), _DESTROY),
    **dict.fromkeys(("status", "state-list"), _STATUS),
    **dict.fromkeys(("rollback", "undo", "revert"), _BACK),
    **dict.fromkeys(("list", "ls", "get", "inspect"), _LOOK),
    **dict.fromkeys(("lint", "check", "verify", "test", "validation"), "`infragen validate`"),
    **dict.fromkeys(("diff", "preview", "dry-run"), "`infragen plan`; of the files, `infragen render --diff`"),
    **dict.fromkeys(("generate", "gen", "build", "synth", "compile", "template"), "`infragen render`"),
    **dict.fromkeys(("fmt", "format"), "`infragen render` writes formatted files"),
    **dict.fromkeys(("create", "add", "scaffold"), "`infragen new`; a whole system: `infragen init`"),
    **dict.fromkeys(("setup", "start"), "`infragen init`; the emulated AWS: `infragen sandbox start`"),
    **dict.fromkeys(("history", "log"), "`infragen runs`"),
    **dict.fromkeys(("logs", "tail"), "`aws logs tail`, because infragen reads no logs"),
    **dict.fromkeys(("exec", "ssh", "shell", "console"), "`aws ecs execute-command`, because infragen opens no shell"),
    **dict.fromkeys(("psql", "mysql", "query"), "`infragen sql`"),
    **dict.fromkeys(("refresh", "detect"), "`infragen drift`"),
    **dict.fromkeys(("mv", "move", "rename"), "`infragen state moves`"),
    **dict.fromkeys(("upgrade", "update"), "`infragen providers upgrade`"),
    **dict.fromkeys(("price", "estimate", "costs"), "`infragen cost`"),
    **dict.fromkeys(("continue", "recover", "retry"), "`infragen resume`"),
    **dict.fromkeys(("docs", "doc"), "`infragen describe`"),
    **dict.fromkeys(("draw", "diagram"), "`infragen graph`"),
    "force-unlock": "`infragen unlock`",
    "version": "`infragen --version`",
    "help": "`infragen --help`",
}
_IN_GROUPS: Final[Mapping[tuple[str, str], str]] = {
    **{("sandbox", one): "`infragen sandbox start`" for one in ("up", "run", "create")},
    **{("sandbox", one): "`infragen sandbox stop`" for one in ("down", "kill", "destroy", "delete")},
    **{("sandbox", one): "`infragen sandbox reset`" for one in ("clean", "clear", "restart")},
    **{("state", one): "`infragen state moves`" for one in ("mv", "move")},
}
_FLAGS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("--auto-approve", "--force", "--no-confirm", "--assume-yes"), ("--yes",)),
    **dict.fromkeys(("--dry-run", "--dryrun", "--preview"), ("--check",)),
    **dict.fromkeys(("--json", "--output", "--markdown"), ("--format",)),
    **dict.fromkeys(("--chdir", "--cwd", "--dir", "--directory", "--folder", "--path"), ("--project",)),
    **dict.fromkeys(("--local", "--localstack", "--moto"), ("--sandbox",)),
    **dict.fromkeys(("--image", "--version"), ("--tag",)),
    **dict.fromkeys(("--parallelism", "--concurrency"), ("--jobs",)),
    **dict.fromkeys(("--silent",), ("--quiet",)),
    **dict.fromkeys(("--rollback",), ("--back",)),
    **dict.fromkeys(("--message",), ("--title",)),
}
_ENVIRONMENT: Final = "the target is the argument without a flag: `infragen {} SYSTEM/ENVIRONMENT`, or `.../STACK`"
_CATALOGUE: Final = (
    "values are in the catalogue, and those of one environment in `environments/SYSTEM/ENVIRONMENT.yaml`"
)
_SAID: Final[Mapping[str, str]] = {
    **dict.fromkeys(("--target", "--env", "--environment", "--stack", "--stage", "--workspace"), _ENVIRONMENT),
    **dict.fromkeys(("--var", "--var-file", "--set", "--values", "--region", "--account"), _CATALOGUE),
    "--aws-profile": "set AWS_PROFILE",
    "--destroy": "`infragen destroy` plans it, shows it and asks",
    "--dry-run": "`infragen plan` changes nothing",
    "--strict": "`infragen validate --format json` has every finding with its severity",
}


def of_command(word: str, known: Sequence[str], group: str | None = None) -> str:
    """Return what to type in place of a command that does not exist: by its meaning, else by its spelling, else all."""
    meant = _IN_GROUPS.get((group, word.lower())) if group else _COMMANDS.get(word.lower())
    near = get_close_matches(word.lower(), known, 2, 0.6)
    of_group = f"infragen {group}" if group else "infragen"
    spelled = f"Did you mean {' or '.join(f'`{of_group} {one}`' for one in near)}?"
    return f"Instead: {meant}." if meant else spelled if near else f"`{of_group} --help` lists: {', '.join(known)}."


def of_flag(flag: str, command: Any, arguments: Sequence[str]) -> str | None:
    """Return what to type in place of a flag that a command does not have, if a table has its meaning.

    `-auto-approve`, as terraform takes it, is found as `--auto-approve`.
    """
    known = [name for parameter in command.params for name in getattr(parameter, "opts", ())]
    if not flag.startswith("--"):
        single = next((one for one in arguments if one.startswith(flag) and len(one) > len(flag)), flag)
        flag = f"-{single}".partition("=")[0]
        if flag in known:
            return f"Use `{flag}`, with two hyphens."
    for other in _FLAGS.get(flag, ()):
        if other in known:
            return f"Use `{other}`."
    said = _SAID.get(flag)
    return f"{said[0].upper()}{said[1:]}.".format(command.name) if said else None
