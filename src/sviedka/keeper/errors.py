# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the keeper refuses, and what it cannot do now.

Locked, gone or busy is `Unavailable`: nothing was lost. A wrong passphrase, an opening nobody recorded, a limit or an
erased cell is `Withheld`. Key material that contradicts what is signed is `Refuted`. No message names a person, a
passphrase or a key; items, statements and cells are named by their identifiers.
"""

from __future__ import annotations

from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Withheld


class Locked(Unavailable):
    """No keeper answers: the archive is locked."""

    code = "unavailable.locked"
    hint = "Run sviedka unlock first."


class KeeperGone(Unavailable):
    """The keeper ended, or locked, while it was asked."""

    code = "unavailable.keeper-gone"
    hint = "It was locked meanwhile. Unlock and try again; what was acknowledged is kept."


class KeeperStuck(Unavailable):
    """A keeper process is there but does not answer."""

    code = "unavailable.keeper-stuck"
    hint = "Run sviedka lock, then unlock again."


class KeeperFailed(Unavailable):
    """The keeper ended before it could open the archive."""

    code = "unavailable.keeper-failed"
    hint = "See run/keeper.log in the archive's folder; it holds places in the program and no values."


class PlaceRefused(Unavailable):
    """The folder where the keeper would be met cannot be used safely."""

    code = "unavailable.keeper-place"
    hint = "Somebody else made it, or it is a link. Move the archive to a shorter path."


class JobEnded(Unavailable):
    """A job inside the keeper ended without a result."""

    code = "unavailable.job-ended"
    hint = "Nothing was lost. See run/keeper.log, then start the job again."


class KeysMissing(Unavailable):
    """A key file is not there, or cannot be read."""

    code = "unavailable.keys-missing"
    hint = "Fetch keys/ from one of its two places."


class NotEnoughMemory(Unavailable):
    """The passphrase is stretched with more memory than this machine gives."""

    code = "unavailable.memory"
    hint = "Close other programs, or unlock on a machine with more memory."


class WrongPassphrase(Withheld):
    """The passphrase does not open the key."""

    code = "withheld.wrong-passphrase"
    hint = "Check the keyboard layout. Nobody can open the archive for you; three of five shares can."


class UserUnknown(Withheld):
    """No key of such a user lies in this archive, or several do and none was named."""

    code = "withheld.user"
    hint = "Say who you are with the user's identifier; the files in keys/users are named by it."


class UserRevoked(Withheld):
    """The key list no longer stands for this user's key."""

    code = "withheld.user-revoked"
    hint = "Ask whoever holds the archive root for a new key."


class PeerRefused(Withheld):
    """Another user of this machine asked."""

    code = "withheld.peer"
    hint = "Only the account that unlocked the archive may ask its keeper."


class CellErased(Withheld):
    """The cell has no key any more, or never had one here."""

    code = "withheld.cell-erased"
    hint = "What stood under it was taken back. That it existed is still proven."


class EpochGone(Withheld):
    """The key of an epoch is not here: destroyed at a rotation, or lost with its folder."""

    code = "withheld.epoch-gone"
    hint = "What was wrapped to it and not rewrapped is unreadable for good. If this was no rotation, restore keys/."


class OpeningRefused(Withheld):
    """No durable, fresh and unused record of this opening by this person lies in the vault."""

    code = "withheld.opening"
    hint = "An opening is recorded first; the keeper looks for that record itself."


class LimitReached(Withheld):
    """This person has opened as many items as may be opened in an hour."""

    code = "withheld.limit"
    hint = "Wait, or raise openings_per_hour in sviedka.toml and unlock again; the change is yours to answer for."


class AssertionNeeded(Withheld):
    """Somebody has to stand behind a statement of this type in person, and nobody did."""

    code = "withheld.assertion"
    hint = "The person who is named asserts it themself, with their passphrase or their security key."


class AssertionGivenUp(Withheld):
    """The person was asked to assert a statement and did not."""

    code = "withheld.assertion-given-up"
    hint = "Nothing was recorded."


class PreparedGone(Unavailable):
    """A prepared statement that the keeper does not hold, or holds no more."""

    code = "unavailable.prepared-gone"
    hint = "It waited too long, or others took its place. Nothing was recorded; ask for it again."


class AssertionLimit(Withheld):
    """This person has stood behind as many statements as they may in an hour."""

    code = "withheld.assertion-limit"
    hint = "Wait, or raise assertions_per_hour in sviedka.toml and unlock again; the change is yours to answer for."


class RequestRefused(Withheld):
    """A request for something that the keeper does not do."""

    code = "withheld.request"


class FrameMalformed(Malformed):
    """Bytes on the keeper's socket that are no message of its protocol."""

    code = "malformed.frame"


class WrappedMalformed(Malformed):
    """A file that is not a wrapped key."""

    code = "malformed.wrapped-key"
    hint = "This file does not hold a wrapped key, or holds one of a later version."


class ConfigMalformed(Malformed):
    """`sviedka.toml` cannot be used as it stands."""

    code = "malformed.config"
    hint = "Correct the file, or fetch it from a backup."


class KeyFileDamaged(Refuted):
    """A key file was changed since it was written."""

    code = "refuted.key-file"
    hint = "Fetch keys/ from one of its two places."


class KeysDisagree(Refuted):
    """A key in the folder is not the one that the signed key list names."""

    code = "refuted.keys-disagree"
    hint = "Somebody changed keys/. Do not go on with this folder; fetch keys/ from one of its two places."


class HeadRefused(Refuted):
    """The keeper was asked to sign a head that contradicts one it has signed."""

    code = "refuted.head"
    hint = "Statements that were signed for are missing from the log. Run sviedka check --full."


class OpeningMissing(Refuted):
    """A head was to be signed of a log that lacks the record of an opening that happened."""

    code = "refuted.opening-missing"
    hint = (
        "A key was given for a record that was taken away since. Run sviedka check --full; do not go on with this log."
    )


class FolderNotEmpty(Unavailable):
    """A new archive needs an empty folder."""

    code = "unavailable.folder-not-empty"
    hint = "Name a folder that is empty or not there yet."


class ArchiveThere(Unavailable):
    """The folder holds an archive already."""

    code = "unavailable.archive-there"
    hint = "Nothing was changed. Use it with --archive, or name another folder."


class DeskListed(Withheld):
    """A desk of this name is in the key list, or there are as many as there can be."""

    code = "withheld.desk-listed"
    hint = "Give the new desk another name. An archive has ten desks at most."
