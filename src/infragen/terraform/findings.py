"""Terraform's diagnostics in infragen's words: a stable code, the place as people know it, and what mends it."""

import posixpath
import re
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, Location, Severity
from infragen.tables import own_table
from infragen.terraform.child_process import PROCESSOR_TIME
from infragen.terraform.locks import parse_lock

OTHER = "T020"  # the code of whatever else terraform says
NEEDS_INIT = "T025"  # the code of every error that `terraform init` mends
LOCKED = "T022"  # the code of a state whose lock someone else holds
EXISTS = "T037"  # the code of an object that is to be made and exists already
UNREACHABLE = "T024"  # the code of an AWS that cannot be reached, or whose answer did not come
CUT_SHORT = "context canceled"  # what a provider says of a request that it gave up because a person stopped the run
NOT_LOGGED_IN = "T028"  # the code of credentials that AWS does not accept, or that are not there
OTHER_ACCOUNT = "T029"  # the code of credentials that are of another account than the environment
EMULATOR_GAP = "T050"  # the code of what the emulated AWS cannot do (`sandbox/server.py` answers so)
ENDED = "T048"  # the code of a provider that ended before it had answered
_NO_ANSWER = re.compile(r"StatusCode: 50[024]\b|\b(?:InternalFailure|InternalServerError|InternalError)\b")
"""What AWS says where no one knows whether it has done what it was asked for."""
LONGEST_MESSAGE = 16_000  # characters of a diagnostic of terraform's
_LONGEST_WHOLE = 1_000_000  # characters of one that are looked through for secrets
UNKNOWN_PROVIDER = "T059"  # the code of a provider that a state needs, and that no file has any more
KILLED = "T035"  # the code of a terraform that was killed while it held a lock
LEFT_ALONE = "T042"  # the code of a provider whose terraform is gone


class _Known(Struct, frozen=True):
    words: re.Pattern[str]
    code: str
    hint: str


@cache
def _known() -> tuple[_Known, ...]:
    table, flags = own_table(__file__)["known"], re.IGNORECASE | re.DOTALL
    return tuple(_Known(re.compile("|".join(one["words"]), flags), one["code"], one["hint"]) for one in table)


_PRINTED = re.compile(r"\s*As a fallback,\s+the\s+raw state data is printed above.*", re.DOTALL)
"""What terraform adds where it prints a state, which is kept from the terminal and from logs: it holds secrets."""
_THING = {"T041": "the state", "T047": "the lock of the state"}
"""What cannot be read, where terraform does not say whose it is."""


@dataclass(frozen=True, slots=True)
class Finding(Diagnostic):
    """A diagnostic about one object of terraform's."""

    address: str = ""
    whole: str = ""
    """What terraform said, where `message` is a part of it: who leaves out secrets does that before it is cut."""


def address_of(diagnostic: Diagnostic) -> str | None:
    return (diagnostic.address or None) if isinstance(diagnostic, Finding) else None


def finding(reported: dict[str, Any], shown: str) -> Diagnostic:
    """`shown` is the folder of its relative file names as people know it: terraform runs in a scratch copy."""
    summary, detail = str(reported.get("summary") or "").strip(), str(reported.get("detail") or "").strip()
    detail = _PRINTED.sub("", detail)
    whole = f"{summary}: {detail}" if summary and detail else summary or detail
    if len(whole) > _LONGEST_WHOLE:
        whole = f"terraform's message of {len(whole):,} characters is left out"
    message = shortened(whole)
    warning = reported.get("severity") == "warning"
    known = None if warning else _recognise(message)
    if known is not None and known.code == LOCKED:
        return _locked(message, shown, known)
    fields = (
        known.code if known else OTHER,
        f"the emulated AWS cannot do this: {message}" if known and known.code == EMULATOR_GAP else message,
        None if known and known.code == ENDED else _location(reported.get("range"), shown),
        Severity.WARNING if warning else Severity.ERROR,
        known.hint.replace("SHOWN", shown) if known else None,
    )
    address = reported.get("address")
    if not isinstance(address, str) and message == whole:
        return Diagnostic(*fields)
    return Finding(
        *fields, address=address if isinstance(address, str) else "", whole="" if message == whole else whole
    )


