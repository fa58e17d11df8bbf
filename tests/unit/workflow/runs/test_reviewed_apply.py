"""A reviewed plan is applied as it was shown, and nothing that holds secrets is left of it."""

from __future__ import annotations

import json
import stat
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import ChangeSet
from infragen.plan_contract import contract_of
from infragen.redaction import log_redaction
from infragen.redaction.decode import OpenPlan, decode_plan
from infragen.terraform.apply_records import Applied
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.runner import Folder
from infragen.workflow.attribution.change_sets import Attribution
from infragen.workflow.review import reviewed_plan
from infragen.workflow.review.bundle import Bundle, Manifest, Part, StateName
from infragen.workflow.runs import removals
from infragen.workflow.runs import reviewed_apply as applying
from infragen.workflow.runs.reviewed_apply import apply_reviewed, working_stacks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from infragen.workflow.session import Session

SECRET = "Zx9-unlisted-secret-7"
NAME = "network"
TOLD: list[Mapping[str, tuple[str, ...]]] = []
"""What was created, of each apply after which people are told of it."""


def content(value: str = SECRET, actions: tuple[str, ...] = ("create",)) -> bytes:
    change = {"actions": actions, "before": None, "after": {"p": value}, "after_sensitive": {"p": True}}
    item = {"address": "aws_thing.a", "mode": "managed", "type": "aws_thing", "name": "a", "change": change}
    return json.dumps({"format_version": "1.2", "resource_changes": [item]}).encode()


def opened(plan: bytes) -> OpenPlan:
    return OpenPlan(decode_plan(plan, "plan.json"), "plan.json")


class Terraform:
    """Plans what it is told to, and notes what it applies."""

    def __init__(self, shown: bytes, *, changes: bool = True) -> None:
        self.shown = shown
        self.changes = changes
        self.applied: list[bytes] = []
        self.breaks: str | None = None
        self.mode = 0
        self.says = [Event(EventKind.DONE, "created", "aws_thing.a", "create")]
        self.binary = SimpleNamespace(command=("terraform",))

    def plan(self, _folder: object, out: Path, *_: object) -> Any:
        out.write_bytes(b"PK " + self.shown)
        self._break("plan")
        return SimpleNamespace(changes=self.changes)

    def show_json(self, _folder: object, plan: Path, to: Path) -> Path:
        assert plan.is_file()
        to.write_bytes(self.shown)
        self._break("show")
        return to

    def apply(self, _folder: object, plan: Path, *, on_event: Callable[[Event], None], **_: object) -> Any:
        self._break("apply")
        self.applied.append(plan.read_bytes())
        self.mode = stat.S_IMODE(plan.stat().st_mode)
        for event in self.says:
            on_event(event)
        return SimpleNamespace(counts=Counts(1, 0, 0))

    def _break(self, where: str) -> None:
        if self.breaks == where:
            raise InfragenError(Diagnostic("T001", "it broke"))


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def carry_out(
        _session: object, _verb: str, graph: Mapping[str, object], step: Callable[..., Counts], **_: object
    ) -> int:
        for name in graph:
            step(name, lambda _event: None)
        return 0

    records = SimpleNamespace(put_unchanged=lambda *_: None, own=lambda *_: None)
    monkeypatch.setattr(applying, "execute", carry_out)
    monkeypatch.setattr(applying, "applied_records", lambda _session: records)
    monkeypatch.setattr(applying, "watch_rollouts", lambda *_: 0)
    monkeypatch.setattr(applying, "print_created", lambda _session, creations: TOLD.append(creations))
    monkeypatch.setattr(log_redaction, "_MEMORY", log_redaction._Memory())
    monkeypatch.setattr(
        "infragen.workflow.review.reviewed_plan.attribute_to_catalogue", lambda _composed: Attribution({})
    )


def session(folder: Path, terraform: Terraform) -> Session:
    stack = SimpleNamespace(name=NAME, identifier=NAME, upstreams=(), files=())
    (folder / NAME).mkdir(exist_ok=True)
    about = {
        "target": "technova/dev",
        "on_sandbox": False,
        "project": SimpleNamespace(root=folder),
        "environment": SimpleNamespace(target="technova/dev"),
        "parallelism": 1,
        "stacks": (stack,),
        "removed": (),
        "composed": SimpleNamespace(stacks=(stack,), owners=dict, environment=None, files={}),
        "runner": terraform,
        "tree": {},
        "prepare_stacks": lambda: {NAME: Folder(folder / NAME, f"generated/technova/dev/{NAME}")},
        "folders": SimpleNamespace(plan_file=lambda name: folder / name / "infragen.tfplan"),
    }
    return cast("Session", SimpleNamespace(**about))


