"""A child process from start to end, whatever happens to it or to infragen."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent

import pytest
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic
from infragen.terraform import child_process as module
from infragen.terraform.child_process import Command, StoppedError, Stopper, run
from tests.waiting import PATIENCE, until

SOURCE = str(Path(module.__file__).parents[2])


def python(body: str, folder: Path) -> Command:
    return Command([sys.executable, "-c", dedent(body)], folder, dict(os.environ))


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_lines_arrive_while_the_child_still_runs(tmp_path):
    body = """
    import os, time
    print("first", flush=True)
    while not os.path.exists("seen"): time.sleep(0.01)
    print("second")
    print("no end", end="")
    """
    heard = []

    def on_line(line):
        heard.append(line)
        (tmp_path / "seen").touch()

    assert run(python(body, tmp_path), Stopper(), on_line=on_line).code == 0
    assert heard == [b"first", b"second", b"no end"]


def test_a_hundred_megabytes_of_output_do_not_stay_in_memory(tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = 0

    def on_line(_line):
        nonlocal lines
        lines += 1

    body = "line = 'x' * 1023\nfor _ in range(100 * 1024): print(line)"
    run(python(body, tmp_path), Stopper(), on_line=on_line)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert lines == 100 * 1024
    assert grown < 20_000  # kilobytes


def test_a_line_without_an_end_is_dropped_and_the_next_one_heard(tmp_path):
    heard = []
    body = "import sys\nsys.stdout.write('x' * 30_000_000)\nprint()\nprint('next')"
    run(python(body, tmp_path), Stopper(), on_line=heard.append)
    assert heard == [b"next"]


def test_of_stderr_the_end_is_kept(tmp_path):
    body = "import sys\nsys.stderr.write('x' * 10_000_000 + 'the reason')\nsys.exit(3)"
    ended = run(python(body, tmp_path), Stopper())
    assert ended.code == 3
    assert ended.stderr.endswith("the reason")
    assert len(ended.stderr) <= module.KEPT_STDERR


def test_output_can_go_into_a_file_without_passing_through(tmp_path):
    with (tmp_path / "out").open("wb") as output:
        run(python("print('whole')", tmp_path), Stopper(), output=output)
    assert (tmp_path / "out").read_text() == "whole\n"


def test_nothing_can_be_asked_of_the_person_at_the_terminal(tmp_path):
    assert run(python("input()", tmp_path), Stopper()).code == 1


PATIENT = """
import signal, sys, time
count = 0
def on_interrupt(*_):
    global count
    count += 1
    print("interrupt", count, flush=True)
signal.signal(signal.SIGINT, on_interrupt)
print("ready", flush=True)
end = time.monotonic() + 300
while time.monotonic() < end and not count: time.sleep(0.01)
time.sleep(0.3)
sys.exit(count)
"""


def test_a_stop_is_one_interrupt_and_a_clean_end(tmp_path):
    stopper = Stopper()
    ended = run(python(PATIENT, tmp_path), stopper, on_line=lambda line: line == b"ready" and stopper.stop())
    assert ended.code == 1


def test_asking_the_quiet_way_twice_is_still_one_interrupt(tmp_path):
    stopper = Stopper()

    def on_line(line):
        if line == b"ready":
            stopper.stop_once()
            stopper.stop_once()

    assert run(python(PATIENT, tmp_path), stopper, on_line=on_line).code == 1


def test_a_second_stop_ends_a_child_that_does_not_listen_and_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.2)
    stopper = Stopper()
    body = """
    import signal, subprocess, sys, time
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(child.pid, flush=True)
    time.sleep(600)
    """
    pids = []

    def on_line(line):
        pids.append(int(line))
        stopper.stop()
        stopper.stop()

    assert run(python(body, tmp_path), stopper, on_line=on_line).code == -signal.SIGKILL
    until(lambda: not alive(pids[0]))


def test_a_harmless_child_that_does_not_listen_is_killed_after_the_first_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.2)
    stopper = Stopper()
    body = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    command = replace(python(body, tmp_path), harmless=True)
    assert run(command, stopper, on_line=lambda _line: stopper.stop()).code == -signal.SIGKILL


def test_one_that_may_hold_a_lock_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.05)
    stopper = Stopper()
    assert run(python(PATIENT, tmp_path), stopper, on_line=lambda line: line == b"ready" and stopper.stop()).code == 1


def test_what_starts_while_a_stop_comes_in_is_stopped_too(tmp_path):
    stopper = Stopper()
    stopper.stop()
    assert run(python("import time; time.sleep(600)", tmp_path), stopper).code != 0


def test_an_error_in_the_callback_leaves_no_child_behind(tmp_path):
    pids = []

    def on_line(line):
        pids.append(int(line))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(
            python("import os, time; print(os.getpid(), flush=True); time.sleep(600)", tmp_path),
            Stopper(),
            on_line=on_line,
        )
    assert not alive(pids[0])


def test_no_temporary_file_is_left(tmp_path, monkeypatch):
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    run(python("print(1)", tmp_path), Stopper(), on_line=lambda _line: None)
    assert list(scratch.iterdir()) == []


DRIVER = """
import os, sys
from pathlib import Path
from infragen.diagnostics import Diagnostic
from infragen.terraform.child_process import Command, StoppedError, Stopper, run
child = '''
import os, signal, sys, time
count = 0
def on_interrupt(*_):
    global count
    count += 1
    open(f"interrupt-{count}", "w").close()
    if count > 1: sys.exit(9)
signal.signal(signal.SIGINT, on_interrupt)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(8))
open("child", "w").write(str(os.getpid()))
while not os.path.exists("go"): time.sleep(0.01)
time.sleep(0.3)  # for what should not come
for _ in range(100): print("x" * 1000, flush=True)
open("saved", "w").write(str(count))
sys.exit(7)
'''
stopper = Stopper()
with stopper.signals():
    ended = run(Command([sys.executable, "-c", child], Path.cwd(), dict(os.environ)), stopper, on_line=lambda _: None)
