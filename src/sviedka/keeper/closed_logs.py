# SPDX-License-Identifier: AGPL-3.0-or-later
"""Logs that nothing may be added to any more, because a part of them was lost with the disk they were on.

A head was signed that what was restored does not reach. To go on after the gap with the same key would be a second
history of one log; so the record of the gap closes it, until what was lost is found again. What is there can be read.
Spec: spec/07-keys.md §7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.core.base.canonical import encode_canonical, parse_canonical
from sviedka.core.base.errors import Malformed, Withheld
from sviedka.keeper.errors import HeadRefused
from sviedka.vault.disk_errors import translating
from sviedka.vault.durable import AlreadyThere, write_new

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.vault.layout import Archive

_MOST_BYTES: Final = 4_096


class LogClosed(Withheld):
    """The log of this desk was closed when the archive was restored."""

    code = "withheld.log-closed"
    hint = "The archive can be read. To go on, run sviedka desk succeed: docs/howto/lose-an-office.md."


@dataclass(frozen=True, kw_only=True)
class ClosedLog:
    """The record of a gap.

    Attributes:
        desk: Whose log.
        held: Statements that were restored.
        known: Size of the newest head that is known to have been signed; those between are lost.
    """

    desk: str
    held: int
    known: int


def closed_record(archive: Archive, desk: str) -> Path:
    """Return where the record lies that closes a desk's log."""
    return archive.keys / "heads" / f"{archive.log(desk).name}.closed"


def read_closed(archive: Archive, desk: str) -> ClosedLog | None:
    """Return the record of a desk's gap; None while its log is open.

    Raises:
        HeadRefused: There is one, and it is damaged.
    """
    path = closed_record(archive, desk)
    with translating():
        if not path.is_file():
            return None
        data = path.read_bytes()
    try:
        table = parse_canonical(data, max_bytes=_MOST_BYTES)
        if isinstance(table, dict):
            held, known = table["held"], table["known"]
            if isinstance(held, int) and isinstance(known, int):
                return ClosedLog(desk=desk, held=held, known=known)
    except (Malformed, KeyError) as reason:
        raise HeadRefused("The record of a closed log was changed.") from reason
    raise HeadRefused("The record of a closed log was changed.")


def close_log(archive: Archive, closed: ClosedLog) -> None:
    """Close a desk's log for good, durable on return; one that is closed stays as it is."""
    data = encode_canonical({"held": closed.held, "known": closed.known})
    try:
        write_new(closed_record(archive, closed.desk), data)
    except AlreadyThere:
        return


def require_open(archive: Archive, desk: str, held: int) -> None:
    """Refuse to add to a log that was closed, unless what was lost was found again.

    Args:
        archive: Whose.
        desk: Whose log.
        held: Statements that are there now. Once they reach the known head the gap is gone; that they lead to that very
            head the keeper finds for itself before it signs the next.

    Raises:
        LogClosed: It was, and they do not.
    """
    closed = read_closed(archive, desk)
    if closed is not None and held < closed.known:
        raise LogClosed(
            "The log of desk {desk} was closed: {held} statements were restored, and {known} had been signed for.",
            desk=desk,
            held=closed.held,
            known=closed.known,
        )
