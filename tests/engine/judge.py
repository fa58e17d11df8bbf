"""What a siege holds against infragen: what was done and shown nowhere, and what is left that no message names.

A person reads. So only what was printed counts: the plan of a command is what it may do, `resume` may do what the run
that it goes on with had printed, and everything else may change nothing. Who leaves something behind says so in a line
that tells where to look, in the last message that speaks of that run or in a later one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.engine.besieged import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.recorder import Command, Deed, Pair, Record

__all__ = ["is_told", "names_lock", "names_object", "shown", "size_of", "torn", "undeclared"]

_WORDS = {
    "CloudWatch dashboard": "aws_cloudwatch_dashboard",
    "SSM parameter": "aws_ssm_parameter",
    "log group": "aws_cloudwatch_log_group",
    "elastic IP": "aws_eip",
    "KMS key": "aws_kms_key",
    "KMS alias": "aws_kms_alias",
    "S3 bucket": "aws_s3_bucket",
    "S3 bucket ownership controls": "aws_s3_bucket_ownership_controls",
    "S3 bucket policy": "aws_s3_bucket_policy",
    "S3 bucket public access block": "aws_s3_bucket_public_access_block",
    "S3 bucket server side encryption configuration": "aws_s3_bucket_server_side_encryption_configuration",
    "S3 bucket versioning": "aws_s3_bucket_versioning",
}
_PUT_OVER = ("aws_cloudwatch_dashboard",)
"""AWS makes these whether they are there or not, and tells nobody which."""

_OF_ONE = re.compile(r"^\s*[-+~!<]\S* (update|create|DELETE|REPLACE|import|forget) +(module\.\S+|aws_\S+)")
_FOLDED = re.compile(r"\b(create|update|DELETE|REPLACE) (\d+)  ([A-Za-z0-9 ,]+?)\s*(?:  .*)?$")
_ALIKE = re.compile(r"^\s*[-+~!<]\S* (\d+) ([A-Za-z0-9 ]+?)  +(create|update|DELETE|REPLACE) \1\b")
"""The head of what happens to many of a type alike, wherever they are."""
_MOVED = re.compile(r"^ +\S+: (module\.\S+|aws_\S+)\s*$")
_COUNTED = re.compile(r"(?:(\d+) )?(.+)")
_RUN = re.compile(r"^run (\S+?)(?: of \S+)?(?::| left| is) ", re.MULTILINE)
_VERDICT = re.compile(r"^run (\S+?)(?: of \S+)? (?:left |is done)", re.MULTILINE)
"""What `resume` says when it has looked; one that is struck before that has not spoken."""

_TELLS = re.compile(
    r"\bcheck\b|cannot be found by name|nothing proves|in progress|not imported|be imported|cannot import it",
    re.IGNORECASE,
)
_SIZE = re.compile(r"to (\d+) of")


@dataclass
class Shown:
    """What a command printed that it would do: to which addresses, and how many of a type that it did not list."""

    of_one: set[tuple[str, str]] = field(default_factory=set)
    folded: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: set[str] = field(default_factory=set)

    def has(self, kinds: tuple[str, ...], label: str) -> bool:
        """Whether one of these was shown for an object."""
        return any((kind, label) in self.of_one or self.folded[kind, _type_in(label)] for kind in kinds)

    def count_of(self, type_: str) -> int:
        """How many of a type are to be made."""
        return sum(
            max(self.folded[kind, type_], len([one for of, one in self.of_one if (of, _type_in(one)) == (kind, type_)]))
            for kind in ("create", "replace")
        )


def shown(said: str) -> Shown:
    """Read a printed plan."""
    found = Shown()
    for line in said.splitlines():
        if one := _OF_ONE.search(line):
            found.of_one.add((one[1].lower(), _label_of(one[2])))
        elif (alike := _ALIKE.search(line)) and (type_ := _type(alike[2])):
            found.folded[alike[3].lower(), type_] = int(alike[1])
        elif many := _FOLDED.search(line):
            parts = [_COUNTED.fullmatch(part) for part in many[3].split(", ")]
            counted = [(int(part[1] or 1), _type(part[2])) for part in parts if part]
            if sum(count for count, _ in counted) == int(many[2]) and all(one for _, one in counted):
                for count, type_ in counted:
                    key = many[1].lower(), type_
                    found.folded[key] = max(count, found.folded[key])  # the head of a long plan says it, too
        elif moved := _MOVED.search(line):
            found.moved.add(_label_of(moved[1]))
    return found


def undeclared(record: Record, since: int) -> Iterator[str]:
    """Yield what was done from a deed on that nobody was shown."""
    for deed in record.deeds[since:]:
        command = record.commands[deed.command]
        chain = _chain(record, command)
        why = _objection(record, deed, command, chain)
        if why:
            of = "" if chain[-1] is command else f", going on with `{' '.join(chain[-1].words)}`"
            yield f"`{' '.join(command.words)}` (command {command.number}){of}: {deed}: {why}"


def torn(record: Record, since: int) -> Iterator[str]:
    """Yield what was deleted from a deed on although an object of a data stack stood on it.

    What another machine made after the command had begun it cannot know.
    """
    standing: dict[Pair, Deed] = {}
    for number, deed in enumerate(record.deeds):
        if deed.kind == "enter" and "/data-" in deed.detail:
            standing[deed.pair] = deed
        elif deed.kind == "leave" and deed.pair in standing and standing[deed.pair].detail == deed.detail:
            del standing[deed.pair]
        elif deed.kind == "delete" and deed.done:
            standing.pop(deed.pair, None)
            command = record.commands[deed.command]
            above = [f"{kind} {name}" for (kind, name), one in standing.items() if one.at < command.began]
            if deed.name.startswith(BASE) and number >= since and above:
                yield f"`{' '.join(command.words)}` (command {command.number}): {deed}, and {above[0]} stands on it"


def _objection(record: Record, deed: Deed, command: Command, chain: list[Command]) -> str:
    agreed = chain[-1].words[0] in {"apply", "destroy", "bootstrap", "state"}
    plan = shown(chain[-1].said + _kept(record, chain[-1])) if agreed else Shown()
    label = _label(deed.type, deed.name)
    made = any(_is_made_by(record, one, command, chain) for one in record.deeds if one.pair == deed.pair and one.done)
    if deed.kind in {"enter", "leave"}:
        return _of_state(record, deed, command, plan, made=made)
    if deed.kind == "create":
        if not plan.has(("create", "replace"), label):
            return "no plan that was printed creates it"
        made_here = {one.name for one in record.deeds if _is_same(one, deed)}
        if len(made_here) > plan.count_of(deed.type):
            return f"{len(made_here)} of them were made ({', '.join(sorted(made_here))})"
    elif deed.kind == "update":
        if not plan.has(("update", "create", "replace"), label):
            return "no plan that was printed changes it"
    elif deed.kind == "delete":
        if not plan.has(("delete", "replace"), label) and not (made and plan.has(("create",), label)):
            return "no plan that was printed deletes it"
    else:
        return "the siege does not know this request"
    size = _SIZE.search(deed.detail)
    sizes = {one.size for one in (chain[-1], *_kept_by(record, chain[-1]))}
    return f"{size[1]} ACU, and the catalogue said {sorted(sizes)}" if size and int(size[1]) not in sizes else ""


def _is_made_by(record: Record, one: Deed, command: Command, chain: list[Command]) -> bool:
    """Whether a deed makes its object for a run; who asks AWS to make a dashboard that is there takes it over.

    A `resume` that was struck may not have come to say which earlier run of its checkout made what it took in; and the
    state of a bootstrap is in its checkout's scratch folder until one of its runs comes to move it into the bucket.
    """
    by = record.commands[one.command]
    carried = chain[-1].words[0] == "bootstrap" and by.checkout == command.checkout
    struck = command.words[0] == "resume" and command.code not in {0, 1} and by.checkout == command.checkout
    takes_over = one.kind == "update" and one.type in _PUT_OVER
    return (one.kind == "create" or takes_over) and (by in chain or struck or carried)


def _is_same(one: Deed, deed: Deed) -> bool:
    """Whether a deed is a creation of the same type by the same command; what databases stand on is not counted."""
    if one.name.startswith(BASE) or deed.name.startswith(BASE):
        return False
    return (one.kind, one.type, one.command, one.done) == ("create", deed.type, deed.command, True)


def _of_state(record: Record, deed: Deed, command: Command, plan: Shown, *, made: bool) -> str:
    """Say why an object may not enter or leave a state."""
    label = _label(deed.type, deed.name)
    if command.words[:2] == ("state", "moves"):
        return "" if label in plan.moved or _is_of_move(record, deed) else "it was not among what is moved"
    if deed.kind == "leave":
        gone = deed.pair not in record.there or any(
            one.pair == deed.pair and one.kind == "delete" and one.done and one.command == deed.command
            for one in record.deeds  # it may have been made anew since, and that not been heard
        )
        return "" if gone or any(deed.pair in pairs for pairs in record.states.values()) else "it is there"
    lines = (line for line in command.said.splitlines() if deed.name in line or label in line)
    told = any(" imported: " in line or "(imported from" in line or "taken over" in line for line in lines)
    if deed.type.startswith("aws_s3_bucket") or made or told:
        return ""
    return "this run did not make it, and no line says that it was imported"


def _is_of_move(record: Record, deed: Deed) -> bool:
    """Whether an object stands in the states by an earlier command that showed it: an interrupted move is finished."""
    label = _label(deed.type, deed.name)
    earlier = (one for one in record.commands[: deed.command] if one.words[:2] == ("state", "moves"))
    return any(label in shown(one.said).moved for one in earlier)


def _chain(record: Record, command: Command) -> list[Command]:
    """Return a command and what it goes on with: the commands of the runs that `resume` says it resumes."""
    chain = [command]
    while chain[-1].words[0] == "resume":
        run = _RUN.search(chain[-1].said)
        origin = _command_of(record, command, run[1]) if run else None
        if origin is None or origin in chain:
            break
        chain.append(origin)
    return chain


def _command_of(record: Record, like: Command, run: str) -> Command | None:
    """Return the command that a run is of: its id is the time it began."""
    began = datetime.strptime(run[:18], "%Y%m%d-%H%M%S%f").replace(tzinfo=UTC).timestamp()
    before = [one for one in record.commands if one.checkout == like.checkout and one.began <= began]
    return before[-1] if before else None


def _kept_by(record: Record, command: Command) -> tuple[Command, ...]:
    """Return the command that made the plan file that a command applies."""
    file = next((word for word in command.words if word.endswith(".plan")), None)
    return tuple(one for one in record.commands if one.words[0] == "plan" and file and file in one.words)


def _kept(record: Record, command: Command) -> str:
    return "".join(one.said for one in _kept_by(record, command))


def size_of(record: Record) -> int | None:
    """Return how large the database is that was made last, by what AWS was told."""
    sizes = (_SIZE.search(deed.detail) for deed in reversed(record.deeds) if deed.done)
    return next((int(size[1]) for size in sizes if size), None)


def is_told(record: Record, since: int, names: re.Pattern[str], tells: re.Pattern[str] = _TELLS) -> bool:
    """Whether the last message that speaks of what a command left, or a later one, tells a person to look."""
    left_by = record.commands[since]
    speaking = since
    for command in record.commands[since:]:
        runs = [_command_of(record, command, run[1]) for run in _VERDICT.finditer(command.said)]
        if command.checkout == left_by.checkout and left_by in runs:
            speaking = command.number
    lines = (line for command in record.commands[speaking:] for line in command.said.splitlines())
    return any(names.search(line) and tells.search(line) for line in lines)


def names_object(kind: str, name: str) -> re.Pattern[str]:
    """Return what finds an object in a line: its id, or its whole address."""
    return re.compile(rf"{re.escape(name)}(?![\w/-])|{re.escape(_label(kind, name))}(?![\w-])")


def names_lock(stack: str) -> re.Pattern[str]:
    """Return what finds the lock of a stack in a line; to say that there is one tells to look."""
    return re.compile(rf"\b{re.escape(stack)}\b.*\block|\block.*\b{re.escape(stack)}\b")


def _label_of(address: str) -> str:
    """Return the last two words of an address: its type and its name."""
    return ".".join(address.split(".")[-2:])


def _label(kind: str, name: str) -> str:
    """Return what the besieged system calls an object."""
    if name.startswith(BASE):
        block, _, key = name.removeprefix(BASE).partition("/")
        return f'{kind}.{block}["{key}"]' if key else f"{kind}.{block}"
    if kind == "aws_ssm_parameter":
        return f"{kind}.{'last' if name.endswith('/address') else 'capacity'}"
    return f"{kind}.this"


def _type_in(label: str) -> str:
    return label.partition(".")[0]


def _type(words: str) -> str:
    return next((_WORDS[one] for one in (words, words.removesuffix("s")) if one in _WORDS), "")
