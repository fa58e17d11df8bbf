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
    "secrets": "failures quotas compose",
    "workers": "templates uses",
    "workflows": "quotas compose",
    "workgroups": "failures takeover uses compose",
    "zones": "failures takeover compose",
}


def owed(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield what a kind has not said, and where it goes."""
    name, facets = kind.name, kind.permissions
    if not any((ROOT / "templates/kinds" / name).glob("*")):
        yield "templates", f"templates/kinds/{name}/"
    if not any((FULL / "catalog").glob(f"*/{name}/**/*.yaml")):
        yield "fixture", f"an entry in tests/fixtures/full/catalog/depot/{name}/"
    if not (ROOT / f"catalog/.schema/{kind.model.SINGULAR}.json").is_file():
        yield "schema", "infragen schema --write"
    if f"{name}/" not in (ROOT / "docs/catalogue.md").read_text("utf-8"):
        yield "page", "its folder in docs/catalogue.md"
    if kind.cost.monthly is empty:
        yield "cost", "`cost.monthly`, with rows of prices/prices.toml (`free_of_charge` where AWS bills nothing)"
    if kind.operations.failures is empty:
        yield "failures", "`operations.failures`: how one fails unseen, and the signals that tell (L128)"
    if kind.failover.holds is empty:
        yield "takeover", "`failover.holds`: what a standby needs of it"
    if not kind.operations.quotas:
        yield "quotas", "`operations.quotas`, with rows of core/quotas.toml"
    if facets.bindings is empty and not facets.uses_hint:
        yield "uses", "`permissions.bindings`, or `permissions.uses_hint` where it is reached in another way"
    if kind.operations.outputs is empty:
        yield "outputs", "`operations.outputs`: what people want to know of it once it is applied"
    if kind.delivery.compose_service is Delivery().compose_service:
        yield "compose", "`delivery.compose_service`: what stands for it in Docker Compose"


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_kind_is_whole(name: str) -> None:
    found = dict(owed(kinds()[name]))
    decided = {*WITHOUT.get(name, "").split()}
    missing = [f"{what}: {where}" for what, where in found.items() if what not in decided]
    assert missing == [], "\n".join((f"{name} has not said:", *missing, "or WITHOUT says that it has none"))
    assert decided - found.keys() == set(), f"{name} has these by now"


def test_what_is_without_is_a_kind() -> None:
    assert WITHOUT.keys() <= kinds().keys()
