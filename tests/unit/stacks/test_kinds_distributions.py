"""Distributions: how long what they answer is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

FILE = "edge-us-east-1/distribution-site.tf"
POLICIES = "page_policies_distribution_site"


def site(tmp_path: Path, default: str, behaviours: str = "{/api/*: {origin: api, methods: all}}") -> Rendered:
    files = {
        "dev.yaml": DEV,
        "services/web.yaml": SERVICE,
        "buckets/files.yaml": "name: files\ntitle: Files\n",
        "balancers/front.yaml": "name: front\ntitle: Front\nreach: cloudfront\nroutes: {web: {service: web}}\n",
        "distributions/site.yaml": f"""\
name: site
title: Site
origins: {{files: {{bucket: files}}, api: {{balancer: front}}}}
default: {{{default}}}
behaviours: {behaviours}
""",
    }
    return rendered(environment(tmp_path, files))


def kept(found: Rendered) -> list[str]:
    """Return how answers are kept: what `default` says, then each path in CloudFront's order."""
    return [line.split('"')[1] for line in found.files[FILE].splitlines() if line.strip().startswith("cache  ")]


@pytest.mark.parametrize(
    ("default", "cache"),
    [
        ("origin: files, index: index.html", "pages"),
        ("origin: files, index: index.html, single_page: true", "pages"),
        ("origin: files, index: index.html, cache: optimized", "optimized"),
        ("origin: files", "optimized"),
        ("origin: api", "disabled"),
        ("origin: api, index: index.html", "disabled"),
    ],
)
def test_pages_are_kept_for_a_minute_and_not_for_a_day(tmp_path: Path, default: str, cache: str) -> None:
    """Of a page the name stays the same when its contents change; a browser would show the old one."""
    found = site(tmp_path, default, "{/files/*: {origin: files}, /api/*: {origin: api, methods: all}}")
    assert kept(found)[0] == cache
    assert (POLICIES in found.labels(FILE)) == (cache == "pages")


def test_other_files_and_answers_are_kept_as_before(tmp_path: Path) -> None:
    help_pages = "/help/*: {origin: files, cache: pages}"
    behaviours = f"{{/static/*: {{origin: files}}, /api/*: {{origin: api, methods: all}}, {help_pages}}}"
    found = site(tmp_path, "origin: api", behaviours)
    assert kept(found) == ["disabled", "optimized", "pages", "disabled"]  # default; /static/*, /help/*, /api/*
    assert f"= module.{POLICIES}.cache_policy_id" in found.files[FILE]
