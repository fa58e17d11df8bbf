"""Rules about what a command asks of its shell."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from infragen.core.build_context import BuildContext
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.services import build
from infragen.kinds.workloads.model import Task
from infragen.kinds.workloads.sidecars import IN_A_SHELL
from infragen.stacks.build import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.core.resolved_system import Environment

_SHELLS: Final = frozenset({"ash", "bash", "dash", "sh"})
_IS_GIVEN_TEXT: Final = re.compile(r"-[a-z]*c")
"""The option after which a shell is handed a text: `-c`, `-ec`."""
_LITERAL: Final = re.compile(r"""(?P<expanded>"(?:\\.|[^"\\])*")|'[^']*'|\\.|(?<!\S)#[^\n]*""", re.DOTALL)
"""What of a text its shell takes as it stands, and what it does not (POSIX.1-2024, Shell Command Language: Quoting)."""
_ESCAPED: Final = re.compile(r"\\.", re.DOTALL)
_READ: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?!\w|:?[-=+?]))")
"""A variable, but for `${NAME:-instead}` and `${NAME:?}`, which say what is to happen where it is empty."""
_PLAIN_VARIABLE: Final = re.compile(r"\$(?:[A-Z_][A-Z0-9_]*|\{[A-Z_][A-Z0-9_]*[}:])")
_FROM_ELSEWHERE: Final = re.compile(
    r"(?:AWS|ECS)_\w+|HOME|HOSTNAME|IFS|LANG|LINENO|OLDPWD|OPTARG|OPTIND|PATH|PPID|PWD|RANDOM|SECONDS|SHELL|TERM|UID|USER"
)
"""What the shell, ECS or every image sets."""


def _handed_to_shell(words: Sequence[str]) -> str:
    """Return the text that a shell is handed; none where a command is run without one."""
    for word, option, text in zip(words, words[1:], words[2:], strict=False):
        if word.rpartition("/")[2] in _SHELLS and _IS_GIVEN_TEXT.fullmatch(option):
            return text
    return ""


def _reads(text: str) -> Iterator[str]:
    """Yield the variables that a shell's text reads and sets nowhere, in capitals as those of the environment are."""
    expanded = _LITERAL.sub(lambda found: _ESCAPED.sub("", found["expanded"] or ""), text)
    for name in dict.fromkeys(plain or braced for plain, braced in _READ.findall(expanded)):
        stands_without_dollar = re.search(rf"(?<![\w${{]){name}\b", expanded)  # `NAME=`, `for NAME in`, `read NAME`
        if name.isupper() and not stands_without_dollar and not _FROM_ELSEWHERE.fullmatch(name):
            yield name


def _commands(task: Task) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """Yield the words of each command of a task, whose it is, and where that is written."""
    yield (*task.entry_point, *task.command), "", ("command" if task.command else "entry_point",)
    for name, sidecar in task.sidecars.items():
        yield (*sidecar.entry_point, *sidecar.command), f", sidecar `{name}`", ("sidecars", name, "command")


@rule("F148")
def _nobody_gives(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may give it
    ctx = BuildContext(environment, in_force(environment))
    for owner, task in environment.each(Task):
        for words, whose, path in _commands(task):
            read = list(_reads(_handed_to_shell(words)))
            if not read or any(environment.find(used) is None for used, _, _ in task.used()):
                continue
            with suppress(KeyError):  # it refers to what does not exist, or is broken: another finding says so
                given = _given(task, ctx.of(owner), path)
                for name in read:
                    if name not in given:
                        message = f"the command of {owner}{whose} reads `${name}`, which is not set"
                        near = did_you_mean(name, given)
                        hint = f"{near} Or" if near else f"it is given {', '.join(sorted(given)) or 'nothing'}; or"
                        hint += f" write `${{{name}:?}}`, if its image sets it"
                        yield Finding(message, environment.at(owner, *path), hint)


def _given(task: Task, own: BuildContext, path: tuple[str, ...]) -> frozenset[str]:
    """Return the names of the variables that a container of a task is given."""
    if path[0] == "sidecars":
        sidecar = task.sidecars[path[1]]
        return frozenset({*sidecar.environment, *sidecar.secrets})
    view = build.task_view(task, own)
    return frozenset({*view.environment, *view.secrets})


@rule("F149", of=Task)
def _no_shell(task: Task, at: At) -> Findings:
    for words, whose, path in _commands(task):
        found = next((one for one in words if _PLAIN_VARIABLE.search(one)), None)
        if found is not None and not _handed_to_shell(words):
            message = f"the command of {at.owner}{whose} gets `{found}` literally: no shell expands it"
            yield Finding(message, at(*path), IN_A_SHELL)
