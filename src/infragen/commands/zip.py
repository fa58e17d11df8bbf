"""Zip a function's code reproducibly, with a digest in the file's name."""

import re
from pathlib import Path
from typing import Annotated, Final

from typer import Argument, Option

from infragen.commands.formats import write_bytes
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage.zipped import digest_of, members, zipped
from infragen.text import counted
from infragen.workflow.console import note, out

_MOST: Final = 250 * 2**20
"""Bytes of a function's code, unzipped (AWS Lambda Developer Guide: Lambda quotas, Deployment package size)."""
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


def zip(  # noqa: A001 -- a command is called as its module is
    code: Annotated[
        Path, Argument(metavar="FOLDER", help="Folder with the code, and whatever it imports.", file_okay=False)
    ],
    name: Annotated[
        str | None, Option("--name", metavar="NAME", help="Prefix of the file's name; by default the folder's name.")
    ] = None,
    into: Annotated[
        Path, Option("--into", metavar="FOLDER", help="Where the file is written; by default here.")
    ] = Path(),
) -> int:
    """Write NAME-DIGEST.zip, and print that name, which is the `key` of the function's code.

    InfragenError X005 for what cannot be a name, X066 for a folder without files, or that is not there, X067 for one
    that Lambda would refuse, X011 for a file that cannot be written.
    """
    begins = code.resolve().name if name is None else name
    if not _NAME.fullmatch(begins):
        hint = "letters, digits, `.`, `_` and `-`, neither `.` nor `-` first: `--name thumbnail`"
        raise InfragenError(Diagnostic("X005", f"{begins!r} cannot be how a file's name begins", hint=hint))
    try:
        found = members(code, into)
        if not found:
            what = "has no files" if code.is_dir() else "is not a folder"
            raise InfragenError(Diagnostic("X066", f"{code} {what}", hint="name the folder with the function's code"))
        size = sum(one.size for one in found)
        if size > _MOST:
            message = f"{code} has {size / 2**20:,.0f} MB; Lambda takes {_MOST // 2**20} MB of code"
            hint = "leave out what only tests and builds need, or write `image: {tag: v1}` in place of `code`"
            raise InfragenError(Diagnostic("X067", message, hint=hint))
        made = zipped(code, found)
    except OSError as error:
        raise InfragenError(Diagnostic("X066", f"{error.filename or code} cannot be read: {error.strerror}")) from None
    file = f"{begins}-{digest_of(made)}.zip"
    write_bytes(into / file, made)
    note(f"{counted(len(found), 'file')}, {max(1, round(size / 1024)):,} kB; upload it, and write `key: {file}`")
    out(file)
    return 0
