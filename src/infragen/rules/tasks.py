"""Rules about what runs: the images that it comes from, what its command asks of a shell, when it is due."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.clock import cron_problem, is_ever_due
from infragen.core.names import Names
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.diagnostics.look_alikes import as_ascii, look_alike
from infragen.kinds.services import build
from infragen.kinds.workloads.model import Task, Workload
from infragen.kinds.workloads.registry import ALONE, written
from infragen.kinds.workloads.sidecars import IN_A_SHELL, StoredImage
from infragen.stacks.build import in_force


@rule("F151")
def _no_repository(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may be what has it
    names = Names(environment)
    own = {
        owner: names.container(entry).removeprefix(f"{names.prefix}-")
        for owner, entry in environment.each(Workload)
        if (image := written(entry).get(("image",))) and image.name is None and image.repository is None
    }
    made = {**own, **{f"{ALONE}/{name}": name for name in environment.entries[ALONE]}}
    for owner, path, image in _images(environment):
        if image.name is None and image.repository is not None and image.repository not in made.values():
            message = f"the image of {owner} comes from the repository `{image.repository}`, which no entry here has"
            if made_by := next((one for one in made if one.partition("/")[2] == image.repository), None):
                hint = f"that of {made_by} is `repository: {made[made_by]}`"
            elif owner.partition("/")[2] == image.repository:
                hint = "leave `repository` out: it has one of its own then"
            else:
                registry = f"{environment.settings.account}.dkr.ecr.{environment.settings.region}.amazonaws.com"
                near = nearest(image.repository, made.values(), "repositories")
                hint = did_you_mean(image.repository, made.values()) or (
                    f"{near}; one made elsewhere is `name: {registry}/{image.repository}`"
                )
            yield Finding(message, environment.at(owner, *path, "repository"), hint)


def _images(environment: Environment) -> Iterator[tuple[str, tuple[str, ...], StoredImage]]:
    for owner, entry in environment.each(Workload):
        yield from ((owner, path, image) for path, image in written(entry).items())


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
    for word, option, text in zip(words, words[1:], words[2:], strict=False):
        if word.rpartition("/")[2] in {"ash", "bash", "dash", "sh"} and _IS_GIVEN_TEXT.fullmatch(option):
            return text
    return ""


def _reads(text: str) -> Iterator[str]:
    expanded = _LITERAL.sub(lambda found: _ESCAPED.sub("", found["expanded"] or ""), text)
    for name in dict.fromkeys(plain or braced for plain, braced in _READ.findall(expanded)):
        stands_without_dollar = re.search(rf"(?<![\w${{]){name}\b", expanded)  # `NAME=`, `for NAME in`, `read NAME`
        if name.isupper() and not stands_without_dollar and not _FROM_ELSEWHERE.fullmatch(name):
            yield name


def _commands(task: Task) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
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
                own = ctx.of(owner)
                sidecar = task.sidecars[path[1]] if path[0] == "sidecars" else None
                mine = {*sidecar.environment, *sidecar.secrets} if sidecar is not None else set()
                if sidecar is not None and not sidecar.has_variables_of_entry:
                    given = frozenset(mine)
                else:
                    view = build.task_view(task, own)
                    given = frozenset({*mine, *view.environment, *view.secrets})
                for name in read:
                    if name not in given:
                        message = f"the command of {owner}{whose} reads `${name}`, which is not set"
                        near = did_you_mean(name, given)
                        hint = f"{near} Or" if near else f"it is given {', '.join(sorted(given)) or 'nothing'}; or"
                        hint += f" write `${{{name}:?}}`, if its image sets it"
                        yield Finding(message, environment.at(owner, *path), hint)


@rule("F149", of=Task)
def _no_shell(task: Task, at: At) -> Findings:
    for words, whose, path in _commands(task):
        found = next((one for one in words if _PLAIN_VARIABLE.search(one)), None)
        if found is not None and not _handed_to_shell(words):
            message = f"the command of {at.owner}{whose} gets `{found}` literally: no shell expands it"
            yield Finding(message, at(*path), IN_A_SHELL)


@rule("F152", of=Workload)
def _looks_like_ascii(workload: Workload, at: At) -> Findings:
    texts: list[tuple[str, tuple[str, ...], str]] = []
    for words, _, path in _commands(workload) if isinstance(workload, Task) else ():
        texts += [(word, path, "command") for word in words]
    for path, holder in _holders(workload):
        texts += [
            (value, (*path, "environment", name), name)
            for name, value in getattr(holder, "environment", {}).items()
            if isinstance(value, str) and _OF_NO_PROSE.search(value)
        ]
    for text, path, what in texts:
        plain, seen = as_ascii(text), look_alike(text)
        if seen and plain.isascii():
            yield Finding(f"`{what}` of {at.owner} has `{text}`: {seen}", at(*path), f"write `{plain}`, if it is meant")


_UNVERIFIED: Final = re.compile(
    r"(?:PG)?SSL-?MODE[=: ]+[\"']?(allow|disabled?|prefer(?:red)?|required?)\b(?!.*sslaccept=strict)", re.IGNORECASE
)
"""A client that accepts any certificate, or none: libpq's `sslmode`, mysql's `--ssl-mode`, a URL. Prisma knows
`require` alone, and verifies with `sslaccept=strict` beside it."""


@rule("D169", of=Workload)
def _accepts_any_certificate(workload: Workload, at: At, environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    commands = _commands(workload) if isinstance(workload, Task) else ()
    texts = [(word, path) for words, _, path in commands for word in words]
    for path, holder in _holders(workload):
        written = getattr(holder, "environment", {}).items()
        texts += [(f"{name}={value}", (*path, "environment", name)) for name, value in written]
    for text, place in texts:
        if found := _UNVERIFIED.search(text):
            message = f"{at.owner} does not check which server answers: `{found[0]}` accepts any certificate"
            hint = "write `verify-full`, and have AWS's certificate authorities, global-bundle.pem, in the image"
            yield Finding(message, at(*place), hint)


_OF_NO_PROSE: Final = re.compile("[\uff01-\uff5e\u3000\u00a0\u200b-\u200f\ufeff]")
"""Full-width forms, spaces that are not plain, and what is invisible; dashes and quotes may stand in a sentence."""


def _holders(workload: Workload) -> Iterator[tuple[tuple[str, ...], object]]:
    yield (), workload
    yield from ((("sidecars", name), one) for name, one in getattr(workload, "sidecars", {}).items())


@rule("F150")
def _never_due(resolved: ResolvedSystem, today: date) -> Findings:
    due: dict[str, bool] = {}
    for owner, entry in resolved.every():
        for cron, path in getattr(entry, "crons", tuple)():
            if cron not in due:
                due[cron] = cron_problem(cron) is not None or is_ever_due(cron, today)  # F107 says what is wrong
            if not due[cron]:
                message = f"`{cron}` never fires: no day from today on matches its fields"
                hint = "name days that exist, such as `0 3 L * ? *`: the last day of each month"
                yield Finding(message, resolved.at(owner, *path), hint)
