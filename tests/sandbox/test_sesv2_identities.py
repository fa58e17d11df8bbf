from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_identity_has_three_tokens_a_mail_from_domain_and_tags(aws: Callable[[str], Any], account: str) -> None:
    ses = aws("sesv2")
    tags = [{"Key": "System", "Value": "shop"}]
    ses.create_configuration_set(ConfigurationSetName="shop-prod-main", Tags=tags)
    ses.create_email_identity(
        EmailIdentity="shop.example.com",
        ConfigurationSetName="shop-prod-main",
        DkimSigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"},
        Tags=tags,
    )
    before = ses.get_email_identity(EmailIdentity="shop.example.com")
    ses.put_email_identity_mail_from_attributes(
        EmailIdentity="shop.example.com",
        MailFromDomain="bounce.shop.example.com",
        BehaviorOnMxFailure="USE_DEFAULT_VALUE",
    )

    found = ses.get_email_identity(EmailIdentity="shop.example.com")
    assert len(set(found["DkimAttributes"]["Tokens"])) == 3
    assert found["DkimAttributes"]["Tokens"] == before["DkimAttributes"]["Tokens"]
    assert "MailFromDomain" not in before["MailFromAttributes"]
    assert found["MailFromAttributes"]["MailFromDomain"] == "bounce.shop.example.com"
    assert ses.get_configuration_set(ConfigurationSetName="shop-prod-main")["SendingOptions"] == {
        "SendingEnabled": True
    }
    for resource in ("identity/shop.example.com", "configuration-set/shop-prod-main"):
        arn = f"arn:aws:ses:{ses.meta.region_name}:{account}:{resource}"
        assert ses.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags
