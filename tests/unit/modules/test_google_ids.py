"""Ids that Google Cloud gets: each has the form that its API takes, since nothing here asks Google or its provider.

The extract of the provider's schema has arguments and their types, and none of the provider's validations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_POOL: Final = r"(?!gcp-)[a-z0-9-]{4,32}"
FORMS: Final = {
    "google_bigquery_dataset": {"dataset_id": r"\w{1,1024}"},
    "google_iam_workload_identity_pool": {"workload_identity_pool_id": _POOL},
    "google_iam_workload_identity_pool_provider": {"workload_identity_pool_provider_id": _POOL},
    "google_service_account": {"account_id": r"[a-z][a-z0-9-]{4,28}[a-z0-9]"},
}
"""By type and argument, of what infragen chooses. BigQuery API: Dataset, `datasetId`; IAM API:
projects.locations.workloadIdentityPools.create, its `providers.create`, and projects.serviceAccounts.create."""
_GIVEN: Final = {"project", "project_id", "service_account_id"}
"""What the catalogue's own model checks, or another resource says."""
_WRITTEN: Final = {
    "google_bigquery_dataset": r'^      id +=  ?"(\w+)"$',
    "google_iam_workload_identity_pool": r'^  name +=  ?"(.+)"$',
    "google_iam_workload_identity_pool_provider": r'^  provider_id +=  ?"(.+)"$',
    "google_service_account": r'^      id +=  ?"([a-z0-9-]+)"$',
}
"""Where the call of the module has each."""
CALLS: Final = sorted((ROOT / "generated").glob("*/*/google/google-project-*.tf"))


def arguments() -> Iterator[tuple[str, str]]:
    """Yield the arguments of Google's resources that are ids, with their types."""
    for path in (ROOT / "templates").rglob("*.tf"):
        text = path.read_text(encoding="utf-8")
        for kind, body in re.findall(r'^resource "(google_\w+)" "\w+" \{\n(.*?)^\}', text, re.DOTALL | re.MULTILINE):
            for name, value in re.findall(r"^  (\w+_id) += (.+)$", body, re.MULTILINE):
                if name not in _GIVEN and not re.match(r"google_", value):
                    yield kind, name


def test_the_form_of_each_id_is_known() -> None:
    assert {kind: {name} for kind, name in arguments()} == {kind: {*names} for kind, names in FORMS.items()}


@pytest.mark.parametrize("path", CALLS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_rendered_has_that_form(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    accounts, _, datasets = text.partition("datasets = {")
    for kind, line in _WRITTEN.items():
        part = datasets if kind == "google_bigquery_dataset" else accounts
        found = re.findall(line, part, re.MULTILINE)
        assert found
        assert all(re.fullmatch(form, one) for form in FORMS[kind].values() for one in found)
