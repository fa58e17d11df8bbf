"""What was reviewed, in one file: exactly that is applied later, or nothing.

    manifest.json           what it was made for and from, when it expires, the digest of every other member
    contract.json           what the plan promises, as digests (`plan_contract.contract`)
    changes.json            the change set that was shown, with the catalogue's words and lines (`saved_plan`)
    plans/<stack>.tfplan    the saved plan of each stack that needs no other to be applied first

A gzipped tar file, or the same encrypted with age. Saved plans hold secrets, so only the owner can read it.
"""

import gzip
import hashlib
import hmac
import io
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import msgspec
from msgspec import Meta, Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import unless_full
from infragen.plan import ChangeSet
from infragen.plan.shown_address import names_of
from infragen.plan_contract import Contract
from infragen.plan_contract.saved_plan import dump_change_set, load_change_set
from infragen.redaction.decode import AGE, BEGINNING, GZIP, MANIFEST, is_saved_plan
from infragen.storage import confined_user_path, user_key

KIND: Final = "infragen-bundle"
VERSION: Final = 1
LARGEST: Final = 1 << 28
"""Bytes of all members together; the plans of a large environment are a few megabytes."""
_FLOOR: Final = 1 << 23
_DENSEST: Final = 100
"""How many bytes of a plan one byte of a large saved one stands for, at most."""
_CONTRACT: Final = "contract.json"
_CHANGES: Final = "changes.json"
_PRIVATE: Final = "AGE-SECRET-KEY-"
_LIFETIME: Final = re.compile(r"([1-9]\d{0,4})\s*(m|h|d)")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_AGAIN: Final = "`infragen plan TARGET --out FILE` makes one"
_TOO_LARGE: Final = "it is larger than any plan"
_DAMAGED: Final = "fetch it again, or plan again"
_KEYS: Final = (
    "the public key that `age-keygen` prints (age1...), an ssh-ed25519 or ssh-rsa one, or a file of such keys"
)
Instant = Annotated[datetime, Meta(tz=True)]
"""A time that means the same everywhere."""


class StateName(Struct, frozen=True):
    """Which state it was, as terraform itself tells; it writes the same state in more than one way."""

    lineage: str
    serial: int


class Part(Struct, frozen=True):
    """One stack's part: the digest of its files, the state it was planned on, and what `PlannedStack` says of it."""

    files: str
    state: StateName | None
    is_planned: bool
    changes: bool
    waits_for: tuple[str, ...] = ()


class Member(Struct, frozen=True):
    """One file inside."""

    name: str
    size: int
    sha256: str


class Manifest(Struct, frozen=True):
    """What a bundle was made for and from."""

    target: str
    infragen: str
    terraform: str
    providers: dict[str, str]
    created: Instant
    expires: Instant
    stacks: dict[str, Part]
    sandbox: bool = False
    profiles: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    seal: str = ""
    kind: str = KIND
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was reviewed; `plans` are the saved plans by stack, and hold secrets.

    `is_sealed` says that a file was written by this user: of any other, plans and words can be forged. `shown` is what
    the plan promises that is shown in place of such a file's.
    """

    manifest: Manifest
    contract: Contract
    change_set: ChangeSet
    plans: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    is_sealed: bool = False
    shown: Contract | None = None


def lifetime(text: str) -> timedelta:
    """Return how long `30m`, `24h` or `7d` is; InfragenError K009 for anything else."""
    found = _LIFETIME.fullmatch(text.strip())
    if found is None:
        raise InfragenError(Diagnostic("K009", f"{text!r} is not a duration", hint="write 30m, 24h or 7d"))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def check_destination(path: Path, encrypt_to: Sequence[str]) -> None:
    """Refuse early what would fail later: a file in the way (K003), no such folder (K002), a bad key (K005)."""
    recipients(encrypt_to)
    if path.is_dir():
        raise InfragenError(Diagnostic("K003", f"{path} is a folder", hint="name a file: `--out reviewed.plan`"))
    if not path.parent.is_dir():
        raise InfragenError(Diagnostic("K002", f"there is no folder {path.parent}", hint="create it first"))
    if path.exists() and not (path.is_file() and looks_like_bundle(path)):
        message = f"{path} already exists, and is not a plan saved by infragen"
        raise InfragenError(Diagnostic("K003", message, hint="name another file"))


def looks_like_bundle(path: Path) -> bool:
    """Say whether a file begins like a bundle; one that is encrypted can only be told by what it begins with."""
    try:
        with path.open("rb") as file:
            begin = file.read(BEGINNING)
    except OSError:
        return False
    return begin.startswith(AGE) or is_saved_plan(begin)


def save(path: Path, bundle: Bundle, encrypt_to: Sequence[str] = ()) -> None:
    """Write a bundle whole or not at all, for the owner's eyes only; InfragenError K002 where that is impossible."""
    content = _packed(bundle)
    keys = recipients(encrypt_to)
    if keys:
        import pyrage

        content = pyrage.encrypt(content, keys)
    try:
        files, place = confined_user_path(path)
        files.write(place, content, mode=0o600, sync=True)  # in one step, never readable for others, whatever the umask
    except OSError as error:
        message = f"cannot write {path}: {error.strerror or error}"
        hint = unless_full(error, "name a file in a folder that you can write to")
        raise InfragenError(Diagnostic("K002", message, hint=hint)) from None


