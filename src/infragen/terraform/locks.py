"""The lock of a state: who holds it, since when, and what for, read from terraform's own words."""

import getpass
import os
import pwd
import re
import socket
from datetime import UTC, datetime, timedelta

from msgspec import Struct

LOCK_TIMEOUT = 60  # seconds to wait for someone else's lock of a state, where no one says how long
NOBODY = "infragen-asks"  # an id no lock has: terraform refuses to release it, and says who holds the lock
_FIELD = re.compile(r"^[^\S\n]*(ID|Path|Operation|Who|Version|Created):[ \t]*(.*?)\s*$", re.MULTILINE)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")


class Lock(Struct, frozen=True):
    """A lock as terraform describes it; `who` is user@machine, `operation` apply, plan ..."""

    id: str
    who: str
    operation: str
    created: datetime | None
    version: str

    @property
    def is_forgotten(self) -> bool:
        """Whether it is older than a day, which no run takes: whoever held it is gone."""
        return self.created is not None and datetime.now(UTC) - self.created > timedelta(days=1)

    def describe(self, now: datetime | None = None) -> str:
        """Return `ann@laptop since 2026-11-20 13:00:00 UTC, 5 minutes ago (apply, terraform 1.11.4)`."""
        since = ""
        if self.created is not None:
            age = _age((now or datetime.now(UTC)) - self.created)
            since = f" since {self.created:%Y-%m-%d %H:%M:%S} UTC{age}"
        return f"{self.who}{since} ({self.operation}, terraform {self.version})"


def this_user() -> str:
    """Return user@machine as terraform signs a lock here: the system's name, whatever the variables say (su, sudo)."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user without a name
        try:
            name = getpass.getuser()
        except (KeyError, OSError):
            name = str(os.getuid())
    return f"{name}@{socket.gethostname()}"


def parse_lock(text: str) -> Lock | None:
    fields = dict(_FIELD.findall(text))
    if not fields.get("ID"):
        return None
    created = _TIME.search(fields.get("Created", ""))
    operation = fields.get("Operation", "").removeprefix("OperationType").lower()
    since = datetime.fromisoformat(f"{created[1]}T{created[2]}+00:00") if created else None
    who, version = fields.get("Who") or "somebody", fields.get("Version") or "unknown"
    return Lock(fields["ID"], who, operation or "unknown", since, version)


def _age(passed: timedelta) -> str:
    seconds = int(passed.total_seconds())
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f", {count} {name}{'' if count == 1 else 's'} ago"
    return ", just now" if seconds >= 0 else ""
