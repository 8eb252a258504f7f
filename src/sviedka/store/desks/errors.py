# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with what another desk sends. Nothing of it is taken in then."""

from __future__ import annotations

from sviedka.core.base.errors import Refuted, Unproven


class DeskRevoked(Refuted):
    """A key of the desk was taken back: what it sends proves nothing any more."""

    code = "refuted.desk-revoked"
    hint = "What was taken in before stays. Ask who holds that desk's machine now."


class LogRefuted(Refuted):
    """The statements do not lead to the signed head, or to the head that was known before: a second history."""

    code = "refuted.desk-log"
    hint = (
        "Keep what was sent; it shows two histories of one log, or was changed on its way. Ask the desk for its head."
    )


class LogForked(LogRefuted):
    """Two heads of one log, both signed with its key, that no one log can have: a second history, proven."""

    code = "refuted.desk-fork"
    hint = (
        "Keep the folder, or what --json prints: the two signed heads show it to anybody. Ask the desk, by another way, "
        "which of them is its own, and have the root take its keys back if it is neither or both."
    )


class KeylistForked(Refuted):
    """Two desks go by different key lists of one number: the root signed both, or a desk states what is not so."""

    code = "refuted.keylist-fork"
    hint = (
        "Compare the lists line by line, keys/keylist at each desk. Ask whoever holds the root's offline folder which of "
        "them it remembers. Until that is known, believe neither what one list adds nor what it lacks."
    )


class KeylistBehind(Unproven):
    """A desk goes by a newer key list than the one in force here, and states what only that list can prove."""

    code = "unproven.keylist-behind"
    hint = "Get the newer key list, run sviedka keylist install here, then import again."


class SentCut(Refuted):
    """The head covers statements whose packs were not sent."""

    code = "refuted.desk-cut"
    hint = "Send again: sviedka exchange export at the other desk, into the same folder."


class SentChanged(Refuted):
    """What was proven a moment ago is something else by now: somebody wrote into the folder while it was read."""

    code = "refuted.sent-changed"
    hint = "Nothing of it was taken in. Import again; if it comes again, carry the folder where nobody else can write."


class EpochNameTwice(Refuted):
    """A desk gave the name of an epoch to a second key, after it was restored from copies that did not know the first."""

    code = "refuted.epoch-twice"
    hint = (
        "Nothing of that desk was taken in. At the desk that began the epoch run sviedka epoch rotate and export again. What "
        "only the key here opens stays readable here."
    )


class SentForeign(Refuted):
    """Slips, cells or payloads lie in the place of another desk that are not what they are named for: somebody changed or put them."""

    code = "refuted.sent-foreign"
    hint = "Nothing of them was kept. Remove them from the folder or bucket; that desk puts its own there at its next export."


class OwnHeadAhead(Refuted):
    """This desk signed and sent more of its log, or another history of it, than it has now: it was restored from older copies."""

    code = "refuted.own-head"
    hint = (
        "Change nothing there: it may be the last copy of what is lost here. Keep it, and restore this office again with "
        "sviedka restore --head and the file logs/…/checkpoint from there: docs/howto/lose-an-office.md."
    )


class NothingSent(Unproven):
    """No desk has put anything into this folder that is signed."""

    code = "unproven.nothing-sent"
    hint = "Run sviedka exchange export at the other desk first."
