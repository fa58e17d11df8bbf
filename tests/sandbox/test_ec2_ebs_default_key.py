from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_key_of_new_volumes_is_told_and_can_be_set_back(aws: Callable[[str], Any]) -> None:
    ec2 = aws("ec2")
    of_aws = ec2.get_ebs_default_kms_key_id()["KmsKeyId"]
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]

    ec2.modify_ebs_default_kms_key_id(KmsKeyId=key)
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == key

    assert ec2.reset_ebs_default_kms_key_id()["KmsKeyId"] == of_aws
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == of_aws
