"""What a kind owes, in one place: a new one fails with the list of what it has not said yet, and where that goes.

What a kind has nothing to say about stands in `WITHOUT`, as somebody's decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from infragen.core.kind import Delivery, empty
from infragen.kinds import kinds
from tests.conftest import ROOT
from tests.fixtures import FULL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.kind import Kind

WITHOUT: Final = {
    "balancers": "compose",
    "bastions": "failures takeover uses compose",
    "bffs": "uses",
    "buckets": "compose",
    "distributions": "takeover compose",
    "document-databases": "failures compose",
    "domains": "templates failures takeover quotas uses outputs compose",
    "event-buses": "templates quotas compose",
    "frontends": "failures takeover quotas uses compose",
    "functions": "uses compose",
    "gateways": "uses compose",
    "google-projects": "cost failures takeover quotas compose",
    "jobs": "uses",
    "load-tests": "failures takeover uses compose",
    "metrics": "failures takeover quotas compose",
    "queues": "quotas compose",
    "repositories": "templates failures quotas compose",
    "search-domains": "compose",
    "secrets": "failures quotas",
    "workers": "templates uses",
    "workflows": "quotas compose",
    "workgroups": "failures takeover uses compose",
    "zones": "failures takeover compose",
}


def owed(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield what a kind has not said, and where it goes."""
    name, page = kind.name, (ROOT / "docs/catalogue.md").read_text("utf-8")
    says = {
        f"templates: templates/kinds/{name}/": any((ROOT / "templates/kinds" / name).glob("*")),
        f"fixture: tests/fixtures/full/catalog/depot/{name}/": any((FULL / "catalog").glob(f"*/{name}/**/*.yaml")),
        "schema: infragen schema --write": (ROOT / f"catalog/.schema/{kind.model.SINGULAR}.json").is_file(),
        "page: its folder in docs/catalogue.md": f"{name}/" in page,
        "cost: `cost.monthly`; `free_of_charge` where AWS bills nothing": kind.cost.monthly is not empty,
        "failures: `operations.failures`, and the signals that tell (L128)": kind.operations.failures is not empty,
        "takeover: `failover.holds`: what a standby needs of it": kind.failover.holds is not empty,
        "quotas: `operations.quotas`, with rows of core/quotas.toml": kind.operations.quotas,
        "uses: `permissions.bindings`, or `uses_hint`": kind.permissions.bindings is not empty
        or kind.permissions.uses_hint,
        "outputs: `operations.outputs`: what people want to know of it": kind.operations.outputs is not empty,
        "compose: `delivery.compose_service`": kind.delivery.compose_service is not Delivery().compose_service,
    }
    for what, is_said in says.items():
        if not is_said:
            yield what.partition(":")[0], what


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_kind_is_whole(name: str) -> None:
    found = dict(owed(kinds()[name]))
    decided = {*WITHOUT.get(name, "").split()}
    missing = [where for what, where in found.items() if what not in decided]
    assert missing == [], "\n".join((f"{name} has not said:", *missing, "or WITHOUT says that it has none"))
    assert decided - found.keys() == set(), f"{name} has these by now"


def test_what_is_without_is_a_kind() -> None:
    assert WITHOUT.keys() <= kinds().keys()