def read(path: Path, identities: Sequence[Path] = ()) -> Bundle:
    """InfragenError K001 if it is damaged, K002 unreadable, K004 if it cannot be decrypted, K005 for a bad key."""
    if path.is_fifo():  # nobody may ever write into it
        _refuse(path, "it is a pipe, and no file", _AGAIN)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        message = f"cannot read {path}: {error.strerror or error}"
        raise InfragenError(Diagnostic("K002", message, hint=_AGAIN)) from None
    if len(content) > LARGEST:
        _refuse(path, _TOO_LARGE, _AGAIN)
    if content.startswith(AGE):
        content = _decrypted(path, content, identities)
    if not content.startswith(GZIP):
        _refuse(path, "it is not a plan saved by infragen", _AGAIN)
    try:
        return _unpacked(path, content)
    except (tarfile.TarError, EOFError, OSError, UnicodeDecodeError, zlib.error) as error:
        _refuse(path, f"it is damaged ({type(error).__name__})", _DAMAGED)


def recipients(keys: Sequence[str]) -> list[Any]:
    """Return who can decrypt: keys as age and ssh write them, or files of such; InfragenError K005 for the rest."""
    found: list[Any] = []
    for key in keys:
        lines = [key] if key.startswith(("age1", "ssh-", _PRIVATE)) else _lines_of(Path(key))
        found += [_recipient(line) for line in lines]
    return found


def _recipient(key: str) -> Any:
    import pyrage

    try:
        return (pyrage.ssh if key.startswith("ssh-") else pyrage.x25519).Recipient.from_str(key)
    except pyrage.RecipientError as error:
        message = f"{key[:16]}... is not a key to encrypt to: {error}"
        raise InfragenError(Diagnostic("K005", message, hint=_KEYS)) from None


