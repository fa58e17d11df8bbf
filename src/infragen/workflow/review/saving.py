"""Saving a plan: what is shown, with all that it takes to apply exactly that later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.workflow.console import note
from infragen.workflow.review.bundle import check_destination, lifetime, until, write
from infragen.workflow.review.reviewed_plan import plan_to_review, refuse_unapplied_needs, with_stack_plans

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from infragen.workflow.planning.plans import Planned
    from infragen.workflow.planning.policies import PolicyCheck
    from infragen.workflow.session import Session


_LIFETIME: Final = "24h"
"""How long a saved plan may be applied by default."""


class Saving(Struct, frozen=True):
    """Where a plan is saved, who can decrypt it (everybody with the file, when nobody is named), and for how long."""

    file: Path
    encrypt_to: tuple[str, ...]
    expires: timedelta

    def plan(
        self,
        session: Session,
        policies: PolicyCheck,
        *,
        profiles: tuple[str, ...],
        jobs: int | None,
        json_out: Path | None,
    ) -> Planned:
        """Plan and save that, unless a policy refuses it."""
        planned, bundle = plan_to_review(
            session, expires=self.expires, profiles=profiles, json_out=json_out, on_plan=policies
        )
        refuse_unapplied_needs(session, planned)
        if policies.refuses:
            note(f"not saved in {self.file}: a policy refuses it")
            return planned
        bundle = with_stack_plans(session, bundle, jobs=jobs)
        write(self.file, bundle, self.encrypt_to)
        secret = "encrypted" if self.encrypt_to else "contains secrets; do not share"
        note(f"saved in {self.file}, valid until {until(bundle.manifest)} ({secret})")
        return planned


def saving(file: Path, encrypt_to: tuple[str, ...] = (), expires: str | None = None) -> Saving:
    """Refuse what would fail after minutes of planning (K002, K003, K005, K009), and return how to save."""
    check_destination(file, encrypt_to)
    return Saving(file, encrypt_to, lifetime(expires or _LIFETIME))
