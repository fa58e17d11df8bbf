"""A version of a secret keeps labels of one's own when a newer version becomes the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_label_of_ones_own_stays_where_it_is_put(aws: Callable[[str], Any]) -> None:
    secrets = aws("secretsmanager")
    secrets.create_secret(Name="labels")
    own = {"SecretId": "labels", "VersionStages": ["AWSCURRENT", "OWN"]}
    first = secrets.put_secret_value(SecretString="first", **own)["VersionId"]
    for value in ("second", "third"):
        secrets.put_secret_value(SecretId="labels", SecretString=value)
    assert secrets.describe_secret(SecretId="labels")["VersionIdsToStages"][first] == ["OWN"]

    last = secrets.put_secret_value(SecretString="last", **own)["VersionId"]
    labels = secrets.describe_secret(SecretId="labels")["VersionIdsToStages"]
    assert [one for one, stages in labels.items() if "OWN" in stages] == [last]
