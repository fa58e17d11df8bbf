"""A listener's certificate is issued before the listener gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

# AWS says this of a certificate that is not issued yet: hashicorp/terraform-provider-aws, issue 41789.
_REASON = "must have a fully-qualified domain name, a supported signature, and a supported key size."


def _check(call: Call) -> Refused | None:
    known = emulated(call, "acm")._certificates  # noqa: SLF001  moto has no other way that changes nothing
    for certificate in call.parameters.get("Certificates", ()):
        arn = certificate.get("CertificateArn")
        if arn in known and known[arn].status == "PENDING_VALIDATION":
            known[arn].check()
            if known[arn].status == "PENDING_VALIDATION":
                return Refused("UnsupportedCertificate", f"The certificate '{arn}' {_REASON}")
    return None


RULE = Rule(
    "A listener accepts an ACM certificate only once it is issued",
    "AWS Certificate Manager User Guide: DNS validation (until a domain is validated, its certificate is not issued);"
    " the message: hashicorp/terraform-provider-aws issue 41789",
    "elbv2",
    ("CreateListener", "ModifyListener", "AddListenerCertificates"),
    _check,
)