def bundle(reviewed: bytes, plans: dict[str, bytes] | None = None) -> Bundle:
    part = Part("digest", None, is_planned=True, changes=True)
    manifest = cast("Manifest", SimpleNamespace(stacks={NAME: part}))
    return Bundle(manifest, contract_of(opened(reviewed), stack=NAME), ChangeSet(changes=()), plans or {})


def left(folder: Path) -> list[str]:
    return [path.name for path in (folder / NAME).iterdir()]


def test_a_saved_plan_is_applied_as_it_is_and_gone_afterwards(tmp_path: Path) -> None:
    terraform = Terraform(content())
    assert apply_reviewed(session(tmp_path, terraform), bundle(content(), {NAME: b"saved"}), jobs=1) == 0
    assert terraform.applied == [b"saved"]
    assert TOLD[-1] == {NAME: ("aws_thing.a",)}
    assert terraform.mode == 0o600
    assert left(tmp_path) == []


def test_after_an_apply_that_fails_nobody_is_told_what_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(TOLD)
    monkeypatch.setattr(applying, "execute", lambda *_, **__: 1)
    assert apply_reviewed(session(tmp_path, Terraform(content())), bundle(content()), jobs=1) == 1
    assert len(TOLD) == before


def test_a_saved_plan_that_does_something_else_than_was_shown_is_not_applied(tmp_path: Path) -> None:
    terraform = Terraform(content(actions=("delete",)))
    with pytest.raises(InfragenError, match=f"{NAME} differs from the reviewed plan") as error:
        apply_reviewed(session(tmp_path, terraform), bundle(content(), {NAME: b"saved"}), jobs=1)
    assert {diagnostic.code for diagnostic in error.value.diagnostics} == {"K010"}
    assert terraform.applied == []
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("where", "plans"),
    [("plan", {}), ("show", {}), ("apply", {}), ("show", {NAME: b"saved"}), ("apply", {NAME: b"saved"})],
)
def test_nothing_is_left_of_a_plan_wherever_it_breaks(tmp_path: Path, where: str, plans: dict[str, bytes]) -> None:
    terraform = Terraform(content())
    terraform.breaks = where
    with pytest.raises(InfragenError, match="it broke"):
        apply_reviewed(session(tmp_path, terraform), bundle(content(), plans), jobs=1)
    assert terraform.applied == []
    assert left(tmp_path) == []


@pytest.mark.parametrize("plans", [{}, {NAME: b"saved"}], ids=["planned", "saved"])
@pytest.mark.parametrize("gate", ["refuse_missing", "refuse_undelegated", "refuse_unmade_users"])
def test_nothing_is_applied_of_a_stack_that_awaits_an_image_or_a_delegation_or_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plans: dict[str, bytes], gate: str
) -> None:
    asked: list[str] = []

    def refuse(_session: object, stack: str, _contract: object, *_done: object) -> None:
        asked.append(stack)
        raise InfragenError(Diagnostic("T052", "the image web:v1 is not in the registry"))

    monkeypatch.setattr(applying, gate, refuse)
    terraform = Terraform(content())
    with pytest.raises(InfragenError, match="T052"):
        apply_reviewed(session(tmp_path, terraform), bundle(content(), plans), jobs=1)
    assert (asked, terraform.applied) == ([NAME], [])
    assert left(tmp_path) == []


def test_nothing_is_left_of_a_plan_that_has_nothing_to_do(tmp_path: Path) -> None:
    nothing = b'{"format_version":"1.2","resource_changes":[]}'
    terraform = Terraform(nothing, changes=False)
    assert apply_reviewed(session(tmp_path, terraform), bundle(nothing), jobs=1) == 0
    assert terraform.applied == []
    assert left(tmp_path) == []


