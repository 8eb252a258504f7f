# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sviedka release --check`: whether a copy of a release is what was published.

Two questions. Are the files those that the statement beside them names? And is that statement in this archive's log? The first can be
answered by anybody; a copy that was changed together with its statement is found out by the second only.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import parse_any_spelling
from sviedka.core.base.errors import Malformed, Refuted
from sviedka.core.count.release.release_errors import CopyRefuted, CopyUnproven
from sviedka.core.seal.statement import parse_jwt, read_disclosures
from sviedka.store.connect import database_failures
from sviedka.store.ledger import find_disclosures
from sviedka.store.release.ledger import TYPE
from sviedka.store.release.making import STATEMENT, format_copy
from sviedka.vault.disk_errors import translating

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.core.base.ids import StatementId
    from sviedka.core.seal.statement import Statement
    from sviedka.store.engine import Database

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_STATEMENT_BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class CheckedCopy:
    """A copy whose files are those that its statement names."""

    jti: StatementId
    jwt: bytes
    files: int


def check_files(folder: Path) -> CheckedCopy:
    """Compare the files in a folder with the statement beside them.

    Untrusted: everything in the folder.

    Raises:
        CopyRefuted: A file is missing, changed, or stands there unnamed; or the statement was changed.
        CopyUnproven: There is no statement.
    """
    path = folder / STATEMENT
    if not path.is_file():
        raise CopyUnproven("There is no {name} in this folder.", name=STATEMENT)
    statement, jwt = _read(_bytes(path, MAX_STATEMENT_BYTES))
    named = _named(statement)
    there = {found.name for found in folder.iterdir()} - {STATEMENT}
    for name in sorted(named.keys() | there):
        if name not in there or not (folder / name).is_file():
            raise CopyRefuted("{file} is missing.", file=name)
        if name not in named:
            raise CopyRefuted("{file} was not published with this release.", file=name)
        if sha256(_bytes(folder / name, MAX_BYTES)).hexdigest() != named[name]:
            raise CopyRefuted("{file} is not what was published.", file=name)
    return CheckedCopy(jti=statement.head.jti, jwt=jwt, files=len(named))


def check_statement(database: Database, copy: CheckedCopy) -> None:
    """Look for the statement in the archive's log.

    Raises:
        CopyUnproven: It is of another archive, or of none.
        CopyRefuted: The archive has another statement of that identifier.
    """
    with database_failures():
        found = find_disclosures(database, [copy.jti])
    if copy.jti not in found:
        raise CopyUnproven("This archive published no such release.")
    if found[copy.jti][0] != copy.jwt:
        raise CopyRefuted("The archive's statement of this release says something else.")


def _read(data: bytes) -> tuple[Statement, bytes]:
    """Read the statement's copy and write it again: whatever is spelt otherwise was changed."""
    changed = CopyRefuted("{file} is not what was published.", file=STATEMENT)
    try:
        told = parse_any_spelling(data, max_bytes=MAX_STATEMENT_BYTES)
        jwt, texts = (told.get("jwt"), told.get("disclosures")) if isinstance(told, dict) else (None, None)
        if not isinstance(jwt, str) or not jwt.isascii() or not isinstance(texts, list):
            raise changed
        shown = [str(text) for text in texts]
        statement = read_disclosures(parse_jwt(jwt.encode("ascii")), shown)
    except (Malformed, Refuted) as reason:
        raise changed from reason
    if statement.type != TYPE or format_copy(statement.head.jti, jwt.encode("ascii"), shown) != data:
        raise changed
    return statement, jwt.encode("ascii")


def _named(statement: Statement) -> dict[str, str]:
    files = [value for name, value in statement.fields.items() if name.startswith("file.")]
    return {str(one["path"]): str(one["sha256"]) for one in files if isinstance(one, dict)}


def _bytes(path: Path, most: int) -> bytes:
    with translating(), path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise CopyRefuted("{file} is not what was published.", file=path.name)
    return data
