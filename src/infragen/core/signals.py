"""Signals: what AWS tells of by itself once something is applied, and who hears of it."""

from msgspec import Struct


class Signal(Struct, frozen=True, order=True):
    """Something that is told: the word of an alarm, the outcome of a run, a finding, a share of a budget."""

    what: str
    hears: tuple[str, ...]
    """Who is told: addresses, Slack, PagerDuty; none where it ends without anybody."""
    through: str
    """What it goes through: the name of a topic, or `a budget`."""


class Ending(Struct, frozen=True, order=True):
    """What nobody is told of, a delivery that AWS gives up or a finding that stays where it is, and why that may be."""

    what: str
    why: str


class Signalling:
    """What a part reads as `own`, where it makes AWS tell of something."""

    @property
    def signals(self) -> tuple[Signal, ...]:
        return ()

    @property
    def endings(self) -> tuple[Ending, ...]:
        return ()


class Failure(Struct, frozen=True):
    """How an entry fails without anybody who looks, and the signals that tell of it: whose, and what; one is enough."""

    how: str
    told_by: tuple[tuple[str, str], ...]
    hint: str
    """What is written where none of them is there."""
    is_chosen: bool = False
    """Whether the entry itself says that it may fail so."""


def alarmed(owner: str, word: str, how: str) -> Failure:
    return Failure(how, ((owner, word),), f"remove `{word}: none`")