@pytest.mark.parametrize("says", [[], [Event(EventKind.STARTED, "creating", "aws_thing.a", "create")]])
def test_a_terraform_that_ends_well_and_does_nothing_is_not_believed(tmp_path: Path, says: list[Event]) -> None:
    ended: list[str] = []
    headway = SimpleNamespace(
        done={}, begun=frozenset(), begins=lambda _name: nullcontext(), end=lambda name, _: ended.append(name)
    )
    terraform = Terraform(content())
    terraform.says = says
    with pytest.raises(
        InfragenError, match=r"T043 .* ended successfully, but did not report as done: aws_thing\.a \(create\)"
    ):
        apply_reviewed(session(tmp_path, terraform), bundle(content(), {NAME: b"saved"}), cast("Any", headway), jobs=1)
    assert ended == []
    assert left(tmp_path) == []


def test_nothing_is_left_where_it_cannot_be_noted_that_it_begins(tmp_path: Path) -> None:
    def begin(_name: str) -> None:
        raise InfragenError(Diagnostic("K002", "no room"))

    headway = cast("Any", SimpleNamespace(done={}, begun=frozenset(), begins=begin))
    terraform = Terraform(content())
    with pytest.raises(InfragenError, match="no room"):
        apply_reviewed(session(tmp_path, terraform), bundle(content(), {NAME: b"saved"}), headway, jobs=1)
    assert terraform.applied == []
    assert left(tmp_path) == []


def progress(done: Mapping[str, StateName] | None = None, begun: tuple[str, ...] = ()) -> Any:
    """How far an apply of the same came, and notes of what is told to it."""
    notes: list[tuple[object, ...]] = []

    def begins(name: str) -> AbstractContextManager[None]:
        notes.append(("begin", name))
        return nullcontext()

    return SimpleNamespace(
        done=done or {},
        begun=frozenset(begun),
        notes=notes,
        begin=lambda name: notes.append(("begin", name)),
        begins=begins,
        end=lambda name, state: notes.append(("end", name, state)),
    )


def test_a_stack_of_which_a_part_may_be_done_is_planned_once_more(tmp_path: Path) -> None:
    terraform = Terraform(content())
    of_both = bundle(content(), {NAME: b"saved"})
    assert apply_reviewed(session(tmp_path, terraform), of_both, progress(begun=(NAME,)), jobs=1) == 0
    assert terraform.applied == [b"PK " + content()]


def test_after_a_pass_before_the_deployment_the_rest_is_planned_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals, "early_removals", lambda *_: {NAME: ("aws_thing.a",)})
    terraform = Terraform(content())
    apply_reviewed(session(tmp_path, terraform), bundle(content(), {NAME: b"saved"}), jobs=1)
    assert terraform.applied == [b"PK " + content()] * 2


def test_nothing_is_applied_of_a_pass_before_the_deployment_that_makes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, _expected: object) -> None:
        raise InfragenError(Diagnostic("K013", f"{name} would make it"))

    monkeypatch.setattr(removals, "early_removals", lambda *_: {NAME: ("aws_thing.a",)})
    monkeypatch.setattr(removals, "refuse_deployment", refuse)
    terraform = Terraform(content())
    with pytest.raises(InfragenError, match=f"K013 {NAME} would make it"):
        apply_reviewed(session(tmp_path, terraform), bundle(content()), jobs=1)
    assert terraform.applied == []


