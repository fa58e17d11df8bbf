from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


def test_every_image_is_in_a_repository_that_is_there(aws: Callable[[str], Any]) -> None:
    ecr = aws("ecr")
    ecr.create_repository(repositoryName="web")

    answer = ecr.batch_get_image(repositoryName="web", imageIds=[{"imageTag": "v1"}, {"imageTag": "v2"}])
    assert answer["failures"] == []


def test_a_repository_that_is_not_there_has_none(aws: Callable[[str], Any]) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        aws("ecr").batch_get_image(repositoryName="web", imageIds=[{"imageTag": "v1"}])
