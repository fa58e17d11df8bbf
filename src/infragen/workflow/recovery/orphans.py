"""What a run made, or may have made, and its state does not have: taken in with proof, named and asked for without."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.addresses import type_of
from infragen.hcl.blocks import block, import_block
from infragen.plan.chosen_names import IMPORTED_BY_PARTS, ONE_OF_A_NAME, is_made_again
from infragen.plan_contract import ownership
from infragen.provider_schema import has_region
from infragen.render.extra_references import KEPT_ONCE
from infragen.stacks.model import BOOTSTRAP
from infragen.terraform.findings import address_of
from infragen.terraform.import_ids import fields, import_id, is_composed
from infragen.terraform.run_records import Run
from infragen.terraform.runner import Folder, PlanOptions, StoppedError
from infragen.terraform.states import State, parse_state
from infragen.workflow.console import can_be_asked, confirm, note
from infragen.workflow.recovery.half_made import KEPT, await_made
from infragen.workflow.session import Session, command_line, plan_once
from infragen.workflow.states.shared_objects import every_state
from infragen.workflow.states.storage import regions_of

_NOT_CONFIGURED: Final = (
    "does not exist in the configuration",
    "is not defined in the configuration",
    "configuration for import target does not exist",
)
_NOT_THERE: Final = ("non-existent remote object", "does not exist", "couldn't find resource", "not found")
"""What terraform says of an object that it should take in and that is not there."""
_NOT_FOUND: Final = (*_NOT_THERE, "notfound", "search returned 0 results", "no matching", "state machines matched")
"""What terraform says of an object that it should find by its name and that is not there."""
_NOT_IMPORTABLE: Final = ("doesn't support import", "does not support import", "unexpected format")
"""What terraform says of a type that it cannot take in, and a provider of one that it takes in by something else."""
_WANTED: Final = re.compile(r'existing object to "(.+?)", the provider')
"""Where terraform names the object that is not there; an address may have quotes itself."""
_PROTECTED: Final = re.compile(r"Resource (\S+(?:\[\"[^\"]*\"\]\S*)*) has\s+lifecycle\.prevent_destroy set")
"""Where terraform names what it would replace, because its creation was cut short, and may not destroy."""
_ABOUT_ONE: Final = "T020"
"""The code of an error that is about one object, as far as anybody knows: no other code is."""
_NOT_TAKEN_IN: Final = "was created, but terraform cannot import it and may create it again"
_NOT_IN_FILES: Final = ownership.Verdict(False, "is no longer in the files")
_LOOK: Final = "infragen_look"
_LOOKS: Final = "infragen-looks.tf"
"""The file of a scratch folder that names what to look at; where it stays, the folder's next use removes it."""


class LeftBehind(Struct, frozen=True):
    """What a run left behind in a stack: ids of what it made, addresses of what it may have made.

    `possibly_begun` are those of what it was about to make: who dies hears no more of what has begun. `failed` are
    those of which the creation failed, for whatever reason: a state may have them half made. `is_unstored` says that
    the run's terraform may not have come to store what it made: what a state has there may be another's.
    """

    run: Run
    stack: str
    made: Mapping[str, str]
    possibly_created: Collection[str] = ()
    possibly_begun: Collection[str] = ()
    failed: Collection[str] = ()
    is_unstored: bool = False


