"""Values that stand for others in documents: numbers, ids, names and addresses that are nobody's.

AWS's guides do not say which numbers and ids they make up. Those count, or repeat a digit: by chance, one in a million
real ones does.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec import Struct

__all__ = ["EXAMPLE_CERTIFICATE_BEGINS", "EXAMPLE_KEY_BEGINS", "Placeholder", "placeholder_in"]

EXAMPLE_KEY_BEGINS: Final = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoXREf1vJZxnDUmduwmlP"
"""The first line of a public key that stands in documentation (`kinds/distributions/model.py`)."""


EXAMPLE_CERTIFICATE_BEGINS: Final = "MIIBuDCCAV2gAwIBAgIUWO59CNj4Vmmpf0+1n8cxCc4HueMwCgYIKoZIzj0EAwIw"
"""The first line of a certificate that stands in documentation (`core/system.py`)."""


class Placeholder(Struct, frozen=True):
    """A part of a text that stands for something else, what it is, and what to do about it."""

    text: str
    what: str
    """`an example account ID`."""
    instead: str
    """`write your account's`."""


_DIGITS: Final = "0123456789"
_HEX: Final = f"{_DIGITS}abcdef"
_SIGNS: Final = f"{_DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _runs(text: str, signs: str) -> Iterator[int]:
    length, direction = 1, None
    for one, after in pairwise(text):
        step = (signs.index(after) - signs.index(one)) % len(signs)
        step = {"90": 1, "09": len(signs) - 1}.get(one + after, step)  # 1234567890
        if step in (0, 1, len(signs) - 1) and direction in (None, step):
            length, direction = length + 1, step
        else:
            yield length
            length, direction = 1, None
    yield length


def _counts(text: str, signs: str, *, least: int = 3, share: float = 0.75) -> bool:
    return sum(one for one in _runs(text, signs) if one >= least) >= share * len(text)


def _is_made_up(kind: str, text: str) -> bool:
    if kind == "account":
        return _counts(text, _DIGITS, share=1)
    if kind == "zone":
        return "EXAMPLE" in text or _counts(text.removeprefix("Z"), _SIGNS)
    if kind == "uuid":
        if not {*text} - {"0", "f", "-"}:
            return False  # the UUIDs that stand for none, and for all (RFC 9562: Nil and Max UUID)
        return text == "1234abcd-12ab-34cd-56ef-1234567890ab" or _counts(text.replace("-", ""), _HEX)
    if kind in ("image", "id"):
        digits = text.rpartition("-")[2]
        return digits == "1a2b3c4d" or _counts(digits, _HEX, least=4 if len(digits) == 8 else 3)
    return True


_HOST: Final = r"(?:[a-z0-9_*-]++\.)"
_WHOSE: Final = r"(?<![\w.+-])[\w.+-]++@"
_FORMS: Final = {
    "key": EXAMPLE_KEY_BEGINS,
    "certificate": re.escape(EXAMPLE_CERTIFICATE_BEGINS),
    "uuid": r"(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])",
    "image": r"(?<![\w-])ami-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![\w-])",
    "id": r"(?<![\w-])(?:acl|eipalloc|eni|i|igw|lt|nat|pcx|pl|rtb|sg|snap|subnet|tgw|vol|vpc|vpce)"
    r"-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![\w-])",
    "zone": r"(?:(?<=^)|(?<=hostedzone/))(?-i:Z[A-Z0-9]{9,31})$",
    "account": r"(?<![\w.])[0-9]{12}(?!\w)",
    "address": r"(?<![\w.])(?:192\.0\.2|198\.51\.100|203\.0\.113)\.[0-9]{1,3}(?:/[0-9]{1,2})?(?!\w)"
    r"|(?<![\w:])(?:2001:0?db8|3fff:0?[0-9a-f]{0,3}):[0-9a-f:]*(?:/[0-9]{1,3})?(?!\w)",
    "mail": rf"{_WHOSE}{_HOST}*(?:example\.(?:com|net|org)|example[0-9]?\.(?:[a-z]{{2,12}}\.)?jp)(?![\w-])(?!\.\w)"
    rf"|{_WHOSE}{_HOST}+(?:example|test|invalid)(?![\w-])(?!\.\w)",
    "domain": rf"(?<![\w.*-])"
    rf"{_HOST}*(?:example\.(?:com|net|org)|example[0-9]?\.(?:[a-z]{{2,12}}\.)?jp)(?![\w-])(?!\.\w)"
    rf"|(?<=//){_HOST}+(?:example|test|invalid)\.?(?=$|[:/?])",
    "name": rf"^{_HOST}+(?:example|test|invalid)\.?$",
}
"""The forms of what is looked at. The names: RFC 2606 and RFC 6761; JPRS reserves `example` and `example0` to
`example9` below .jp and its second levels. The addresses: RFC 5737; RFC 3849 and RFC 9637. The accounts and ids as in
AWS's guides: IAM User Guide, Principal (123456789012); Route 53 API Reference, ListHostedZones; AWS CLI Reference,
`ec2 describe-images`; AWS KMS Developer Guide, Key identifiers."""
_ANY: Final = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _FORMS.items()), re.IGNORECASE)
_MAYBE: Final = re.compile(
    r"example|\.test|\.invalid|[0-9a-f]{8}|\.0\.2\.|\.51\.100\.|\.0\.113\.|2001:|3fff:|^Z|PUBLIC KEY|BEGIN CERT",
    re.IGNORECASE,
)
_SAID: Final = {
    "key": (
        "an example key, whose private half nobody has",
        "write your own: `openssl rsa -pubout -in private_key.pem` prints that of a private key",
    ),
    "certificate": (
        "an example certificate, which nobody has the key of",
        "`infragen outputs` shows that of the other one",
    ),
    "uuid": ("an example ID", "write the ID that AWS shows"),
    "image": ("an example AMI ID", "write the ID of your image, or of an AMI in this region"),
    "id": ("an example ID", "write the ID that AWS shows"),
    "zone": (
        "an example hosted zone ID",
        "`aws route53 list-hosted-zones` lists yours; leave `zone_id` out if infragen should make the zone",
    ),
    "account": (
        "an example account ID",
        "write your account's: `aws sts get-caller-identity --query Account --output text` prints it",
    ),
    "address": ("reserved for documentation", "write the addresses that you mean"),
    "mail": ("an address at a domain reserved for examples", "write an address that people read"),
    "domain": ("a domain reserved for examples", "write a domain that you own"),
}


@lru_cache(maxsize=16384)
def placeholder_in(text: str, *, is_name: bool = False) -> Placeholder | None:
    """Return the first placeholder in a text; `is_name` says that it is a name of DNS, not a file's or a package's."""
    if not _MAYBE.search(text):
        return None
    for found in _ANY.finditer(text):
        kind = found.lastgroup or ""
        if kind == "name" and not is_name:
            continue
        kind = "domain" if kind == "name" else kind
        if _is_made_up(kind, found[0] if kind == "zone" else found[0].lower()):
            return Placeholder(found[0], *_SAID[kind])
    return None
