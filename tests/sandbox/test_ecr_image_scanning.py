from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_scanning_is_switched_off_by_a_configuration_that_does_not_name_it(aws: Callable[[str], Any]) -> None:
    ecr = aws("ecr")
    ecr.create_repository(repositoryName="api", imageScanningConfiguration={"scanOnPush": True})
    for asked, is_on in (({}, False), ({"scanOnPush": True}, True), ({"scanOnPush": False}, False)):
        ecr.put_image_scanning_configuration(repositoryName="api", imageScanningConfiguration=asked)
        [found] = ecr.describe_repositories()["repositories"]
        assert found["imageScanningConfiguration"] == {"scanOnPush": is_on}
