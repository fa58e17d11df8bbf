"""Who is told of what: the signals of all that an environment builds, and the entries that fail without one."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.resolved_system import Environment
from infragen.core.signals import Ending, Failure, Signal, Signalling
from infragen.core.tracing import once
from infragen.kinds import kinds
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.distributions.model import Distribution
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.levels import ALARMS
from infragen.stacks.build import in_force, sound_owned_parts

_HEALTH: Final = Ending(
    "what AWS Health tells of the account: a host that is to be replaced, an end of support",
    "no rule passes it on; AWS mails the account's contacts, as `aws account get-alternate-contact"
    " --alternate-contact-type OPERATIONS` shows them",
)
"""AWS User Notifications User Guide, "AWS Health notifications"."""


_CLOSED: Final = Ending(
    "that its name or certificate fails, so that nobody gets in",
    "Route 53 has no name, key, certificate or address by which it would get in: a caller has to report it",
)


class Told(Struct, frozen=True, order=True):
    """A signal, and whose it is: an entry's id, or a capability's name."""

    owner: str
    signal: Signal


class Ends(Struct, frozen=True, order=True):
    """What ends without anybody who is told, and whose it is."""

    owner: str
    ending: Ending


class Silence(Struct, frozen=True):
    """An entry that can fail without a signal; `is_chosen` where it says itself that nobody is to be told."""

    owner: str
    failure: Failure
    is_chosen: bool


class Signals(Struct, frozen=True):
    """All signals of an environment, and what fails without one."""

    target: str
    told: tuple[Told, ...]
    silent: tuple[Silence, ...]
    ends: tuple[Ends, ...] = ()

    @property
    def lost(self) -> tuple[Told, ...]:
        return tuple(one for one in self.told if not one.signal.hears)


@once
def signals_of(environment: Environment) -> Signals:
    signalling = [(part.owner, part.own) for part in sound_owned_parts(environment) if isinstance(part.own, Signalling)]
    told = {Told(owner, signal) for owner, own in signalling for signal in own.signals}
    ends = {Ends(owner, ending) for owner, own in signalling for ending in own.endings} | {Ends("account", _HEALTH)}
    ends |= {Ends(owner, _CLOSED) for owner, may_be_asked in unchecked(environment) if not may_be_asked}
    known = {(one.owner, one.signal.what) for one in told}
    silent = tuple(_silent(environment, known))
    return Signals(environment.target, tuple(sorted(told)), silent, tuple(sorted(ends)))


def unchecked(environment: Environment) -> Iterator[tuple[str, bool]]:
    """Yield production's unmonitored entrances, but a standby's, and whether Route 53 could get in."""
    if not environment.settings.production or environment.settings.stands_still_by is not None:
        return
    for owner, entry in environment.each(Distribution, Balancer, Gateway):
        reach = "internet" if isinstance(entry, Distribution) else entry.reach
        if reach not in ("internet", "allow-list") or getattr(entry, "check", None) is not None:
            continue
        asks = isinstance(entry, Gateway) or (isinstance(entry, Balancer) and entry.mutual_tls)
        if isinstance(entry, Distribution):
            asks = all(one.gateway for one in entry.origins.values())
        yield owner, reach == "internet" and not asks and entry.first_name(environment) is not None


def _silent(environment: Environment, known: set[tuple[str, str]]) -> Iterator[Silence]:
    ctx = BuildContext(environment, in_force(environment))
    for owner, entry in environment.every():
        if owner in environment.broken:
            continue
        for failure in kinds()[entry.KIND].operations.failures(entry, ctx.of(owner)):
            if any(one in known or one[0] in environment.broken for one in failure.told_by):
                continue
            watched = [(environment.find(told), word) for told, word in failure.told_by]
            is_chosen = environment.settings.alarms is False or failure.is_chosen
            is_chosen |= any(getattr(one, "alarms", {}).get(word) == "none" for one, word in watched)
            is_chosen |= any(getattr(getattr(one, "notify", None), word, None) == "none" for one, word in watched)
            hint = failure.hint if ctx.has(ALARMS) else f"add `alarms: true` to {environment.source('environment')}"
            yield Silence(owner, replace(failure, hint=hint), is_chosen)
