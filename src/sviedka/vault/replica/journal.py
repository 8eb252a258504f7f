# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a replica of payloads has confirmed: a chain of records that lie beside the copies (spec/06-vault.md §7.2).

Each names the one before it by digest, the heads of the logs as they then were, and every file that was put and read
back since. `sha256sum -c` reads them. A replica that lacks its last record was put back to an older state.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Malformed
from sviedka.core.base.instants import format_instant, parse_instant
from sviedka.vault.replica.errors import JournalMalformed
from sviedka.vault.replica.store import check_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

FIRST_LINE: Final = "# sviedka/replica/1"
JOURNAL: Final = "journal"
_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S+)\Z")
_HEAD: Final = re.compile(r"# head ([a-z0-9-]+) (none|[0-9]{12}\.age) (0|[1-9][0-9]{0,18})\Z")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")
_REPLICA: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])? (?:payloads|keys)\Z")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,11}\Z")


@dataclass(frozen=True, kw_only=True)
class DeskHead:
    """How far one desk had come when a run began.

    Attributes:
        pack: File name of its last pack; None if it had none.
        signed: Entries under its newest signed head; 0 if there was none.
    """

    pack: str | None
    signed: int


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record.

    Attributes:
        archive: Which archive this is (`archive_mark`).
        replica: The name that it is registered under, so that no record is taken for another replica's.
        holds: `payloads` or `keys`.
        number: 1 for the first.
        at: When it was made, by the office's clock.
        previous: SHA-256 (hexadecimal) of the record before it; None for the first.
        complete: Everything that was kept when the run began is there with this record.
        heads: By desk.
        files: Digests by stored name, of what this run put or found there.
    """

    archive: str
    replica: str
    holds: str
    number: int
    at: datetime
    previous: str | None
    complete: bool
    heads: Mapping[str, DeskHead] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        """The record's bytes."""
        lines = [
            FIRST_LINE,
            f"# archive {self.archive}",
            f"# replica {self.replica} {self.holds}",
            f"# number {self.number}",
            f"# at {format_instant(self.at)}",
            f"# previous {self.previous or 'none'}",
            f"# complete {'yes' if self.complete else 'no'}",
            *(f"# head {desk} {head.pack or 'none'} {head.signed}" for desk, head in sorted(self.heads.items())),
            *(f"{digest}  {name}" for name, digest in sorted(self.files.items())),
        ]
        said = "".join(line + "\n" for line in lines).encode("ascii")
        return said + f"# sha256 {hashlib.sha256(said).hexdigest()}\n".encode("ascii")

    @property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of its bytes: what the next one names."""
        return hashlib.sha256(self.data).hexdigest()


def record_name(number: int) -> str:
    """Return the stored name of a record."""
    return f"{JOURNAL}/{number:012d}"


def parse_record(data: bytes) -> Record:
    """Read a record in its one form; its last line shows damage, against whoever can write the place only the chain helps.

    Untrusted: `data`.

    Raises:
        JournalMalformed: Anything else.
    """
    try:
        lines = data.decode("ascii").split("\n")
        words = ("archive", "replica", "number", "at", "previous", "complete")
        archive, replica, number, at, previous, complete = map(_value, lines[1:7], words)
        name, _, holds = _matching(_REPLICA, replica).partition(" ")
        heads = dict(_head(line) for line in lines[7:-2] if line.startswith("#"))
        files = dict(_file(line) for line in lines[7:-2] if not line.startswith("#"))
        record = Record(
            archive=_matching(_DIGEST, archive),
            replica=name,
            holds=holds,
            number=int(_matching(_NUMBER, number)),
            at=parse_instant(at),
            previous=None if previous == "none" else _matching(_DIGEST, previous),
            complete=complete == "yes",
            heads=heads,
            files=files,
        )
    except (ValueError, Malformed) as reason:
        raise _malformed() from reason
    if record.data != data:
        raise _malformed()
    return record


def _value(line: str, word: str) -> str:
    label = f"# {word} "
    if not line.startswith(label):
        raise _malformed()
    return line[len(label) :]


def _head(line: str) -> tuple[str, DeskHead]:
    found = _HEAD.match(line)
    if not found:
        raise _malformed()
    return found[1], DeskHead(pack=None if found[2] == "none" else found[2], signed=int(found[3]))


def _file(line: str) -> tuple[str, str]:
    found = _LINE.match(line)
    if not found:
        raise _malformed()
    return check_name(found[2]), found[1]


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.match(text):
        raise _malformed()
    return text


def _malformed() -> JournalMalformed:
    return JournalMalformed("A record of the replica is not in its one form.")
