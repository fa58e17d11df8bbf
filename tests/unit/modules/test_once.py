"""What AWS has once in an account or a region: the README says what becomes of one that is there already."""

from __future__ import annotations

import re
from typing import Final

from infragen.kinds import capabilities, kinds
from infragen.workflow.rendering.readme import ONCE
from tests.conftest import ROOT

OTHERS: Final = """
accessanalyzer_analyzer account_alternate_contact ec2_image_block_public_access ec2_instance_metadata_defaults
ec2_serial_console_access ecr_account_setting ecr_registry_policy ecr_registry_scanning_configuration
ecs_account_setting_default emr_block_public_access_configuration glue_data_catalog_encryption_settings
iam_account_alias iam_account_password_policy inspector2_enabler macie2_account s3_account_public_access_block
securityhub_account sesv2_account_vdm_attributes ssm_service_setting xray_encryption_config
"""
SINGLE: Final = ONCE.keys() | {f"aws_{kind}" for kind in OTHERS.split()}
"""Types of AWS provider 5 of which a second one is refused or overwrites the first (the Terraform Registry's pages)."""


def test_the_readme_tells_of_each_that_a_module_makes() -> None:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.tf"))
    made = {kind for text in texts for kind in re.findall(r'^resource "(\w+)"', text, re.MULTILINE)}
    assert made & SINGLE == ONCE.keys()


def test_each_has_an_owner_in_an_account() -> None:
    of_kinds = [one.operations.regional_singleton for one in kinds().values()]
    of_capabilities = [one.regional_singleton or one.account_singleton for one in capabilities().values()]
    audit_trail = 1  # AWS takes a second one, and bills it
    assert len(list(filter(None, [*of_kinds, *of_capabilities]))) == len(ONCE) + audit_trail
