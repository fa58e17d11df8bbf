"""What a run left in AWS is taken in with proof, and named and left alone without."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan_contract.ownership import Creation, creations, names_to_import
from infragen.terraform.findings import Finding
from infragen.terraform.runner import Folder, PlanOptions
from infragen.terraform.states import parse_state
from infragen.workflow.recovery import orphans
from infragen.workflow.recovery.orphans import LeftBehind, Recovered, import_orphans

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.terraform.run_records import Run
    from infragen.terraform.states import State
    from infragen.workflow.session import Session

BEGAN = datetime(2026, 11, 20, 13, tzinfo=UTC)
TAGS = {"System": "small"}
GONE = 'Cannot import non-existent remote object: ... existing object to "{}", the provider detected that no object'


@dataclass
class Aws:
    """What exists by id, what a plan would create by address, and a runner that imports the one as the other."""

    exists: dict[str, dict[str, Any]]
    wanted: dict[str, tuple[str, dict[str, Any]]]
    known: dict[str, str] = field(default_factory=dict)
    breaks: dict[str, str] = field(default_factory=dict)
    tainted: list[str] = field(default_factory=list)
    half_known: bool = False
    is_vague: bool = False
    plans: int = 0
    _shown: bytes = b""

    def state_list(self, _folder: object) -> tuple[str, ...]:
        return tuple(self.known)

    def state_pull(self, _folder: object) -> bytes:
        resources = [
            {
                "mode": "managed", "type": address.split(".")[0], "name": address.split(".")[1], "provider": "x",
                "instances": [{"attributes": {"id": identifier}}],
            }
            for address, identifier in self.known.items()
        ]  # fmt: skip
        return json.dumps({"version": 4, "serial": 1, "lineage": "a", "resources": resources}).encode()

    def plan(self, folder: Folder, out: Path, options: PlanOptions, _on_event: object = None) -> None:
        self.plans += 1
        if self.half_known and not options.refresh:  # the state has no more than the id of what was kept
            raise InfragenError(Diagnostic("T020", 'The argument "target_key_id" is required'))
        if self.tainted:  # terraform speaks of the first, and not of what depends on it
            words = f"Instance cannot be destroyed: Resource {self.tainted[0]} has\nlifecycle.prevent_destroy set"
            raise InfragenError(Diagnostic("T020", words))
        looks = folder.path / "infragen-looks.tf"
        text = looks.read_text() if looks.is_file() else ""
        if looked := re.findall(r'data "(.*)" "(.*)" {\n  name = "(.*)"', text):
            self._look(looked, options)
            out.write_bytes(b"saved")
            return
        imported = dict(re.findall(r'to = (.*)\n  id = "(.*)"', text))
        wrong = [
            Diagnostic("T020", self.breaks.get(address) or GONE.format(address))
            for address, identifier in imported.items()
            if address in self.breaks or identifier not in self.exists
        ]
        if wrong:
            raise InfragenError(*wrong)
        changes = []
        for address, (kind, after) in self.wanted.items():
            change: dict[str, Any] = {"actions": ["create"], "before": None, "after": after, "after_unknown": {}}
            if address in imported:
                before = self.exists[imported[address]]
                change |= {"actions": ["update"], "before": before, "importing": {"id": imported[address]}}
            changes.append({"address": address, "mode": "managed", "type": kind, "change": change})
        self._shown = json.dumps({"resource_changes": changes}).encode()
        out.write_bytes(b"saved")

    def _look(self, looked: list[tuple[str, str, str]], options: PlanOptions) -> None:
        names = {f"data.{kind}.{label}": name for kind, label, name in looked}
        assert options.targets == tuple(names)
        found = {
            address: [one for one, about in self.exists.items() if about.get("name") == name]
            for address, name in names.items()
        }
        wrong = [
            Finding(
                "T020",
                self.breaks.get(names[address]) or "Search returned 0 results, please\nrevise",
                address=None if self.is_vague else address,
            )
            for address, there in found.items()
            if not there
        ]
        if wrong:
            raise InfragenError(*wrong)
        resources = [{"address": address, "values": {"id": there[0]}} for address, there in found.items()]
        self._shown = json.dumps({"prior_state": {"values": {"root_module": {"resources": resources}}}}).encode()

    def show_json(self, _folder: object, _plan: Path, to: Path) -> Path:
        to.write_bytes(self._shown)
        return to

    def untaint(self, _folder: object, address: str) -> None:
        self.tainted.remove(address)
        self.half_known = True

    def adopt(self, _folder: object, address: str, identifier: str) -> None:
        if address in self.breaks:
            raise InfragenError(Diagnostic("T020", self.breaks[address]))
        if identifier not in self.exists:
            raise InfragenError(Diagnostic("T020", "Cannot import non-existent\nremote object"))
        self.known[address] = identifier


def claimed(
    aws: Aws,
    folder: Path,
    possibly_created: tuple[str, ...] = (),
    made: dict[str, str] | None = None,
    unheard: tuple[str, ...] = (),
    *,
    failed: tuple[str, ...] = (),
    is_former: bool = False,
    is_unstored: bool = False,
) -> Recovered:
    session = SimpleNamespace(
        runner=aws,
        folders=SimpleNamespace(plan_file=lambda _name: folder / "infragen.tfplan"),
        environment=SimpleNamespace(
            target="small/dev", settings=SimpleNamespace(account="123456789012", region="eu-west-1")
        ),
        composed=SimpleNamespace(stacks=() if is_former else (SimpleNamespace(name="network", region=None),)),
        on_sandbox=True,
    )
    run = cast("Run", SimpleNamespace(id="run", began=BEGAN, last=BEGAN))
    left, found = LeftBehind(run, "network", made or {}, possibly_created, unheard, failed, is_unstored), Recovered()
    import_orphans(cast("Session", session), left, Folder(folder, "network"), found)
    assert list(folder.iterdir()) == []  # a plan holds secrets
    return found


def parameter(name: str, tags: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "tags_all": tags}


@pytest.fixture(autouse=True)
def awaited(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was waited for before it was taken in: type and id."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(orphans, "await_made", lambda _session, kind, name, _what: found.append((kind, name)))
    return found


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> dict[str, State]:
    """The states of the environment's other stacks."""
    found: dict[str, State] = {}
    monkeypatch.setattr(orphans, "every_state", lambda _session, known: {**known, **found})
    return found


