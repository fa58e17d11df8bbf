"""Whether images are in a registry (Amazon ECR API, BatchGetImage)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from infragen.aws.session import answering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.aws.session import Aws
    from infragen.core.delivery import Image

UNKNOWN: Final = "T053"
"""AWS did not say which images are there."""
_AT_ONCE: Final = 100
"""Amazon ECR API: BatchGetImage, `imageIds`."""
_NOT_THERE: Final = ("ImageNotFound", "ImageReferencedByManifestListNotFound")
"""Amazon ECR API: ImageFailure, `failureCode`."""


def missing_images(aws: Aws, account: str, images: Iterable[Image]) -> frozenset[Image]:
    """Return those that are not in the account's registry; a repository that is not there has none.

    InfragenError T053 when AWS does not say: no permission (`ecr:BatchGetImage`), no credentials, no answer,
    one that has neither images nor failures.
    """
    wanted: dict[tuple[str, str], dict[str, list[Image]]] = defaultdict(lambda: defaultdict(list))
    for image in images:
        wanted[image.region, image.repository][image.reference].append(image)
    missing: set[Image] = set()
    with answering(UNKNOWN, "AWS did not say which images are in the registry: ", what="images"):
        for (region, repository), references in wanted.items():
            client = aws.client("ecr", region)
            names = list(references)
            for start in range(0, len(names), _AT_ONCE):
                some = names[start : start + _AT_ONCE]
                ids = [{"imageDigest" if ":" in one else "imageTag": one} for one in some]
                try:
                    answer = client.batch_get_image(registryId=account, repositoryName=repository, imageIds=ids)
                except client.exceptions.RepositoryNotFoundException:
                    missing.update(image for one in some for image in references[one])
                    continue
                failures = answer.get("failures", ()) if answer.get("images") else answer["failures"]
                for failure in failures:
                    if failure["failureCode"] in _NOT_THERE:
                        named = failure["imageId"]
                        missing.update(references[named.get("imageDigest") or named["imageTag"]])
    return frozenset(missing)