print(ended.code, stopper.requested)
"""


@pytest.fixture
def driver(tmp_path):
    """Start infragen's part in a process group of its own, wait for its child, and return the process."""
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text())
    yield process
    process.kill()
    process.wait()


def test_ctrl_c_on_the_terminal_reaches_the_child_exactly_once(driver, tmp_path):
    os.killpg(driver.pid, signal.SIGINT)  # what a terminal does: everyone in the group gets it
    until((tmp_path / "interrupt-1").exists)
    (tmp_path / "go").touch()
    assert driver.communicate(timeout=PATIENCE)[0] == "7 True\n"
    assert (tmp_path / "saved").read_text() == "1"


def test_a_second_ctrl_c_stops_now(driver, tmp_path):
    os.kill(driver.pid, signal.SIGINT)
    until((tmp_path / "interrupt-1").exists)
    os.kill(driver.pid, signal.SIGINT)
    assert driver.communicate(timeout=PATIENCE)[0] == "9 True\n"
    assert not (tmp_path / "saved").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_termination_interrupts_the_child_and_waits_for_it(driver, tmp_path, number):
    os.kill(driver.pid, number)
    until((tmp_path / "interrupt-1").exists)
    os.kill(driver.pid, number)  # impatience of a supervisor is no reason to lose a state
    (tmp_path / "go").touch()
    assert driver.communicate(timeout=PATIENCE)[0] == "7 True\n"
    assert (tmp_path / "saved").read_text() == "1"


def test_a_killed_infragen_lets_the_child_finish_and_save(driver, tmp_path):
    pid = int((tmp_path / "child").read_text())
    driver.kill()
    driver.wait()
    (tmp_path / "go").touch()
    until(lambda: not alive(pid))
    assert (tmp_path / "saved").read_text() == "0"


def test_who_stops_is_told_what_comes_of_it(monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.01)
    stopper, said = Stopper(), []
    with stopper.on_stop_request(said.append):
        for count in (1, 2, 3):
            stopper.stop()
            until(lambda count=count: len(said) == min(count, 2))
    stopper.stop()
    assert said == [1, 2]


def test_where_nothing_is_under_way_ctrl_c_is_an_interrupt():
    stopper = Stopper()
    with stopper.signals(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert stopper.requested


def test_a_command_that_was_stopped_is_an_interrupt_to_whoever_started_it():
    with pytest.raises(KeyboardInterrupt), Stopper().signals():
        raise StoppedError(Diagnostic("T030", "stopped"))


def test_in_an_orderly_part_it_is_only_a_wish():
    stopper = Stopper()
    with stopper.signals(), stopper.orderly():
        signal.raise_signal(signal.SIGINT)
    assert stopper.requested


def test_the_handlers_of_before_come_back():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with Stopper().signals():
        assert signal.getsignal(signal.SIGINT) != before[signal.SIGINT]
    assert {number: signal.getsignal(number) for number in before} == before


def test_one_stopper_stops_what_runs_in_many_threads(tmp_path):
    stopper = Stopper()
    ready, codes = threading.Barrier(4), []

    def work():
        codes.append(
            run(python(PATIENT, tmp_path), stopper, on_line=lambda line: line == b"ready" and ready.wait()).code
        )

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    ready.wait()
    stopper.stop()
    for thread in threads:
        thread.join(PATIENCE)
    assert codes == [1, 1, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process")
def test_what_only_reads_ends_when_it_has_used_its_processor_time(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PROCESSOR_TIME", 1)
    forever = python("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", tmp_path)
    assert run(replace(forever, harmless=True), Stopper()).code == -signal.SIGKILL
    kept = python("import time\nwhile time.process_time() < 1.5: pass", tmp_path)
    assert run(kept, Stopper()).code == 0
