"""Route 53: a record as what is asked, what is answered, and when; a hosted zone as its name and where it is seen.

Arguments as in the AWS provider's `aws_route53_record` and `aws_route53_zone`; the routing policies are those of the
Route 53 developer guide, "Choosing a routing policy".
"""

from collections.abc import Iterator

from infragen.plan.lenses.phrases import is_empty
from infragen.plan.lenses.table import known_only, lenses, listed, word
from infragen.redaction.values import Value


def _networks(value: Value) -> Iterator[str]:
    for network in listed(value):
        vpc = known_only(network, "vpc_id", "vpc_region")
        where = "" if is_empty(vpc.get("vpc_region")) else f" in {word(vpc['vpc_region'])}"
        yield f"seen in {word(vpc.get('vpc_id'))}{where}"


LENSES = lenses(__file__, networks=_networks)