@dataclass(slots=True)
class Recovered:
    """What runs had left behind: locks and states, objects that a state has now, and those somebody has to look for.

    `deleted` are objects that a state had although the run had deleted them, `kept` those of which it had half,
    `unanswered` those that nobody took in, because nobody was there to say whose they are. `told` has, by run, what was
    said of each `unclear` one, `doubtful` the addresses of those that were named now.
    """

    locks: int = 0
    states: int = 0
    deleted: int = 0
    kept: int = 0
    objects: int = 0
    unclear: int = 0
    unanswered: list[Diagnostic] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict, compare=False)
    doubtful: list[str] = field(default_factory=list, compare=False)
    unlocked: list[str] = field(default_factory=list, compare=False)
    """Stacks whose lock is gone, and of which no terraform has left a state: somebody may have worked on them."""
    on_word: list[tuple[str, str]] = field(default_factory=list, compare=False)
    """Stack and address of objects without proof of origin that a person confirmed for import."""

    def tell(self, run: Run, what: str) -> None:
        """Keep what is said of an object of a run that somebody has to look for: a later `resume` says it again."""
        self.unclear += 1
        self.told.setdefault(run.id, []).append(what)

    def __bool__(self) -> bool:
        return bool(str(self))

    def __str__(self) -> str:
        said = (
            (self.locks, "lock", "released"),
            (self.states, "state", "stored"),
            (self.deleted, "object", "deleted, and out of the state now"),
            (self.kept, "object", "half made and kept: the next apply completes it"),
            (self.objects, "object", "imported into the state"),
            (self.unclear, "object", "to look for, listed above"),
            (len(self.unanswered), "object", "not imported"),
        )
        return ", ".join(f"{count} {what}{'' if count == 1 else 's'} ({done})" for count, what, done in said if count)


def import_orphans(session: Session, left: LeftBehind, folder: Folder, found: Recovered) -> None:
    """Take in what is proven to be the run's, and ask for the rest; nothing is written before that but locks."""
    _OrphanImport(session, left, folder, found).run()


