"""Terraform's commands as typed calls, on top of python-terraform 0.10.1.

It builds the command lines; it does not run them (no streaming, orphans on a signal, everything in memory:
docs/terraform.md). It is used by composition, because any misspelt attribute of it is a terraform subcommand.
"""

from __future__ import annotations

import copy
import fcntl
import json
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn

from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError, Severity
from infragen.hcl.index import Index
from infragen.storage import confined_path, refuse_links
from infragen.terraform.binary import WRAPPED, Binary
from infragen.terraform.checked_providers import PROVIDERS, leave_out_checksums, restore_checksums
from infragen.terraform.child_process import POLL, Command, Finished, Stopper, run
from infragen.terraform.environment_variables import ALONE, SIDE_BY_SIDE
from infragen.terraform.events import Event, StreamedOutput
from infragen.terraform.findings import LEFT_ALONE, LOCKED, NEEDS_INIT, finding, from_stderr, killed, needs_init
from infragen.terraform.locks import LOCK_TIMEOUT, NOBODY, Lock, parse_lock
from infragen.terraform.move_marks import refuse_changed_mark
from infragen.terraform.provider_mirror import Mirror, home_folder, read_configuration, without_version
from infragen.terraform.runner import (
    FULL,
    LOST,
    NORMAL,
    PARALLELISM,
    UNSTORED,
    ApplyResult,
    Folder,
    OnEvent,
    OnStart,
    OutputValue,
    PlanOptions,
    PlanResult,
    StoppedError,
    left_file,
    left_state,
    silent,
)
from infragen.terraform.running_processes import Started
from infragen.terraform.states import refuse_overtaken
from infragen.terraform.version_files import CEILING, refuse_between
from infragen.text import visible

LOCK_STEP = 1.0  # seconds between two tries for a lock
HARMLESS = frozenset({"output", "show", "validate", "state list", "state pull"})
"""Commands that only read; most of them do not listen to an interrupt, however long AWS lets them wait."""
NO_LOCK = re.compile(r"NoSuchKey|StatusCode: 404|no such file or directory|not locked|no lock", re.IGNORECASE)
"""What force-unlock says where no one holds a lock."""
ROOM = 1 << 16  # bytes of free disk below which a terraform that fails without a word has had no room for one
HALTED = frozenset({"execution halted", "operation canceled"})
"""What terraform says of everything it did not begin any more."""
_JSON: Mapping[str, Any] = {"json": True, "no_color": True}