def told_to_execute(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what an apply gives to whoever carries it out, and to whoever looks after it then."""
    told: dict[str, Any] = {}

    def carry_out(_session: object, _verb: str, graph: object, _step: object, **more: object) -> int:
        told.update(more, graph=graph)
        return 1

    def look_after(_session: object, settled: object, settles: object) -> None:
        told.update(settled=settled, settles=settles)

    monkeypatch.setattr(applying, "execute", carry_out)
    monkeypatch.setattr(applying, "PostApplyRefresh", look_after)
    return told


@pytest.mark.parametrize(
    ("done", "graph"),
    [((), {NAME: (), "app": (NAME,)}), ((NAME,), {"app": ()})],
)
def test_a_stack_waits_for_what_it_needs_also_through_one_without_changes_and_for_nothing_that_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: tuple[str, ...], graph: dict[str, tuple[str, ...]]
) -> None:
    told = told_to_execute(monkeypatch)
    recorded: dict[str, object] = {}
    monkeypatch.setattr(
        applying, "applied_records", lambda _: SimpleNamespace(put_unchanged=recorded.update, own=lambda _: None)
    )
    about = session(tmp_path, Terraform(content()))
    needs = ((NAME, ()), ("data", (NAME,)), ("app", ("data",)))
    about.stacks = tuple(SimpleNamespace(name=name, upstreams=before) for name, before in needs)  # type: ignore[misc, assignment]
    reviewed = bundle(content())
    state = StateName("l", 3)
    for name, changes in ((NAME, True), ("data", False), ("app", True)):
        cast("Any", reviewed.manifest).stacks[name] = Part(f"files of {name}", state, is_planned=True, changes=changes)
    apply_reviewed(about, reviewed, progress(dict.fromkeys(done, state)), jobs=1)
    assert told["graph"] == graph
    assert recorded == {"data": Applied("files of data", "l", 3)}


@pytest.mark.parametrize("what", ["touched_and_not_stored", "made_and_not_read"])
def test_a_stack_whose_state_lacks_what_a_killed_run_did_is_worked_on_though_nothing_is_left_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Its plan changes nothing; then what the run had changed is read into the state."""
    told = told_to_execute(monkeypatch)
    own = {name: {"aws_vpc.a": "run 1 was cut off"} for name in ("data", "not planned")}
    monkeypatch.setattr(
        applying, what, lambda _root, place: ({NAME: {}} if "made" in what else {}) | (own if place[0] else {})
    )
    about = session(tmp_path, Terraform(content()))
    about.stacks = tuple(SimpleNamespace(name=name, upstreams=()) for name in (NAME, *own))  # type: ignore[misc]
    reviewed = bundle(content())
    for name in (NAME, *own):
        part = Part("files", StateName("l", 3), is_planned=name != "not planned", changes=False)
        cast("Any", reviewed.manifest).stacks[name] = part
    apply_reviewed(about, reviewed, jobs=1)
    assert told["graph"] == {"data": ()}
    off = SimpleNamespace(apply=SimpleNamespace(refresh_after=False))
    monkeypatch.setattr(applying, "load_settings", lambda _: off)
    assert working_stacks(about, reviewed) == set()


def test_a_stack_is_noted_as_done_in_its_state_and_as_open_while_that_may_become_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = told_to_execute(monkeypatch)
    headway = progress({NAME: StateName("l", 3)})
    apply_reviewed(session(tmp_path, Terraform(content())), bundle(content()), headway, jobs=1)
    told["on_done"](NAME, Applied("d", "l", 4))
    told["on_done"](NAME, None)  # its state could not be asked
    assert headway.notes == [("end", NAME, StateName("l", 4))]
    headway.notes.clear()
    for name in (NAME, "nothing to do there"):
        told["settles"](name)
    assert headway.notes == [("begin", NAME)]


@pytest.mark.parametrize("plans", [{}, {NAME: b"saved"}], ids=["planned", "saved"])
def test_what_a_plan_marks_is_masked_in_the_log_of_its_apply(tmp_path: Path, plans: dict[str, bytes]) -> None:
    said = f"setting {SECRET} failed"
    assert SECRET in log_redaction.redacted(said)
    apply_reviewed(session(tmp_path, Terraform(content())), bundle(content(), plans), jobs=1)
    assert SECRET not in log_redaction.redacted(said)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (StateName("l", 4), None),
        (StateName("l", 5), "changed after this plan was applied to it: its serial was 4, is 5"),
        (StateName("l", 3), "changed after this plan was applied to it: its serial was 4, is 3"),  # restored
        (StateName("m", 4), "it is another one, of another lineage"),
        (None, "it no longer exists"),
    ],
)
def test_what_is_done_already_is_done_in_the_state_that_it_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: StateName | None, said: str | None
) -> None:
    state = found and SimpleNamespace(identity=found)
    monkeypatch.setattr(reviewed_plan, "pull_states", lambda *_: {NAME: state} if state else {})
    about = session(tmp_path, Terraform(content()))
    about.closure = lambda: about.stacks  # type: ignore[method-assign]
    manifest = cast("Manifest", SimpleNamespace(stacks={NAME: Part("d", StateName("l", 3), True, True)}))
    done = {NAME: StateName("l", 4)}
    if said is None:
        reviewed_plan.refuse_other_states(about, manifest, done=done)
    else:
        with pytest.raises(InfragenError, match=said) as error:
            reviewed_plan.refuse_other_states(about, manifest, done=done)
        assert {one.code for one in error.value.diagnostics} == {"K012"}
    reviewed_plan.refuse_other_states(about, manifest, begun={NAME})