@pytest.fixture
def aws() -> Aws:
    wanted = {f"aws_ssm_parameter.{name}": ("aws_ssm_parameter", parameter(f"/{name}", TAGS)) for name in "abcd"}
    return Aws({"/a": parameter("/a", TAGS), "/b": parameter("/b", {"Owner": "ann"})}, wanted)


def test_what_has_the_runs_tags_is_taken_in_and_somebody_elses_is_named_and_left(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = claimed(aws, tmp_path, tuple(aws.wanted))
    assert aws.known == {"aws_ssm_parameter.a": "/a"}
    said = capsys.readouterr().err
    assert "network: imported: aws_ssm_parameter.a (/a); it has the tags that the run sets" in said
    assert "network: aws_ssm_parameter.c (/c) was not created, or no longer exists" in said
    (left,) = found.unanswered
    assert left.code == "J007"
    assert "aws_ssm_parameter.b (/b) exists, but nothing proves that this run created it" in left.message
    assert "it does not have the tags that the run sets (Owner, System)" in left.message
    assert "`infragen import small/dev stacks/network aws_ssm_parameter.b=/b --sandbox`" in (left.hint or "")
    assert ", then `infragen apply small/dev --sandbox`; if it is not, " in (left.hint or "")
    assert (found.objects, found.unclear) == (1, 0)
    assert aws.plans == 3  # what it would create, what is there, and once more without what is not


@pytest.mark.parametrize("made", [None, {"aws_ssm_parameter.a": "/a"}])
def test_what_the_state_has_at_another_address_is_not_taken_in_a_second_time(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str], made: dict[str, str] | None
) -> None:
    """A rename that was taken back: the former address has what AWS calls by that name."""
    aws.known["aws_ssm_parameter.former"] = "/a"
    found = claimed(aws, tmp_path, () if made else ("aws_ssm_parameter.a",), made)
    assert aws.known == {"aws_ssm_parameter.former": "/a"}
    assert "aws_ssm_parameter.a (/a) was not created: that is aws_ssm_parameter.former" in capsys.readouterr().err
    assert not found