class TerraformRunner:
    """Runs a Binary with the command lines that python-terraform builds; safe to share between threads.

    Every method raises InfragenError with terraform's own diagnostics, StoppedError when a person asked to stop.
    """

    def __init__(
        self,
        binary: Binary,
        mirror: Mirror,
        environment: Mapping[str, str],
        stopper: Stopper | None = None,
        lock_timeout: int = LOCK_TIMEOUT,
    ) -> None:
        """`environment` are all variables (`terraform/environment_variables.py`); `lock_timeout` counts seconds."""
        self.binary = binary
        self.mirror = mirror
        self.environment = environment
        self.stopper = stopper or Stopper()
        self.lock_seconds = lock_timeout
        self.lock_timeout = f"{lock_timeout}s"
        self._initialising = threading.Lock()
        self._listeners: list[OnStart] = []

    def with_environment(self, environment: Mapping[str, str]) -> TerraformRunner:
        other = copy.copy(self)
        other.environment = environment
        return other

    @contextmanager
    def on_process_start(self, listener: OnStart) -> Iterator[None]:
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def fingerprint(self) -> str:
        """Return what two initialised folders must have in common: the program, its version, its providers' source."""
        return " ".join([*self.binary.command, self.binary.version, str(self.mirror.path)])

    def init(self, folder: Folder, *, backend: bool = True, on_event: OnEvent = silent) -> None:
        """One at a time: a plugin cache is not safe for more, of other infragens either. Nothing is migrated."""
        connect: dict[str, Any] = {"backend": "true", "reconfigure": True} if backend else {"backend": "false"}
        mirror = str(self.mirror.path) if self.mirror.flag else None
        with self._initialising, alone_in(plugin_cache(self.environment), self.stopper):
            if (folder.path / PROVIDERS).is_symlink():  # shared with other folders, into whose `init` would write
                (folder.path / PROVIDERS).unlink()
            was_checked = restore_checksums(folder.path)
            try:
                self._stream(folder, on_event, "init", lock_timeout=self.lock_timeout, **connect, plugin_dir=mirror)
            except InfragenError as error:
                raise without_version(error, self.mirror) from error
            if was_checked:
                leave_out_checksums(folder.path)

    def validate(self, folder: Folder) -> tuple[Diagnostic, ...]:
        answer = self._capture(folder, "validate", accept=(0, 1), **_JSON) or b"{}"
        with _understood("validate", folder):
            return tuple(finding(reported, folder.shown) for reported in json.loads(answer).get("diagnostics", ()))

    def plan(self, folder: Folder, out: Path, options: PlanOptions = NORMAL, on_event: OnEvent = silent) -> PlanResult:
        def but_init_errors(event: Event) -> None:
            if event.diagnostic is None or event.diagnostic.code != NEEDS_INIT:
                on_event(event)

        try:
            return self._plan(folder, out, options, but_init_errors)
        except InfragenError as error:
            if not needs_init(error.diagnostics):
                raise
        self.init(folder, on_event=on_event)
        return self._plan(folder, out, options, on_event)

    def apply(
        self, folder: Folder, plan: Path, *, parallelism: int = PARALLELISM, on_event: OnEvent = silent
    ) -> ApplyResult:
        try:
            streamed = self._stream(
                folder, on_event, "apply", str(plan.absolute()), parallelism=parallelism, lock_timeout=self.lock_timeout
            )
        except InfragenError as error:
            left = left_state(folder)
            if left is None or error.diagnostics[0].code == UNSTORED:
                raise
            raise type(error)(left, *error.diagnostics) from error
        if not streamed.is_whole and _full_disk(folder) is not None:
            message = (
                f"terraform applied {folder.shown}, and its output was lost, because {tempfile.gettempdir()} is full: "
                "its changes are in the state but cannot be shown here"
            )
            hint = "free space there, or set TMPDIR to another folder, then plan again to see what is left to do"
            raise InfragenError(Diagnostic(LOST, message, hint=hint))
        return ApplyResult(streamed.counts, tuple(streamed.warnings))

    def show_json(self, folder: Folder, plan: Path, to: Path) -> Path:
        try:
            with open(to, "w+b", opener=lambda *_: _fresh(to)) as answer:
                self._do(folder, "show", str(plan.absolute()), answer=answer, **_JSON)
        except BaseException:
            to.unlink(missing_ok=True)
            raise
        return to

    def output(self, folder: Folder) -> Mapping[str, OutputValue]:
        answer = self._capture(folder, "output", **_JSON)
        with _understood("output", folder):
            found = json.loads(answer).items()
            return {name: OutputValue(one["value"], bool(one["sensitive"])) for name, one in found}

    def state_list(self, folder: Folder) -> tuple[str, ...]:
        """Return the addresses in the state; for terraform no state at all is an error, here it is an empty one."""
        try:
            return tuple(self._capture(folder, "state list").decode().splitlines())
        except InfragenError as error:
            if "No state file was found" in error.diagnostics[0].message:
                return ()
            raise

    def state_pull(self, folder: Folder) -> bytes:
        """Return the state as it is stored, empty where there is none; it may hold secrets."""
        return self._capture(folder, "state pull")

    def state_push(self, folder: Folder, state: bytes) -> None:
        """Look before each try: over an empty state, terraform stores what someone destroyed while this waited.

        It has no way to do both under one lock: what is destroyed in between leaves the state at the next refresh.
        """
        deadline = time.monotonic() + self.lock_seconds
        while True:
            refuse_overtaken(self.state_pull(folder), state, folder.shown)
            try:
                with tempfile.TemporaryFile(dir=folder.path) as given:
                    given.write(state)
                    given.seek(0)
                    self._do(folder, "state push", "-", given=given, lock_timeout="0s")
            except InfragenError as error:
                if error.diagnostics[0].code != LOCKED or time.monotonic() > deadline:
                    raise
                time.sleep(LOCK_STEP)
            else:
                return

    def adopt(self, folder: Folder, address: str, identifier: str) -> None:
        self._do(folder, "import", address, identifier, input="false", no_color=True, lock_timeout=self.lock_timeout)

    def untaint(self, folder: Folder, address: str) -> None:
        self._do(folder, "untaint", address, no_color=True, lock_timeout=self.lock_timeout)

    def lock_of(self, folder: Folder) -> Lock | None:
        """Terraform names it as it refuses another: that changes nothing, so that it may be ended at any time."""
        folder = replace(folder, disposable=True)
        ended = self._run(self._command("force-unlock", NOBODY, force=True), folder)
        lock = parse_lock(ended.stderr)
        if lock is None and not NO_LOCK.search(ended.stderr):
            self._fail(ended, "force-unlock", folder)
        return lock

    def unlock(self, folder: Folder, lock: Lock) -> None:
        self._do(folder, "force-unlock", lock.id, force=True)

    def providers_lock(self, folder: Folder, platforms: Sequence[str]) -> None:
        source = str(self.mirror.path) if self.mirror.path else None
        self._do(folder, "providers lock", fs_mirror=source, platform=list(platforms))

    def _plan(self, folder: Folder, out: Path, options: PlanOptions, on_event: OnEvent) -> PlanResult:
        os.close(_fresh(out))  # no one else can read it at any time: it holds every secret
        try:
            streamed = self._stream(
                folder,
                on_event,
                "plan",
                accept=(0, 2),
                detailed_exitcode=True,
                out=str(out.absolute()),
                refresh=None if options.refresh else "false",
                refresh_only=options.refresh_only or None,
                destroy=options.destroy or None,
                parallelism=options.parallelism,
                target=list(options.targets),
                lock=None if options.lock else "false",
                lock_timeout=self.lock_timeout if options.lock else None,
            )
        except BaseException as error:
            if not (isinstance(error, InfragenError) and out.exists() and out.stat().st_size):
                out.unlink(missing_ok=True)
            raise
        try:
            refuse_changed_mark(streamed.outputs, folder.shown)
        except InfragenError:
            out.unlink()
            raise
        return PlanResult(out, streamed.code == 2, streamed.counts, tuple(streamed.warnings))

    def _stream(
        self,
        folder: Folder,
        on_event: OnEvent,
        command: str,
        *arguments: str,
        accept: Sequence[int] = (0,),
        **options: object,
    ) -> StreamedOutput:
        streamed = StreamedOutput(on_event, folder.shown)
        line = self._command(command, *arguments, input="false", **_JSON, **options)
        ended = self._run(line, folder, on_line=streamed.line)
        streamed.code = ended.code
        if ended.code not in accept:
            elsewhere = _kept(folder, streamed.state) if streamed.state else ()
            self._fail(ended, command, folder, [*elsewhere, *streamed.all_errors])
        return streamed

    def _do(  # what a command is given, and where its answer goes
        self,
        folder: Folder,
        command: str,
        *arguments: str,
        accept: Sequence[int] = (0,),
        given: IO[bytes] | None = None,
        answer: IO[bytes] | None = None,
        **options: object,
    ) -> None:
        ended = self._run(self._command(command, *arguments, **options), folder, output=answer, given=given)
        if ended.code not in accept:
            self._fail(ended, command, folder)
        if answer is not None:
            # Terraform does not see that an answer was cut off. An empty one is whole, except of `show`.
            size = answer.seek(0, os.SEEK_END)
            answer.seek(max(0, size - 1))
            if answer.read(1) != b"\n" and (size or command == "show"):
                # A file without a name has a number for one.
                place = folder.path if isinstance(answer.name, int) else answer.name
                said = f"the answer of `terraform {command}` could not be written to {place}: its disk is full"
                hint = "free disk space (`ulimit -f` also limits files), then run the same command again"
                raise InfragenError(Diagnostic(FULL, said, hint=hint))
            if command == "state list":
                return
            # A JSON object that something stands beside is refused (T003); what stands in it may be secret.
            answer.seek(0)
            begin = answer.read(200).strip()
            answer.seek(max(0, size - 200))
            begins, ends = begin.startswith(b"{"), answer.read().rstrip().endswith(b"}")
            if begins is ends and (begins or b"\n{" not in begin):  # whole, or no such answer at all
                return
            words = begin.partition(b"{")[0].partition(b"\n")[0].decode(errors="replace")
            where = f"before it: {visible(words)}" if words else "behind it"
            said = f"`terraform {command}` of {folder.shown} printed more than its answer, {where}"
            raise InfragenError(Diagnostic("T003", said, hint=WRAPPED))

    def _capture(self, folder: Folder, command: str, accept: Sequence[int] = (0,), **options: Any) -> bytes:
        with tempfile.TemporaryFile(dir=folder.path) as answer:
            self._do(folder, command, accept=accept, answer=answer, **options)
            answer.seek(0)
            return answer.read()

    def _command(self, command: str, *arguments: str, **options: object) -> list[str]:
        """Build a command line; an option of True is a flag, one of None is left out."""
        from python_terraform import IsFlagged, Terraform

        # It reads a state file when made, the working folder's as a rule: below /dev/null there is none.
        builder = Terraform(working_dir=os.devnull, terraform_bin_path=self.binary.command[0])
        flags = {name: IsFlagged if value is True else value for name, value in options.items()}
        program, *rest = builder.generate_cmd_string(command, *arguments, **flags)
        return [program, *self.binary.command[1:], *rest]

    def _run(
        self,
        line: list[str],
        folder: Folder,
        *,
        on_line: Callable[[bytes], None] | None = None,
        output: IO[bytes] | None = None,
        given: IO[bytes] | None = None,
    ) -> Finished:
        name, detail, *_ = [*line[len(self.binary.command) :], ""]
        if self.stopper.requested:
            raise StoppedError(Diagnostic("T030", f"stopped before `terraform {name}`"))
        refuse_links(folder.path, but={PROVIDERS: f"../../combined/{PROVIDERS}"})
        harmless = folder.disposable or not HARMLESS.isdisjoint({name, f"{name} {detail}"})
        environment = {**self.environment, **self.binary.variables}
        if CEILING in environment:
            refuse_between(Path(environment[CEILING]), folder.path.resolve())
            environment[CEILING] = os.fspath(folder.path)
        if folder.disposable and environment.get("GOGC") == SIDE_BY_SIDE:  # beside it nothing runs: it has the memory
            environment = {**environment, "GOGC": ALONE}
        command = Command(line, folder.path, environment, harmless, given)

        def on_start(started: Started) -> None:
            for listener in tuple(self._listeners):
                listener(folder, started)

        return run(command, self.stopper, on_line=on_line, output=output, on_start=on_start)

    def _fail(self, ended: Finished, command: str, folder: Folder, errors: Sequence[Diagnostic] = ()) -> NoReturn:
        if ended.left_behind:
            pids = ", ".join(map(str, ended.left_behind))
            said = f"{folder.shown}: a provider process that terraform left running (process {pids}) was terminated"
            errors = (*errors, Diagnostic(LEFT_ALONE, said, severity=Severity.NOTICE))
        others = [error for error in errors if error.message.lower() not in HALTED]
        if command not in HARMLESS and not folder.disposable:
            error = StoppedError if self.stopper.requested else InfragenError
            how = f"was killed by signal {-ended.code}" if ended.code < 0 else "was interrupted"
            if ended.code < 0 or self.stopper.wishes > 1:
                raise error(killed(how, command, folder.shown), *others)
        if not self.stopper.requested:
            is_said = any(error.severity is Severity.ERROR for error in errors)
            why = _full_disk(folder) or from_stderr(ended.code, ended.stderr, command, folder.shown)
            raise InfragenError(*errors) if is_said else InfragenError(why, *errors)
        is_safe = command in {"plan", *HARMLESS}
        so_far = "nothing was changed" if is_safe else "changes completed before that are in the state"
        stopped = f"{folder.shown}: `terraform {command}` was stopped; {so_far}"
        raise StoppedError(Diagnostic("T030", stopped, severity=Severity.NOTICE), *others)