def _lines_of(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        message = f"{str(path)[:40]} is neither a key nor a file of keys"
        raise InfragenError(Diagnostic("K005", message, hint=_KEYS)) from None
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:  # encrypted to nobody would be: not encrypted
        raise InfragenError(Diagnostic("K005", f"there is no key in {path}", hint=_KEYS))
    return lines


def _decrypted(path: Path, content: bytes, identities: Sequence[Path]) -> bytes:
    import pyrage

    if not identities:
        raise InfragenError(Diagnostic("K004", f"{path} is encrypted", hint="add `--identity FILE`: your private key"))
    keys = [key for file in identities for key in _identities(file)]
    try:
        return bytes(pyrage.decrypt(content, keys))
    except pyrage.DecryptError:
        message = f"{path} cannot be decrypted: it was encrypted to another key, or is damaged"
        raise InfragenError(Diagnostic("K004", message, hint="`--encrypt-to` of the plan determines who can")) from None


def _identities(file: Path) -> Iterator[Any]:
    import pyrage

    try:
        content = file.read_bytes()
        if content.startswith(b"-----BEGIN"):
            yield pyrage.ssh.Identity.from_buffer(content)
            return
        for line in content.decode().splitlines():
            if line.strip() and not line.startswith("#"):
                yield pyrage.x25519.Identity.from_str(line.strip())
    except (OSError, ValueError, pyrage.IdentityError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not an age or SSH private key"
        hint = "a file that `age-keygen` wrote, or an ssh key without a passphrase"
        raise InfragenError(Diagnostic("K005", f"cannot use the key {file}: {said}", hint=hint)) from None


def _packed(bundle: Bundle) -> bytes:
    contents = {_CONTRACT: bundle.contract.to_json(), _CHANGES: dump_change_set(bundle.change_set, names_of)}
    contents |= {f"plans/{stack}.tfplan": plan for stack, plan in sorted(bundle.plans.items())}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    members = tuple(Member(name, len(content), digests[name]) for name, content in contents.items())
    named = msgspec.structs.replace(bundle.manifest, members=members)
    manifest = msgspec.json.encode(msgspec.structs.replace(named, seal=_seal(named)), order="sorted")
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, content in ((MANIFEST, msgspec.json.format(manifest, indent=1)), *contents.items()):
            about = tarfile.TarInfo(name)
            about.size, about.mode = len(content), 0o600
            tar.addfile(about, io.BytesIO(content))
    return packed.getvalue()


def _unpacked(path: Path, content: bytes) -> Bundle:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as zipped:
        most = min(LARGEST, _FLOOR + _DENSEST * len(content))
        unzipped = zipped.read(most + 1)  # to its end, where its checksum stands
    if len(unzipped) > most:
        _refuse(path, _TOO_LARGE, _AGAIN)
    members = _members(unzipped)
    manifest = _manifest(path, next(members, None))
    found: dict[str, bytes] = {}
    for member, (name, data) in zip(manifest.members, members, strict=False):
        if (name, len(data), hashlib.sha256(data).hexdigest()) != (member.name, member.size, member.sha256):
            _refuse(path, f"{member.name} does not match its manifest", _DAMAGED)
        found[name] = data
    if len(found) != len(manifest.members) or next(members, None) is not None:
        _refuse(path, "its members do not match its manifest", _DAMAGED)
    try:
        contract, change_set = Contract.from_json(found.pop(_CONTRACT)), load_change_set(found.pop(_CHANGES))
    except (ValueError, LookupError, RecursionError):
        _refuse(path, "its contract cannot be read", _DAMAGED)
    stacks = {f"plans/{stack}.tfplan": stack for stack in manifest.stacks}
    if not found.keys() <= stacks.keys():
        _refuse(path, "it has a plan of an unknown stack", _AGAIN)
    plans = {stacks[name]: plan for name, plan in found.items()}
    is_sealed = manifest.seal != "" and hmac.compare_digest(manifest.seal.encode(), _seal(manifest).encode())
    return Bundle(manifest, contract, change_set, plans, is_sealed)


def _seal(manifest: Manifest) -> str:
    """Return what this user's secret makes of a manifest, which has the digest of every other member; "" without."""
    content = KIND.encode() + msgspec.json.encode(msgspec.structs.replace(manifest, seal=""), order="sorted")
    secret = user_key().secret
    return hmac.new(secret, content, hashlib.sha256).hexdigest() if secret else ""


def _members(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each member: plain files, one behind the other, and nothing behind the last.

    Of what else a tar file may hold (links, files with holes that unpack to any size, headers about headers) nothing is
    even looked at. Raises TarError or UnicodeDecodeError.
    """
    at = 0
    while header := archive[at : at + tarfile.BLOCKSIZE].rstrip(b"\0"):
        about = tarfile.TarInfo.frombuf(header.ljust(tarfile.BLOCKSIZE, b"\0"), "utf-8", "strict")
        begin = at + tarfile.BLOCKSIZE
        end = begin + about.size
        if about.type != tarfile.REGTYPE or not begin <= end <= len(archive):
            raise tarfile.ReadError("not a plain file")
        yield about.name, archive[begin:end]
        at = end + -about.size % tarfile.BLOCKSIZE
    if archive.count(0, at) != len(archive) - min(at, len(archive)):
        raise tarfile.ReadError("more than its members")


def _manifest(path: Path, member: tuple[str, bytes] | None) -> Manifest:
    if member is None or member[0] != MANIFEST:
        _refuse(path, "it is not a plan saved by infragen", _AGAIN)
    try:
        manifest = msgspec.json.decode(member[1], type=Manifest)
        moment(manifest.expires)  # the end of time has none
    except (ValueError, OverflowError, RecursionError):
        version = re.search(rb'"version":\s*(\d{1,9})\b', member[1])
        if version is None or int(version[1]) == VERSION:
            _refuse(path, "its manifest cannot be read", _DAMAGED)
        _refuse(path, f"it has format {int(version[1])}, this infragen reads {VERSION}", "plan again")
    if manifest.kind != KIND:
        _refuse(path, "it is not a plan saved by infragen", _AGAIN)
    if manifest.version != VERSION:
        _refuse(path, f"it has format {manifest.version}, this infragen reads {VERSION}", "plan again")
    return manifest


def _refuse(path: Path, why: str, hint: str) -> NoReturn:
    raise InfragenError(Diagnostic("K001", f"{path} cannot be applied: {why}", hint=hint)) from None


def moment(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