@pytest.mark.parametrize("made", [None, {"aws_ssm_parameter.a": "/a"}])
def test_what_another_stack_has_is_not_taken_in(
    aws: Aws,
    tmp_path: Path,
    elsewhere: dict[str, State],
    made: dict[str, str] | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A colleague's commit moved it there: the tags are the environment's, and prove nothing against that stack."""
    other = parse_state(Aws({}, {}, known={"aws_ssm_parameter.moved": "/a"}).state_pull(None), "store")
    assert other
    elsewhere["store"] = other
    found = claimed(aws, tmp_path, () if made else ("aws_ssm_parameter.a",), made)
    assert aws.known == {}
    said = capsys.readouterr().err
    assert "network: aws_ssm_parameter.a (/a) was not created: that is aws_ssm_parameter.moved of store" in said
    assert "`infragen state moves small/dev --sandbox` shows what would move" in said
    assert not found


def test_no_command_that_cannot_be_typed_is_named_for_a_stack_that_left_the_catalogue(aws: Aws, tmp_path: Path) -> None:
    (left,) = claimed(aws, tmp_path, ("aws_ssm_parameter.b",), is_former=True).unanswered
    assert left.hint == "not imported. In a terminal, `infragen resume` asks"


def test_what_was_about_to_be_made_is_looked_for_and_only_what_is_there_is_told(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = claimed(aws, tmp_path, ("aws_ssm_parameter.c",), unheard=tuple(aws.wanted))
    assert aws.known == {"aws_ssm_parameter.a": "/a"}
    said = capsys.readouterr().err
    assert "aws_ssm_parameter.c (/c) was not created, or no longer exists" in said
    assert "aws_ssm_parameter.d" not in said
    assert ["aws_ssm_parameter.b (/b) exists" in one.message for one in found.unanswered] == [True]


@pytest.mark.parametrize(("answer", "taken"), [(True, {"aws_ssm_parameter.b": "/b"}), (False, {})])
def test_a_person_decides_where_nothing_proves_it(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bool, taken: dict[str, str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(orphans, "can_be_asked", lambda: True)
    monkeypatch.setattr(orphans, "confirm", lambda question: asked.append(question) or answer)
    found = claimed(aws, tmp_path, ("aws_ssm_parameter.b",))
    assert aws.known == taken
    assert len(asked) == 1
    assert (found.objects, found.unclear, found.unanswered) == (int(answer), int(not answer), [])


def test_what_was_made_under_a_name_may_be_gone_and_another_one_there(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {f"aws_ssm_parameter.{name}": f"/{name}" for name in "abc"} | {"aws_kms_alias.d": "alias/d"}
    aws.wanted["aws_kms_alias.d"] = ("aws_kms_alias", {"name": "alias/d"})
    aws.exists["alias/d"] = {"name": "alias/d"}  # it has no tags, and nothing speaks against it
    found = claimed(aws, tmp_path, made=made)
    assert aws.known == {"aws_ssm_parameter.a": "/a", "aws_kms_alias.d": "alias/d"}
    assert ["aws_ssm_parameter.b (/b) exists, but nothing" in one.message for one in found.unanswered] == [True]
    assert "aws_ssm_parameter.c (/c) was not created, or no longer exists" in capsys.readouterr().err
    del aws.wanted["aws_ssm_parameter.b"]  # of what the files do not have any more, terraform says so
    aws.breaks["aws_ssm_parameter.b"] = "it does not exist in the configuration"
    assert claimed(aws, tmp_path, made={"aws_ssm_parameter.b": "/b"}) == Recovered(unclear=1)


def test_what_nobody_heard_of_and_has_no_name_is_named(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.wanted["aws_vpc.e"] = ("aws_vpc", {"cidr_block": "10.0.0.0/16"})
    aws.wanted["aws_s3_bucket_versioning.f"] = (
        "aws_s3_bucket_versioning",
        {"bucket": "b"},
    )  # made again, it is the same
    unheard = ("aws_ssm_parameter.a", "aws_ssm_parameter.c", "aws_vpc.e", "aws_s3_bucket_versioning.f", "aws_vpc.not")
    found = claimed(aws, tmp_path, unheard=unheard)
    assert (aws.known, found) == ({"aws_ssm_parameter.a": "/a"}, Recovered(objects=1, unclear=1))
    said = capsys.readouterr().err
    assert "may have continued without infragen and created what cannot be found by name: aws_vpc.e\n" in said
    assert "aws_ssm_parameter.c" not in said


def test_one_that_cannot_be_read_hides_no_other(aws: Aws, tmp_path: Path) -> None:
    aws.breaks["aws_ssm_parameter.b"] = "AccessDenied"
    found = claimed(aws, tmp_path, ("aws_ssm_parameter.a", "aws_ssm_parameter.b"))
    assert aws.known == {"aws_ssm_parameter.a": "/a"}
    assert ["it cannot be read: AccessDenied" in one.message for one in found.unanswered] == [True]


def test_what_is_in_the_state_already_is_not_looked_at(aws: Aws, tmp_path: Path) -> None:
    aws.known = {"aws_ssm_parameter.a": "/a", "aws_ssm_parameter.b": "/other"}
    assert claimed(aws, tmp_path, tuple(aws.known), {"aws_ssm_parameter.b": "/b"}) == Recovered()
    assert aws.plans == 1  # whether its files protect what terraform calls tainted; nothing was looked for
    assert claimed(aws, tmp_path, (), {"aws_ssm_parameter.b": "/b"}) == Recovered()
    assert aws.plans == 1


def test_what_failed_half_made_and_may_not_be_replaced_is_kept(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the failure said: terraform calls both tainted, and the files forbid to destroy them."""
    key, bucket, other = (f"aws_ssm_parameter.{name}" for name in "abc")
    aws.known = {key: "/a", bucket: "/b", other: "/c"}
    aws.tainted = [key, bucket]
    found = claimed(aws, tmp_path, (key,), failed=(key, bucket, other, "aws_ssm_parameter.d"))
    assert (aws.tainted, found.kept, found.unclear) == ([], 2, 0)
    said = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in said] == [key, bucket]