@contextmanager
def _understood(command: str, folder: Folder) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        message = f"`terraform {command} -json` of {folder.shown} returned no such output ({type(error).__name__})"
        hint = "`infragen doctor` shows which terraform runs; `INFRAGEN_TERRAFORM` selects another one"
        raise InfragenError(Diagnostic("T044", message, hint=hint)) from None


def _kept(folder: Folder, state: bytes) -> tuple[Diagnostic, ...]:
    """Write a state where terraform could not; where there is no room by now either, elsewhere, and say where it is."""
    left = left_file(folder)
    with suppress(OSError):
        left.write_bytes(state)
        return ()
    try:
        descriptor, elsewhere = tempfile.mkstemp(left.suffix, "infragen-errored-")
        with os.fdopen(descriptor, "wb") as written:
            written.write(state)
    except OSError:
        return ()
    said = f"the state of {folder.shown} was not stored; it is in {elsewhere}, with secrets: {folder.path} is full"
    return (Diagnostic(UNSTORED, said, hint=f"free disk space and move that file to {left}, then `infragen resume`"),)


def _full_disk(folder: Folder) -> Diagnostic | None:
    places = (folder.path, Path(tempfile.gettempdir()))
    full = next((place for place in places if shutil.disk_usage(place).free < ROOM), None)
    if full is None:
        return None
    hint = "free disk space, then `infragen resume` after an apply or a destroy, else run the same command again"
    return Diagnostic(FULL, f"the disk of {full} is full: terraform failed and could not report why", hint=hint)


def _fresh(path: Path) -> int:
    files, place = confined_path(path)
    files.remove(place)
    return files.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)


def plugin_cache(environment: Mapping[str, str]) -> Path | None:
    named = environment.get("TF_PLUGIN_CACHE_DIR")
    if not named:
        _, text = read_configuration(environment, Path(environment.get("HOME") or home_folder()))
        found = Index(text).arguments.get("plugin_cache_dir")
        written = found.value.strip('"') if found else ""
        named = re.sub(r"\$\{?(\w+)\}?", lambda variable: environment.get(variable[1], ""), written)
    return Path(named) if named else None


@contextmanager
def alone_in(cache: Path | None, stopper: Stopper) -> Iterator[None]:
    """Wait until no other infragen initialises with this cache; where that cannot be said, do not wait."""
    try:
        descriptor = None if cache is None else os.open(cache / ".infragen", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        descriptor = None
    if descriptor is None:
        yield
        return
    with os.fdopen(descriptor):
        while not stopper.requested:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(POLL)
        yield
