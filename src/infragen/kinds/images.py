"""Who has an image repository of its own, and whether those of an environment are another one's copies."""

from typing import Any

from infragen.core.resolved_system import Environment
from infragen.core.system import Settings


def has_own(entry: Any) -> bool:
    return getattr(entry, "stores_images", False)


def copied_to(settings: Settings) -> str:
    wanted = settings.account_settings if settings.owns_account_settings else None
    return wanted.image_replication or "" if wanted is not None else ""


def are_copies(environment: Environment) -> bool:
    primary = environment.primary
    return primary is not None and copied_to(primary) == environment.settings.region