class _OrphanImport:
    def __init__(self, session: Session, left: LeftBehind, folder: Folder, found: Recovered) -> None:
        self._session = session
        self._left = left
        self._folder = folder
        self._found = found
        self._state: State | None = None
        self._others: Mapping[str, State] | None = None
        self._reads_first = False
        """Whether the state may have an object of which it knows half: others are planned by what AWS says of it."""

    def run(self) -> None:
        left, known = self._left, set(self._session.runner.state_list(self._folder))
        half_made = {*left.possibly_created, *left.failed} & known
        kept = self._keep(half_made) if half_made else set()
        if left.is_unstored:
            self._name_doubtful((set(left.possibly_created) & known) - kept)
        made = {address: identifier for address, identifier in left.made.items() if address not in known}
        possibly_created = set(left.possibly_created) - known - made.keys()
        possibly_begun = set(left.possibly_begun) - known - made.keys() - possibly_created
        composed = {address: one for address, one in made.items() if is_composed(type_of(address))}
        named = {address: one for address, one in made.items() if ownership.has_chosen_name(type_of(address))}
        if len(made) > 1:
            self._print(f"{len(made)} objects that the state lacks, imported one by one")
        for address, identifier in made.items():
            if address not in composed and address not in named:
                self._adopt(address, identifier)
        if named or possibly_created or possibly_begun:
            self._look_at(possibly_created, possibly_begun, named)
        if composed:  # of the ids of others, which the state has by now
            self._adopt_composed(composed)

    def _keep(self, half_made: set[str]) -> set[str]:
        """Keep, and return, what the state has and terraform would replace, only because the wait for it was cut short.

        Terraform replaces what it calls tainted. Where the files forbid that (`prevent_destroy`) nothing could be
        planned any more; and the object is there: what it lacks, the next plan changes.
        """
        left = set(half_made)
        while left:  # what depends on one that cannot be planned is not spoken of before that one is kept
            try:
                with self._planned():
                    break
            except InfragenError as error:
                protected = left & _protected(error)
                if not protected:
                    self._unplanned(dict.fromkeys(left, ""), error)
                    break
            for address in sorted(protected):
                self._session.runner.untaint(self._folder, address)
                self._reads_first = True
                self._found.kept += 1
                self._print(f"{address} {KEPT}")
            left -= protected
        return half_made - left

    def _name_doubtful(self, known: set[str]) -> None:
        """Name what AWS gives an id of its own, and that a state has: another run may have made that one since."""
        what = "was being created; the state has one, but AWS may have a second: check AWS"
        for address in sorted(known):
            kind = type_of(address)
            if not (kind in ONE_OF_A_NAME or is_composed(kind) or _is_put_again(kind)):
                self._unclear(address, "", what)

    def _adopt_composed(self, made: Mapping[str, str]) -> None:
        left = dict(made)
        while left:
            try:
                with self._planned() as shown:
                    planned = ownership.creations(shown, fields())
            except InfragenError as error:
                self._unplanned(left, error)
                return
            texts = {address: planned[address].texts if address in planned else {} for address in left}
            wanted = {one: import_id(type_of(one), {**texts[one], "id": left[one]}) for one in left}
            known = {address: one for address, one in wanted.items() if one is not None}
            for address, one in known.items():
                self._adopt(address, one)
            left = {address: one for address, one in left.items() if address not in known}
            if not known:
                break
        for address, identifier in left.items():
            self._unclear(address, identifier, _NOT_TAKEN_IN)

    def _look_at(self, possibly_created: set[str], possibly_begun: set[str], made: Mapping[str, str]) -> None:
        """Take in what is proven: under a name that the run used, another object may be there by now."""
        self._print("asking AWS what the run may have created")
        try:
            with self._planned() as shown:
                created = ownership.creations(shown, fields())
                wanted = possibly_created | possibly_begun
                found = self._looked_up(shown, wanted)
                ours = ownership.names_to_import(shown, wanted, self._session.environment.settings.account)
                named = {**ours, **{one: found[one] for one in found if found[one]}, **made}
                parts = {one: created[one] for one in wanted & created.keys() if type_of(one) in IMPORTED_BY_PARTS}
                named |= {one: whole for one, it in parts.items() if (whole := import_id(it.type, it.texts))}
                judged = self._judged(shown, {one: named[one] for one in named if one in created})
                judged |= {one: _NOT_IN_FILES for one in made if one not in created}
        except InfragenError as error:
            self._unplanned({**dict.fromkeys(possibly_created | possibly_begun, ""), **made}, error)
            return
        known = named.keys() | found.keys()
        begun = {one for one in possibly_begun & created.keys() if not _is_put_again(type_of(one))}
        self._print_nameless(possibly_created - known, begun - known, created)
        for address in sorted(possibly_created & found.keys() - named.keys()):
            self._print(f"{address} was not created, or no longer exists")
        for address, identifier in named.items():
            verdict = judged.get(address)
            if verdict is None:
                if address not in possibly_begun:
                    self._print(f"{address} ({identifier}) was not created, or no longer exists")
            elif verdict.is_proven or (address in made and not verdict.is_refuted):
                self._adopt(address, identifier, f"; it {verdict.why}" if verdict.is_proven else "")
            else:
                self._ask(address, identifier, verdict.why)

    def _looked_up(self, planned: Path, addresses: Collection[str]) -> dict[str, str]:
        """All are asked for at once, then those without the ones that terraform found an error in; no id: not there."""
        left, found = ownership.lookups(planned, addresses), dict[str, str]()
        while left:
            looks = {f"data.{one.type}.{_LOOK}_{number}": address for number, (address, one) in enumerate(left.items())}
            named = ((where.rpartition(".")[2], left[address]) for where, address in looks.items())
            text = "\n".join(block("data", one.type, name, arguments=one.arguments) for name, one in named)
            try:
                with self._looking(text), self._planned("looks", targets=tuple(looks)) as shown:
                    return found | {address: ownership.id_read(shown, where) or "" for where, address in looks.items()}
            except InfragenError as error:
                if not _is_of_one(error):
                    raise
                failed = {looks[where]: one for one in error.diagnostics if (where := address_of(one) or "") in looks}
                if not failed and len(left) > 1:  # terraform names none: one by one
                    singles = (self._looked_up(planned, {one}).items() for one in left)
                    return found | {one: name for each in singles for one, name in each}
                failed = failed or dict.fromkeys(left, error.diagnostics[0])
            said = {address: " ".join(one.message.lower().split()) for address, one in failed.items()}
            found |= {one: "" for one in failed if any(words in said[one] for words in _NOT_FOUND)}
            left = {address: one for address, one in left.items() if address not in failed}
        return found

    def _unplanned(self, objects: Mapping[str, str], error: InfragenError) -> None:
        """Name what nobody can look for: the stack cannot be planned. What is no fault of its files is raised."""
        if not _is_of_one(error):
            raise error
        self._print(f"it cannot be planned as it was then: {' '.join(error.diagnostics[0].message.split())}")
        for address in sorted(objects):
            self._unclear(address, objects[address], "may exist without being in a state, or only in part: check AWS")

    def _print_nameless(
        self, under_way: set[str], possibly_begun: set[str], created: Mapping[str, ownership.Creation]
    ) -> None:
        for address in sorted(under_way):
            planned, name, advice = created.get(address), "", "check AWS"
            if planned is not None:
                name = planned.texts.get(ONE_OF_A_NAME.get(planned.type, ""), "")
                if _is_put_again(planned.type):
                    advice = "the next apply creates it or takes it over; check AWS if none follows"
            self._unclear(address, name, f"was being created, and AWS may or may not have done it: {advice}")
        if possibly_begun:
            others = sorted(possibly_begun)
            what = "terraform may have continued without infragen and created what cannot be found by name"
            self._print(f"{what}: {', '.join(others)}")
            for address in others:
                words = "may have been created by a terraform that continued without infragen: check AWS"
                self._tell(address, f"{address} {words}")

    def _ask(self, address: str, identifier: str, why: str) -> None:
        """Name what may be somebody else's, and take it in only if a person says so."""
        said = f"{address} ({identifier}) exists, but nothing proves that this run created it: it {why}"
        whose = f"the state of {self._left.stack}, which changes and destroys it from then on"
        if not can_be_asked():
            self._unanswered(address, identifier, said)
            return
        self._print(said)
        if confirm(f"Import {address} into {whose}?"):
            self._adopt(address, identifier)
            self._found.on_word.append((self._left.stack, address))
        else:
            self._unclear(address, identifier, "is not imported")

    def _unanswered(self, address: str, identifier: str, said: str) -> None:
        stack = self._left.stack
        asks = "In a terminal, `infragen resume` asks"
        hint = f"not imported. {asks}"
        if stack in {one.name for one in self._session.composed.stacks}:
            words = command_line(self._session, "import", None, f"stacks/{stack}", f"{address}={identifier}")
            apply = command_line(self._session, "apply")
            other = "if it is not, give yours another name"
            hint = f"not imported. If it is yours: `{words}`, then `{apply}`; {other}. {asks}"
        self._found.unanswered.append(Diagnostic("J007", f"{stack}: {said}", hint=hint))

    def _adopt(self, address: str, identifier: str, why: str = "") -> None:
        """Take an object in, unless it has another address in the state: AWS gives a name once."""
        if self._state is None:
            self._state = parse_state(self._session.runner.state_pull(self._folder), self._left.stack)
        if self._state is not None and (held := self._state.holder_of(type_of(address), identifier)):
            self._print(f"{address} ({identifier}) was not created: that is {held}")
            return
        if elsewhere := self._held_elsewhere(type_of(address), identifier):
            moves = f"`{command_line(self._session, 'state moves')}` shows what would move between stacks"
            then = f"another commit may have moved it, and {moves}"
            self._print(f"{address} ({identifier}) was not created: that is {elsewhere}; {then}")
            return
        await_made(self._session, type_of(address), identifier, f"{self._left.stack}: {address} ({identifier})")
        try:
            self._session.runner.adopt(self._folder, address, identifier)
        except InfragenError as error:
            said = _words(error)
            if any(words in said for words in _NOT_CONFIGURED):
                self._unclear(address, identifier, "is no longer in the catalogue: AWS may still have it, check")
            elif any(words in said for words in _NOT_IMPORTABLE):
                self._unclear(address, identifier, _NOT_TAKEN_IN)
            elif _is_of_one(error) and any(words in said for words in _NOT_THERE):
                self._print(f"{address} ({identifier}) was not created, or no longer exists")
            elif _is_of_one(error):
                reason = error.diagnostics[0].message
                self._unanswered(address, identifier, f"{address} ({identifier}) could not be imported: {reason}")
            else:
                raise
        else:
            self._found.objects += 1
            self._print(f"imported: {address} ({identifier}){why}")

    def _held_elsewhere(self, kind: str, identifier: str) -> str | None:
        own = self._left.stack
        if own == BOOTSTRAP:  # no other stack makes what it makes, and the bucket of their states may not be there
            return None
        if self._others is None:
            self._others = every_state(self._session, {own: self._state} if self._state is not None else {})
        is_of_region = has_region(kind) and kind != "aws_s3_bucket"  # whose name is the only one of the world
        region = regions_of(self._session).get(own, "") if is_of_region else ""
        held = ((name, one.holder_of(kind, identifier, region)) for name, one in self._others.items() if name != own)
        return next((f"{address} of {name}" for name, address in held if address), None)

    def _unclear(self, address: str, identifier: str, what: str) -> None:
        said = f"{address} ({identifier}) {what}" if identifier else f"{address} {what}"
        self._print(said)
        self._tell(address, said)

    def _tell(self, address: str, what: str) -> None:
        self._found.doubtful.append(address)
        self._found.tell(self._left.run, f"{self._left.stack}: {what}")

    def _print(self, what: str) -> None:
        note(f"{self._left.stack}: {what}")

    def _judged(self, planned: Path, named: Mapping[str, str]) -> dict[str, ownership.Verdict]:
        """One that cannot be read must not hide the others: they are looked at in halves then."""
        left = dict(named)
        while left:
            try:
                text = "".join(import_block(*one) for one in left.items())
                with self._looking(text), self._planned("looks") as imported:
                    return ownership.verdicts(planned, imported, self._left.run.began, self._left.run.last)
            except InfragenError as error:
                if not _is_of_one(error):
                    raise
                gone = _gone(error, left)
                if not gone:
                    if len(left) == 1:
                        reason = " ".join(error.diagnostics[0].message.split())
                        return {address: ownership.Verdict(False, f"cannot be read: {reason}") for address in left}
                    names = list(left)
                    half = len(names) // 2
                    first, second = ({name: left[name] for name in part} for part in (names[:half], names[half:]))
                    return {**self._judged(planned, first), **self._judged(planned, second)}
                left = {address: one for address, one in left.items() if address not in gone}
        return {}

    @contextmanager
    def _looking(self, text: str) -> Iterator[None]:
        file = self._folder.path / _LOOKS
        file.write_text(text, encoding="utf-8")
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    @contextmanager
    def _planned(self, name: str = "", targets: tuple[str, ...] = ()) -> Iterator[Path]:
        """While inside, there is a plan of the folder (`show -json`); it holds secrets."""
        session = self._session
        saved = session.folders.plan_file(self._left.stack)
        saved = saved.with_name(f"{saved.stem}{name}{saved.suffix}")
        shown = saved.with_suffix(".json")
        try:
            try:
                options = PlanOptions(refresh=self._reads_first, targets=targets)
                plan_once(session.runner, self._folder, saved, options)
            except InfragenError as error:
                if name or self._reads_first or not _is_of_one(error) or _protected(error):
                    raise
                self._reads_first = True  # an earlier `resume` may have kept what the state knows half
                plan_once(session.runner, self._folder, saved, PlanOptions(refresh=True))
            yield session.runner.show_json(self._folder, saved, shown)
        finally:
            for file in (saved, shown):
                with suppress(OSError):
                    file.unlink()


def _is_put_again(kind: str) -> bool:
    return is_made_again(kind) or kind in KEPT_ONCE


def _protected(error: InfragenError) -> set[str]:
    return {address for one in error.diagnostics for address in _PROTECTED.findall(" ".join(one.message.split()))}


def _words(error: InfragenError) -> str:
    return " ".join(str(error).lower().split())  # terraform folds its lines


def _is_of_one(error: InfragenError) -> bool:
    return not isinstance(error, StoppedError) and all(one.code == _ABOUT_ONE for one in error.diagnostics)


def _gone(error: InfragenError, looked_at: Mapping[str, str]) -> set[str]:
    gone = set()
    for one in error.diagnostics:
        said = " ".join(one.message.split())
        if any(words in said.lower() for words in _NOT_THERE):
            gone.update(_WANTED.findall(said))
    gone &= looked_at.keys()
    if not gone and len(looked_at) == 1 and any(words in _words(error) for words in _NOT_THERE):
        return set(looked_at)
    return gone