def from_stderr(code: int, stderr: str, command: str, shown: str) -> Diagnostic:
    # Without colours, and without the box that terraform draws around an error.
    uncoloured = re.sub(r"\x1b\[[0-9;]*m", "", stderr)
    lines = (re.sub(r"^[│╷╵|]\s?", "", line).rstrip() for line in uncoloured.splitlines())
    text = "\n".join(line for line in lines if line)
    known = _recognise(text)
    if known is not None and known.code == LOCKED:
        return _locked(text, shown, known)
    if known is not None:
        said = text.removeprefix("Error: ")
        message = f"{_THING[known.code]} of {shown} cannot be read: {said}" if known.code in _THING else said
        return Diagnostic(known.code, message, hint=known.hint.replace("SHOWN", shown))
    how = f"was killed by signal {-code}" if code < 0 else f"failed with exit code {code}"
    hint = _WHY_KILLED if code == -signal.SIGKILL and command == "plan" else None
    return Diagnostic(OTHER, f"`terraform {command}` of {shown} {how}" + (f": {text}" if text else ""), hint=hint)


_WHY_KILLED: Final = (
    f"the machine had no memory left, or it took more than {PROCESSOR_TIME // 60} minutes of a processor: look at the "
    "loops and the lists of hand-written HCL"
)


def killed(how: str, command: str, shown: str) -> Diagnostic:
    lost = ", and what it had just created may not be in the state" if command in {"apply", "import"} else ""
    message = f"`terraform {command}` of {shown} {how}: the state's lock may still be held{lost}"
    hint = f"`infragen unlock {_target(shown)}` checks the lock, `infragen resume` checks what was created"
    return Diagnostic(KILLED, message, hint=hint)


def perhaps_made(failed: Iterable[str], said: Iterable[tuple[str | None, str, str]]) -> tuple[str, ...]:
    """Count what AWS may have made: an answer was lost, who asks again hears that it exists, or nothing was said."""
    words: dict[str, list[tuple[str, str]]] = {}
    for address, code, message in said:
        words.setdefault(address or "", []).append((code, message))
    return tuple(
        address
        for address in failed
        if not words.get(address)
        or any(
            code in {EXISTS, UNREACHABLE, ENDED} or CUT_SHORT in message or _NO_ANSWER.search(message)
            for code, message in words[address]
        )
    )


def needs_init(diagnostics: Sequence[Diagnostic]) -> bool:
    """Whether `terraform init` mends what failed; it would also install a provider that only a state names."""
    codes = {diagnostic.code for diagnostic in diagnostics}
    return NEEDS_INIT in codes and UNKNOWN_PROVIDER not in codes


def _locked(message: str, shown: str, known: _Known) -> Diagnostic:
    lock = parse_lock(message)
    hint = known.hint.replace("TARGET/STACK", _target(shown))
    said = f"the state of {shown} is locked by {lock.describe()}" if lock else message
    return Diagnostic(known.code, said, hint=hint)


def _target(shown: str) -> str:
    return shown.removeprefix("generated/")


def _recognise(message: str) -> _Known | None:
    words = re.sub(r"\s+", " ", message)
    found = [known for known in _known() if known.words.search(words)]
    if len(found) > 1 and found[0].code == LOCKED and parse_lock(message) is None:
        return found[1]
    return found[0] if found else None


def shortened(message: str) -> str:
    if len(message) <= LONGEST_MESSAGE:
        return message
    half = LONGEST_MESSAGE // 2
    return f"{message[:half]}\n... ({len(message) - 2 * half} characters left out) ...\n{message[-half:]}"


def _location(span: Any, shown: str) -> Location | None:
    if not isinstance(span, dict) or not isinstance(span.get("filename"), str):
        return None
    start = span.get("start") or {}
    file = posixpath.normpath(posixpath.join(shown, span["filename"]))
    return Location(file, int(start.get("line", 1)), int(start.get("column", 1)))
