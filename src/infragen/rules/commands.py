"""Rules about what a command asks of its shell."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from infragen.core.place import Place
from infragen.core.rule import Finding, Severity, rule
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.services import Container, Task, build
from infragen.kinds.services.task import TaskView
from infragen.stacks.build import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.core.landscape import Environment

_SHELLS: Final = frozenset({"ash", "bash", "dash", "sh"})
_IS_GIVEN_TEXT: Final = re.compile(r"-[a-z]*c")
"""The option after which a shell is handed a text: `-c`, `-ec`."""
_LITERAL: Final = re.compile(r"""(?P<expanded>"(?:\\.|[^"\\])*")|'[^']*'|\\.|(?<!\S)#[^\n]*""", re.DOTALL)
"""What of a text its shell takes as it stands, and what it does not (POSIX.1-2024, Shell Command Language: Quoting)."""
_ESCAPED: Final = re.compile(r"\\.", re.DOTALL)
_READ: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?!\w|:?[-=+?]))")
"""A variable, but for `${NAME:-instead}` and `${NAME:?}`, which say what is to happen where it is empty."""
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


@rule(
    "F148",
    "a command reads a variable that nobody gives it",
    Severity.WARNING,
    "POSIX.1-2024, Shell Command Language: 2.6.2 Parameter Expansion, an unset variable is an empty text",
)
def _nobody_gives(environment: Environment) -> Iterator[Finding]:
    place = Place(environment, in_force(environment))
    for owner, task in environment.each(Task):
        read = list(_reads(_handed_to_shell((*task.entry_point, *task.command))))
        if not read:
            continue
        with suppress(KeyError):  # it refers to what does not exist, or is broken: another finding says so
            own = place.of(owner)
            view = build.view(task, own) if isinstance(task, Container) else TaskView(own)
            given = {*view.environment, *view.secrets}
            for name in read:
                if name not in given:
                    message = f"the command of {owner} reads `${name}`, which is empty: nobody gives it"
                    near = did_you_mean(name, given)
                    hint = f"{near} Or" if near else f"it is given {', '.join(sorted(given))}; or"
                    hint += f" write `${{{name}:?}}`, if its image sets it"
                    yield Finding(message, environment.at(owner, "command"), hint)
