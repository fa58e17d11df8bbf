"""Words of other tools for commands and flags that infragen calls otherwise; imported once one was not found."""

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any


@cache
def tables() -> Mapping[str, Any]:
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: {word: meant for meant, words in table.items() for word in words}
        for name, table in {**read.pop("groups"), **read}.items()
    }


def of_command(word: str, known: Sequence[str], group: str | None = None) -> str:
    """Return what to type in place of a command that does not exist: by its meaning, else by its spelling, else all."""
    meant = tables().get(group or "commands", {}).get(word.lower())
    near = get_close_matches(word.lower(), known, 2, 0.6)
    of_group = f"infragen {group}" if group else "infragen"
    spelled = f"Did you mean {' or '.join(f'`{of_group} {one}`' for one in near)}?"
    return f"Instead: {meant}." if meant else spelled if near else f"`{of_group} --help` lists: {', '.join(known)}."


def of_flag(flag: str, command: Any, arguments: Sequence[str]) -> str | None:
    """Return what a table has for a flag that a command lacks; `-auto-approve` is found as `--auto-approve`."""
    known = [name for parameter in command.params for name in getattr(parameter, "opts", ())]
    if not flag.startswith("--"):
        single = next((one for one in arguments if one.startswith(flag) and len(one) > len(flag)), flag)
        flag = f"-{single}".partition("=")[0]
        if flag in known:
            return f"Use `{flag}`, with two hyphens."
    other, said = (tables()[name].get(flag) for name in ("flags", "said"))
    if other in known:
        return f"Use `{other}`."
    return f"{said[0].upper()}{said[1:]}.".format(command.name) if said else None