def test_what_was_under_way_beside_what_is_kept_is_found_too(aws: Aws, tmp_path: Path) -> None:
    """Nothing can be planned by the half of its values that the state has of the one that is kept."""
    aws.known, aws.tainted = {"aws_kms_key.a": "1234"}, ["aws_kms_key.a"]
    assert claimed(aws, tmp_path, ("aws_kms_key.a", "aws_ssm_parameter.a")) == Recovered(kept=1, objects=1)
    assert aws.known == {"aws_kms_key.a": "1234", "aws_ssm_parameter.a": "/a"}


def test_what_an_earlier_resume_kept_is_known_by_half_until_an_apply(aws: Aws, tmp_path: Path) -> None:
    aws.known, aws.half_known = {"aws_kms_key.a": "1234"}, True
    assert claimed(aws, tmp_path, ("aws_ssm_parameter.a",)) == Recovered(objects=1)
    assert aws.known == {"aws_kms_key.a": "1234", "aws_ssm_parameter.a": "/a"}


def test_what_has_no_name_is_to_be_looked_for(aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aws.wanted = {"aws_vpc.a": ("aws_vpc", {"cidr_block": "10.0.0.0/16"})}
    assert claimed(aws, tmp_path, ("aws_vpc.a",)) == Recovered(unclear=1)
    assert (
        "network: aws_vpc.a was being created, and AWS may or may not have done it: check AWS"
        in capsys.readouterr().err
    )


def test_a_queue_that_the_next_apply_takes_over_is_named_as_aws_knows_it(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.wanted = {"aws_sqs_queue.a": ("aws_sqs_queue", {"name": "shop-dev-orders"})}
    assert claimed(aws, tmp_path, ("aws_sqs_queue.a",)) == Recovered(unclear=1)
    said = capsys.readouterr().err
    assert "aws_sqs_queue.a (shop-dev-orders) was being created, and AWS may or may not have done it" in said
    assert "the next apply creates it or takes it over; check AWS if none follows" in said


def test_what_has_a_name_and_an_id_of_awss_choice_is_looked_up(
    aws: Aws, awaited: list[tuple[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """AWS makes a balancer for minutes, and no second one of its name."""
    names = {"front": TAGS, "back": {"Owner": "ann"}, "none": TAGS, "unread": TAGS, "later": TAGS}
    aws.wanted = {f"aws_lb.{name}": ("aws_lb", {"name": name, "tags_all": TAGS}) for name in names}
    aws.exists = {f"arn:{name}": {"name": name, "tags_all": names[name]} for name in ("front", "back")}
    aws.breaks["unread"] = "AccessDenied"
    begun = ("aws_lb.front", "aws_lb.back", "aws_lb.none", "aws_lb.unread")
    found = claimed(aws, tmp_path, begun, unheard=("aws_lb.later",))
    assert (aws.known, awaited) == ({"aws_lb.front": "arn:front"}, [("aws_lb", "arn:front")])
    said = capsys.readouterr().err
    assert "network: imported: aws_lb.front (arn:front); it has the tags that the run sets" in said
    assert "network: aws_lb.none was not created, or no longer exists" in said
    assert "network: aws_lb.unread (unread) was being created, and AWS may or may not have done it: check AWS" in said
    assert "aws_lb.later" not in said
    assert ["aws_lb.back (arn:back) exists, but nothing" in one.message for one in found.unanswered] == [True]
    assert (found.objects, found.unclear) == (1, 1)


@pytest.mark.parametrize("is_vague", [False, True])
def test_a_secret_and_a_service_that_a_killed_run_may_have_made_are_looked_up_with_few_plans(
    aws: Aws, tmp_path: Path, *, is_vague: bool
) -> None:
    aws.is_vague = is_vague
    secrets = {f"aws_secretsmanager_secret.s{number}": f"/shop/{number}" for number in range(20)}
    cluster = "arn:aws:ecs:eu-west-1:1:cluster/shop"
    service = {"name": "api", "cluster": cluster, "tags_all": TAGS}
    aws.wanted = {one: ("aws_secretsmanager_secret", {"name": name, "tags_all": TAGS}) for one, name in secrets.items()}
    aws.wanted["aws_ecs_service.api"] = ("aws_ecs_service", service)
    aws.exists = {"arn:secret": {"name": "/shop/3", "tags_all": TAGS}, "shop/api": service}
    found = claimed(aws, tmp_path, ("aws_ecs_service.api", "aws_secretsmanager_secret.s3"), unheard=tuple(secrets))
    assert aws.known == {"aws_ecs_service.api": "shop/api", "aws_secretsmanager_secret.s3": "arn:secret"}
    assert (found.objects, found.unclear) == (2, 0)
    # What is wanted, all that is looked for, what there is of it (each alone, if no error names one), what it is.
    assert aws.plans == (3 + len(secrets) if is_vague else 4)


def test_what_a_state_has_by_now_may_be_another_runs(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whose terraform could not store a state may have left an elastic IP, where the state has another's since."""
    aws.known = {"aws_eip.a": "eipalloc-2", "aws_ssm_parameter.a": "/a", "aws_sns_topic.a": "arn:topic"}
    aws.known["aws_s3_bucket_policy.a"] = "bucket"  # of a name there is one, and a bucket has one
    aws.known["aws_ecs_cluster_capacity_providers.a"] = "cluster"  # as has a cluster
    assert claimed(aws, tmp_path, tuple(aws.known)) == Recovered()
    assert claimed(aws, tmp_path, tuple(aws.known), is_unstored=True) == Recovered(unclear=1)
    said = capsys.readouterr().err
    assert said == ("network: aws_eip.a was being created; the state has one, but AWS may have a second: check AWS\n")


def test_what_the_run_was_told_the_id_of_is_taken_in_by_what_its_type_is_imported_by(aws: Aws, tmp_path: Path) -> None:
    attached = "aws_iam_role_policy_attachment.a"
    aws.exists |= {"vpc-1": {}, "reader/arn:p": {}}
    aws.wanted = {attached: ("aws_iam_role_policy_attachment", {"role": "reader", "policy_arn": "arn:p"})}
    made = {"aws_vpc.a": "vpc-1", attached: "reader-2026", "aws_vpc.gone": "vpc-2"}
    assert claimed(aws, tmp_path, made=made) == Recovered(objects=2)
    assert aws.known == {"aws_vpc.a": "vpc-1", attached: "reader/arn:p"}


def test_what_is_known_by_the_id_of_another_is_taken_in_after_that_one(aws: Aws, tmp_path: Path) -> None:
    method, resource = "aws_api_gateway_method.a", "aws_api_gateway_resource.a"
    aws.exists |= {"api/res": {}, "api/res/GET": {}}
    aws.wanted = {
        method: ("aws_api_gateway_method", {"rest_api_id": "api", "http_method": "GET"}),
        resource: ("aws_api_gateway_resource", {"rest_api_id": "api"}),
    }
    adopt = aws.adopt

    def adopting(folder: object, address: str, identifier: str) -> None:
        adopt(folder, address, identifier)
        if address == resource:  # the plan knows its id from now on
            aws.wanted[method][1]["resource_id"] = "res"

    aws.adopt = adopting  # type: ignore[method-assign]
    assert claimed(aws, tmp_path, made={method: "agm-api-res-GET", resource: "res"}) == Recovered(objects=2)
    assert aws.known == {resource: "api/res", method: "api/res/GET"}


_GONE = "is no longer in the catalogue: AWS may still have it, check"


@pytest.mark.parametrize(
    ("said", "told", "counts"),
    [
        ("Cannot import non-existent remote\nobject", "was not created, or no longer exists", (0, 0)),
        ('resource address "aws_vpc.a" does not exist in the\nconfiguration.', _GONE, (1, 0)),
        ("module.a is not defined in the configuration", _GONE, (1, 0)),
        ("resource aws_vpc doesn't support import", "terraform cannot import it and may create it again", (1, 0)),
        ("Unexpected format of ID (rtb-1), expected A/B", "terraform cannot import it and may create it again", (1, 0)),
        ("AccessDenied", "", (0, 1)),
    ],
)
def test_what_cannot_be_taken_in_is_told_apart(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, said: str, told: str, counts: tuple[int, int]
) -> None:
    aws.breaks["aws_vpc.a"] = said
    found = claimed(aws, tmp_path, made={"aws_vpc.a": "vpc-1"})
    assert told in capsys.readouterr().err
    assert (found.unclear, len(found.unanswered)) == counts


@pytest.mark.parametrize("half_made", [False, True])
def test_what_cannot_be_planned_any_more_is_named_and_ends_nothing(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str], half_made: bool
) -> None:
    """What the stack reads from was destroyed since: no command could mend that."""

    def plan(*_: object) -> None:
        raise InfragenError(Diagnostic("T020", "Unsupported attribute: no attribute\nnamed vpc_id"))

    aws.plan = plan  # type: ignore[method-assign]
    address = "aws_ssm_parameter.b"
    aws.known = {address: "/b"} if half_made else {}
    assert claimed(aws, tmp_path, (address,)) == Recovered(unclear=1)
    said = capsys.readouterr().err
    assert "network: it cannot be planned as it was then: Unsupported attribute: no attribute named vpc_id" in said
    assert f"network: {address} may exist without being in a state, or only in part: check AWS" in said


@pytest.mark.parametrize("code", ["T022", "T024", "T028"])
def test_what_is_not_about_one_object_ends_it(aws: Aws, tmp_path: Path, code: str) -> None:
    def plan(*_: object) -> None:
        raise InfragenError(Diagnostic(code, "AWS cannot be reached"))

    aws.plan = plan  # type: ignore[method-assign]
    with pytest.raises(InfragenError, match=code):
        claimed(aws, tmp_path, ("aws_ssm_parameter.a",))


@pytest.mark.parametrize("code", ["T021", "T025", "T027", "T028"])
def test_not_found_in_an_error_that_is_about_no_object_says_nothing_of_one(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    def adopt(*_: object) -> None:
        raise InfragenError(Diagnostic(code, "the provider was not found; the bucket does not exist"))

    aws.adopt = adopt  # type: ignore[method-assign]
    with pytest.raises(InfragenError, match=code):
        claimed(aws, tmp_path, made={"aws_vpc.a": "vpc-1"})
    assert "was not created" not in capsys.readouterr().err


def test_names_are_found_for_what_the_configuration_names(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    changes = [
        ("aws_ssm_parameter.cidr", "aws_ssm_parameter", {"name": "/small/cidr", "value": "secret"}),
        ("aws_vpc.this", "aws_vpc", {"cidr_block": "10.0.0.0/16"}),
        ("aws_iam_role.unknown", "aws_iam_role", {}),
        ("aws_iam_role.other", "aws_iam_role", {"name": "nobody-asked"}),
    ]
    text = json.dumps({"resource_changes": [{"address": a, "type": t, "change": {"after": x}} for a, t, x in changes]})
    plan.write_text(text)
    asked = {"aws_ssm_parameter.cidr", "aws_vpc.this", "aws_iam_role.unknown"}
    assert names_to_import(plan, asked) == {"aws_ssm_parameter.cidr": "/small/cidr"}
    assert creations(plan, {"name"})["aws_iam_role.other"] == Creation("aws_iam_role", {"name": "nobody-asked"})
    assert "secret" not in str(creations(plan, {"name"}))


@pytest.mark.parametrize("content", ["", "[]", "{", '"text"', "{}"])
def test_what_is_no_plan_names_nothing(tmp_path: Path, content: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(content)
    assert names_to_import(plan, {"aws_vpc.this"}) == {}
    assert creations(plan, {"name"}) == {}
