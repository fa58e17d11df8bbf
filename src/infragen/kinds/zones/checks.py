"""Checks of an address from outside: Route 53 asks it from many places of the world."""

from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, Field

from infragen.core.entry import Form, Model, Seconds, written_as
from infragen.core.rule import At, Environment, Finding, Findings, rule
from infragen.kinds.zones.names import NamedEntry

_TEXT: Final = 255


def _interval(seconds: int) -> int:
    if seconds not in (10, 30):
        raise ValueError("Route 53 asks every `30 s`, or every `10 s` for 1 USD a month more")
    return seconds


class Check(Model):
    """Whether an address answers, asked from many places of the world; with alarms on, people hear when it does not."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("interval", "period"), "write `every: 30 s`"),
        **dict.fromkeys(("threshold", "for", "retries"), "write `failures: 3`"),
        **dict.fromkeys(("text", "body", "match", "string"), "write `contains: ok`"),
    }
    _map = written_as(lambda value: f"{{path: {value}}}")

    path: Annotated[str, Form(r"/[!-~]*", "a path such as `/health`", _TEXT)]
    """What is asked: an answer of 2xx or 3xx within seconds is a good one."""
    every: Annotated[Seconds, AfterValidator(_interval), Field(examples=["10 s"])] = 30
    """How often each place asks: `30 s`, or `10 s`."""
    failures: Annotated[int, Field(ge=1, le=10)] = 3
    """How many bad answers one after another make it unwell to a place."""
    contains: Annotated[str | None, Form(r"[ -~]+", "a text such as `ok`", _TEXT), Field(examples=["ok"])] = None
    """A text that stands in the first 5,120 bytes of a good answer."""


class CheckedEntry(NamedEntry):
    """An entry whose address may be asked from outside."""

    check: Annotated[Check | None, Field(examples=[{"path": "/health"}])] = None
    """Asks its address from many places of the world: `{path: /health}`."""

    def checked(self, environment: Environment) -> str | None:
        zone = self.zone_of(environment)
        if self.check is None or (zone is not None and not zone.gives_certificates):
            return None
        return self.first_name(environment)


@rule("E125", of=CheckedEntry)
def _nobody_asks(entry: CheckedEntry, at: At) -> Findings:
    reach = getattr(entry, "reach", "internet")
    if entry.check is not None and reach != "internet":
        message = f"Route 53 checks {at.owner} from the internet, which it does not let in"
        hint = "remove `check`, or check what stands before it" if reach == "cloudfront" else "remove `check`"
        yield Finding(message, at("check", key=True), hint)


@rule("E126", of=CheckedEntry)
def _without_a_name(entry: CheckedEntry, at: At, environment: Environment) -> Findings:
    if entry.check is not None and entry.checked(environment) is None:
        message = f"nothing checks {at.owner} in {environment.target}: the internet finds no name of it"
        mend = f"write `check: null` in {environment.source('environment')}"
        hint = f"give it a `zone` that is delegated and a name in `hosts`, or {mend}"
        yield Finding(message, at("check", key=True), hint)
