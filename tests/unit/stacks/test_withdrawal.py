"""How a client's certificate is issued and withdrawn, by the commands that people are told."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from infragen.core.expressions import Joined
from infragen.stacks.build import draft
from tests.unit.stacks.systems import DEV, environment

if TYPE_CHECKING:
    from pathlib import Path

ASKED = "domain_name: demo.com\nload_balancer: {mutual_tls: true}\n"
FRONT = """\
name: front
title: Front
reach: internet
certificate: arn:aws:acm:ap-northeast-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
hosts: [demo.com]
mutual_tls: true
routes: {web: {service: web}}
"""
SERIAL = 0x03A5B1
AUTHORITY = "arn:aws:acm-pca:ap-northeast-1:111122223333:certificate-authority/0123-4567"
BUCKET = "demo-dev-revocations-111122223333"
AWS = """#!/bin/bash
if [ "$1 $2 $4" = "s3 cp -" ]; then echo "$3" >> asked; cat list.der; exit; fi
echo "$@" >> asked
"""


def commands(tmp_path: Path, owner: str) -> list[str]:
    """Return what people do by hand, with the outputs of an applied stack in place of what only AWS decides."""
    made = draft(environment(tmp_path / "project", {"dev.yaml": DEV + ASKED, "balancers/front.yaml": FRONT}))
    values = {"private_ca": AUTHORITY, "client_authorities": "arn:store"}
    return [
        "".join(piece if isinstance(piece, str) else values[piece.module.label] for piece in one.line.value.pieces)
        for one in made.outputs
        if one.owner == owner and one.line.about == "next" and isinstance(one.line.value, Joined)
    ]


def revoked(*serials: int) -> bytes:
    """Return a list as the private CA leaves it: DER."""
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "demo-dev root")])
    found = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(now).next_update(now + timedelta(9))
    for serial in serials:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        found = found.add_revoked_certificate(one)
    return found.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)


def test_the_commands_revoke_a_certificate_and_add_the_list_that_has_it(tmp_path: Path) -> None:
    made = [one.replace("SERIAL", f"{SERIAL:06X}") for one in commands(tmp_path, "mutual-tls")]
    for name, text in {"aws": AWS, "sleep": "#!/bin/bash\nmv next.der list.der\n"}.items():
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text, encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "list.der").write_bytes(revoked(7))
    (tmp_path / "next.der").write_bytes(revoked(7, SERIAL))
    path = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    for one in made:
        subprocess.run(["bash", "-c", one], cwd=tmp_path, env=path, check=True, capture_output=True)
    region = "--region ap-northeast-1"
    assert (tmp_path / "asked").read_text(encoding="utf-8").splitlines() == [
        (
            f"acm-pca revoke-certificate --certificate-authority-arn {AUTHORITY} --certificate-serial 03:A5:B1"
            f" --revocation-reason KEY_COMPROMISE {region}"
        ),
        *2 * [f"s3://{BUCKET}/crl/0123-4567.crl"],  # the first has it not yet
        f"s3 cp revoked.pem s3://{BUCKET}/revoked.pem {region}",
        (
            "elbv2 add-trust-store-revocations --trust-store-arn arn:store"
            f" --revocation-contents S3Bucket={BUCKET},S3Key=revoked.pem,RevocationType=CRL {region}"
        ),
        f"elbv2 remove-trust-store-revocations --trust-store-arn arn:store --revocation-ids NUMBER {region}",
    ]
    added = x509.load_pem_x509_crl((tmp_path / "revoked.pem").read_bytes())
    assert {one.serial_number for one in added} == {7, SERIAL}


def test_who_issues_says_the_name_of_a_client(tmp_path: Path) -> None:
    [issue] = commands(tmp_path, "balancers/front")
    assert "EndEntityClientAuthCertificate_APIPassthrough/V1 --api-passthrough 'Subject={CommonName=CLIENT}'" in issue
