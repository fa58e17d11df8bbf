"""Which images are not in a registry, as AWS's answers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from infragen.aws.deployments import NOT_REPORTED, missing_images
from infragen.aws.session import Aws
from infragen.core.delivery import Image
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "111122223333"
REGION = "ap-northeast-1"
DIGEST = "sha256:" + "0" * 64


class StubbedAws:
    """AWS with answers that were written down."""

    def __init__(self) -> None:
        session = Session()
        session.set_credentials(ACCOUNT, "secret")
        self.ecr = session.create_client("ecr", region_name=REGION)
        self.answers = Stubber(self.ecr)

    def client(self, service: str, region: str) -> Any:
        assert (service, region) == ("ecr", REGION)
        return self.ecr


@pytest.fixture
def aws() -> Iterator[Any]:
    found = StubbedAws()
    with found.answers:
        yield found
        found.answers.assert_no_pending_responses()


def asked(repository: str, *ids: dict[str, str]) -> dict[str, Any]:
    return {"registryId": ACCOUNT, "repositoryName": repository, "imageIds": list(ids)}


def image(repository: str, reference: str) -> Image:
    return Image(REGION, repository, reference, "")


def failure(**named: str) -> dict[str, Any]:
    return {"imageId": named, "failureCode": "ImageNotFound", "failureReason": "Requested image not found"}


def test_tags_and_digests_of_a_repository_are_asked_for_at_once(aws: Any) -> None:
    aws.answers.add_response(
        "batch_get_image",
        {"images": [], "failures": [failure(imageTag="v2"), failure(imageDigest=DIGEST)]},
        asked("web", {"imageTag": "v1"}, {"imageTag": "v2"}, {"imageDigest": DIGEST}),
    )
    wanted = [image("web", "v1"), image("web", "v2"), image("web", DIGEST)]
    assert missing_images(aws, ACCOUNT, wanted) == set(wanted[1:])


def test_a_repository_that_is_not_there_has_no_image(aws: Any) -> None:
    aws.answers.add_client_error("batch_get_image", "RepositoryNotFoundException", "no such repository")
    aws.answers.add_response("batch_get_image", {"images": [], "failures": []}, asked("web", {"imageTag": "v1"}))
    wanted = [image("api", "v1"), image("web", "v1")]
    assert missing_images(aws, ACCOUNT, wanted) == {wanted[0]}


def test_a_hundred_images_are_asked_for_at_once(aws: Any) -> None:
    tags = [f"v{number}" for number in range(101)]
    nothing: dict[str, Any] = {"images": [], "failures": []}
    aws.answers.add_response("batch_get_image", nothing, asked("web", *({"imageTag": tag} for tag in tags[:100])))
    aws.answers.add_response("batch_get_image", nothing, asked("web", {"imageTag": "v100"}))
    assert missing_images(aws, ACCOUNT, [image("web", tag) for tag in tags]) == frozenset()


def test_what_aws_does_not_say_is_no_missing_image(aws: Any) -> None:
    aws.answers.add_client_error("batch_get_image", "AccessDeniedException", "not authorized: ecr:BatchGetImage")
    with pytest.raises(InfragenError) as refused:
        missing_images(aws, ACCOUNT, [image("web", "v1")])
    (found,) = refused.value.diagnostics
    assert found.code == NOT_REPORTED
    assert "not authorized: ecr:BatchGetImage" in found.message


def test_an_emulated_aws_is_asked_without_a_proxy_and_with_its_own_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("AWS_PROFILE", "somebody-else")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/missing")
    sandbox = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
    }
    client = Aws(sandbox).client("ecr", REGION)
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert client.meta.config.proxies == {}
