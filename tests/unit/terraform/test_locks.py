"""Who holds a lock, read from what terraform 1.11 says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.findings import finding
from infragen.terraform.locks import NOBODY, Lock, parse_lock

SAID = """Failed to unlock state: lock ID 'infragen-asks' does not match the existing lock ID 'abc-1'
Lock Info:
  ID:        abc-1
  Path:      bucket/technova/prod/network.tfstate
  Operation: OperationTypeApply
  Who:       ann@laptop
  Version:   1.11.4
  Created:   2026-11-20 13:00:00.1 +0000 UTC
  Info:      
"""  # noqa: W291
AT_ONE = datetime(2026, 11, 20, 13, tzinfo=UTC)


def test_a_lock_is_read() -> None:
    assert parse_lock(SAID) == Lock("abc-1", "ann@laptop", "apply", AT_ONE, "1.11.4")


@pytest.mark.parametrize("text", ["", "Lock Info:\n", "NoSuchKey", "  ID:\n  Who: x\n"])
def test_no_lock_is_made_up(text: str) -> None:
    assert parse_lock(text) is None


def test_a_lock_that_says_little_is_still_one() -> None:
    lock = parse_lock("Lock Info:\n  ID: 7\n  Created: yesterday\n")
    assert lock == Lock("7", "somebody", "unknown", None, "unknown")
    assert lock.describe() == "somebody (unknown, terraform unknown)"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_people_are_told_since_when(passed: timedelta, said: str) -> None:
    lock = Lock("abc-1", "ann@laptop", "apply", AT_ONE, "1.11.4")
    expected = f"ann@laptop since 2026-11-20 13:00:00 UTC, {said} (apply, terraform 1.11.4)"
    assert lock.describe(AT_ONE + passed) == expected


def test_a_clock_that_is_ahead_says_no_age() -> None:
    assert "ago" not in Lock("1", "a", "plan", AT_ONE, "1").describe(AT_ONE - timedelta(hours=1))


def test_terraforms_story_of_a_request_becomes_who_and_since_when() -> None:
    detail = "Error message: operation error S3: PutObject, https response error StatusCode: 412\n" + SAID
    said = finding({"summary": "Error acquiring the state lock", "detail": detail}, "generated/technova/prod/network")
    assert said.code == "T022"
    assert said.message.startswith("the state of generated/technova/prod/network is locked by ann@laptop since 2026")
    assert "infragen unlock technova/prod/network" in (said.hint or "")
    assert "PutObject" not in said.message


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("api error SlowDown: x", "T036"),
        ("api error ExpiredToken: x", "T028"),
        ("https response error StatusCode: 412, api error PreconditionFailed: x", "T022"),
        ("https response error StatusCode: 403, api error AccessDenied: x", "T020"),
    ],
)
def test_a_lock_that_nobody_holds_and_that_could_not_be_taken_says_why(reason: str, code: str) -> None:
    reported = {"summary": "Error acquiring the state lock", "detail": f"{reason}; GetObject: NoSuchKey"}
    assert finding(reported, "generated/technova/prod/network").code == code


def test_a_terraform_without_room_for_its_words_is_a_full_disk(make_runner, folder, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("infragen.terraform.adapter.ROOM", 1 << 60)
    with pytest.raises(InfragenError, match=r"T034 the disk of .* is full"):
        make_runner("sys.exit(1)").plan(folder, tmp_path / "plan")
    with pytest.raises(InfragenError, match="T020"):
        make_runner("error('no such type'); sys.exit(1)").plan(folder, tmp_path / "plan")


def test_asking_for_a_lock_changes_nothing_and_reads_it(make_runner, folder, calls) -> None:
    runner = make_runner(f"sys.stderr.write({SAID!r}); sys.exit(1)")
    lock = runner.lock_of(folder)
    assert lock is not None
    assert lock.who == "ann@laptop"
    assert calls() == [["force-unlock", "-force", NOBODY]]


def test_where_nobody_holds_a_lock_there_is_none(make_runner, folder) -> None:
    assert make_runner("sys.stderr.write('operation error S3: NoSuchKey: '); sys.exit(1)").lock_of(folder) is None


def test_what_cannot_be_asked_is_no_answer(make_runner, folder) -> None:
    runner = make_runner("sys.stderr.write('Error: no valid credential sources found'); sys.exit(1)")
    with pytest.raises(InfragenError, match="T028"):
        runner.lock_of(folder)


def test_exactly_the_lock_that_was_shown_is_released(make_runner, folder, calls) -> None:
    make_runner("sys.exit(0)").unlock(folder, Lock("abc-1", "ann@laptop", "apply", AT_ONE, "1.11.4"))
    assert calls() == [["force-unlock", "-force", "abc-1"]]


def test_a_lock_that_changed_hands_is_not_released(make_runner, folder) -> None:
    with pytest.raises(InfragenError, match="does not match"):
        make_runner(f"sys.stderr.write({SAID!r}); sys.exit(1)").unlock(folder, Lock("other", "a", "b", None, "1"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("api error SlowDown: Please reduce your request rate", "T036"),
        ("ThrottlingException: Rate exceeded", "T036"),
        ("api error ExpiredToken: The provided token has expired", "T028"),
        (
            "S3: HeadObject, https response error StatusCode: 400, RequestID: 1, api error BadRequest: Bad Request",
            "T028",
        ),
        ("RequestExpired: Request has expired", "T028"),
        ("failed to get shared config profile, nosuch", "T028"),
        ("api error InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.", "T028"),
        ("api error SignatureDoesNotMatch: Signature expired: 20261124T01 is now earlier than 20261124T02", "T028"),
        ("dial tcp 10.0.0.1:443: connect: connection refused", "T024"),
        ("request send failed, Put: EOF", "T024"),
        ("write plan.tfplan: no space left on device", "T034"),
        ("ParameterAlreadyExists: The parameter already exists.", "T037"),
        ("EntityAlreadyExists: Role with name x already exists.", "T037"),
        ("Cannot delete protected Cluster, please disable deletion protection and try again.", "T020"),
        ("Load balancer 'x' cannot be deleted because deletion protection is enabled", "T020"),
        ("OperationNotPermitted: Modify its 'disableApiTermination' instance attribute and try again.", "T020"),
        ("Resource cannot be deleted as it is protected against deletion. Disable deletion protection first.", "T020"),
        ("api error BucketNotEmpty: The bucket you tried to delete is not empty", "T020"),
        ("HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets", "T020"),
        (
            "DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier x exists.",
            "T020",
        ),
        ("api error DBClusterSnapshotAlreadyExistsFault: Cannot create the snapshot because it already exists", "T020"),
        ("api error SnapshotAlreadyExistsFault: Snapshot with specified name already exists", "T020"),
        ("You can't create this secret because a secret with this name is already scheduled for deletion.", "T020"),
        ("You can't perform this operation on the secret because it was marked for deletion.", "T020"),
        ("CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated", "T020"),
        ("InvalidRequestException: Backup vault cannot be deleted because it contains recovery points", "T020"),
        ("InvalidRequestException: WorkGroup x is not empty", "T020"),
        ("RepositoryNotEmptyException: The repository cannot be deleted because it still contains images", "T020"),
    ],
)
def test_faults_have_a_code_and_a_way_out(words: str, code: str) -> None:
    said = finding({"summary": "it failed", "detail": words}, "generated/technova/prod/network")
    assert said.code == code
    assert said.hint
    assert ("infragen import" in said.hint) == (code == "T037" or "already scheduled" in words)
    assert ("restore-secret" in said.hint) == ("the secret because" in words or "already scheduled" in words)


def test_a_killed_terraform_says_what_it_may_leave_behind(make_runner, folder, tmp_path) -> None:
    runner = make_runner("os.kill(os.getpid(), 9)")
    with pytest.raises(InfragenError) as caught:
        runner.apply(folder, tmp_path / "plan")
    (said,) = caught.value.diagnostics
    assert said.code == "T035"
    assert "lock may still be held" in said.message
    assert "may not be in the state" in said.message
    unlock = "`infragen unlock technova/dev/network`"
    assert said.hint == f"{unlock} checks the lock, `infragen resume` checks what was created"


def test_a_killed_show_leaves_nothing_behind(make_runner, folder) -> None:
    with pytest.raises(InfragenError) as caught:
        make_runner("os.kill(os.getpid(), 9)").output(folder)
    said = "`terraform output` of generated/technova/dev/network was killed by signal 9"
    assert caught.value.diagnostics == (Diagnostic("T020", said),)
