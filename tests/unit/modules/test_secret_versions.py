"""Each secret's version that Terraform writes keeps a label of its own, so that AWS does not delete it."""

from __future__ import annotations

import re

from infragen.render.render import render_stacks
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.model import Stack
from tests.shipped import NO_STANDBY
from tests.unit.stacks.promises import every_module

_VERSION = re.compile(r'^resource "aws_secretsmanager_secret_version" .*?^}', re.DOTALL | re.MULTILINE)


def test_every_version_that_a_module_writes_keeps_its_own_label() -> None:
    templates = Templates([shipped_templates()])
    files = render_stacks(templates, (Stack("all", (), (), every_module(templates)),), NO_STANDBY)
    found = [(path, one) for path, text in files.items() for one in _VERSION.findall(text)]
    assert len(found) >= 4
    for path, one in found:
        assert 'version_stages = ["AWSCURRENT", "TERRAFORM"]' in one, path
        assert "ignore_changes = [\n      version_stages," in one, path