def test_another_machine_knows_the_providers_once_its_folders_are_ready(tmp_path: Path) -> None:
    """Nothing was ever planned there, so nothing but the generated files says what is locked."""

    def prepare() -> dict[str, None]:
        (tmp_path / ".terraform.lock.hcl").write_text('provider "r.io/h/aws" {\n  version = "5.1.0"\n}\n')
        return {}

    folders = SimpleNamespace(combined=SimpleNamespace(path=tmp_path))
    fresh = cast("Session", SimpleNamespace(prepare_stacks=prepare, folders=folders))
    reviewed_plan.refuse_other_providers(fresh, cast("Manifest", SimpleNamespace(providers={"r.io/h/aws": "5.1.0"})))
    with pytest.raises(InfragenError, match=r"h/aws was 5\.2\.0, is 5\.1\.0") as error:
        reviewed_plan.refuse_other_providers(
            fresh, cast("Manifest", SimpleNamespace(providers={"r.io/h/aws": "5.2.0"}))
        )
    assert error.value.diagnostics[0].code == "K008"


def test_the_pass_of_migrations_is_applied_and_they_are_run_before_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saved plan is of the whole stack: what is left of it after the first pass is planned anew."""
    terraform, order, targets = Terraform(content()), list[str](), list[Any]()
    plan, apply = terraform.plan, terraform.apply
    found = SimpleNamespace(targets=("aws_thing.a",))

    def planned(folder: object, out: Path, options: Any, *more: object) -> Any:
        targets.append(options.targets)
        return plan(folder, out, options, *more)

    def applied(*given: Any, **named: Any) -> Any:
        order.append("apply")
        return apply(*given, **named)

    monkeypatch.setattr(terraform, "plan", planned)
    monkeypatch.setattr(terraform, "apply", applied)
    monkeypatch.setattr(applying, "migrations_before", lambda *_: found)
    monkeypatch.setattr(applying, "migrate", lambda _session, one: order.append("run" if one is found else "other"))
    apply_reviewed(session(tmp_path, terraform), bundle(content(), {NAME: b"saved"}), jobs=1)
    assert order == ["apply", "run", "apply"]
    assert targets == [("aws_thing.a",), ()]

    order.clear()
    found.targets = ()
    apply_reviewed(session(tmp_path, terraform), bundle(content()), jobs=1)
    assert order == ["run", "apply"]


@pytest.mark.parametrize("is_of_the_pass", [True, False])
def test_what_the_pass_of_migrations_made_is_as_promised_however_aws_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_of_the_pass: bool
) -> None:
    """A list of containers comes back in AWS's own form: nothing is left to do, and the value is another one."""
    terraform = Terraform(content())
    stands = json.loads(content("as AWS writes it", ("no-op",)))
    stands["resource_changes"][0]["change"]["before"] = {"p": "as AWS writes it"}

    def run(*_: object) -> None:
        terraform.shown, terraform.changes = json.dumps(stands).encode(), False
        if not is_of_the_pass:
            applying_now[0]._passed.clear()

    applying_now: list[Any] = []
    begin = applying._Applying.__init__

    def begun(self: Any, *given: Any) -> None:
        begin(self, *given)
        applying_now.append(self)

    monkeypatch.setattr(applying._Applying, "__init__", begun)
    monkeypatch.setattr(applying, "migrations_before", lambda *_: SimpleNamespace(targets=("aws_thing.a",)))
    monkeypatch.setattr(applying, "migrate", run)
    if is_of_the_pass:
        assert apply_reviewed(session(tmp_path, terraform), bundle(content()), jobs=1) == 0
        assert len(terraform.applied) == 1
    else:
        with pytest.raises(InfragenError, match="K010"):
            apply_reviewed(session(tmp_path, terraform), bundle(content()), jobs=1)
