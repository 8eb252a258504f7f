# SPDX-License-Identifier: AGPL-3.0-or-later
"""After a log lost its end: what its old key may still show, and what the log that goes on has to say first.

The archive's root names, in one line of the key list, the closed log, its last known head, what is still there of it, and
the log that goes on. From then on the old key cannot tell a second history: any head beyond the named one is refuted, by
whomever it is shown. Spec: spec/04-log.md §7.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.errors import Refuted
from sviedka.core.seal.checkpoint import verify_checkpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.checkpoint import Checkpoint
    from sviedka.core.seal.keylist import KeyList, Successor
    from sviedka.core.seal.note import VerifierKey

SUCCEEDED: Final = "log.succeeded/1"
"""The first statement of a log that goes on after a closed one."""


SUCCESSION_FIELDS: Final = ("closed", "known_size", "known_root", "held_size", "held_root")


class AfterSuccession(Refuted):
    """A head that the key of a closed log signed and that the archive's root does not stand for."""

    code = "refuted.after-succession"
    hint = "The log was closed, and another one goes on. Keep what was shown; ask the archive who holds the old key."


def verify_log_head(head: Checkpoint, keylist: KeyList) -> VerifierKey:
    """Check that a head is by the log key that the list names, and not beyond the end of a log that was closed.

    Untrusted: `head`. Trusted: `keylist`, which the caller verified.

    Raises:
        KeyNotListed: The list names no log of this origin.
        AfterSuccession: It was closed before this head.
        SignatureRefuted, KeyUnknown, OriginRefuted: As `verify_checkpoint`.
    """
    key = verify_checkpoint(head, [keylist.log_key(head.origin)], origin=head.origin)
    refuse_beyond(head, keylist.find_successor(head.origin))
    return key


def refuse_beyond(head: Checkpoint, successor: Successor | None) -> None:
    """Raise `AfterSuccession` if a head says more, or something else, than the one that a log was closed with.

    A smaller head may be any: no proof leads from it to the last one, since what lies between is lost.
    """
    if successor is None:
        return
    known = successor.known
    if head.size > known.size or (head.size == known.size and head.root != known.root):
        raise AfterSuccession(
            "A head of {size} statements was shown of a log that was closed at {known}.",
            size=head.size,
            known=known.size,
        )


def succession_fields(successor: Successor) -> dict[str, Json]:
    """Return the fields of the statement with which the log that goes on begins."""
    return {
        "closed": successor.closed,
        "known_size": successor.known.size,
        "known_root": successor.known.root.hex(),
        "held_size": successor.held.size,
        "held_root": successor.held.root.hex(),
    }


def says_the_same(fields: Mapping[str, Json], successor: Successor) -> bool:
    """Tell whether the first statement of a log says what the root says of it."""
    return {name: fields.get(name) for name in SUCCESSION_FIELDS} == succession_fields(successor)
