"""Which services of AWS a key lets in by themselves: those that meet it, and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.unit.stacks.systems import DEV, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

SITE = "name: site\ntitle: Site\norigins: {pages: {bucket: pages}}\ndefault: {origin: pages}\n"
BUCKET = "name: pages\ntitle: Pages\n"
KEYS = "customer_keys: true\n"
OF_ALL, OF_BUCKET = ("network/keys.tf", "key_objects"), ("data/bucket-pages.tf", "key_bucket_pages")


@pytest.mark.parametrize(
    ("keys", "encryption", "key", "services"),
    [
        (KEYS, "", OF_ALL, {"CloudFront"}),
        (KEYS, "encryption: s3\n", OF_ALL, set()),
        ("", "encryption: kms\n", OF_BUCKET, {"CloudFront"}),
    ],
)
def test_a_distribution_decrypts_objects_with_their_key_and_with_no_other(
    keys: str, encryption: str, key: tuple[str, str], services: set[str], tmp_path: Path
) -> None:
    files = {"dev.yaml": DEV + keys, "buckets/pages.yaml": BUCKET + encryption, "buckets/other.yaml": "title: Other\n"}
    found = rendered(environment(tmp_path, {**files, "distributions/site.yaml": SITE}))
    assert found.items(*key, "service_grants").keys() == services


def test_a_bucket_that_no_distribution_fetches_from_has_a_key_for_roles_alone(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"buckets/pages.yaml": f"{BUCKET}encryption: kms\n"}))
    assert found.items(*OF_BUCKET, "service_grants") == {}


@pytest.mark.parametrize(
    ("more", "services"),
    [
        ("", set()),
        ("alarms: false\nalerts: {high: {mail: [night@example.com]}}\n", set()),
        ("alarms: true\n", {"CloudWatchAlarms", "Events"}),
        ("alerts: {high: {mail: [night@example.com]}}\n", {"CloudWatchAlarms", "Events"}),
    ],
)
def test_alarms_encrypt_messages_where_there_are_alarms(more: str, services: set[str], tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"dev.yaml": DEV + KEYS + more}))
    assert found.items("network/keys.tf", "key_messages", "service_grants").keys() == services


@pytest.mark.parametrize(
    "folder", sorted((ROOT / "generated").glob("*/*/")), ids=lambda path: "/".join(path.parts[-2:])
)
def test_something_uses_each_key(folder: Path) -> None:
    files = [path for path in folder.glob("*/*.tf") if path.parent.name != "modules" and path.name != "outputs.tf"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    made = re.findall(r'^module "(key_\w+)"', text, re.MULTILINE)
    assert [one for one in made if f"module.{one}." not in text and f".{one}_arn" not in text] == []
