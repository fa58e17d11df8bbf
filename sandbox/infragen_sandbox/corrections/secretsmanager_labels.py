"""A version of a secret keeps labels of one's own when a newer version becomes the current one.

AWS: PutSecretValue moves AWSCURRENT, AWSPREVIOUS and the labels that it names, and no others (AWS Secrets Manager API
Reference, PutSecretValue, `VersionStages`). moto takes all labels of the version that was current.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.secretsmanager.models import FakeSecret

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_AWS = "AWS"
"""How the labels begin that Secrets Manager moves by itself."""


def _reset(original: Callable[..., None], secret: Any, new: dict[str, Any], version: str) -> None:
    own = {name: _own(one) for name, one in secret.versions.items()}
    original(secret, new, version)
    for name, labels in own.items():
        if name != version:
            older = secret.versions[name]
            theirs = [one for one in older["version_stages"] if one.startswith(_AWS)]
            older["version_stages"] = [*theirs, *(one for one in labels if one not in new["version_stages"])]


def _own(version: dict[str, Any]) -> list[str]:
    return [one for one in version["version_stages"] if not one.startswith(_AWS)]


def apply() -> None:
    """Install the correction."""
    around(FakeSecret, "reset_default_version", _reset)
